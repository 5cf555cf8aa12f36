import { suggestionList } from 'graphql/jsutils/suggestionList.js';

/** The word of a list that was most likely meant, by edit distance (as graphql-js suggests names); undefined: none is near. */
export const nearest = (word: string, words: Iterable<string>): string | undefined => suggestionList(word, [...words])[0];
