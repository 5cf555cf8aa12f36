/** Objects in which nothing is said: `{}`, or one whose members are all null. Kept, one would look like an answer where there is none. */
import type { FieldFault } from '../../errors.ts';
import { requiredMembers } from '../columns.ts';
import { isEmpty, isObject } from '../json.ts';
import type { Body, FieldType, Json, Kind } from '../types.ts';

interface Place {
  readonly at: string;
  /** What its writer is shown there: what stood empty before may be sent back. */
  readonly seen: Json | undefined;
  /** In a merge patch a null removes, and so says something. Not so in items of a list, which is replaced as a whole. */
  readonly patch: boolean;
  /** Whether it may be left out. */
  readonly needed: boolean;
}

function faultsOf(type: FieldType, value: Json, { at, seen, patch, needed }: Place): FieldFault[] {
  const { members } = type;
  if (members === undefined) return [];
  if (Array.isArray(value)) {
    const before = Array.isArray(seen) ? (seen as readonly Json[]) : [];
    return (value as readonly Json[]).flatMap((item, i) => faultsOf(type, item, { at: `${at}.${i}`, seen: before[i], patch: false, needed: false }));
  }
  if (!isObject(value)) return [];
  const said = Object.entries(value).filter(([, inner]) => patch || inner !== null);
  if (said.length === 0) {
    const some = `one of ${[...members.keys()].join(', ')}`;
    return isEmpty(seen) ? [] : [{ field: at, message: `says nothing: ${needed ? 'give at least' : 'leave it out, or give'} ${some}` }];
  }
  const required = requiredMembers(type);
  return said.flatMap(([name, inner]) => {
    const member = members.get(name);
    return member === undefined ? [] : faultsOf(member, inner, { at: `${at}.${name}`, seen: isObject(seen) ? seen[name] : undefined, patch, needed: required.includes(name) });
  });
}

/**
 * @param body a submission of the right shape; with `seen`, a merge patch
 * @param seen of the record that is patched, what its writer sees
 */
export const unsaidFaults = ({ field }: Kind, body: Body, seen?: Body): FieldFault[] =>
  Object.entries(body).flatMap(([name, value]) => {
    const of = field.get(name);
    return of === undefined ? [] : faultsOf(of.type, value, { at: name, seen: seen?.[name], patch: seen !== undefined, needed: of.required });
  });
