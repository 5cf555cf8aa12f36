/** Looking values up: what each was understood as, and which released records answer it. Many go in parts, two under way at once. */
import { setImmediate as turn } from 'node:timers/promises';
import { type LookupPlace, lookupsOf, readLookup } from '../dictionary/lookups.ts';
import type { Reading } from '../dictionary/normalise/types.ts';
import { valueAt } from '../dictionary/parts.ts';
import type { Probe } from '../dictionary/search.ts';
import type { Json } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import type { Released } from '../rules/release.ts';
import type { Reader } from './answer.ts';
import type { LookupValue, Mention } from './api.ts';
import type { Deps } from './deps.ts';
import type { Moment } from './ports.ts';
import { type Sought, soughtIn } from './matching.ts';
import { type Asked, probedTokens, probeOf } from './tokens.ts';

const mostRows = 50_000;

interface Probing extends LookupPlace {
  readonly asked: Asked;
  /** Its tokens as map keys. */
  readonly names: readonly string[];
}

/** One value, as it was understood. */
interface Understood {
  readonly asked: string;
  readonly type?: string;
  readonly value?: string;
  readonly readings: readonly Reading[];
  readonly error?: { readonly code: 'INVALID'; readonly message: string };
}

interface Question {
  readonly understood: Understood;
  readonly probes: readonly Probing[];
  /** Questions of one such name have one answer. */
  readonly same: string;
}

function question(deps: Deps, { viewer }: Reader, { type, value }: LookupValue, path: string, where: Places): Question {
  const lookups = lookupsOf(deps.dictionary);
  const read = readLookup(lookups, value, type);
  if (!read.ok) return { understood: { asked: value, readings: [], error: { code: 'INVALID', message: read.message } }, probes: [], same: '' };
  // A kind that is never there for this purpose is not looked for.
  const places = lookups.places(read.type).filter((place) => (place.kind.purposes & viewer.purposeBit) !== 0 && where(place));
  const known = new Map<string, Probe>();
  const probes = places.map((place) => {
    const { kind, field } = place;
    const filter: Record<string, Json> = field.search?.by === 'OBSERVABLE' ? { value: read.by, ...(read.type === undefined ? {} : { type: read.type }) } : { eq: read.by };
    // Fields of one subject ask alike: a reference stands in two dozen, and is read once.
    const alike = `${field.search?.by} ${field.normalise?.by}`;
    const probe = known.get(alike) ?? probeOf(kind, field, filter, path);
    known.set(alike, probe);
    const asked = probedTokens(deps.vault, kind, field, probe, viewer, deps.maximum);
    return { ...place, asked, names: asked.tokens.map((token) => token.toString('latin1')) };
  });
  return { understood: { asked: value, ...(read.type === undefined ? {} : { type: read.type }), value: read.value, readings: read.readings }, probes, same: `${read.type ?? ''} ${read.by}` };
}

/** Characters of records as text that one answer holds at most: a value that is asked again is answered again, and records may be long. */
const mostText = 64 * 1024 * 1024;

const tooMuch = (): Refusal => new Refusal('TOO_LARGE', `the records that answer this are more than ${mostText} characters: ask for fewer or narrower values at once`);
const tooMany = (): Refusal => new Refusal('TOO_LARGE', `more than ${mostRows} records answer this: ask for fewer or narrower values at once`);

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

/** The records that answer one question. */
export interface Answering {
  /** Claims about the value. */
  readonly claims: readonly Released[];
  /** Records of something else in which it stands. */
  readonly mentions: readonly Mention[];
}

const recordsOf = ({ claims, mentions }: Answering): Released[] => [...claims, ...mentions.map(({ record }) => record)];

/** How much is answered so far. */
class Room {
  #records = 0;
  #text = 0;

