/** The two versions of one record: what both have of it, and what each has that the eyes never see. */
import type { Level } from '../../src/dictionary/compartment.ts';
import { levels } from '../../src/dictionary/compartment.ts';
import { spreadMarkings } from '../../src/dictionary/markings.ts';
import type { Body, Kind } from '../../src/dictionary/types.ts';
import type { Partner } from '../../src/rules/registry.ts';
import { chance, type Dice, oneOf, some, upTo } from './dice.ts';
import { fitting } from './reach.ts';
import { hiddenChannel, tellers } from './registry.ts';
import { commonReferences, naming, ownReferences } from './naming.ts';
import { alike, darkOf, everSeen, type Scene, unseenFrom } from './sights.ts';
import { endOf, markingsJson, mayMark, numbers, type Op, patchOf, placeholder, type Story, writable } from './story.ts';
import { factsFor } from './told.ts';
import { dictionary, type Group, merged, nest, nested, valid } from './values.ts';

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

export const sideNames = [0, 1] as const;
export type SideName = (typeof sideNames)[number];

export interface Shared extends Scene {
  readonly between: () => number;
  /** By side: numbers in use, `originator kind number`. */
  readonly used: readonly [Set<string>, Set<string>];
  /** By side: records that are there. */
  readonly there: readonly [Set<number>, Set<number>];
  /** What both sides have of the records before. */
  readonly commons: Map<number, Common>;
}

/** What both sides have of a record. */
export interface Common {
  readonly references: Body;
  readonly pieces: Body;
  readonly externalRef: Body;
  /** Pieces that no eye sees in any state that it sees, nor in what is made of the record. */
  readonly dark: ReadonlySet<string>;
  readonly seen: boolean;
}

