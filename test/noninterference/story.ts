/** One record's common history, and the states it goes through. */
import { type Level, levels, purposeMask } from '../../src/dictionary/compartment.ts';
import { spreadMarkings } from '../../src/dictionary/markings.ts';
import type { Body, Json, Kind } from '../../src/dictionary/types.ts';
import type { Partner } from '../../src/rules/registry.ts';
import { chance, type Dice, oneOf, some, upTo } from './dice.ts';
import { covering, type Eye, fitting, hiddenChannel, type Law, purposeOf, tellers } from './registry.ts';
import { type Group, nested, vocabulary } from './values.ts';

export type Op =
  | { readonly op: 'submit'; readonly body: Body }
  | { readonly op: 'amend'; readonly patch: Body }
  | { readonly op: 'share' | 'unshare'; readonly channel: string }
  | { readonly op: 'withdraw' | 'erase' }
  | { readonly op: 'read'; readonly by: string };

export interface State {
  readonly classification: Level;
  readonly markings: ReadonlyMap<string, Level>;
  readonly channels: readonly string[];
}

export interface Story {
  readonly ref: number;
  readonly kind: Kind;
  readonly originator: string;
  /** As it stands from `since` on; at least one. */
  readonly states: readonly (State & { readonly since: number })[];
  readonly steps: readonly { readonly at: number; readonly what: Op }[];
}

/** Own numbers: small enough a pool that the viewer meets those that it may not know. */
export const numbers = ['R-1', 'R-2', 'R-3'] as const;

/** Where a body names another record of the world: `{r3}` becomes its id when it is told. */
export const placeholder = (ref: number): string => `{r${ref}}`;

const sees = (kind: Kind, { clearance, caveats }: Partner, name: string): boolean => {
  const field = kind.field.get(name);
  return field !== undefined && field.level <= clearance && (field.caveats & ~caveats) === 0;
};
/** What its originator may write: no piece that it could not read back. */
export const writable = (kind: Kind, partner: Partner): Group[] => vocabulary(kind.name).groups.filter(({ names }) => names.every((name) => sees(kind, partner, name)));
/** What it may mark: nothing that raises what it does not see itself. */
export const mayMark = (kind: Kind, partner: Partner, name: string): boolean =>
  kind.field.get(name)?.envelope === false && [name, ...spreadMarkings(kind, new Map([[name, 3]])).keys()].every((raised) => sees(kind, partner, raised));

export const mayWrite = (law: Law, kind: Kind, who: string): boolean => {
  const partner = law.partners.get(who);
  if (partner === undefined || (partner.purposes & purposeMask([purposeOf(kind)])) === 0) return false;
  const groups = writable(kind, partner);
  return fitting(law, { kind, originator: who, classification: 0 }).length > 0 && vocabulary(kind.name).groups.every((group) => !group.required || groups.includes(group));
};

export const marked = (kind: Kind, state: State): ReadonlyMap<string, Level> => spreadMarkings(kind, state.markings);
export const markingsJson = (markings: ReadonlyMap<string, Level>): Json => [...markings].map(([field, level]) => ({ field, level: levels[level] ?? '' }));

function markingsOf(g: Dice, kind: Kind, partner: Partner, top: Level): Map<string, Level> {
  const fields = some(g, kind.pieces.map(({ name }) => name).filter((name) => mayMark(kind, partner, name)), 2);
  return new Map(fields.map((name) => [name, Math.max(kind.field.get(name)?.level ?? 0, oneOf<Level>(g, ([1, 2, 3] as const).filter((level) => level <= top))) as Level]));
}

/** The pieces that no way of any eye covers in this state. */
export function withheldIn(law: Law, eyes: readonly Eye[], { kind, originator }: Pick<Story, 'kind' | 'originator'>, state: State): Set<string> {
  const ways = eyes.flatMap((eye) => covering(law, eye, { kind, originator, ...state }));
  const marks = marked(kind, state);
  return new Set(kind.pieces.filter(({ name, level: base, caveats }) => {
    const needs = Math.max(base, state.classification, marks.get(name) ?? 0);
    return !ways.some((way) => needs <= way.ceiling && (caveats & ~way.caveats) === 0);
  }).map(({ name }) => name));
}

