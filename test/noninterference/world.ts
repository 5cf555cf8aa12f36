/**
 * Generated worlds: one history, told in two versions that differ only in what the eyes of one partner may not see. Everything in it is synthetic.
 */
import { caveatNames, type Level, levels } from '../../src/dictionary/compartment.ts';
import { spreadMarkings } from '../../src/dictionary/markings.ts';
import { valueAt } from '../../src/dictionary/parts.ts';
import type { Body, Kind, Reference } from '../../src/dictionary/types.ts';
import type { Partner } from '../../src/rules/registry.ts';
import { chance, type Dice, oneOf, some, times, upTo } from './dice.ts';
import { type Question, questions } from './questions.ts';
import { covering, type Eye, eyeOf, fitting, hiddenChannel, type Law, purposeOf, tellers } from './registry.ts';
import { markingsJson, mayMark, mayWrite, numbers, type Op, patchOf, placeholder, type Story, story, withheldIn, writable } from './story.ts';
import { dictionary, type Group, merged, nest, nested, standsAlone, valid, vocabulary } from './values.ts';

export interface Step {
  /** Its number in the history: its instant follows from it. */
  readonly at: number;
  readonly ref: number;
  readonly kind: string;
  readonly originator: string;
  readonly what: Op;
  /** Of this version alone: leaving it out leaves a world. */
  readonly own?: true;
}

export interface World {
  /** The first one asks; a second one of the same partner and purpose had the feed before. */
  readonly eyes: readonly [Eye, ...Eye[]];
  /** The history of each database. */
  readonly sides: readonly [readonly Step[], readonly Step[]];
  readonly refs: readonly number[];
  readonly questions: readonly Question[];
}

export const sideNames = [0, 1] as const;
export type SideName = (typeof sideNames)[number];

/** Nothing is amended after this. */
const endOf = ({ steps }: Story): number => steps.find(({ what }) => what.op === 'withdraw' || what.op === 'erase')?.at ?? Infinity;

interface Shared {
  readonly laws: readonly [Law, Law];
  readonly eyes: readonly Eye[];
  readonly between: () => number;
  /** By side: numbers in use, `originator kind number`. */
  readonly used: readonly [Set<string>, Set<string>];
  readonly stories: readonly Story[];
  /** By side: records that are there. */
  readonly there: readonly [Set<number>, Set<number>];
}

const fit = (variant: Body, common: Body, names: readonly string[]): boolean => names.every((name) => JSON.stringify(variant[name]) === JSON.stringify(common[name]));

/** One version of the content: the common one, but for what the eyes never see. */
function content(g: Dice, kind: Kind, groups: readonly Group[], common: Body, dark: ReadonlySet<string>): Body {
  const own: Record<string, Body[string]> = { ...common };
  for (const group of groups) {
    const hidden = group.names.filter((name) => dark.has(name));
    if (hidden.length === 0) continue;
    for (const name of hidden) delete own[name];
    const variants = group.variants.filter((variant) => fit(variant, common, group.names.filter((name) => !dark.has(name))));
    if (variants.length > 0 && (group.required || chance(g, 2))) Object.assign(own, oneOf(g, variants));
    else for (const name of hidden) if (common[name] !== undefined) own[name] = common[name];
  }
  return valid(kind, nested(kind, own)) ? own : common;
}

/** Marks of this version alone, on what the eyes never see, and that raise nothing else. */
function ownMarks(g: Dice, { kind }: Story, partner: Partner, dark: ReadonlySet<string>, top: Level): Map<string, Level> {
  const marks = new Map<string, Level>();
  for (const name of some(g, [...dark], 3)) {
    if (mayMark(kind, partner, name) && [...spreadMarkings(kind, new Map([[name, top]])).keys()].every((raised) => dark.has(raised))) marks.set(name, top);
  }
  return marks;
}

/** A number of this version alone, where the eyes never see it. */
function ownNumber(g: Dice, { kind, originator }: Story, dark: ReadonlySet<string>, used: Set<string>): Body {
  const free = numbers.filter((one) => !used.has(`${originator} ${kind.name} ${one}`));
  if (!dark.has('externalRef') || free.length === 0 || !chance(g, 2)) return {};
  const externalRef = oneOf(g, free);
  used.add(`${originator} ${kind.name} ${externalRef}`);
  return { externalRef };
}

/** Records that a story may name, as its originator sees them, when it is submitted. */
function targets({ laws: [law], stories }: Shared, told: Story, { to }: Reference): Story[] {
  const { originator, kind, steps } = told;
  const began = steps[0]?.at ?? 0;
  const officer: Eye = { partner: originator, purpose: purposeOf(kind), clearance: 'TOP_SECRET', caveats: caveatNames };
  return stories.filter((one) => one.ref < told.ref && to.includes(one.kind.name) && one.originator === originator && endOf(one) > began && covering(law, officer, { kind: one.kind, originator, classification: 0, channels: [] }).length > 0);
}

