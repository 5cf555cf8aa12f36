/** Ids of other records in a body: read, and left out. The body, or the piece of it, is nested as it comes and goes. */
import { isObject } from './json.ts';
import { valueAt } from './parts.ts';
import type { Body, Json, Kind, Reference } from './types.ts';

type Path = readonly string[];

const idsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? (value as readonly Json[]) : [value]).filter((one) => typeof one === 'string');

/** An id that a body names, where, and what kinds it may be of. */
export interface Referred {
  /** `from.account`, `accounts.1`. */
  readonly field: string;
  readonly id: string;
  readonly reference: Reference;
}

/** Every id that a nested body names. */
export const referredIn = (kind: Kind, body: Body): Referred[] =>
  kind.references.flatMap((reference) =>
    idsOf(valueAt(body, reference.path)).map((id, i) => ({ field: reference.list ? `${reference.name}.${i}` : reference.name, id, reference })));

/** The ids at a reference within the piece that holds it. */
export const idsWithin = ({ inner }: Reference, piece: Json | undefined): string[] => idsOf(isObject(piece) ? valueAt(piece, inner) : inner.length === 0 ? piece : undefined);

function pruned(value: Json, [name, ...rest]: Path, keep: (id: string) => boolean): Json | undefined {
  if (name === undefined) {
    const left = idsOf(value).filter(keep);
    return left.length === 0 ? undefined : Array.isArray(value) ? left : left[0];
  }
  if (!isObject(value)) return value;
  const { [name]: inner, ...others } = value;
  const left = inner === undefined || inner === null ? undefined : pruned(inner, rest, keep);
  const object = left === undefined ? others : { ...value, [name]: left };
  return Object.keys(object).length === 0 ? undefined : object;
}

/**
 * A piece without the ids that `keep` turns away. A list without items and an object without members are absent, given so or left so: their presence
 * would tell of what was left out.
 */
export function keepingOnly(kind: Kind, piece: string, value: Json, keep: (id: string, to: readonly string[]) => boolean): Json | undefined {
  let left: Json | undefined = value;
  for (const reference of kind.references) {
    if (reference.piece === piece && left !== undefined) left = pruned(left, reference.inner, (id) => keep(id, reference.to));
  }
  return left;
}

/** Puts a value into a piece. */
export function putWithin(piece: Json | undefined, [name, ...rest]: Path, value: Json): Json {
  if (name === undefined) return value;
  const object = isObject(piece) ? piece : {};
  return { ...object, [name]: putWithin(object[name], rest, value) };
}
