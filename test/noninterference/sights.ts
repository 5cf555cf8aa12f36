/** What the eyes see of a record, when: by its own state, and by that of the records that it is there by. */
import { caveatNames } from '../../src/dictionary/compartment.ts';
import type { Kind } from '../../src/dictionary/types.ts';
import { type Cover, covering } from './reach.ts';
import { type Eye, type Law, purposeOf } from './registry.ts';
import { type State, stateAt, type Story, withheldFrom } from './story.ts';

export interface Sight {
  readonly since: number;
  readonly state: State;
  /** By eye. */
  readonly ways: readonly (readonly Cover[])[];
}

export interface Scene {
  readonly laws: readonly [Law, Law];
  readonly eyes: readonly Eye[];
  readonly stories: readonly Story[];
}

const waysOf = (law: Law, eye: Eye, { kind, originator }: Story, state: State): Cover[] => covering(law, eye, { kind, originator, ...state });
const endsOf = ({ stories }: Pick<Scene, 'stories'>, { ends = [], kind }: Story): Story[] =>
  (kind.ends.length === 0 ? [] : ends.map(({ ref }) => stories.find((one) => one.ref === ref)).filter((one) => one !== undefined));

const known = new WeakMap<Scene, WeakMap<Story, Sight[]>>();
/** As `computed`, once for each record of a scene. */
export function sightsOf(scene: Scene, told: Story): Sight[] {
  const its = known.get(scene) ?? new WeakMap<Story, Sight[]>();
  known.set(scene, its);
  const found = its.get(told) ?? computed(scene, told);
  its.set(told, found);
  return found;
}

/** At every instant at which anything of it, or of what it is there by, changes. */
function computed(scene: Scene, told: Story, at: readonly number[] = []): Sight[] {
  const ends = endsOf(scene, told);
  const began = told.states[0]?.since ?? 0;
  const instants = [...new Set([...at, ...[told, ...ends].flatMap(({ states }) => states.map(({ since }) => since))].map((since) => Math.max(since, began)))].sort((a, b) => a - b);
  const [law] = scene.laws;
  return instants.flatMap((since) => {
    const state = stateAt(told, since);
    if (state === undefined) return [];
    const ways = scene.eyes.map((eye) => {
      const there = ends.every((end) => {
        const its = stateAt(end, since);
        return its !== undefined && waysOf(law, eye, end, its).length > 0;
      });
      return there ? waysOf(law, eye, told, state) : [];
    });
    return [{ since, state, ways }];
  });
}

export const isSeen = ({ ways }: Sight): boolean => ways.some((one) => one.length > 0);
export const everSeen = (scene: Scene, told: Story): boolean => sightsOf(scene, told).some(isSeen);

/** Pieces that no eye sees in any state that it sees. */
export function darkOf(scene: Scene, told: Story): Set<string> {
  const withheld = sightsOf(scene, told).filter(isSeen).map(({ state, ways }) => withheldFrom(ways.flat(), told.kind, state));
  return new Set(told.kind.pieces.filter(({ name }) => withheld.every((one) => one.has(name))).map(({ name }) => name));
}

/** The first instant from which no eye sees the record any more; undefined: one does at the end, or never did. */
export function unseenFrom(scene: Scene, told: Story): number | undefined {
  const sights = sightsOf(scene, told);
  const last = sights.findLastIndex(isSeen);
  return last < 0 ? undefined : sights[last + 1]?.since;
}

/** Whether the eyes would see the one as they see the other, whatever happens. */
export function alike(scene: Scene, one: Story, other: Story): boolean {
  const at = scene.stories.flatMap(({ states }) => states.map(({ since }) => since));
  const shown = (told: Story): string => JSON.stringify(computed(scene, told, at).map(({ since, ways }) => [since, ways]));
  return shown(one) === shown(other);
}

/** Whether an officer of the partner with every clearance sees a record at that instant, on either side. */
export function seesAt({ laws, stories }: Scene, partner: string, kind: Kind, target: Story, at: number): boolean {
  const state = stateAt(target, at);
  const began = target.states[0]?.since ?? Infinity;
  const officer: Eye = { partner, purpose: purposeOf(kind), clearance: 'TOP_SECRET', caveats: caveatNames };
  const by = endsOf({ stories }, target);
  return state !== undefined && began < at && laws.every((law) => waysOf(law, officer, target, state).length > 0) && by.every((end) => seesAt({ laws, eyes: [], stories }, partner, kind, end, at));
}