const everSeen = ({ laws: [law], eyes }: Shared, { kind, originator, states }: Story): boolean => states.some((state) => eyes.some((eye) => covering(law, eye, { kind, originator, ...state }).length > 0));
const naming = ({ path, list }: Reference, ref: number): Body => nest(path, list ? [placeholder(ref)] : placeholder(ref));

/** References that both sides have: to records that an eye sees at some time. */
const commonReferences = (g: Dice, shared: Shared, told: Story): Body => told.kind.references.reduce<Body>((body, reference) => {
  const possible = targets(shared, told, reference).filter((one) => everSeen(shared, one));
  return possible.length > 0 && chance(g, 2) ? merged(body, naming(reference, oneOf(g, possible).ref)) as Body : body;
}, {});

/** References of one version alone: to records that no eye ever sees, or in a piece that none sees. */
const ownReferences = (g: Dice, shared: Shared, told: Story, side: SideName, { references, dark }: Common): { reference: Reference; refs: number[] }[] =>
  told.kind.references.filter(({ path }) => valueAt(references, path) === undefined).map((reference) => ({
    reference,
    refs: targets(shared, told, reference).filter((one) => shared.there[side].has(one.ref) && (dark.has(reference.piece) || !everSeen(shared, one))).map(({ ref }) => ref),
  })).filter(({ refs }) => refs.length > 0 && chance(g, 2));

interface Common {
  readonly references: Body;
  readonly pieces: Body;
  readonly externalRef: Body;
  /** Pieces that no eye sees in any state that it sees. */
  readonly dark: ReadonlySet<string>;
  readonly seen: boolean;
}

/** The first instant from which no eye sees the record any more; undefined: one does at the end, or never did. */
function unseenFrom({ laws: [law], eyes }: Shared, { kind, originator, states }: Story): number | undefined {
  const shown = states.map((state) => eyes.some((eye) => covering(law, eye, { kind, originator, ...state }).length > 0));
  const last = shown.lastIndexOf(true);
  return last < 0 ? undefined : states[last + 1]?.since;
}

/** What one version does beside the common steps: changes of what the eyes do not see, and readings that are not theirs to know. */
function ownSteps(g: Dice, shared: Shared, told: Story, side: SideName, common: Common): { at: number; what: Op }[] {
  const { dark, seen } = common;
  const { kind, originator, steps } = told;
  const law = shared.laws[side];
  const partner = law.partners.get(originator);
  if (partner === undefined) throw new Error(originator);
  const began = steps[0]?.at ?? 0;
  const ended = endOf(told);
  const groups = writable(kind, partner);
  const made: { at: number; what: Op }[] = [];
  const add = (after: number, what: Op): void => {
    const at = after + shared.between();
    if (at < ended) made.push({ at, what });
  };
  const hidden = groups.filter(({ names }) => names.every((name) => dark.has(name)));
  if (hidden.length > 0) for (let left = upTo(g, 2); left > 0; left -= 1) add(oneOf(g, steps).at, { op: 'amend', patch: patchOf(g, kind, hidden) });
  // And one when all else has happened: what a feed then tells, it tells of this alone.
  if (hidden.length > 0 && chance(g, 2)) add(500, { op: 'amend', patch: patchOf(g, kind, hidden) });
  const gone = seen ? unseenFrom(shared, told) : began;
  if (gone !== undefined && chance(g, 2)) add(gone, { op: 'amend', patch: patchOf(g, kind, groups) });
  for (const { reference, refs } of ownReferences(g, shared, told, side, common)) {
    const stands = refs.filter((ref) => shared.stories.every((one) => one.ref !== ref || endOf(one) === Infinity));
    if (stands.length > 0) add(oneOf(g, steps).at, { op: 'amend', patch: naming(reference, oneOf(g, stands)) });
  }
  const last = steps.at(-1)?.at ?? 0;
  const level = told.states.at(-1)?.classification ?? 0;
  if (ended === Infinity && chance(g, 2) && fitting(law, { kind, originator, classification: level }).includes(hiddenChannel)) add(last + 1000, { op: 'share', channel: hiddenChannel });
  if (shared.eyes.every(({ partner: who }) => who !== originator) && chance(g, 3)) made.push({ at: began + shared.between(), what: { op: 'read', by: oneOf(g, tellers.filter((who) => shared.eyes.every((eye) => eye.partner !== who))) } });
  return made;
}

