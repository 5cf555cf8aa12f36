import { suggestionList } from 'graphql/jsutils/suggestionList.js';

/** The word of a list that was most likely meant, by edit distance (the measure graphql-js uses for its own suggestions); undefined: none is near. */
export const nearest = (word: string, words: Iterable<string>): string | undefined => suggestionList(word, [...words])[0];
