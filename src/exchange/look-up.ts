/** Looking for observables: what each value was understood as, and which released claims answer it. Many go in parts, two under way at once. */
import { setImmediate as turn } from 'node:timers/promises';
import { normalisers } from '../dictionary/normalise/index.ts';
import type { Reading } from '../dictionary/normalise/types.ts';
import type { Dictionary, Field, Json, Kind } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import type { Released } from '../rules/release.ts';
import type { Reader } from './answer.ts';
import type { LookupValue } from './api.ts';
import type { Deps } from './deps.ts';
import type { Moment } from './ports.ts';
import { type Asked, askedTokens } from './tokens.ts';

const mostRows = 50_000;

interface Probing {
  readonly kind: Kind;
  readonly field: Field;
  readonly asked: Asked;
  /** Its tokens as map keys. */
  readonly names: readonly string[];
}

interface Question {
  readonly asked: string;
  readonly type?: string;
  readonly value?: string;
  readonly readings: readonly Reading[];
  readonly probes: readonly Probing[];
  readonly error?: { readonly code: 'INVALID'; readonly message: string };
}

/** The fields that observables are looked up in, of every kind. */
function observableFields({ dictionary }: Deps): readonly { readonly kind: Kind; readonly field: Field }[] {
  let fields = observables.get(dictionary);
  if (fields === undefined) {
    fields = [...dictionary.kinds.values()].flatMap((kind) => kind.fields.filter(({ search }) => search?.by === 'OBSERVABLE').map((field) => ({ kind, field })));
    observables.set(dictionary, fields);
  }
  return fields;
}
const observables = new WeakMap<Dictionary, readonly { readonly kind: Kind; readonly field: Field }[]>();

function question(deps: Deps, reader: Reader, { type, value }: LookupValue, path: string): Question {
  const read = normalisers.OBSERVABLE(value, type);
  if (!read.ok) return { asked: value, readings: [], probes: [], error: { code: 'INVALID', message: read.message } };
  const known = type ?? (typeof read.also?.['type'] === 'string' ? read.also['type'] : undefined);
  const normal = String(read.value);
  const filter: Record<string, Json> = { value: normal, ...(known === undefined ? {} : { type: known }) };
  const probes = observableFields(deps).map(({ kind, field }) => {
    const asked = askedTokens(deps.vault, kind, field, filter, path, reader.viewer, deps.maximum);
    return { kind, field, asked, names: asked.tokens.map((token) => token.toString('latin1')) };
  });
  return { asked: value, ...(known === undefined ? {} : { type: known }), value: normal, readings: read.readings, probes };
}

const tooMany = (): Refusal => new Refusal('TOO_LARGE', `more than ${mostRows} claims answer this: ask for fewer or narrower values at once`);

interface Hit {
  readonly token: Buffer;
  readonly record: Released;
}

/** Where the first hit at or above a token stands; the hits are in order of token. */
function firstAt(sorted: readonly Hit[], token: Buffer): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle]?.token.compare(token) ?? 1) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function* between(sorted: readonly Hit[], low: Buffer, high: Buffer): Generator<Released> {
  for (let i = firstAt(sorted, low); i < sorted.length; i += 1) {
    const hit = sorted[i];
    if (hit === undefined || hit.token.compare(high) > 0) return;
    yield hit.record;
  }
}

/**
 * Which released records answer which question; one asked twice is looked for once, and its claims count each time they are sent.
 * @throws Refusal TOO_LARGE
 */
function match(questions: readonly Question[], hits: readonly { token: Buffer; id: string }[], released: ReadonlyMap<string, Released>): Released[][] {
  const byToken = new Map<string, Set<Released>>();
  const all = hits.flatMap(({ token, id }): Hit[] => {
    const record = released.get(id);
    if (record === undefined) return [];
    const name = token.toString('latin1');
    const set = byToken.get(name) ?? new Set<Released>();
    byToken.set(name, set.add(record));
    return [{ token, record }];
  });
  const ranged = questions.some(({ probes }) => probes.some(({ asked }) => asked.ranges.length > 0));
  const sorted = ranged ? all.sort((a, b) => a.token.compare(b.token)) : [];
  const answered = new Map<string, Released[]>();
  let total = 0;
  return questions.map(({ type, value, probes }) => {
    const same = `${type ?? ''} ${value ?? ''}`;
    const claims = answered.get(same) ?? claimsOf(probes, byToken, sorted);
    answered.set(same, claims);
    total += claims.length;
    if (total > mostRows) throw tooMany();
    return claims;
  });
}

