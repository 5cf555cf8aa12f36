/** One record's common history, and the states it goes through. */
import { type Level, levels, purposeMask } from '../../src/dictionary/compartment.ts';
import { spreadMarkings } from '../../src/dictionary/markings.ts';
import type { Body, Json, Kind } from '../../src/dictionary/types.ts';
import type { Partner } from '../../src/rules/registry.ts';
import { chance, type Dice, oneOf, some } from './dice.ts';
import { type Agreed, fitting } from './reach.ts';
import { type Law, purposeOf } from './registry.ts';
import type { Asking } from './requests.ts';
import { type Group, nested, vocabulary } from './values.ts';

export type Op =
  | { readonly op: 'submit'; readonly body: Body }
  | { readonly op: 'amend'; readonly patch: Body }
  | { readonly op: 'share' | 'unshare'; readonly channel: string }
  | { readonly op: 'withdraw' | 'erase' }
  | { readonly op: 'decide'; readonly outcome: 'SUSPECT' | 'VICTIM' | 'BOTH' | 'NEITHER' }
  /** The case goes on to one of the stages that may follow, or stays where none may: the so-manieth of them. */
  | { readonly op: 'stage'; readonly turn: number; readonly reason: string }
  | { readonly op: 'read' | 'confirm'; readonly by: string }
  /** Somebody looks for the person, by a document; by no record of the world. */
  | { readonly op: 'seek'; readonly by: string; readonly number: string }
  | Asking
  /** Many records of another, that lie where they are counted. */
  | { readonly op: 'crowd'; readonly by: string; readonly count: number };

export interface State {
  readonly classification: Level;
  readonly markings: ReadonlyMap<string, Level>;
  readonly channels: readonly string[];
  /** Values of fields that clauses depend on: of both versions alike, but where no eye could tell. */
  readonly facts: Readonly<Record<string, string>>;
  /** Undefined for a kind that asks for no consent. */
  readonly agreed: Agreed | undefined;
}

export interface Story {
  readonly ref: number;
  readonly kind: Kind;
  readonly originator: string;
  /** As it stands from `since` on; at least one. */
  readonly states: readonly (State & { readonly since: number })[];
  readonly steps: readonly { readonly at: number; readonly what: Op }[];
  /** As it is submitted. */
  readonly consent?: Body;
  /** What it is there by, or made of: as path and record. */
  readonly ends?: readonly { readonly path: readonly string[]; readonly ref: number }[];
  /** What both versions say at first, in any case. */
  readonly said?: Body;
  /** A testimony may be made of it. */
  readonly witness?: true;
  /** What it is there by is gone from here on. */
  readonly until?: number;
}

/** Nothing is amended after this. */
export const endOf = ({ steps, until = Infinity }: Pick<Story, 'steps' | 'until'>): number => Math.min(until, steps.find(({ what }) => what.op === 'withdraw' || what.op === 'erase')?.at ?? Infinity);
/** As it stands at an instant. */
export const stateAt = ({ states }: Story, at: number): Story['states'][number] | undefined => states.findLast(({ since }) => since <= at) ?? states[0];

/** Own numbers: small enough a pool that the viewer meets those that it may not know. */
export const numbers = ['R-1', 'R-2', 'R-3'] as const;

/** Where a body names another record of the world: `{r3}` becomes its id when it is told. */
export const placeholder = (ref: number): string => `{r${ref}}`;

export const sees = (kind: Kind, { clearance, caveats }: Partner, name: string): boolean => {
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

export const markingsJson = (markings: ReadonlyMap<string, Level>): Json => [...markings].map(([field, level]) => ({ field, level: levels[level] ?? '' }));

export function markingsOf(g: Dice, kind: Kind, partner: Partner, top: Level): Map<string, Level> {
  const fields = some(g, kind.pieces.map(({ name }) => name).filter((name) => mayMark(kind, partner, name)), 2);
  return new Map(fields.map((name) => [name, Math.max(kind.field.get(name)?.level ?? 0, oneOf<Level>(g, ([1, 2, 3] as const).filter((level) => level <= top))) as Level]));
}

/** The pieces that none of these ways covers in this state. */
export function withheldFrom(ways: readonly { readonly ceiling: Level; readonly caveats: number }[], kind: Kind, state: Pick<State, 'classification' | 'markings'>): Set<string> {
  const marks = spreadMarkings(kind, state.markings);
  return new Set(kind.pieces.filter(({ name, level: base, caveats }) => {
    const needs = Math.max(base, state.classification, marks.get(name) ?? 0);
    return !ways.some((way) => needs <= way.ceiling && (caveats & ~way.caveats) === 0);
  }).map(({ name }) => name));
}

/** What only a new record may hold is given to none that stands. */
const amendable = (kind: Kind, group: Group): boolean => !group.names.some((name) => name === kind.consent || name === kind.staged?.field || name === kind.staged?.transition || kind.fills.some(({ piece }) => piece === name) || kind.field.get(name)?.decided !== undefined || ['observedFrom', 'observedTo', 'handling', 'sensitive'].includes(name)) && group.variants.some((variant) => !initial(kind, variant));
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

