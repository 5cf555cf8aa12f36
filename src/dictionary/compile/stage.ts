/** `@stage`: the fields beside a case's stage must be there, hold what they are for, and be kept by whom they are for. */
import type { GraphQLObjectType } from 'graphql';
import type { Field, FieldType, Staged } from '../types.ts';
import type { TypeContext } from './field-type.ts';

const has = (type: FieldType, members: Readonly<Record<string, string>>): boolean => Object.entries(members).every(([name, of]) => type.members?.get(name)?.name === of && type.members.get(name)?.list === false);

/** Of each field beside the stage: whether it fits, and what would. */
const fits: Readonly<Record<Exclude<keyof Staged, 'field'>, readonly [(field: Field) => boolean, string]>> = {
  transition: [({ type, writable }) => writable && !type.list && has(type, { at: 'DateTime', desk: 'String', reason: 'String' }), 'an object with at, desk and reason that a writer sends'],
  since: [({ type, writable, search }) => !writable && !type.list && type.name === 'DateTime' && search?.by === 'TIME', 'a DateTime that the exchange keeps, searched by TIME'],
  history: [({ type, writable }) => !writable && type.list && has(type, { at: 'DateTime', desk: 'String', reason: 'String' }), 'a list, kept by the exchange, of objects with from, to, at, desk and reason'],
  desks: [({ type, search }) => type.list && search?.by === 'EXACT' && has(type, { partner: 'String', desk: 'String' }), 'a list of objects with partner and desk, searched by EXACT'],
};

/** @returns the names, where the kind is a case; what is wrong is noted */
export function stagedFields(type: GraphQLObjectType, fields: ReadonlyMap<string, Field>, { read, faults }: TypeContext): Staged | undefined {
  const found = Object.values(type.getFields()).flatMap((source) => {
    const names = read(source.astNode, 'stage', { type: type.name, field: source.name });
    return names === undefined ? [] : [{ source, names }];
  });
  const [first, ...others] = found;
  for (const { source } of others) faults.add(source.astNode, { type: type.name, field: source.name }, 'stage', `${first?.source.name ?? ''} is the stage of this kind already`);
  if (first === undefined) return undefined;
  const { source, names } = first;
  const fault = (message: string): void => faults.add(source.astNode, { type: type.name, field: source.name }, 'stage', message);
  const field = fields.get(source.name);
  if (field !== undefined && (field.type.shape !== 'enum' || field.type.list || !field.required || field.search === undefined)) fault('is one enumeration that every record has, and that can be searched');
  for (const [role, [check, wanted]] of Object.entries(fits) as [keyof typeof fits, (typeof fits)[keyof typeof fits]][]) {
    const beside = fields.get(names[role]);
    if (beside === undefined || !check(beside)) fault(`${role}: "${names[role]}" must be ${wanted}`);
    else if ((role === 'since' || role === 'history') && !beside.derivedFrom.includes(source.name)) fault(`${role}: "${names[role]}" needs @derived(from: ["${source.name}"]): what raises the stage raises it`);
  }
  return { field: source.name, transition: names.transition, since: names.since, history: names.history, desks: names.desks };
}
