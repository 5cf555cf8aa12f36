/** Many observables at once: what was understood, and what is released of each. */
import { normalisers } from '../dictionary/normalise/index.ts';
import type { Reading } from '../dictionary/normalise/types.ts';
import type { Dictionary, Field, Json, Kind } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import { basesOf, speaksTo } from '../rules/grant.ts';
import type { Released } from '../rules/release.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, LookupAnswer, LookupValue, Observable } from './api.ts';
import type { Deps } from './deps.ts';
import { type Asked, askedTokens } from './tokens.ts';

const mostValues = 10_000;
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

/** Whom to ask when nothing is released: another member's desk in a channel in which this viewer reads for its purpose. */
function deskToAsk({ registry, viewer }: Reader): { partner: string; desk: string; contact: string } | undefined {
  const channels = [...registry.channels.values()].filter(({ members }) => members.includes(viewer.partner)).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const channel of channels) {
    const reads = basesOf(registry, channel).some((basis) => speaksTo(basis, viewer.partner) && basis.clause.access.includes('READ') && (basis.clause.purposes & viewer.purposeBit) !== 0);
    if (!reads) continue;
    for (const member of channel.members) {
      const [desk] = registry.partners.get(member)?.desks ?? [];
      if (member !== viewer.partner && desk !== undefined) return { partner: member, desk: desk.id, contact: desk.contact };
    }
  }
  return undefined;
}

const nothingMessage = { en: 'nothing released to you', th: 'ไม่มีข้อมูลที่เปิดเผยแก่ท่าน' } as const;

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
 * Which released records answer which question; one asked twice is answered once, and its claims count each time they are sent.
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

async function lookUp(deps: Deps, reader: Reader, values: readonly LookupValue[]) {
  const questions = values.map((value, i) => question(deps, reader, value, `values.${i}.value`));
  const tokens = new Map<string, Buffer>();
  for (const { probes } of questions) for (const { asked, names } of probes) for (const [i, token] of asked.tokens.entries()) tokens.set(names[i] ?? '', token);
  const ranges = new Map(questions.flatMap(({ probes }) => probes.flatMap(({ asked }) => asked.ranges.map((range) => [`${range[0].toString('latin1')} ${range[1].toString('latin1')}`, range] as const))));
  const { rows, hits, version, now } = await deps.read.byTokens(reader.stamp, [...tokens.values()], [...ranges.values()], mostRows);
  if (hits.length >= mostRows) throw tooMany();
  const released = new Map((await reader.release(rows, now)).map((record) => [record.id, record]));
  const claims = match(questions, hits, released);
  return { moment: { version, now }, questions, claims, disclosed: [...new Set(claims.flat())] };
}

export async function lookup(deps: Deps, asker: Asker, values: readonly LookupValue[]): Promise<readonly LookupAnswer[]> {
  if (values.length === 0 || values.length > mostValues) throw new Refusal('INVALID', { errors: [{ field: 'values', message: `from 1 to ${mostValues} values` }] });
  return answer(deps, asker, 'records:read', 'lookup', async (reader) => {
    const { moment, questions, claims, disclosed } = await lookUp(deps, reader, values);
    const unanswered = questions.some(({ error }, i) => error === undefined && (claims[i] ?? []).length === 0);
    const desk = unanswered ? deskToAsk(reader) : undefined;
    const nothing = { message: nothingMessage[asker.language], ...(desk === undefined ? {} : { desk }) };
    return {
      moment,
      released: disclosed,
      asked: questions.map(({ asked, value }) => deps.vault.blindForLedger(value ?? asked)),
      finish: () => questions.map(({ probes: _probes, ...said }, i) => {
        const found = claims[i] ?? [];
        return { ...said, claims: found, ...(found.length === 0 && said.error === undefined ? { nothing } : {}) };
      }),
    };
  });
}

const earliest = (claims: readonly Released[], names: readonly string[], pick: (a: string, b: string) => string): string | undefined =>
  claims.flatMap(({ body }) => names.map((name) => body[name]).filter((at): at is string => typeof at === 'string')).reduce<string | undefined>((best, at) => (best === undefined ? at : pick(best, at)), undefined);

/** The merged view of one observable: computed from the claims released to this viewer, and from nothing else. */
export async function observable(deps: Deps, asker: Asker, value: LookupValue): Promise<Observable> {
  return answer(deps, asker, 'records:read', 'observable', async (reader) => {
    const { moment, questions, claims, disclosed } = await lookUp(deps, reader, [value]);
    const [said] = questions;
    if (said?.error !== undefined) throw new Refusal('INVALID', { errors: [{ field: 'value', message: said.error.message }] });
    const found = claims[0] ?? [];
    const first = earliest(found, ['observedAt', 'observedFrom'], (a, b) => (a < b ? a : b));
    const last = earliest(found, ['observedAt', 'observedTo'], (a, b) => (a > b ? a : b));
    return {
      moment,
      released: disclosed,
      asked: [deps.vault.blindForLedger(said?.value ?? value.value)],
      finish: () => ({
        type: said?.type ?? '', value: said?.value ?? '', claims: found, originators: [...new Set(found.map(({ originator }) => originator))].sort(),
        ...(first === undefined ? {} : { firstObserved: first }), ...(last === undefined ? {} : { lastObserved: last }),
      }),
    };
  });
}
