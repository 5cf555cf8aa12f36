/**
 * Generated registries, each in two versions that differ in what no viewer of the test may know: agreements it is no party to, channels it is no
 * member of, what other partners are cleared for. And the test's own account of who reads what under them, independent of `rules/grant.ts`.
 * All partners are synthetic.
 */
import { caveatMask, caveatNames, type Caveats, type Level, type LevelName, levelOf, levels, type PurposeName, purposeMask, purposeNames, purposesIn } from '../../src/dictionary/compartment.ts';
import type { Kind } from '../../src/dictionary/types.ts';
import type { Agreement, Channel, Clause, Partner } from '../../src/rules/registry.ts';
import { chance, type Dice, oneOf, some, times } from './dice.ts';
import { dictionary } from './values.ts';

/** What the test declares; issuers are added where it is applied. */
export interface Law {
  readonly partners: ReadonlyMap<string, Partner>;
  readonly agreements: ReadonlyMap<string, Agreement>;
  readonly channels: ReadonlyMap<string, Channel>;
}

/** Who is asking. */
export interface Eye {
  readonly partner: string;
  readonly purpose: PurposeName;
  readonly clearance: LevelName;
  readonly caveats: readonly (typeof caveatNames)[number][];
}

/** As few purposes as let every kind be seen for one of them. */
function coveringPurposes(): PurposeName[] {
  const chosen: PurposeName[] = ['INVESTIGATION'];
  for (const { purposes } of dictionary.kinds.values()) if ((purposes & purposeMask(chosen)) === 0) chosen.push(purposesIn(purposes)[0] ?? 'INVESTIGATION');
  return chosen.some((name) => name === 'PREVENTION') ? chosen : [...chosen, 'PREVENTION'];
}
export const purposes: readonly PurposeName[] = coveringPurposes();
/** For which its originator writes records of a kind. */
export const purposeOf = ({ purposes: allowed }: Kind): PurposeName => purposes.find((name) => (allowed & purposeMask([name])) !== 0) ?? 'INVESTIGATION';

export const viewers = ['alpha', 'beta', 'gamma'] as const;
export const tellers = ['alpha', 'beta', 'gamma', 'delta'] as const;
/** A channel that no viewer is a member of, and an agreement that none is a party to. */
export const hiddenChannel = 'hidden';
const hiddenAgreement = 'ag3';

export const rank = (name: LevelName): Level => levelOf(name) ?? 0;
const text = (en: string) => ({ en, th: en });
const all = caveatMask(caveatNames);

const partner = (id: string, clearance: Level, caveats: Caveats, its: readonly PurposeName[] = purposes): Partner => ({
  id, name: text(id), type: 'POLICE', country: 'TH', clearance, caveats, purposes: purposeMask(its),
  scopes: ['records:read', 'records:write', 'records:erase', 'import', 'ledger:read', 'statistics'], status: 'ACTIVE',
  desks: [{ id: 'duty', name: text('duty'), contact: `duty@${id}.example` }],
});

const someCaveats = (g: Dice): Caveats => (chance(g, 4) ? all : caveatMask(some(g, caveatNames)));
const somePurposes = (g: Dice): PurposeName[] => (chance(g, 2) ? [...purposes] : [oneOf(g, purposes), ...some(g, purposes)]);

/** @param among channels that it may be limited to */
const clause = (g: Dice, id: string, parties: readonly string[], among: readonly string[], submits: boolean): Clause => ({
  id, text: text(id), access: submits ? ['READ', 'SUBMIT'] : ['READ'],
  kinds: submits || chance(g, 2) ? ['*'] : some(g, [...dictionary.kinds.keys()]),
  purposes: submits ? purposeMask(purposes) : purposeMask(somePurposes(g)),
  ceiling: oneOf<Level>(g, submits ? [2, 3] : [0, 1, 2, 3]), caveats: someCaveats(g),
  onward: 'NONE', onTermination: 'END_AT_ONCE', groundRequired: false,
  ...(!submits && chance(g, 3) ? { parties: some(g, parties) } : {}),
  ...(!submits && chance(g, 4) ? { channels: some(g, among) } : {}),
});

const agreement = (id: string, parties: readonly string[], clauses: readonly Clause[], status: Agreement['status'] = 'ACTIVE'): Agreement =>
  ({ id, title: text(id), type: 'MOU', citation: text(id), parties, validFrom: '2020-01-01T00:00:00.000Z', status, clauses, nationalMarkings: [] });

const channel = (id: string, under: string, members: readonly string[], ceiling: Level, its: readonly PurposeName[] = purposes): Channel =>
  ({ id, name: text(id), agreement: under, members, purposes: purposeMask(its), ceiling, status: 'ACTIVE' });

const byId = <T extends { id: string }>(items: readonly T[]): Map<string, T> => new Map(items.map((item) => [item.id, item]));

/** The clauses of one agreement: the first lets its parties submit, the others are as they come. */
const clausesOf = (g: Dice, parties: readonly string[], among: readonly string[]): Clause[] =>
  [clause(g, '1', parties, among, true), ...times(g, 1, 3, () => 0).map((_, i) => clause(g, String(i + 2), parties, among, false))];

/** Clauses may be limited to channels; a hidden one among them does not show. */
const withHidden = (g: Dice, clauses: readonly Clause[]): Clause[] =>
  clauses.map((one) => (one.channels !== undefined && chance(g, 2) ? { ...one, channels: [...one.channels, hiddenChannel] } : one));