function claimsOf(probes: readonly Probing[], byToken: ReadonlyMap<string, ReadonlySet<Released>>, sorted: readonly Hit[]): Released[] {
  const found = new Map<string, Released>();
  for (const { kind, field, asked, names } of probes) {
    const take = (record: Released): void => {
      const value = record.body[field.name];
      if (record.kind === kind.name && value !== undefined && value !== null && asked.probe.accept(value, record.body)) found.set(record.id, record);
    };
    for (const name of names) for (const record of byToken.get(name) ?? []) take(record);
    for (const [low, high] of asked.ranges) for (const record of between(sorted, low, high)) take(record);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** Values a statement; while the database answers one part, the next is made ready, on the other processor. */
const part = 200;

interface Found {
  readonly moment: Moment;
  readonly questions: readonly Question[];
  readonly claims: readonly (readonly Released[])[];
}

/** Makes up the questions of one part and sends them. @returns what turns the answer into claims, once it is there */
function sendPart(deps: Deps, reader: Reader, values: readonly LookupValue[], from: number): () => Promise<Found> {
  const questions = values.map((value, i) => question(deps, reader, value, `values.${from + i}.value`));
  const tokens = new Map<string, Buffer>();
  for (const { probes } of questions) for (const { asked, names } of probes) for (const [i, token] of asked.tokens.entries()) tokens.set(names[i] ?? '', token);
  const ranges = new Map(questions.flatMap(({ probes }) => probes.flatMap(({ asked }) => asked.ranges.map((range) => [`${range[0].toString('latin1')} ${range[1].toString('latin1')}`, range] as const))));
  const answered = deps.read.byTokens(reader.stamp, [...tokens.values()], [...ranges.values()], mostRows);
  answered.catch(() => undefined); // It is awaited when its turn comes.
  return async () => {
    const { rows, hits, version, now } = await answered;
    if (hits.length >= mostRows) throw tooMany();
    const released = new Map((await reader.release(rows, now)).map((record) => [record.id, record]));
    return { moment: { version, now }, questions, claims: match(questions, hits, released) };
  };
}

/** Parts under different versions of the registry make no answer: the one that is not this reader's says so to who asks. */
const momentOf = (parts: readonly Found[], { registry }: Reader): Moment | undefined => (parts.find(({ moment }) => moment.version !== registry.version) ?? parts[0])?.moment;

/** Each record once, as often as it was released differently. */
function disclosedIn(parts: readonly Found[]): Released[] {
  const all = parts.flatMap(({ claims }) => claims.flat());
  return parts.length === 1 ? [...new Set(all)] : [...new Map(all.map((record) => [`${record.id} ${record.fields.join(' ')}`, record])).values()];
}

export async function lookUp(deps: Deps, reader: Reader, values: readonly LookupValue[]): Promise<Found & { readonly moment: Moment; readonly disclosed: readonly Released[] }> {
  // Under another master key sealed values would be asked for in vain, and nothing found would pass for nothing there.
  if (reader.viewer.clearance >= 2) await deps.vault.fits();
  const parts: Found[] = [];
  let sent: (() => Promise<Found>) | undefined;
  let total = 0;
  const take = async (receive: () => Promise<Found>): Promise<void> => {
    const found = await receive();
    total += found.claims.reduce((sum, claims) => sum + claims.length, 0);
    if (total > mostRows) throw tooMany();
    parts.push(found);
  };
  for (let from = 0; from < values.length; from += part) {
    const next = sendPart(deps, reader, values.slice(from, from + part), from);
    // What was just handed over goes out only when this thread rests.
    if (values.length > part) await turn();
    if (sent !== undefined) await take(sent);
    sent = next;
  }
  if (sent !== undefined) await take(sent);
  const moment = momentOf(parts, reader);
  if (moment === undefined) throw new Error('nothing was asked');
  return { moment, questions: parts.flatMap(({ questions }) => questions), claims: parts.flatMap(({ claims }) => claims), disclosed: disclosedIn(parts) };
}