/** What only a new record may hold is given to none that stands. */
const amendable = (kind: Kind, group: Group): boolean => !group.names.some((name) => name === kind.consent || kind.field.get(name)?.decided !== undefined || ['observedFrom', 'observedTo', 'handling', 'sensitive'].includes(name)) && group.variants.some((variant) => !initial(kind, variant));
const initial = (kind: Kind, variant: Body): boolean => Object.entries(variant).some(([name, value]) => kind.field.get(name)?.initial?.includes(String(value)) === true);

/** A merge patch of some of these groups: another value, or none any more. */
export function patchOf(g: Dice, kind: Kind, groups: readonly Group[]): Body {
  const possible = groups.filter((group) => amendable(kind, group));
  const chosen = possible.length === 0 ? [] : [...new Set([oneOf(g, possible), ...some(g, possible, 1)])];
  const pieces = Object.assign({}, ...chosen.map((group) => {
    const [name = ''] = group.names;
    if (group.names.length === 1 && !group.required && !name.includes('.') && chance(g, 4)) return { [name]: null };
    return oneOf(g, group.variants.filter((variant) => !initial(kind, variant)));
  })) as Body;
  return nested(kind, pieces);
}

interface Draft {
  state: State;
  readonly changes: { readonly since: number; readonly state: State }[];
  readonly steps: { readonly at: number; readonly what: Op }[];
}

/** One more change of a record. @returns false when it was the last */
function change(g: Dice, law: Law, kind: Kind, originator: string, draft: Draft, at: number): boolean {
  const { state } = draft;
  const partner = law.partners.get(originator);
  if (partner === undefined) throw new Error(originator);
  const top = Math.min(partner.clearance, 3) as Level;
  const become = (next: Partial<State>, what: Op): void => {
    draft.state = { ...state, ...next };
    draft.changes.push({ since: at, state: draft.state });
    draft.steps.push({ at, what });
  };
  const open = fitting(law, { kind, originator, classification: state.classification }).filter((id) => !id.startsWith(hiddenChannel));
  switch (upTo(g, 7)) {
    case 0: {
      const markings = markingsOf(g, kind, partner, top);
      become({ markings }, { op: 'amend', patch: { markings: markingsJson(markings) } });
      return true;
    }
    case 1: {
      const classification = oneOf<Level>(g, ([0, 1, 2, 3] as const).filter((level) => level <= top && state.channels.every((id) => fitting(law, { kind, originator, classification: level }).includes(id))));
      become({ classification }, { op: 'amend', patch: { classification: levels[classification] ?? '' } });
      return true;
    }
    case 2: case 3: {
      if (open.length === 0) return true;
      const channel = oneOf(g, open);
      become({ channels: [...new Set([...state.channels, channel])].sort() }, { op: 'share', channel });
      return true;
    }
    case 4: {
      if (state.channels.length === 0) return true;
      const channel = oneOf(g, state.channels);
      become({ channels: state.channels.filter((one) => one !== channel) }, { op: 'unshare', channel });
      return true;
    }
    case 5:
      if (!chance(g, 2)) return true;
      become({ channels: [] }, { op: chance(g, 3) ? 'erase' : 'withdraw' });
      return false;
    default:
      draft.steps.push({ at, what: { op: 'amend', patch: patchOf(g, kind, writable(kind, partner)) } });
      return true;
  }
}

/** @param clock the number of the next step of the world */
export function story(g: Dice, law: Law, kind: Kind, ref: number, clock: () => number): Story {
  const originator = oneOf(g, tellers.filter((who) => mayWrite(law, kind, who)));
  const partner = law.partners.get(originator);
  if (partner === undefined) throw new Error(originator);
  const top = Math.min(partner.clearance, 3) as Level;
  const classification = oneOf<Level>(g, ([0, 0, 1, 1, 2, 3] as const).filter((level) => level <= top));
  const channels = some(g, fitting(law, { kind, originator, classification }).filter((id) => !id.startsWith(hiddenChannel))).sort();
  const began = clock();
  const state: State = { classification, markings: chance(g, 2) ? markingsOf(g, kind, partner, top) : new Map(), channels };
  const draft: Draft = { state, changes: [{ since: began, state }], steps: [{ at: began, what: { op: 'submit', body: {} } }] };
  for (let left = upTo(g, 3); left > 0; left -= 1) if (!change(g, law, kind, originator, draft, clock())) break;
  if (chance(g, 2)) draft.steps.push({ at: clock(), what: { op: 'read', by: oneOf(g, tellers) } });
  return { ref, kind, originator, states: draft.changes.map(({ since, state: its }) => ({ since, ...its })), steps: draft.steps };
}
