/**
 * What records of a kind may hold, from the dictionary and the table of lives: a new kind is generated from the day it is there. Small pools, so
 * that values meet. All of it synthetic.
 */
import { purposesIn } from '../../src/dictionary/compartment.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { nestInto, split } from '../../src/dictionary/parts.ts';
import type { Body, Field, Json, Kind } from '../../src/dictionary/types.ts';
import { validSubmission } from '../../src/dictionary/validate.ts';
import { normalForm } from '../../src/exchange/normalise.ts';
import { withoutReferences } from '../../src/exchange/references.ts';
import { lives } from '../support/lives.ts';

export const dictionary = loadDictionary();

/** Pieces that go together, because one says what another is; and what they may be, each variant with a value for some of them. */
export interface Group {
  readonly names: readonly string[];
  readonly variants: readonly Body[];
  readonly required: boolean;
}

export interface Vocabulary {
  readonly kind: Kind;
  readonly groups: readonly Group[];
  /** By piece. */
  readonly groupOf: ReadonlyMap<string, Group>;
}

/** Decided by the world, or of no meaning in it: erasure at a date is none of the viewer's doing. */
const decided: ReadonlySet<string> = new Set(['channels', 'classification', 'markings', 'externalRef', 'retainUntil']);

const isObject = (value: Json | undefined): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);
export const merged = (target: Json | undefined, patch: Json): Json =>
  (isObject(patch) ? { ...(isObject(target) ? target : {}), ...Object.fromEntries(Object.entries(patch).map(([name, value]) => [name, merged(isObject(target) ? target[name] : undefined, value)])) } : patch);

/** Of somebody who is missing, and of whoever may be that person. */
export const missingName = 'Synthetic Missing';

/** More than the table of lives has, where values must differ under one type. */
const more: Readonly<Record<string, readonly Body[]>> = {
  Indicator: [
    ...['a.evil-one.com', 'evil-one.com', 'b.evil-two.net', 'evil-two.net'].map((value) => ({ value, type: 'DOMAIN' })),
    { role: 'PHISHING', observedAt: '2026-01-05T00:00:00.000Z', country: 'KH', asn: 64500, port: 443, location: { lat: 13.6, lon: 102.5 }, subscriber: { name: 'Synthetic Person' } },
    { role: 'C2', observedAt: '2026-02-05T00:00:00.000Z', country: 'TH', asn: 64501, port: 5060, location: { lat: 14.1, lon: 100.2 }, subscriber: { name: 'Synthetic Company' } },
  ],
  ...Object.fromEntries(['Identity', 'Victim'].map((kind) => [kind, [{ names: [{ full: missingName, script: 'Latn' }] }]])), Screening: [{ traveller: { name: missingName } }],
  Account: ['0810004567', '0810004568', '0810004569'].map((number) => ({ scheme: 'PROMPTPAY', proxyType: 'PHONE', number })),
};

/** Where money lies: few places, so that its ways join. */
export const moneyNumbers = ['1112334456', '2223445567', '3334556678'] as const;
export const coins = ['0x52908400098527886E0F7030069857D2E4169EE7'] as const;
const bank = (number: string): Body => ({ scheme: 'BANK', institution: { code: '002', country: 'TH' }, number });
const moves: readonly Body[] = ['2021-01-01T00:00:00.000Z', '2021-01-02T00:00:00.000Z', '2021-01-03T00:00:00.000Z'].flatMap((at, i) => [
  { from: bank(moneyNumbers[i] ?? ''), to: i === 2 ? { cryptoAddress: coins[0] } : bank(moneyNumbers[i + 1] ?? ''), at, amount: `${i + 1}00`, currency: 'THB' },
]);

const envelopes: readonly Body[] = [
  { caseRefs: [{ authority: 'alpha', number: '1/2569' }], evaluation: { source: 'A', information: 1 }, observedFrom: '2021-01-01T00:00:00.000Z', observedTo: '2026-02-01T00:00:00.000Z', language: 'en' },
  { caseRefs: [{ authority: 'gamma', number: '2/2569' }, { authority: 'alpha', number: '1/2569' }], evaluation: { source: 'B', information: 3 }, legalBasis: { ground: 'Synthetic ground' } },
];