  /** @throws Refusal TOO_LARGE */
  take(records: readonly Released[]): void {
    this.#records += records.length;
    if (this.#records > mostRows) throw tooMany();
    for (const { json } of records) this.#text += json.length;
    if (this.#text > mostText) throw tooMuch();
  }
}

/**
 * Which released records answer which question; one asked twice is looked for once, and its records count each time they are sent.
 * @throws Refusal TOO_LARGE
 */
function match(questions: readonly Question[], hits: readonly { token: Buffer; id: string }[], released: ReadonlyMap<string, Released>, room: Room): Answering[] {
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
  const answered = new Map<string, Answering>();
  return questions.map(({ same, probes }) => {
    const answering = answered.get(same) ?? answeringOf(probes, byToken, sorted);
    answered.set(same, answering);
    room.take(recordsOf(answering));
    return answering;
  });
}

const newestFirst = (a: Released, b: Released): number => (a.id < b.id ? 1 : -1);

function answeringOf(probes: readonly Probing[], byToken: ReadonlyMap<string, ReadonlySet<Released>>, sorted: readonly Hit[]): Answering {
  const claims = new Map<string, Released>();
  const mentions = new Map<string, { readonly record: Released; readonly fields: Set<string> }>();
  for (const { kind, field, claims: isClaim, asked, names } of probes) {
    const take = (record: Released): void => {
      if (record.kind !== kind.name) return;
      const value = valueAt(record.body, field.path);
      if (value === undefined || value === null || !asked.probe.accept(value, record.body)) return;
      if (isClaim) claims.set(record.id, record);
      else mentions.set(record.id, { record, fields: (mentions.get(record.id)?.fields ?? new Set<string>()).add(field.name) });
    };
    for (const name of names) for (const record of byToken.get(name) ?? []) take(record);
    for (const [low, high] of asked.ranges) for (const record of between(sorted, low, high)) take(record);
  }
  return {
    claims: [...claims.values()].sort(newestFirst),
    mentions: [...mentions.values()].filter(({ record }) => !claims.has(record.id)).map(({ record, fields }) => ({ record, fields: [...fields].sort() })).sort((a, b) => newestFirst(a.record, b.record)),
  };
}

/** Values a statement; while the database answers one part, the next is made ready, on the other processor. */
const part = 200;

interface Found {
  readonly moment: Moment;
  readonly questions: readonly Understood[];
  /** One for each question. */
  readonly answering: readonly Answering[];
  readonly sought: readonly Sought[];
  /** Whether any of it was looked for among blinded values. */
  readonly sealed: boolean;
}

/** Values that are made ready before others have their turn on this thread: a reference is looked for in two dozen fields, and each costs some HMACs. */
const stretch = 50;

/** Makes up the questions of one part and sends them. @returns what turns the answer into claims, once it is there */
async function sendPart(deps: Deps, reader: Reader, values: readonly LookupValue[], from: number, where: Places, room: Room): Promise<() => Promise<Found>> {
  const questions: Question[] = [];
  for (const [i, value] of values.entries()) {
    if (i > 0 && i % stretch === 0) await turn();
    questions.push(question(deps, reader, value, `values.${from + i}.value`, where));
  }
  const probed = questions.flatMap(({ probes }) => probes);
  const [sought, sealed] = [[soughtIn(probed)], probed.some(({ asked }) => asked.sealed)];
  const tokens = new Map<string, Buffer>();
  for (const { asked, names } of probed) for (const [i, token] of asked.tokens.entries()) tokens.set(names[i] ?? '', token);
  const ranges = new Map(probed.flatMap(({ asked }) => asked.ranges.map((range) => [`${range[0].toString('latin1')} ${range[1].toString('latin1')}`, range] as const)));
  const answered = deps.read.byTokens(reader.stamp, [...tokens.values()], [...ranges.values()], mostRows);
  answered.catch(() => undefined); // It is awaited when its turn comes.
  return async () => {
    const { rows, hits, version, now } = await answered;
    if (hits.length >= mostRows) throw tooMany();
    const released = new Map((await reader.release(rows, now)).map((record) => [record.id, record]));
    // What was probed for is let go: of ten thousand values it is more than all the rest.
    return { moment: { version, now }, questions: questions.map(({ understood }) => understood), answering: match(questions, hits, released, room), sought, sealed };
  };
}

/** Parts under different versions of the registry make no answer: the one that is not this reader's says so to who asks. */
const momentOf = (parts: readonly Found[], { registry }: Reader): Moment | undefined => (parts.find(({ moment }) => moment.version !== registry.version) ?? parts[0])?.moment;

/** Each record once, as often as it was released differently. */
function disclosedIn(parts: readonly Found[]): Released[] {
  const all = parts.flatMap(({ answering }) => answering.flatMap(recordsOf));
  return parts.length === 1 ? [...new Set(all)] : [...new Map(all.map((record) => [`${record.id} ${record.fields.join(' ')}`, record])).values()];
}

type Places = (place: LookupPlace) => boolean;

/** @param where in which of the places of a value to look for it; all, unless given */
export async function lookUp(deps: Deps, reader: Reader, values: readonly LookupValue[], where: Places = () => true): Promise<Found & { readonly moment: Moment; readonly disclosed: readonly Released[] }> {
  const parts: Found[] = [];
  let sent: (() => Promise<Found>) | undefined;
  const room = new Room();
  for (let from = 0; from < values.length; from += part) {
    const next = await sendPart(deps, reader, values.slice(from, from + part), from, where, room);
    // What was just handed over goes out only when this thread rests.
    if (values.length > part) await turn();
    if (sent !== undefined) parts.push(await sent());
    sent = next;
  }
  if (sent !== undefined) parts.push(await sent());
  const sealed = parts.some((found) => found.sealed);
  // Under another master key sealed values were asked for in vain, and nothing found would pass for nothing there.
  if (sealed) await deps.vault.fits();
  const moment = momentOf(parts, reader);
  if (moment === undefined) throw new Error('nothing was asked');
  return { moment, questions: parts.flatMap(({ questions }) => questions), answering: parts.flatMap(({ answering }) => answering), sought: parts.flatMap(({ sought }) => sought), sealed, disclosed: disclosedIn(parts) };
}

