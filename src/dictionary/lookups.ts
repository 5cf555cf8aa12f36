/** What is looked up, many values at once: observables as their types say, and the subjects that fields declare (`@searchable(lookup:)`). */
import { askedReading, normalisers } from './normalise/index.ts';
import type { Reading } from './normalise/types.ts';
import type { Dictionary, Field, Kind } from './types.ts';

/** Values of one lookup. */
export const mostLookedUp = 10_000;

/** Longest value of a subject that is no observable, in UTF-16 units: twice what the longest field holds, and room for what surrounds it. */
const longest = 1000;

/** Where a value of one type stands. */
export interface LookupPlace {
  readonly kind: Kind;
  readonly field: Field;
  /** Whether the record is a claim about the value: it is what the record is of. Elsewhere it stands in a record of something else: a complainant's number is no suspect's. */
  readonly claims: boolean;
}

export interface Lookups {
  /** The types that may be asked for: those of observables, then the subjects that are none. */
  readonly types: readonly string[];
  /** The enumerations of observables' types. */
  readonly observables: readonly string[];
  /** @param type undefined: not told, and not guessed */
  places(type: string | undefined): readonly LookupPlace[];
}

const none: readonly LookupPlace[] = [];

/** The enumeration that says what an observable of this field is. */
const enumOf = ({ kind, field }: Pick<LookupPlace, 'kind' | 'field'>): string => kind.field.get(field.normalise?.type ?? '')?.type.name ?? '';

/** The enumerations of all kinds' observables. */
export const observableEnums = (kinds: Iterable<Kind>): string[] => [...new Set([...kinds].flatMap((kind) =>
  [...kind.searches.values()].filter(({ search }) => search?.by === 'OBSERVABLE').map((field) => enumOf({ kind, field }))))];

function gather({ kinds, enums }: Dictionary): Lookups {
  const all = [...kinds.values()].flatMap((kind) => [...kind.searches.values()].map((field): LookupPlace =>
    ({ kind, field, claims: field.search?.by === 'OBSERVABLE' || kind.identity.includes(field.name) })));
  const observables = all.filter(({ field }) => field.search?.by === 'OBSERVABLE');
  const places = new Map<string, LookupPlace[]>();
  const add = (type: string, place: LookupPlace): void => void places.set(type, [...(places.get(type) ?? []), place]);
  for (const place of observables) for (const type of enums.get(enumOf(place)) ?? []) add(type, place);
  for (const place of all) if (place.field.search?.lookup !== undefined) add(place.field.search.lookup, place);
  return { types: [...places.keys()], observables: observableEnums(kinds.values()), places: (type) => (type === undefined ? observables : (places.get(type) ?? none)) };
}

const gathered = new WeakMap<Dictionary, Lookups>();

export function lookupsOf(dictionary: Dictionary): Lookups {
  let lookups = gathered.get(dictionary);
  if (lookups === undefined) gathered.set(dictionary, (lookups = gather(dictionary)));
  return lookups;
}

export type LookupRead =
  /** `by`: what fields are asked for: of some subjects the text as it was given, which may be kept in one of several forms. */
  | { readonly ok: true; readonly type: string | undefined; readonly value: string; readonly by: string; readonly readings: readonly Reading[] }
  | { readonly ok: false; readonly message: string };

/**
 * What a value to look up is, and its normal form.
 * @param type one of `Lookups.types`; undefined: an observable, told by its form
 */
export function readLookup(lookups: Lookups, value: string, type: string | undefined): LookupRead {
  if (type !== undefined && !lookups.types.includes(type)) return { ok: false, message: `its type is not known: one of ${lookups.types.join(', ')}` };
  const places = lookups.places(type);
  if (type === undefined || places.some(({ field }) => field.search?.by === 'OBSERVABLE')) {
    const read = normalisers.OBSERVABLE(value, type);
    if (!read.ok) return read;
    const told = read.also?.['type'];
    const normal = String(read.value);
    return { ok: true, type: type ?? (typeof told === 'string' ? told : undefined), value: normal, by: normal, readings: read.readings };
  }
  if (value.length > longest) return { ok: false, message: `it is longer than ${longest} characters: nothing that is kept is` };
  // Fields of one subject are normalised alike.
  const asked = askedReading(places[0]?.field.normalise?.by ?? '', value);
  return 'message' in asked ? { ok: false, message: asked.message } : { ok: true, type, value: String(asked.forms[0]), by: value, readings: asked.readings };
}
