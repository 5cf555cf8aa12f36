/** How generated text speaks of the dictionary. */
import { type GraphQLField, isListType, print } from 'graphql';
import { caveatsIn, levelName } from '../compartment.ts';
import type { Field } from '../types.ts';

/** `CONFIDENTIAL/PERSONAL`: what a viewer needs to be released the field, in the words of the contract. */
export const clearanceWords = ({ level, caveats }: Pick<Field, 'level' | 'caveats'>): string => [levelName(level), ...caveatsIn(caveats)].join('/');

function referenceWords(to: readonly string[], list: boolean, existence = false): string {
  const kinds = to.includes('*') ? 'of any kind that depends on no other record' : to.join(', ');
  if (existence) return `\n\nId of a record: ${kinds}. It is given once; where you do not see that record, this one is not there for you.`;
  return list ? `\n\nIds of records: ${kinds}. Only those that you see; the others are left out.` : `\n\nId of a record: ${kinds}. Left out where you do not see that record.`;
}

/** An identifier as people write it: `missingPersons` is "missing persons". */
export const inWords = (identifier: string): string => identifier.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A field's description, what it refers to, and what it takes to see it. Everybody may see what is unclassified: nothing is said of that. */
export function fieldDescription(field: Field): string {
  const { reference, list } = field.type;
  const words = `${field.description}${reference === undefined ? '' : referenceWords(reference.any ? ['*'] : reference.to, list, reference.existence)}`;
  return field.level === 0 && field.caveats === 0 ? words : `${words}\n\nNeeds ${clearanceWords(field)}, or is withheld.`;
}

/** The words of one argument of a member's directive. */
function argumentWords(member: GraphQLField<unknown, unknown>, directive: string, argument: string): string[] {
  const values = member.astNode?.directives?.find(({ name }) => name.value === directive)?.arguments ?? [];
  const value = values.find(({ name }) => name.value === argument)?.value;
  return value === undefined ? [] : print(value).match(/\w+|\*/g) ?? [];
}

function classifiedOf(member: GraphQLField<unknown, unknown>): string | undefined {
  const words = [...argumentWords(member, 'classified', 'as'), ...argumentWords(member, 'classified', 'caveats')];
  return words.length === 0 ? undefined : words.join('/');
}

/** The description of an object's member; one with a classification of its own says so. */
export function memberDescription(member: GraphQLField<unknown, unknown>): string | undefined {
  const needed = classifiedOf(member);
  const to = argumentWords(member, 'reference', 'to');
  const description = to.length === 0 ? member.description : `${member.description ?? member.name}${referenceWords(to, isListType(member.type))}`;
  if (needed === undefined) return description ?? undefined;
  return `${description ?? member.name}\n\nNeeds ${needed}, or is withheld.`;
}

/** A GraphQL description, as a block string. */
export const described = (text: string, indent = ''): string => {
  const lines = text.replaceAll('"""', '\\"""').split('\n').map((line) => (line === '' ? '' : `${indent}${line}`));
  return `${indent}"""\n${lines.join('\n')}\n${indent}"""\n`;
};