export function partnerOf({ laws: [law] }: Scene, id: string): Partner {
  const found = law.partners.get(id);
  if (found === undefined) throw new Error(id);
  return found;
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
export function ownMarks(g: Dice, { kind }: Story, partner: Partner, dark: ReadonlySet<string>, top: Level): Map<string, Level> {
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

/** What ends an extract, or stands in it. */
const bearing = (kind: Kind): string[] => [...dictionary.kinds.values()].flatMap((made) =>
  (made.extract?.of !== kind.name ? [] : [kind.consent ?? '', ...(made.extract.never?.slice(0, 1) ?? []), ...made.fields.filter(({ derivedFrom }) => derivedFrom.includes(made.extract?.from ?? '')).map(({ name }) => name)]));

/** Whether an eye sees what is made of it. */
const isTold = (shared: Scene, { ref }: Story): boolean => shared.stories.some((one) => one.kind.extract !== undefined && one.ends?.some((end) => end.ref === ref) === true && everSeen(shared, one));

export function commonOf(g: Dice, shared: Shared, told: Story): Common {
  const { kind, originator, ref } = told;
  const partner = partnerOf(shared, originator);
  const bound = isTold(shared, told);
  const dark = darkOf(shared, told);
  if (bound) for (const name of bearing(kind)) dark.delete(name);
  const seen = bound || everSeen(shared, told);
  const groups = kind.extract === undefined ? writable(kind, partner).filter(({ required }) => required || chance(g, 2)) : [];
  const said = { ...told.said, ...told.states[0]?.facts, ...(told.consent === undefined || kind.consent === undefined ? {} : { [kind.consent]: told.consent }) };
  const pieces = Object.assign({}, ...groups.map(({ variants }) => oneOf(g, variants)), said) as Body;
  const least = Object.assign({}, ...groups.filter(({ required }) => required).map(({ variants }) => variants[0]), said) as Body;
  const numbered = kind.extract === undefined && (kind.field.get('externalRef')?.level ?? 0) <= partner.clearance && chance(g, 3);
  const references = seen ? commonReferences(g, shared, told, dark) : {};
  const sound = [pieces, least].find((one) => valid(kind, joined(told, one, references)));
  return { references: sound === undefined ? {} : references, pieces: sound ?? least, externalRef: numbered ? { externalRef: `C-${ref}` } : {}, dark, seen };
}

/** A whole body; what is filled from a record that it names says nothing else. */
export function joined({ kind }: Story, pieces: Body, references: Body): Body {
  const filled = new Set(kind.fills.flatMap(({ piece }) => (references[piece] === undefined ? [] : [piece])));
  return merged(nested(kind, Object.fromEntries(Object.entries(pieces).filter(([name]) => !filled.has(name)))), references) as Body;
}

/** What one version does beside the common steps: changes of what the eyes do not see, and readings that are not theirs to know. */
function ownSteps(g: Dice, shared: Shared, told: Story, side: SideName, common: Common): { at: number; what: Op }[] {
  const { dark, seen } = common;
  const { kind, originator, steps } = told;
  const law = shared.laws[side];
  const began = steps[0]?.at ?? 0;
  const ended = endOf(told);
  const groups = writable(kind, partnerOf(shared, originator));
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
  if (gone !== undefined && chance(g, 2) && !isTold(shared, told)) add(gone, { op: 'amend', patch: patchOf(g, kind, groups) });
  for (const { reference, refs } of ownReferences(g, shared, told, side, common)) {
    const stands = refs.filter((ref) => !reference.filling && shared.stories.every((one) => one.ref !== ref || endOf(one) === Infinity));
    if (stands.length > 0) add(oneOf(g, steps).at, { op: 'amend', patch: naming(reference, oneOf(g, stands)) });
  }
  if (kind.staged !== undefined && told.said === undefined && [kind.staged.field, kind.staged.transition, kind.staged.since, kind.staged.history].every((name) => dark.has(name)) && !isTold(shared, told)) {
    add(oneOf(g, steps).at, { op: 'stage', turn: upTo(g, 5), reason: 'Synthetic: of this version alone' });
  }
  const last = steps.at(-1)?.at ?? 0;
  const level = told.states.at(-1)?.classification ?? 0;
  if (ended === Infinity && told.consent === undefined && chance(g, 2) && fitting(law, { kind, originator, classification: level }).includes(hiddenChannel)) add(last + 1000, { op: 'share', channel: hiddenChannel });
  return made;
}

/** Readings of others, of this version alone: none of the eyes' own records. */
const ownReadings = (g: Dice, shared: Shared, { originator, steps }: Story): { at: number; what: Op }[] =>
  (shared.eyes.every(({ partner: who }) => who !== originator) && chance(g, 3)
    ? [{ at: (steps[0]?.at ?? 0) + shared.between(), what: { op: 'read', by: oneOf(g, tellers.filter((who) => shared.eyes.every((eye) => eye.partner !== who))) } }] : []);

/** The records that this version of it is there by: others, where no eye sees which, and it shows no otherwise. */
function endsOn(g: Dice, shared: Shared, told: Story, side: SideName, { dark }: Common): Story {
  const { ends = [], kind } = told;
  if (kind.ends.length === 0 || !kind.ends.every(({ piece }) => dark.has(piece)) || !chance(g, 2)) return told;
  const possible = shared.stories.filter((one) => shared.there[side].has(one.ref) && one.ref < told.ref && one.originator === told.originator && one.kind.ends.length === 0 && endOf(one) === Infinity && kind.ends[0]?.to.includes(one.kind.name) === true);
  if (possible.length < ends.length) return told;
  const other: Story = { ...told, ends: ends.map(({ path }) => ({ path, ref: oneOf(g, possible).ref })) };
  return new Set(other.ends?.map(({ ref }) => ref)).size === ends.length && alike(shared, told, other) ? other : told;
}

/** What is dark, and no eye could tell by what it sees of the record: another value of what clauses depend on. */
function factsOn(g: Dice, shared: Shared, told: Story, { dark }: Common): Readonly<Record<string, string>> {
  const facts = told.states[0]?.facts ?? {};
  const others = factsFor(g, told.kind);
  const fixed = told.steps.some(({ what }) => what.op === 'decide') || !Object.keys(facts).every((name) => dark.has(name));
  const other: Story = { ...told, states: told.states.map((state) => ({ ...state, facts: others })) };
  return !fixed && alike(shared, told, other) ? others : facts;
}

/** What of a decision, or of the change of a stage, the eyes do not see: whether the person is a victim as well, who moved the case and why. */
function darkly(g: Dice, { kind }: Story, op: Extract<Op, { op: 'decide' | 'stage' }>, { dark }: Common): Op {
  if (op.op === 'stage') return [kind.staged?.transition ?? '', kind.staged?.history ?? ''].every((name) => dark.has(name)) ? { ...op, reason: oneOf(g, ['Synthetic: as agreed', 'Synthetic: she asked for it']) } : op;
  const unseen = kind.fields.some(({ decided }) => decided !== undefined && dark.has(decided.victim));
  return unseen ? { op: 'decide', outcome: oneOf(g, op.outcome === 'SUSPECT' || op.outcome === 'BOTH' ? ['SUSPECT', 'BOTH'] as const : ['VICTIM', 'NEITHER'] as const) } : op;
}

/** One side's version of a record; nothing, where what it is there by is not. */
export function version(g: Dice, shared: Shared, story: Story, side: SideName, common: Common): Step[] {
  const told = endsOn(g, shared, story, side, common);
  const { kind, originator, ref, states, steps, ends = [] } = told;
  const partner = partnerOf(shared, originator);
  const [first] = states;
  if (first === undefined || ends.some((end) => !shared.there[side].has(end.ref))) return [];
  shared.there[side].add(ref);
  const varied = kind.extract === undefined;
  const pieces = varied ? { ...content(g, kind, writable(kind, partner).filter(({ names }) => !names.some((name) => name === kind.consent || (told.said !== undefined && name in told.said))), common.pieces, common.dark), ...factsOn(g, shared, told, common) } : {};
  const own = ownReferences(g, shared, told, side, common).reduce<Body>((body, { reference, refs }) => merged(body, naming(reference, oneOf(g, refs))) as Body, common.references);
  const by = ends.reduce<Body>((body, end) => merged(body, nest(end.path, placeholder(end.ref))) as Body, {});
  const number = !varied || Object.keys(common.externalRef).length > 0 ? common.externalRef : ownNumber(g, told, common.dark, shared.used[side]);
  const extra = varied ? ownMarks(g, told, partner, common.dark, Math.min(partner.clearance, 3) as Level) : new Map<string, Level>();
  const marks = (given: ReadonlyMap<string, Level>): Body[string] => markingsJson(new Map([...[...extra].filter(([name]) => !given.has(name)), ...given]));
  const what = (op: Op, i: number): Op => {
    if (op.op === 'submit') {
      const whole = joined(told, pieces, own);
      const body = { ...(valid(kind, whole) ? whole : joined(told, common.pieces, common.references)), ...by, ...number, classification: levels[first.classification] ?? '', channels: first.channels };
      return { op: 'submit', body: varied ? { ...body, markings: marks(first.markings) } : body };
    }
    if (op.op === 'decide' || op.op === 'stage') return darkly(g, told, op, common);
    if (op.op !== 'amend' || op.patch['markings'] === undefined) return op;
    const state = states.find(({ since }) => since === steps[i]?.at);
    return { op: 'amend', patch: { markings: marks(state?.markings ?? new Map()) } };
  };
  const base = { ref, kind: kind.name, originator };
  const beside = varied && ends.every((end) => shared.stories.find((one) => one.ref === end.ref)?.originator === originator) ? ownSteps(g, shared, told, side, common) : [];
  return [
    ...steps.map((step, i): Step => ({ ...base, at: step.at, what: what(step.what, i) })),
    ...[...beside, ...ownReadings(g, shared, told)].map((step): Step => ({ ...base, ...step, own: true })),
  ];
}