/** A registry, and the two versions of it. */
export function laws(g: Dice): readonly [Law, Law] {
  const open = [
    partner('alpha', 3, all), partner('beta', oneOf<Level>(g, [2, 3]), someCaveats(g)), partner('gamma', oneOf<Level>(g, [1, 2]), someCaveats(g), ['INVESTIGATION', ...some(g, purposes)]), partner('delta', 3, all),
  ];
  const [first, second] = [['alpha', 'beta', 'gamma', 'delta', 'eps'], ['alpha', 'beta', 'delta']];
  const [one, two] = [clausesOf(g, first, ['one', 'three']), clausesOf(g, second, ['two'])];
  const channels = [
    channel('one', 'ag1', some(g, ['eps']).concat('alpha', 'beta', 'gamma', 'delta'), oneOf<Level>(g, [2, 3])), channel('two', 'ag2', second, 3, somePurposes(g)),
    channel('three', 'ag1', ['alpha', 'gamma', 'delta'], oneOf<Level>(g, [1, 2, 3])),
  ];
  const side = (): Law => {
    const parties = ['delta', 'eps'];
    const eps = partner('eps', oneOf<Level>(g, [0, 1, 2, 3]), someCaveats(g), somePurposes(g));
    const extra = chance(g, 2) ? 'hidden-b' : 'hidden-c';
    return {
      partners: byId([...open, eps]),
      agreements: byId([
        agreement('ag1', first, withHidden(g, one)), agreement('ag2', second, withHidden(g, two)),
        agreement(hiddenAgreement, parties, clausesOf(g, parties, [hiddenChannel])), agreement(`ag-${extra}`, parties, clausesOf(g, parties, [extra]), oneOf(g, ['ACTIVE', 'SUSPENDED'] as const)),
      ]),
      channels: byId([...channels, channel(hiddenChannel, hiddenAgreement, parties, 3), channel(extra, `ag-${extra}`, some(g, parties), oneOf<Level>(g, [0, 1, 2, 3]))]),
    };
  };
  return [side(), side()];
}

export interface Cover {
  readonly ceiling: Level;
  readonly caveats: Caveats;
}

const has = (mask: number, purpose: PurposeName): boolean => (mask & (1 << purposeNames.indexOf(purpose))) !== 0;
const least = (...given: Level[]): Level => Math.min(...given) as Level;

/** What is decided of a record by its state. */
export interface Place {
  readonly kind: Kind;
  readonly originator: string;
  readonly classification: Level;
  readonly channels: readonly string[];
}

/** The clauses that speak to a partner through a channel, as the registry says them: all in force, none superseded. */
function spoken(law: Law, who: string, through: string): { channel: Channel; clause: Clause }[] {
  const its = law.channels.get(through);
  const under = law.agreements.get(its?.agreement ?? '');
  if (its === undefined || under?.status !== 'ACTIVE' || !its.members.includes(who) || !under.parties.includes(who)) return [];
  return under.clauses.filter((one) => (one.parties?.includes(who) ?? true) && (one.channels?.includes(through) ?? true)).map((one) => ({ channel: its, clause: one }));
}
const names = ({ kinds }: Clause, { name }: Kind): boolean => kinds.includes('*') || kinds.includes(name);

/** The ways by which a viewer has a record, each capped by it: none, and the record is invisible to it. */
export function covering(law: Law, eye: Eye, { kind, originator, classification, channels }: Place): Cover[] {
  const given = law.partners.get(eye.partner);
  if (given === undefined || !has(given.purposes, eye.purpose) || !has(kind.purposes, eye.purpose)) return [];
  const top = least(rank(eye.clearance), given.clearance);
  const held = caveatMask(eye.caveats) & given.caveats;
  if (classification > top) return [];
  const through = channels.flatMap((id) => spoken(law, eye.partner, id)).filter(({ channel: its, clause: one }) =>
    one.access.includes('READ') && names(one, kind) && has(one.purposes & its.purposes, eye.purpose) && least(one.ceiling, its.ceiling, given.clearance) >= classification);
  return [
    ...(originator === eye.partner ? [{ ceiling: top, caveats: held }] : []),
    ...through.map(({ channel: its, clause: one }) => ({ ceiling: least(one.ceiling, its.ceiling, top), caveats: one.caveats & held })),
  ];
}

/** The channels into which an originator may share such a record, at this level. */
export const fitting = (law: Law, { kind, originator, classification }: Omit<Place, 'channels'>): string[] =>
  [...law.channels.keys()].filter((id) => spoken(law, originator, id).some(({ channel: its, clause: one }) =>
    one.access.includes('SUBMIT') && names(one, kind) && has(one.purposes & its.purposes, purposeOf(kind)) && classification <= least(one.ceiling, its.ceiling)));

export const eyeOf = (g: Dice, law: Law, kinds: readonly Kind[]): Eye => {
  const who = oneOf(g, viewers);
  const its = purposesIn(law.partners.get(who)?.purposes ?? 0);
  const useful = its.filter((purpose) => kinds.some((kind) => has(kind.purposes, purpose)));
  return {
    partner: who, purpose: oneOf(g, useful.length > 0 && !chance(g, 8) ? useful : its), clearance: oneOf<LevelName>(g, chance(g, 2) ? ['SECRET'] : levels.slice(0, 4)), caveats: chance(g, 2) ? caveatNames : some(g, caveatNames),
  };
};
