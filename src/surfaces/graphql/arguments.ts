/** Arguments as the use cases take them. Types are graphql-js's; what a type cannot say is checked here, in the words REST uses. */
import { isObject } from '../../dictionary/json.ts';
import { instantMs } from '../../dictionary/normalise/instant.ts';
import { valueAt } from '../../dictionary/parts.ts';
import type { Body, Dictionary, Json, Kind } from '../../dictionary/types.ts';
import { invalid, maskedNotFound, Refusal } from '../../errors.ts';
import { mostLookedUp } from '../../dictionary/lookups.ts';
import type { FindQuery, Idempotency, LookupValue } from '../../exchange/api.ts';
import type { Arguments } from './context.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const channel = /^[a-z0-9][a-z0-9-]{0,63}$/u;

export function textIn(args: Arguments, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

/** The `id`. What cannot be an id is answered as an id that nobody has. */
export function idIn(args: Arguments, name = 'id'): string {
  const id = textIn(args, name) ?? '';
  if (!uuid.test(id)) throw maskedNotFound();
  return id.toLowerCase();
}

export function channelIn(args: Arguments): string {
  const id = textIn(args, 'channel') ?? '';
  if (!channel.test(id)) throw maskedNotFound();
  return id;
}

/** @throws Refusal INVALID when `first` is out of range */
export function firstIn(args: Arguments, most: number): number | undefined {
  const { first } = args;
  if (typeof first !== 'number') return undefined;
  if (first < 1 || first > most) throw invalid('first', `must be 1 to ${most}`);
  return first;
}

export function instantIn(args: Arguments, name: string): string | undefined {
  const text = textIn(args, name);
  if (text !== undefined && instantMs(text) === undefined) {
    throw invalid(name, 'must be an RFC 3339 instant with its zone: 2026-01-31T08:00:00Z');
  }
  return text;
}

/** @throws Refusal INVALID for a word that is no kind */
export function kindsIn(args: Arguments, dictionary: Dictionary): readonly string[] | undefined {
  const { kinds } = args;
  if (!Array.isArray(kinds) || kinds.length === 0) return undefined;
  const names = kinds.map(String);
  if (names.some((name) => !dictionary.kinds.has(name))) throw invalid('kinds', `must be of ${[...dictionary.kinds.keys()].join(', ')}`);
  return names;
}

/** An input object, made of JSON by graphql-js's coercion. */
export const bodyIn = (args: Arguments, name: string): Body => (args[name] ?? {}) as Body;

/** A filter without what was left open: null says nothing here. */
export function filterIn(args: Arguments, kind: Kind): FindQuery['filter'] {
  const filter: Record<string, Record<string, Json>> = {};
  const asked = bodyIn(args, 'filter');
  for (const { name, path } of kind.searches.values()) {
    const condition = valueAt(asked, path);
    if (!isObject(condition)) continue;
    const said = Object.entries(condition).filter(([, value]) => value !== null);
    if (said.length > 0) filter[name] = Object.fromEntries(said);
  }
  return filter;
}

/** @throws Refusal INVALID, TOO_LARGE */
export function valuesIn(args: Arguments): LookupValue[] {
  const values = Array.isArray(args['values']) ? (args['values'] as readonly Body[]) : [];
  if (values.length === 0) throw invalid('values', 'must be a list of at least one value');
  if (values.length > mostLookedUp) throw new Refusal('TOO_LARGE', { errors: [{ field: 'values', message: `holds more than ${mostLookedUp} values` }] });
  return values.map((entry) => ({ type: textIn(entry, 'type'), value: textIn(entry, 'value') ?? '' }));
}

/** The key, and the bytes that a second use must repeat. */
export function idempotencyIn(args: Arguments): Idempotency | undefined {
  const key = textIn(args, 'idempotencyKey');
  if (key === undefined) return undefined;
  if (!/^[\x20-\x7e]{1,255}$/u.test(key)) throw invalid('idempotencyKey', 'must be 1 to 255 printable ASCII characters');
  return { key, body: Buffer.from(JSON.stringify(args['input'])) };
}