/** One side's version of a record. */
function version(g: Dice, shared: Shared, told: Story, side: SideName, common: Common): Step[] {
  const { kind, originator, ref, states, steps } = told;
  const partner = shared.laws[side].partners.get(originator);
  const [first] = states;
  if (partner === undefined || first === undefined) throw new Error(originator);
  const top = Math.min(partner.clearance, 3) as Level;
  const pieces = content(g, kind, writable(kind, partner), common.pieces, common.dark);
  const own = ownReferences(g, shared, told, side, common).reduce<Body>((body, { reference, refs }) => merged(body, naming(reference, oneOf(g, refs))) as Body, common.references);
  const number = Object.keys(common.externalRef).length > 0 ? common.externalRef : ownNumber(g, told, common.dark, shared.used[side]);
  const extra = ownMarks(g, told, partner, common.dark, top);
  const marks = (given: ReadonlyMap<string, Level>): Body[string] => markingsJson(new Map([...[...extra].filter(([name]) => !given.has(name)), ...given]));
  const what = (op: Op, i: number): Op => {
    if (op.op === 'submit') {
      const whole = merged(nested(kind, pieces), own) as Body;
      const body = { ...(valid(kind, whole) ? whole : merged(nested(kind, common.pieces), common.references) as Body), ...number, classification: levels[first.classification] ?? '', channels: first.channels, markings: marks(first.markings) };
      return { op: 'submit', body };
    }
    if (op.op !== 'amend' || op.patch['markings'] === undefined) return op;
    const state = states.find(({ since }) => since === steps[i]?.at);
    return { op: 'amend', patch: { markings: marks(state?.markings ?? new Map()) } };
  };
  const base = { ref, kind: kind.name, originator };
  return [
    ...steps.map((step, i): Step => ({ ...base, at: step.at, what: what(step.what, i) })),
    ...ownSteps(g, shared, told, side, common).map((step): Step => ({ ...base, ...step, own: true })),
  ];
}

/** What both sides have of a record. */
function commonOf(g: Dice, shared: Shared, told: Story): Common {
  const { laws: [law], eyes } = shared;
  const { kind, originator, states, ref } = told;
  const partner = law.partners.get(originator);
  if (partner === undefined) throw new Error(originator);
  const seen = states.filter((state) => eyes.some((eye) => covering(law, eye, { kind, originator, ...state }).length > 0));
  const dark = new Set(kind.pieces.filter(({ name }) => seen.every((state) => withheldIn(law, eyes, told, state).has(name))).map(({ name }) => name));
  const groups = writable(kind, partner).filter(({ required }) => required || chance(g, 2));
  const pieces = Object.assign({}, ...groups.map(({ variants }) => oneOf(g, variants))) as Body;
  const least = Object.assign({}, ...groups.filter(({ required }) => required).map(({ variants }) => variants[0])) as Body;
  const numbered = (kind.field.get('externalRef')?.level ?? 0) <= partner.clearance && chance(g, 3);
  const references = seen.length > 0 ? commonReferences(g, shared, told) : {};
  const sound = [pieces, least].find((one) => valid(kind, merged(nested(kind, one), references) as Body));
  return { references: sound === undefined ? {} : references, pieces: sound ?? least, externalRef: numbered ? { externalRef: `C-${ref}` } : {}, dark, seen: seen.length > 0 };
}

/** A second eye of the same partner and purpose: another officer, or the same one with another token. */
function eyesOf(g: Dice, law: Law, kinds: readonly Kind[]): [Eye, ...Eye[]] {
  const eye = eyeOf(g, law, kinds);
  const other = eyeOf(g, law, kinds);
  return chance(g, 4) ? [eye, { ...other, partner: eye.partner, purpose: eye.purpose }] : [eye];
}

/** A world under these laws, its eyes, its two versions, and what is asked of both. */
export function world(g: Dice, laws: readonly [Law, Law]): World {
  const possible = [...dictionary.kinds.values()].filter((kind) => standsAlone(kind) && vocabulary(kind.name).groups.length > 0 && tellers.some((who) => mayWrite(laws[0], kind, who)));
  const kinds = times(g, 1, 2, () => oneOf(g, possible));
  const eyes = eyesOf(g, laws[0], kinds);
  let at = 0;
  const clock = (): number => (at += 1);
  const stories = times(g, 2, 5, () => 0).map((_, i) => story(g, laws[0], oneOf(g, kinds), i + 1, clock));
  const shared: Shared = { laws, eyes, between: () => upTo(g, 900) / 1000 + 0.01, used: [new Set(), new Set()], stories, there: [new Set(), new Set()] };
  const sides: [Step[], Step[]] = [[], []];
  for (const told of stories) {
    const common = commonOf(g, shared, told);
    for (const side of sideNames) {
      if (!common.seen && chance(g, 3)) continue;
      // Nothing of an invisible record need be common.
      const its = common.seen ? common : { ...commonOf(g, shared, told), externalRef: {} };
      shared.there[side].add(told.ref);
      sides[side].push(...version(g, shared, told, side, its));
    }
  }
  for (const side of sides) side.sort((a, b) => a.at - b.at);
  return { eyes, sides, refs: stories.map(({ ref }) => ref), questions: questions(g, stories) };
}

const shown = ({ partner, purpose, clearance, caveats }: Eye): string => `${partner} for ${purpose}, ${clearance} [${caveats.join(' ')}]`;
const line = ({ at, ref, kind, originator, what, own }: Step): string => `  ${at} r${ref} ${kind} of ${originator}${own === true ? ', here alone' : ''}: ${JSON.stringify(what)}`;

/** In words, for whoever looks for the leak. */
export const described = ({ eyes, sides: [left, right] }: World): string => `seen by ${eyes.map(shown).join(' and ')}\n${left.map(line).join('\n')}\n  -- the other --\n${right.map(line).join('\n')}`;
