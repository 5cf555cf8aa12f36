/** What `jsonb` makes of a value. */
import type { Json } from '../dictionary/types.ts';
import { isObject } from '../dictionary/json.ts';

/** Shorter names first, and those of one length by their bytes (PostgreSQL, `lengthCompareJsonbStringValue`). Names are those of the dictionary: ASCII. */
const before = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

/** The value as it is read back: the members of each object in the order in which `jsonb` keeps them, which answers show and their ETags are made of. */
export function asKept(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(asKept);
  return isObject(value) ? Object.fromEntries(Object.keys(value).sort(before).map((name) => [name, asKept(value[name] ?? null)])) : value;
}
