/** The records of a world in one history: their steps run through one another, and some records are there by others. */
import type { Kind } from '../../src/dictionary/types.ts';
import { chance, type Dice, oneOf, some, times } from './dice.ts';
import { fitting, neededIn, type Place, within } from './reach.ts';
import { cases, hiddenChannel, tellers } from './registry.ts';
import { seesAt } from './sights.ts';
import { endOf, mayWrite, stateAt, type State, type Story } from './story.ts';
import type { Plan } from './themes.ts';
import { type Laws, story } from './told.ts';
import { dictionary, everybody } from './values.ts';

/** What is told once the records before it are: it has as many steps as it may take. */
interface Later {
  readonly ref: number;
  readonly slots: number;
  make(g: Dice, laws: Laws, before: readonly Story[], at: readonly number[]): Story | undefined;
}
type Draft = Story | Later;

const isLater = (draft: Draft): draft is Later => 'slots' in draft;

/** Its steps, at these instants. */
function placed(told: Story, at: readonly number[]): Story {
  const moved = new Map(told.steps.map((step, i) => [step.at, at[i] ?? step.at]));
  const to = (from: number): number => moved.get(from) ?? from;
  return { ...told, states: told.states.map((state) => ({ ...state, since: to(state.since) })), steps: told.steps.map((step) => ({ ...step, at: to(step.at) })) };
}

/** Its own clock: 0 at its beginning. */
function ticking(): () => number {
  let at = -1;
  return () => (at += 1);
}

/** Where a link ends: two records that its originator sees then. */
function linked(g: Dice, laws: Laws, before: readonly Story[], told: Story): Story | undefined {
  const { kind, originator, steps } = told;
  const began = steps[0]?.at ?? 0;
  const scene = { laws, eyes: [], stories: before };
  const possible = before.filter((one) => kind.ends[0]?.to.includes(one.kind.name) === true && endOf(one) > began && seesAt(scene, originator, kind, one, began));
  const own = possible.filter((one) => one.originator === originator);
  if (possible.length < 2) return undefined;
  const source = oneOf(g, own.length > 0 ? own : possible);
  const target = oneOf(g, possible.filter((one) => one !== source));
  // Of another's record its originator may lose sight: then it changes no more.
  const foreign = [source, target].some((one) => one.originator !== originator);
  const until = foreign ? began + 0.001 : Math.min(...[source, target].map(({ steps: its }) => its.find(({ what }) => what.op === 'erase')?.at ?? Infinity));
  return {
    ...told, until, ends: kind.ends.map(({ path }, i) => ({ path, ref: (i === 0 ? source : target).ref })),
    steps: told.steps.filter(({ at }) => at < until), states: told.states.filter(({ since }) => since < until),
  };
}

const link = (kind: Kind, ref: number): Later => ({
  ref, slots: 5,
  make(g, laws, before, at) {
    const able = tellers.filter((who) => mayWrite(laws[0], kind, who));
    if (able.length === 0 || before.length === 0) return undefined;
    const wish = { originator: chance(g, 3) ? oneOf(g, able) : oneOf(g, before).originator, ...(chance(g, 2) ? { open: true as const } : {}) };
    return linked(g, laws, before, placed(story(g, laws, kind, ref, ticking(), wish), at));
  },
});

/** What ends a testimony, or might. */
const touches = (victim: Story, from: number): number => victim.steps.find(({ at, what }) => at > from && ['amend', 'withdraw', 'erase'].includes(what.op))?.at ?? Infinity;

const testimony = (kind: Kind, ref: number): Later => ({
  ref, slots: 3,
  make(g, laws, before, at) {
    const [began = 0, then = 0, last = 0] = at;
    const victims = before.filter((one) => one.witness === true && endOf(one) > began && one.steps.every((step) => step.at > began || step.what.op !== 'amend' || !(one.kind.consent ?? '' in step.what.patch)));
    const victim = victims.length === 0 ? undefined : oneOf(g, victims);
    const state = victim === undefined ? undefined : stateAt(victim, began);
    if (victim === undefined || state === undefined) return undefined;
    const { originator } = victim;
    const bare: State = { classification: state.classification, markings: new Map(), channels: [], facts: {}, agreed: { recipients: everybody, purposes: ['PROSECUTION'], case: cases[0] } };
    const place: Place = { kind, originator, ...bare };
    const possible = fitting(laws[0], place).filter((id) => !id.startsWith(hiddenChannel) && within(neededIn(laws, place, [id]), { recipients: everybody, purposes: ['PROSECUTION'] }));
    const channels = some(g, possible);
    const until = touches(victim, began);
    const states: Story['states'][number][] = [{ ...bare, channels, since: began }];
    const steps: Story['steps'][number][] = [{ at: began, what: { op: 'submit', body: {} } }];
    const [other] = possible;
    if (other !== undefined && then < until && chance(g, 2)) {
      const gone = channels.includes(other);
      states.push({ ...bare, channels: gone ? channels.filter((id) => id !== other) : [...channels, other], since: then });
      steps.push({ at: then, what: { op: gone ? 'unshare' : 'share', channel: other } });
    }
    if (last < until && chance(g, 3)) {
      states.push({ ...bare, since: last });
      steps.push({ at: last, what: { op: 'withdraw' } });
    }
    const named = kind.field.get(kind.extract?.from ?? '')?.path ?? [];
    return { ref, kind, originator, states, steps, until, ends: [{ path: named, ref: victim.ref }] };
  },
});

/** All that is to be told, in the order of its beginnings. */
export function drafts(g: Dice, laws: Laws, { parts, links, testimonies }: Plan): Draft[] {
  const made: Draft[] = parts.map(({ kind, wish }, i) => story(g, laws, kind, i + 1, ticking(), wish));
  const [ends] = [...dictionary.kinds.values()].filter((kind) => kind.ends.length > 0 && kind.course === undefined);
  const [extract] = [...dictionary.kinds.values()].filter((kind) => kind.extract !== undefined);
  if (ends !== undefined) times(g, links > 0 ? 1 : 0, links, () => made.push(link(ends, made.length + 1)));
  if (extract !== undefined) times(g, testimonies > 0 ? 1 : 0, testimonies, () => made.push(testimony(extract, made.length + 1)));
  return made;
}

const lengthOf = (draft: Draft): number => (isLater(draft) ? draft.slots : draft.steps.length);

/** Runs them through one another: a record begins after those before it, and then any of them goes on. */
export function interleaved(g: Dice, laws: Laws, all: readonly Draft[]): Story[] {
  const at = all.map((): number[] => []);
  let begun = 0;
  let clock = 0;
  for (;;) {
    const open = all.flatMap((draft, i) => (i < begun && (at[i]?.length ?? 0) < lengthOf(draft) ? [i] : []));
    if (open.length === 0 && begun === all.length) break;
    const next = begun < all.length && (open.length === 0 || chance(g, 2)) ? begun : oneOf(g, open);
    if (next === begun) begun += 1;
    at[next]?.push((clock += 1));
  }
  const stories: Story[] = [];
  for (const [i, draft] of all.entries()) {
    const made = isLater(draft) ? draft.make(g, laws, stories, at[i] ?? []) : placed(draft, at[i] ?? []);
    if (made !== undefined) stories.push(made);
  }
  return stories;
}
