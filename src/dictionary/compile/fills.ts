/** What the exchange takes over from records that are named: `@filled` on members of objects. */
import type { Field, FieldType, Fill } from '../types.ts';

function within(type: FieldType, path: readonly string[], piece: string): Fill[] {
  return [...(type.members ?? [])].flatMap(([name, member]) => [
    ...(member.filled === undefined ? [] : [Object.freeze({ path: [...path, name], piece, by: [...path, member.filled], source: name })]),
    ...(member.list ? [] : within(member, [...path, name], piece)),
  ]);
}

/** Items of a list are not filled: a reference in them is refused already. */
export const fillsOf = (fields: readonly Field[]): readonly Fill[] => Object.freeze(fields.flatMap(({ name, type }) => (type.list ? [] : within(type, [name], name))));
