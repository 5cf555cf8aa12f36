/**
 * Generated worlds: one history, told in two versions that differ only in what one viewer may not see. Everything in it is synthetic.
 */
import fc from 'fast-check';
import { type CaveatName, type Level, type LevelName, levels, type PurposeName } from '../../src/dictionary/compartment.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { spreadMarkings } from '../../src/dictionary/markings.ts';
import type { Body, Json } from '../../src/dictionary/types.ts';
import { allCaveatNames, covering, type Eye, hiddenChannel, level, viewers } from './world-registry.ts';

const indicator = loadDictionary().kinds.get('Indicator');
if (indicator === undefined) throw new Error('no Indicator');
export const kind = indicator;

export type Pick = fc.GeneratorValue;
const oneOf = <T>(g: Pick, values: readonly T[]): T => g(() => fc.constantFrom(...values));
const some = <T>(g: Pick, values: readonly T[]): T[] => g(() => fc.subarray([...values]));
const chance = (g: Pick, of: number): boolean => g(fc.nat, of - 1) === 0;

export const domains = ['a.evil-one.com', 'evil-one.com', 'b.evil-two.net', 'evil-two.net'] as const;
export const refs = ['R-1', 'R-2', 'R-3'] as const;
const textValues = ['first words', 'second words', 'third words'] as const;

/** Possible values of the fields, small pools so that they meet. `value` goes with its type. */
const pools: Readonly<Record<string, readonly Json[]>> = {
  value: domains,
  description: textValues, role: ['PHISHING', 'C2'], observedAt: ['2026-01-05T00:00:00.000Z', '2026-02-05T00:00:00.000Z'], confidence: [10, 90],
  country: ['KH', 'TH'], asn: [64500, 64501], port: [443, 5060],
  caseRefs: [[{ authority: 'alpha', number: '1/2569' }], [{ authority: 'beta', number: '2/2569' }]], evaluation: [{ source: 'A', information: 1 }, { source: 'B', information: 3 }],
  location: [{ lat: 13.6, lon: 102.5 }, { lat: 14.1, lon: 100.2 }], subscriber: [{ name: 'Synthetic Person' }, { name: 'Synthetic Company' }],
  rationale: textValues, collectionMethod: textValues, sourceDetail: textValues,
};
export const optional = Object.keys(pools).filter((name) => name !== 'value');
const markable = ['type', 'value', 'description', 'role', 'observedAt', 'country', 'location', 'rationale', 'port'] as const;

export const content = (g: Pick, names: readonly string[]): Body => Object.fromEntries(names.map((name) => [name, oneOf(g, pools[name] ?? ['x'])]));

export interface State {
  readonly classification: Level;
  readonly markings: ReadonlyMap<string, Level>;
  readonly channels: readonly string[];
}

export type Op =
  | { readonly op: 'submit'; readonly body: Body }
  | { readonly op: 'amend'; readonly patch: Body }
  | { readonly op: 'share' | 'unshare'; readonly channel: string }
  | { readonly op: 'withdraw' }
  | { readonly op: 'read'; readonly by: string };

export interface Step {
  /** Its number in the history: its instant follows from it. */
  readonly at: number;
  readonly id: string;
  readonly originator: string;
  readonly what: Op;
}

export interface World {
  readonly eye: Eye;
  /** The history of each database. */
  readonly sides: readonly [readonly Step[], readonly Step[]];
  readonly ids: readonly string[];
  /** Own numbers and values in use. */
  readonly note: string;
}

const names = (mark: ReadonlyMap<string, Level>): Json => [...mark].map(([field, rank]) => ({ field, level: levels[rank] }));
const marked = (state: State): Map<string, Level> => spreadMarkings(kind, state.markings);

function withheldIn(eye: Eye, originator: string, state: State): Set<string> {
  const ways = covering(eye, originator, state.classification, state.channels);
  const marks = marked(state);
  return new Set(kind.fields.filter(({ name, level: base, caveats }) => {
    const needs = Math.max(base, state.classification, marks.get(name) ?? 0);
    return !ways.some((way) => needs <= way.ceiling && (caveats & ~way.caveats) === 0);
  }).map(({ name }) => name));
}

