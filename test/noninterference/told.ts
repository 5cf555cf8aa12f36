/** How one record is told: its states and the steps that lead through them, under either version of the registry. */
import { type Level, levels, type PurposeName, purposesIn } from '../../src/dictionary/compartment.ts';
import type { Body, Kind } from '../../src/dictionary/types.ts';
import type { Partner } from '../../src/rules/registry.ts';
import { chance, type Dice, oneOf, some, upTo } from './dice.ts';
import { type Agreed, fitting, leaves, neededIn, within } from './reach.ts';
import { cases, hiddenChannel, type Law, tellers } from './registry.ts';
import { markingsJson, markingsOf, mayWrite, type Op, patchOf, sees, type State, type Story, writable } from './story.ts';
import { dictionary, everybody, vocabulary } from './values.ts';

export type Laws = readonly [Law, Law];

/** What is asked of a story beside its kind. */
export interface Wish {
  readonly originator?: string;
  /** Never shared: nobody but its originator sees it. */
  readonly unshared?: true;
  /** As low as it can be, shared into channel `one`, and not marked. */
  readonly open?: true;
  /** Its consent makes a testimony possible. */
  readonly witness?: true;
  /** What it says in any case. */
  readonly said?: Body;
}

interface Draft {
  state: State;
  /** An override stands beside what was agreed: narrowing that ends nothing. */
  readonly overridden: boolean;
  readonly changes: { readonly since: number; readonly state: State }[];
  readonly steps: { readonly at: number; readonly what: Op }[];
}

interface Told {
  readonly laws: Laws;
  readonly kind: Kind;
  readonly originator: string;
  readonly partner: Partner;
  readonly wish: Wish;
}

const partnerOf = ([law]: Laws, id: string): Partner => {
  const found = law.partners.get(id);
  if (found === undefined) throw new Error(id);
  return found;
};
const topOf = ({ clearance }: Partner): Level => Math.min(clearance, 3) as Level;

const both = (a: Agreed, b: Agreed): Agreed => ({ recipients: [...new Set([...a.recipients, ...b.recipients])], purposes: [...new Set([...a.purposes, ...b.purposes])] });
const given = { given: '2021-01-01T00:00:00.000Z', method: 'WRITTEN', language: 'en' } as const;

/** What a testimony of the kind may hold. */
const sayable = (kind: Kind): string[] => [...dictionary.kinds.values()].flatMap((made) =>
  (made.extract?.of !== kind.name ? [] : made.fields.filter(({ name, derivedFrom }) => derivedFrom.includes(made.extract?.from ?? '') && name !== made.extract?.case).map(({ name }) => name)));

/** A consent that lets the record be where it is: all that there is, or no more than is needed, or less, and an override for the rest. */
function consentFor(g: Dice, { laws, kind, originator, wish }: Told, state: Omit<State, 'agreed'>): { consent: Body; agreed: Agreed } | undefined {
  if (kind.consent === undefined) return undefined;
  const whole: Agreed = { recipients: everybody, purposes: purposesIn(kind.purposes) };
  const needed = neededIn(laws, { kind, originator, ...state }, state.channels);
  if (wish.witness === true) {
    const agreed = { recipients: everybody, purposes: [...new Set<PurposeName>([...purposesIn(kind.purposes), 'PROSECUTION'])] };
    const scope = some(g, sayable(kind)).concat('pseudonym');
    return { consent: { ...given, ...agreed, case: { ...cases[0] }, scope: [...new Set(scope)] }, agreed };
  }
  switch (upTo(g, 2)) {
    case 0: return { consent: { ...given, ...whole }, agreed: whole };
    case 1: {
      const agreed = both(needed, { recipients: some(g, everybody, 2), purposes: some(g, purposesIn(kind.purposes), 2) });
      return { consent: { ...given, ...agreed }, agreed };
    }
    default: {
      const [agreed, over] = [{ recipients: some(g, needed.recipients), purposes: some(g, needed.purposes) }, needed];
      if (over.recipients.length === 0) return { consent: { ...given, ...whole }, agreed: whole };
      return { consent: { ...given, ...agreed, override: { authority: 'Synthetic court', reason: 'Synthetic: ordered so', ...over } }, agreed: both(agreed, over) };
    }
  }
}

