/** How generated text speaks of the dictionary. */
import { type GraphQLField, print } from 'graphql';
import { caveatsIn, levelName } from '../compartment.ts';
import type { Field } from '../types.ts';

/** `CONFIDENTIAL/PERSONAL`: what a viewer needs to be released the field, in the words of the contract. */
export const clearanceWords = ({ level, caveats }: Pick<Field, 'level' | 'caveats'>): string => [levelName(level), ...caveatsIn(caveats)].join('/');

/** A field's description and what it takes to see it. Everybody may see what is unclassified: nothing is said of that. */
export const fieldDescription = (field: Field): string =>
  field.level === 0 && field.caveats === 0 ? field.description : `${field.description}\n\nNeeds ${clearanceWords(field)}, or is withheld.`;

/** An identifier as people write it: `missingPersons` is "missing persons". */
export const inWords = (identifier: string): string => identifier.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const classifiedOf = (member: GraphQLField<unknown, unknown>): string | undefined => {
  const values = member.astNode?.directives?.find(({ name }) => name.value === 'classified')?.arguments ?? [];
  const of = (name: string): string[] => {
    const value = values.find((argument) => argument.name.value === name)?.value;
    return value === undefined ? [] : print(value).match(/\w+/g) ?? [];
  };
  return values.length === 0 ? undefined : [...of('as'), ...of('caveats')].join('/');
};

/** The description of an object's member; one with a classification of its own says so. */
export function memberDescription(member: GraphQLField<unknown, unknown>): string | undefined {
  const needed = classifiedOf(member);
  const { description } = member;
  if (needed === undefined) return description ?? undefined;
  return `${description ?? member.name}\n\nNeeds ${needed}, or is withheld.`;
}

/** A GraphQL description, as a block string. */
export const described = (text: string, indent = ''): string => {
  const lines = text.replaceAll('"""', '\\"""').split('\n').map((line) => (line === '' ? '' : `${indent}${line}`));
  return `${indent}"""\n${lines.join('\n')}\n${indent}"""\n`;
};