const channelsFor: Readonly<Record<string, readonly string[]>> = { alpha: ['one', 'two', 'three'], beta: ['one', 'two'], gamma: ['one', 'three'], delta: ['one', 'two', 'three'] };
const highest: Readonly<Record<string, Level>> = { one: 2, two: 3, three: 1 };
const fitting = (originator: string, classification: Level): string[] => (channelsFor[originator] ?? []).filter((name) => classification <= (highest[name] ?? 0));

export const eyeOf = (g: Pick): Eye => ({
  partner: oneOf(g, viewers), purpose: oneOf<PurposeName>(g, ['INVESTIGATION', 'INVESTIGATION', 'PREVENTION']),
  clearance: oneOf<LevelName>(g, ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL', 'SECRET']), caveats: some<CaveatName>(g, allCaveatNames),
});

const markingsOf = (g: Pick, most: number, originator: string): Map<string, Level> =>
  new Map(g(() => fc.subarray([...markable], { maxLength: most })).map((field) => {
    const top = originator === 'gamma' ? 2 : 3;
    return [field, Math.max(kind.field.get(field)?.level ?? 0, oneOf<Level>(g, [1, 2, 3].filter((rank) => rank <= top) as Level[])) as Level];
  }));

interface Draft {
  readonly id: string;
  readonly originator: string;
  readonly states: State[];
  readonly steps: { at: number; what: Op }[];
}

/** Not gamma's to write: it is not cleared for them. */
const beyond: ReadonlySet<string> = new Set(['subscriber', 'collectionMethod', 'sourceDetail']);
const writable = (originator: string): string[] => optional.filter((name) => originator !== 'gamma' || !beyond.has(name));

/** A record's common history, and the states it went through. */
function draft(g: Pick, id: string, clock: () => number): Draft {
  const originator = oneOf(g, ['alpha', 'alpha', 'beta', 'gamma', 'delta']);
  const classification = oneOf<Level>(g, originator === 'gamma' ? [0, 1, 2] : [0, 0, 1, 1, 2, 3]);
  let state: State = { classification, markings: markingsOf(g, 2, originator), channels: some(g, fitting(originator, classification)) };
  const states = [state];
  const steps: Draft['steps'] = [{ at: clock(), what: { op: 'submit', body: {} } }];
  for (let changes = g(fc.nat, 3); changes > 0; changes -= 1) {
    const at = clock();
    const pick = g(fc.nat, 6);
    if (pick === 0) {
      state = { ...state, markings: markingsOf(g, 2, originator) };
      steps.push({ at, what: { op: 'amend', patch: { markings: names(state.markings) } } });
    } else if (pick === 1) {
      const rank = oneOf<Level>(g, ([0, 1, 2, 3] as const).filter((one) => state.channels.every((name) => one <= (highest[name] ?? 0)) && (originator !== 'gamma' || one < 3)));
      state = { ...state, classification: rank };
      steps.push({ at, what: { op: 'amend', patch: { classification: levels[rank] } } });
    } else if (pick === 2) {
      const channel = oneOf(g, ['one', ...fitting(originator, state.classification)]);
      if (!fitting(originator, state.classification).includes(channel)) continue;
      state = { ...state, channels: [...new Set([...state.channels, channel])].sort() };
      steps.push({ at, what: { op: 'share', channel } });
    } else if (pick === 3 && state.channels[0] !== undefined) {
      const channel = oneOf(g, state.channels);
      state = { ...state, channels: state.channels.filter((one) => one !== channel) };
      steps.push({ at, what: { op: 'unshare', channel } });
    } else if (pick === 4 && chance(g, 2)) {
      state = { ...state, channels: [] };
      steps.push({ at, what: { op: 'withdraw' } });
      states.push(state);
      break;
    } else steps.push({ at, what: { op: 'amend', patch: content(g, some(g, ['description', 'role', 'confidence', 'rationale'])) } });
    states.push(state);
  }
  if (chance(g, 2)) steps.push({ at: clock(), what: { op: 'read', by: oneOf(g, ['alpha', 'beta', 'delta']) } });
  return { id, originator, states, steps };
}

/** One side's version of a record: common content, its own values of what the viewer never sees, its own changes of those, its own marks and shares. */
function version(g: Pick, { id, originator, states, steps }: Draft, common: Body, dark: ReadonlySet<string>, clock: () => number, used: Set<string>): Step[] {
  const hidden = writable(originator).filter((name) => dark.has(name));
  const own = content(g, some(g, hidden));
  const value = dark.has('value') ? content(g, ['value']) : {};
  const free = refs.filter((one) => !used.has(`${originator} ${one}`));
  const ref: Body = dark.has('externalRef') && free.length > 0 && chance(g, 2) ? { externalRef: oneOf(g, free) } : {};
  used.add(`${originator} ${String(ref['externalRef'])}`);
  const first = states[0];
  if (first === undefined) throw new Error('no state');
  const extra = new Map([...dark].filter((name) => markable.includes(name as 'type') && chance(g, 3)).map((name) => [name, 3 as Level]));
  const marks = (given: ReadonlyMap<string, Level>): Json =>
    names(originator === 'gamma' ? given : new Map([...given, ...[...extra].filter(([name]) => !given.has(name))]));
  const told = steps.map(({ at, what }): Step => {
    if (what.op === 'submit') {
      const body = { ...Object.fromEntries(Object.entries(common).filter(([name]) => !dark.has(name) || name === 'type' || name === 'value')), ...own, ...value, ...ref };
      return { at, id, originator, what: { op: 'submit', body: { ...body, classification: levels[first.classification], channels: first.channels, markings: marks(first.markings) } } };
    }
    if (what.op === 'amend' && what.patch['markings'] !== undefined) {
      const given = new Map((what.patch['markings'] as readonly { field: string; level: LevelName }[]).map(({ field, level: name }) => [field, level(name)]));
      return { at, id, originator, what: { op: 'amend', patch: { markings: marks(given) } } };
    }
    return { at, id, originator, what };
  });
  const until = steps.find(({ what }) => what.op === 'withdraw')?.at ?? Infinity;
  for (let times = hidden.length === 0 ? 0 : g(fc.nat, 2); times > 0; times -= 1) {
    const at = (steps[0]?.at ?? 0) + clock();
    if (at < until) told.push({ at, id, originator, what: { op: 'amend', patch: content(g, some(g, hidden)) } });
  }
  if (originator === 'delta' && chance(g, 2) && until === Infinity) told.push({ at: (steps.at(-1)?.at ?? 0) + clock(), id, originator, what: { op: 'share', channel: hiddenChannel } });
  return told;
}

let worlds = 0;

/** A world, its viewer, and its two versions. */
export function world(g: Pick): World {
  worlds += 1;
  const eye = eyeOf(g);
  let at = 0;
  const clock = (): number => (at += 1);
  /** Between the steps that both sides have. */
  const between = (): number => g(fc.nat, 900) / 1000 + 0.01;
  const ids: string[] = [];
  const used = [new Set<string>(), new Set<string>()] as const;
  const sides: [Step[], Step[]] = [[], []];
  for (let i = g(() => fc.integer({ min: 3, max: 7 })); i > 0; i -= 1) {
    const id = `01900000-0000-7000-8${worlds.toString(16).padStart(3, '0')}-${(ids.length + 1).toString(16).padStart(12, '0')}`;
    ids.push(id);
    const made = draft(g, id, clock);
    const seen = made.states.filter((state) => covering(eye, made.originator, state.classification, state.channels).length > 0);
    const dark = new Set(kind.fields.filter(({ name }) => seen.every((state) => withheldIn(eye, made.originator, state).has(name))).map(({ name }) => name));
    const common: Body = { ...content(g, ['value', ...some(g, writable(made.originator))]), type: 'DOMAIN', ...(chance(g, 3) ? { externalRef: `C-${ids.length}` } : {}) };
    for (const side of [0, 1] as const) {
      if (seen.length === 0 && chance(g, 3)) continue;
      sides[side].push(...version(g, made, seen.length === 0 ? { ...content(g, ['value']), type: 'DOMAIN' } : common, dark, between, used[side]));
    }
  }
  for (const side of sides) side.sort((a, b) => a.at - b.at);
  return { eye, sides, ids, note: `${eye.partner} ${eye.purpose} ${eye.clearance} [${eye.caveats.join(' ')}]` };
}