/** Values of the fields that clauses depend on. */
export const factsFor = (g: Dice, kind: Kind): Record<string, string> => Object.fromEntries(kind.fields.filter(({ grantCondition }) => grantCondition !== undefined).map(({ name, grantCondition = [] }) =>
  [name, String(chance(g, 2) ? oneOf(g, grantCondition) : (oneOf(g, vocabulary(kind.name).groupOf.get(name)?.variants ?? [])[name]))]));

/** Takes back or narrows what was agreed. @returns undefined where the two registries would make something else of it */
function narrowed(g: Dice, { laws, kind, originator }: Told, state: State): { next: Partial<State>; patch: Body } | undefined {
  const { consent } = kind;
  if (consent === undefined || state.agreed === undefined) return undefined;
  if (chance(g, 3)) return { next: { channels: [], agreed: { recipients: [], purposes: [] } }, patch: { [consent]: { withdrawn: '2021-01-01T00:10:00.000Z' } } };
  const agreed = { recipients: some(g, state.agreed.recipients), purposes: some(g, state.agreed.purposes) };
  const left = laws.map((law) => state.channels.filter((channel) => leaves(law, { kind, originator, ...state }, channel, agreed)));
  return JSON.stringify(left[0]) === JSON.stringify(left[1]) ? { next: { channels: left[0] ?? [], agreed }, patch: { [consent]: { ...agreed } } } : undefined;
}

/** What a decision makes of an undetermined person. */
function decided(g: Dice, { kind, partner }: Told, state: State): { next: Partial<State>; what: Op } | undefined {
  const field = kind.fields.find(({ decided: by }) => by !== undefined);
  if (field?.decided === undefined || field.initial?.includes(state.facts[field.name] ?? '') !== true) return undefined;
  if (![field.name, field.decided.into, field.decided.victim].every((name) => sees(kind, partner, name))) return undefined;
  const outcome = oneOf(g, ['SUSPECT', 'VICTIM', 'BOTH', 'NEITHER'] as const);
  return { next: { facts: { ...state.facts, [field.name]: outcome === 'SUSPECT' || outcome === 'BOTH' ? field.decided.offender : field.decided.other } }, what: { op: 'decide', outcome } };
}

/** A case that goes on to another stage; of a case that is sought it is said which. */
function staged(g: Dice, { kind, partner, wish }: Told): Op | undefined {
  if (kind.staged === undefined || wish.said !== undefined || ![kind.staged.field, kind.staged.transition, kind.staged.history].every((name) => sees(kind, partner, name))) return undefined;
  return { op: 'stage', turn: upTo(g, 5), reason: 'Synthetic: as agreed' };
}

/** Where it may go beside where it is. */
const open = ({ laws: [law, other], kind, originator, wish }: Told, state: State): string[] =>
  (wish.unshared === true ? [] : fitting(law, { kind, originator, classification: state.classification }).filter((id) =>
    !id.startsWith(hiddenChannel) && (state.agreed === undefined || within(neededIn([law, other], { kind, originator, ...state }, [id]), state.agreed))));

