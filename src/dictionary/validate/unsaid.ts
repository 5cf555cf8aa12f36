/**
 * What says nothing: `{}`, an object whose members are all null, a text of spaces or of what nobody sees. Kept, it would look like an answer where there is
 * none. A text that is brought to a normal form is looked at there.
 */
import type { FieldFault } from '../../errors.ts';
import { requiredMembers } from '../columns.ts';
import { isEmpty, isObject } from '../json.ts';
import { says } from '../says.ts';
import type { Body, FieldType, Json, Kind } from '../types.ts';

interface Place {
  readonly at: string;
  /** What its writer is shown there: what stood empty before may be sent back. */
  readonly seen: Json | undefined;
  /** In a merge patch a null removes, and so says something. Not so in items of a list, which is replaced as a whole. */
  readonly patch: boolean;
  /** Whether it may be left out. */
  readonly needed: boolean;
  /** Whether it is brought to a normal form. */
  readonly read: boolean;
}

function faultsOf(type: FieldType, value: Json, { at, seen, patch, needed, read }: Place): FieldFault[] {
  const { members } = type;
  if (Array.isArray(value)) {
    const before = Array.isArray(seen) ? (seen as readonly Json[]) : [];
    return (value as readonly Json[]).flatMap((item, i) => faultsOf(type, item, { at: `${at}.${i}`, seen: before[i], patch: false, needed: false, read }));
  }
  if (typeof value === 'string') return read || type.name !== 'String' || value === seen || says(value) ? [] : [{ field: at, message: `says nothing: ${needed ? '' : 'leave it out, or '}give a text that can be read` }];
  if (members === undefined || !isObject(value)) return [];
  const said = Object.entries(value).filter(([, inner]) => patch || inner !== null);
  if (said.length === 0) {
    const some = `one of ${[...members.keys()].join(', ')}`;
    return isEmpty(seen) ? [] : [{ field: at, message: `says nothing: ${needed ? 'give at least' : 'leave it out, or give'} ${some}` }];
  }
  const required = requiredMembers(type);
  return said.flatMap(([name, inner]) => {
    const member = members.get(name);
    return member === undefined ? [] : faultsOf(member, inner, { at: `${at}.${name}`, seen: isObject(seen) ? seen[name] : undefined, patch, needed: required.includes(name), read: member.normalise !== undefined });
  });
}

/**
 * @param body a submission of the right shape; with `seen`, a merge patch
 * @param seen of the record that is patched, what its writer sees
 */
export const unsaidFaults = ({ field }: Kind, body: Body, seen?: Body): FieldFault[] =>
  Object.entries(body).flatMap(([name, value]) => {
    const of = field.get(name);
    return of === undefined ? [] : faultsOf(of.type, value, { at: name, seen: seen?.[name], patch: seen !== undefined, needed: of.required, read: of.normalise !== undefined });
  });