/** Partners that the table of lives names, as the worlds have them: everybody may have what she consented to. */
const ours = (body: Body): Body => JSON.parse(JSON.stringify(body).replaceAll(/"(?:(?:th|kh|kr|jp|us)-[a-z-]+|unodc)"/g, '"alpha"').replaceAll(/"desk":"[^"/]*"/g, '"desk":"duty"').replaceAll(/"desk":"[^"/]*\/[^"]*"/g, '"desk":"alpha/duty"')) as Body;
export const everybody = ['alpha', 'beta', 'gamma', 'delta', 'eps'] as const;
const consented = ({ consent, purposes }: Kind): Body =>
  (consent === undefined ? {} : { [consent]: { recipients: everybody, purposes: purposesIn(purposes), given: '2021-01-01T00:00:00.000Z', method: 'WRITTEN', language: 'en' } });

const samplesOf = (kind: Kind): Body[] => {
  const [life] = lives.filter((one) => one.kind === kind.name);
  const given = (life?.given ?? {}) as Body;
  const changes = [life?.seenChange, life?.hiddenChange].filter((change) => change !== undefined) as Body[];
  return [...(life === undefined ? [] : [given]), ...changes.map((change) => merged(given, change) as Body), ...(more[kind.name] ?? []), ...(kind.name === 'Transfer' ? moves : []), ...envelopes].map((body) => withoutReferences(kind, split(kind, ours(body))));
};

/** Nested, as a writer sends it. */
export function nested(kind: Kind, pieces: Body): Body {
  const body: Record<string, Json> = {};
  for (const { name, path } of kind.pieces) if (pieces[name] !== undefined) nestInto(body, path, pieces[name]);
  return body;
}

const someId = '01900000-0000-7000-8000-000000000000';
export const nest = (path: readonly string[], value: Json): Body => path.toReversed().reduce<Json>((inner, name) => ({ [name]: inner }), value) as Body;
/** References that a submission must carry; a record of the world takes their place. */
const needed = (kind: Kind): Body => kind.references.filter(({ piece }) => kind.field.get(piece)?.required === true).reduce<Body>((body, { path, list }) => merged(body, nest(path, list ? [someId] : someId)) as Body, {});

/** Whether it can be without another record. What cannot is not told yet. */
export const standsAlone = (kind: Kind): boolean => kind.course === undefined && Object.keys(needed(kind)).length === 0;

export function valid(kind: Kind, body: Body): boolean {
  try {
    const whole = JSON.parse(JSON.stringify(merged(needed(kind), body)).replaceAll(/\{r\d+\}/g, someId)) as Body;
    return normalForm(kind, validSubmission(kind, { classification: 'UNCLASSIFIED', ...whole })).faults.length === 0;
  } catch {
    return false;
  }
}

/** Values that a field's own type allows. */
function guesses({ type, example, normalise }: Field): Json[] {
  const { enum: words } = (type.list ? type.schema['items'] : type.schema) as { readonly enum?: readonly Json[] };
  const wrapped = (values: readonly Json[]): Json[] => (type.list ? values.map((value) => [value]) : [...values]);
  const own = example === undefined ? [] : [example];
  if (words !== undefined) return [...own, ...wrapped(words.slice(0, 3))];
  if (type.name === 'Boolean') return [...own, ...wrapped([true, false])];
  if (/^(?:Int|SafeInt|Float)$/.test(type.name)) return [...own, ...wrapped([1, 7])];
  if (type.name === 'String' && (normalise === undefined || normalise.by === 'TEXT')) return [...own, ...wrapped(['first words', 'second words', 'third words'])];
  return own;
}

/** A field with those that say its type, transitively. */
function groupsOf(kind: Kind, names: readonly string[]): string[][] {
  const groups = new Map(names.map((name) => [name, new Set([name])]));
  for (const { name, path, normalise } of kind.pieces) {
    for (const said of [normalise?.type, normalise?.subtype]) {
      const other = said === undefined ? undefined : [...path.slice(0, -1), said].join('.');
      const [a, b] = [groups.get(name), groups.get(other ?? '')];
      if (a === undefined || b === undefined || a === b) continue;
      for (const one of b) groups.set(one, a.add(one));
    }
  }
  return [...new Set(groups.values())].map((group) => [...group]);
}

const unique = (values: readonly Body[]): Body[] => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
const only = (body: Body, names: readonly string[]): Body => Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));

function vocabularyOf(kind: Kind): Vocabulary {
  const samples = samplesOf(kind).map((pieces) => only(pieces, kind.pieces.map(({ name }) => name)));
  const fieldOf = (name: string): Field | undefined => kind.field.get(name);
  const byDecision = kind.fields.flatMap(({ decided: by }) => (by === undefined ? [] : [by.into, by.victim]));
  const writable = kind.pieces.filter(({ name, path }) => !decided.has(name) && !byDecision.includes(name) && fieldOf(path[0] ?? '')?.writable === true).map(({ name }) => name);
  const base = only(samples[0] ?? {}, writable);
  const least = Object.fromEntries(Object.entries(base).filter(([name]) => fieldOf(name)?.required === true));
  const groups = groupsOf(kind, writable).map((names): Group => {
    const [name = ''] = names;
    const field = fieldOf(name);
    if (name === kind.consent) return { names, variants: [consented(kind)], required: true };
    const guessed = names.length > 1 || field === undefined ? [] : guesses(field).map((value) => only(withoutReferences(kind, split(kind, ours({ [name]: value }))), names));
    const from = samples.map((sample) => only(sample, names)).filter((sample) => Object.keys(sample).length > 0);
    const bases = [least, base].map((one) => Object.fromEntries(Object.entries(one).filter(([each]) => !names.includes(each))));
    const variants = unique([...from, ...guessed]).filter((variant) => Object.keys(variant).length > 0 && bases.some((one) => valid(kind, nested(kind, { ...one, ...variant }))));
    return { names, variants, required: names.some((one) => fieldOf(one)?.required === true) };
  }).filter(({ variants }) => variants.length > 0);
  return { kind, groups, groupOf: new Map(groups.flatMap((group) => group.names.map((name) => [name, group] as const))) };
}

/** Every kind, by name. */
export const vocabularies: ReadonlyMap<string, Vocabulary> = new Map([...dictionary.kinds.values()].map((kind) => [kind.name, vocabularyOf(kind)]));
export function vocabulary(kind: string): Vocabulary {
  const found = vocabularies.get(kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}