/** One more change of a record. @returns false when it was the last */
function change(g: Dice, told: Told, draft: Draft, at: number): boolean {
  const { laws: [law], kind, originator, partner } = told;
  const { state } = draft;
  const become = (next: Partial<State>, what: Op): true => {
    draft.state = { ...state, ...next };
    draft.changes.push({ since: at, state: draft.state });
    draft.steps.push({ at, what });
    return true;
  };
  switch (upTo(g, 9)) {
    case 0: {
      const markings = markingsOf(g, kind, partner, topOf(partner));
      return become({ markings }, { op: 'amend', patch: { markings: markingsJson(markings) } });
    }
    case 1: {
      const classification = oneOf<Level>(g, ([0, 1, 2, 3] as const).filter((level) => level <= topOf(partner) && state.channels.every((id) => fitting(law, { kind, originator, classification: level }).includes(id))));
      const next = { ...state, classification };
      // Lower, more would read it than somebody agreed to.
      if (state.agreed !== undefined && !within(neededIn(told.laws, { kind, originator, ...next }, state.channels), state.agreed)) return true;
      return become({ classification }, { op: 'amend', patch: { classification: levels[classification] ?? '' } });
    }
    case 2: case 3: {
      const possible = open(told, state);
      if (possible.length === 0) return true;
      const channel = oneOf(g, possible);
      return become({ channels: [...new Set([...state.channels, channel])].sort() }, { op: 'share', channel });
    }
    case 4: {
      if (state.channels.length === 0) return true;
      const channel = oneOf(g, state.channels);
      return become({ channels: state.channels.filter((one) => one !== channel) }, { op: 'unshare', channel });
    }
    case 5:
      if (!chance(g, 2)) return true;
      become({ channels: [] }, { op: chance(g, 3) ? 'erase' : 'withdraw' });
      return false;
    case 6: {
      const less = draft.overridden || told.wish.witness === true && !chance(g, 4) ? undefined : narrowed(g, told, state);
      return less === undefined ? true : become(less.next, { op: 'amend', patch: less.patch });
    }
    case 7: {
      const now = decided(g, told, state);
      if (now !== undefined) return become(now.next, now.what);
      const what = staged(g, told);
      if (what !== undefined) draft.steps.push({ at, what });
      return true;
    }
    default:
      draft.steps.push({ at, what: { op: 'amend', patch: patchOf(g, kind, writable(kind, partner)) } });
      return true;
  }
}

/** @param clock the number of the next step */
export function story(g: Dice, laws: Laws, kind: Kind, ref: number, clock: () => number, wish: Wish = {}): Story {
  const able = tellers.filter((who) => mayWrite(laws[0], kind, who));
  const originator = wish.originator !== undefined && able.some((who) => who === wish.originator) ? wish.originator : oneOf(g, able);
  const partner = partnerOf(laws, originator);
  const told: Told = { laws, kind, originator, partner, wish };
  const classification = wish.open === true ? 0 : oneOf<Level>(g, ([0, 0, 1, 1, 2, 3] as const).filter((level) => level <= topOf(partner)));
  const possible = fitting(laws[0], { kind, originator, classification }).filter((id) => !id.startsWith(hiddenChannel));
  const channels = wish.unshared === true ? [] : wish.open === true ? possible.filter((id) => id === 'one') : some(g, possible).sort();
  const began = clock();
  const bare = { classification, markings: wish.open !== true && chance(g, 2) ? markingsOf(g, kind, partner, topOf(partner)) : new Map<string, Level>(), channels, facts: factsFor(g, kind) };
  const consent = consentFor(g, told, bare);
  const state: State = { ...bare, agreed: consent?.agreed };
  const draft: Draft = { state, overridden: consent?.consent['override'] !== undefined, changes: [{ since: began, state }], steps: [{ at: began, what: { op: 'submit', body: {} } }] };
  for (let left = upTo(g, wish.open === true ? 1 : 3); left > 0; left -= 1) if (!change(g, told, draft, clock())) break;
  if (chance(g, 2)) draft.steps.push({ at: clock(), what: { op: 'read', by: oneOf(g, tellers) } });
  return {
    ref, kind, originator, states: draft.changes.map(({ since, state: its }) => ({ since, ...its })), steps: draft.steps,
    ...(consent === undefined ? {} : { consent: consent.consent }), ...(wish.witness === true ? { witness: true as const } : {}), ...(wish.said === undefined ? {} : { said: wish.said }),
  };
}
