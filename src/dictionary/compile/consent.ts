/** `@consent`: the field must hold what the exchange reads of a consent, and hold it whole. */
import type { GraphQLObjectType } from 'graphql';
import { compartmentName, isSealed } from '../compartment.ts';
import type { Directives } from './directives.ts';
import type { Field, FieldType } from '../types.ts';
import type { TypeContext } from './field-type.ts';

/** Members by name: of which type, and whether a list. */
const wanted: Readonly<Record<string, readonly [type: string, list: boolean]>> = {
  purposes: ['Purpose', true], recipients: ['String', true], given: ['DateTime', false], withdrawn: ['DateTime', false],
};
const wantedOfOverride: typeof wanted = { authority: ['String', false], reason: ['String', false], purposes: ['Purpose', true], recipients: ['String', true] };

function missing(type: FieldType | undefined, members: typeof wanted): string[] {
  return Object.entries(members).flatMap(([name, [of, list]]) => {
    const member = type?.members?.get(name);
    return member?.name === of && member.list === list ? [] : [`${name}: ${list ? `[${of}!]` : of}`];
  });
}

function faultOf(field: Field, parts: readonly Field[]): string | undefined {
  const { type } = field;
  if (type.shape !== 'object' || type.list) return 'holds one consent, an object';
  const lacking = [...missing(type, wanted), ...missing(type.members?.get('override'), wantedOfOverride).map((text) => `override.${text}`)];
  if (lacking.length > 0) return `lacks what decides about sharing: ${lacking.join(', ')}`;
  if (!field.writable) return 'is written by those who asked for it: it needs @input';
  if (!isSealed(field)) return `is classified only ${compartmentName(field)}: what somebody consented to names whom she trusts`;
  // A part that a writer does not see would decide about what that writer does.
  return parts.some(({ path }) => path[0] === field.name) ? 'is seen whole or not at all: no part of it has a classification of its own' : undefined;
}

/** @returns the name of the kind's field of consent; what is wrong with it is noted */
export function consentField(type: GraphQLObjectType, fields: ReadonlyMap<string, Field>, parts: readonly Field[], { read, faults }: TypeContext): string | undefined {
  const marked = Object.values(type.getFields()).filter((source) => read(source.astNode, 'consent' satisfies keyof Directives, { type: type.name, field: source.name }) !== undefined);
  const [first, ...others] = marked;
  for (const { name, astNode } of others) faults.add(astNode, { type: type.name, field: name }, 'consent', `${first?.name ?? ''} is the consent of this kind already`);
  const field = first === undefined ? undefined : fields.get(first.name);
  if (field === undefined) return undefined;
  const message = faultOf(field, parts);
  if (message !== undefined) faults.add(first?.astNode, { type: type.name, field: field.name }, 'consent', message);
  return field.name;
}
