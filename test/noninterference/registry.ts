/**
 * Generated registries, each in two versions that differ in what no viewer of the test may know: agreements it is no party to, channels it is no
 * member of, what other partners are cleared for. All partners are synthetic.
 */
import { caveatMask, caveatNames, type Caveats, type Level, type LevelName, levelOf, levels, type PurposeName, purposeMask, purposesIn } from '../../src/dictionary/compartment.ts';
import type { Kind } from '../../src/dictionary/types.ts';
import type { Agreement, Channel, Clause, Partner, StatisticTable } from '../../src/rules/registry.ts';
import { chance, type Dice, oneOf, some, times } from './dice.ts';
import { dictionary } from './values.ts';

/** What the test declares; issuers are added where it is applied. */
export interface Law {
  readonly partners: ReadonlyMap<string, Partner>;
  readonly agreements: ReadonlyMap<string, Agreement>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly statistics: ReadonlyMap<string, StatisticTable>;
}

/** Who is asking. */
export interface Eye {
  readonly partner: string;
  readonly purpose: PurposeName;
  readonly clearance: LevelName;
  readonly caveats: readonly (typeof caveatNames)[number][];
  /** The case that it names, as its header says it. */
  readonly case?: string;
  /** The desk that its token names. */
  readonly desk?: DeskName;
}

export const deskNames = ['duty', 'night'] as const;
export type DeskName = (typeof deskNames)[number];

/** As few purposes as let every kind be seen for one of them. */
function coveringPurposes(): PurposeName[] {
  const chosen: PurposeName[] = ['INVESTIGATION', 'PROSECUTION'];
  for (const { purposes } of dictionary.kinds.values()) if ((purposes & purposeMask(chosen)) === 0) chosen.push(purposesIn(purposes)[0] ?? 'INVESTIGATION');
  return chosen.some((name) => name === 'PREVENTION') ? chosen : [...chosen, 'PREVENTION'];
}
export const purposes: readonly PurposeName[] = coveringPurposes();
/** For which its originator writes records of a kind: of an extract, for one for which it sees what it is made of. */
export function purposeOf({ purposes: allowed, extract }: Kind): PurposeName {
  const also = dictionary.kinds.get(extract?.of ?? '')?.purposes ?? allowed;
  return purposes.find((name) => (allowed & also & purposeMask([name])) !== 0) ?? 'INVESTIGATION';
}

export const viewers = ['alpha', 'beta', 'gamma'] as const;
export const tellers = ['alpha', 'beta', 'gamma', 'delta'] as const;
/** A channel that no viewer is a member of, and an agreement that none is a party to. */
export const hiddenChannel = 'hidden';
const hiddenAgreement = 'ag3';

export const rank = (name: LevelName): Level => levelOf(name) ?? 0;
const text = (en: string) => ({ en, th: en });
const all = caveatMask(caveatNames);

const partner = (id: string, clearance: Level, caveats: Caveats, its: readonly PurposeName[] = purposes): Partner => ({
  id, name: text(id), type: 'POLICE', country: 'TH', clearance, caveats, purposes: purposeMask([...its, 'STATISTICS']),
  scopes: ['records:read', 'records:write', 'records:erase', 'import', 'ledger:read', 'statistics'], status: 'ACTIVE',
  desks: deskNames.map((desk) => ({ id: desk, name: text(desk), contact: `${desk}@${id}.example` })),
});

const someCaveats = (g: Dice): Caveats => (chance(g, 4) ? all : caveatMask(some(g, caveatNames)));
const somePurposes = (g: Dice): PurposeName[] => (chance(g, 2) ? [...purposes] : [oneOf(g, purposes), ...some(g, purposes)]);

/** For how long clauses for covert work keep readings from originators. */
export const delay = 'P30D';

/** Records of these kinds only while they say so: `Identity` while it is UNDETERMINED. */
const conditions: NonNullable<Clause['when']> = Object.fromEntries([...dictionary.kinds.values()].flatMap(({ name, fields }) => {
  const possible = fields.flatMap(({ name: field, grantCondition }) => (grantCondition === undefined ? [] : [[field, grantCondition] as const]));
  return possible.length === 0 ? [] : [[name, Object.fromEntries(possible)]];
}));

/** @param among channels that it may be limited to */
const clause = (g: Dice, id: string, parties: readonly string[], among: readonly string[], submits: boolean): Clause => ({
  id, text: text(id), access: submits ? ['READ', 'SUBMIT'] : ['READ'],
  kinds: submits || chance(g, 2) ? ['*'] : some(g, [...dictionary.kinds.keys()]),
  purposes: submits ? purposeMask(purposes) : purposeMask(somePurposes(g)), ...(submits && { requests: ['INFORMATION', 'DISCLOSURE', 'CORRECTION'] }),
  ceiling: oneOf<Level>(g, submits ? [2, 3] : [0, 1, 2, 3]), caveats: someCaveats(g),
  onward: 'NONE', onTermination: 'END_AT_ONCE', groundRequired: false,
  ...(!submits && chance(g, 3) ? { parties: some(g, parties) } : {}),
  ...(!submits && chance(g, 4) ? { channels: some(g, among) } : {}),
  ...(!submits && chance(g, 3) ? { when: conditions } : {}), ...(!submits && chance(g, 4) ? { ledgerDelay: delay } : {}),
});

/** Gives counts of what lies in a channel, to whoever it speaks to. */
const counting = (g: Dice, ceiling: Level): Clause => ({
  id: 'counts', text: text('counts'), access: ['COUNT'], kinds: ['*'], purposes: purposeMask(['STATISTICS']), ceiling, caveats: someCaveats(g), onward: 'NONE', onTermination: 'END_AT_ONCE', groundRequired: false,
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

/** Where testimonies go: submitted for her protection, read for PROSECUTION alone. */
const witnesses = (ceiling: Level): readonly Clause[] => {
  const one = { text: text('witnesses'), kinds: ['Testimony'], ceiling, caveats: all, onward: 'NONE', onTermination: 'END_AT_ONCE', groundRequired: false } as const;
  return [{ ...one, id: '1', access: ['SUBMIT'], purposes: purposeMask(purposes) }, { ...one, id: '2', access: ['READ'], purposes: purposeMask(['PROSECUTION']) }];
};

/** What may be counted in channel `one`: told in whole months of 2021, when all of a world happens. */
export const tables: readonly StatisticTable[] = [
  { id: 'tally', title: text('tally'), agreement: 'ag1', clause: 'counts', channels: ['one'], kind: 'Indicator', dimensions: ['originatorCountry'], period: 'MONTH', status: 'ACTIVE' },
];

/** The one case of all testimonies, and another. */
export const cases = [{ authority: 'alpha', number: '7/2569' }, { authority: 'beta', number: '8/2569' }] as const;
export const headerOf = ({ authority, number }: (typeof cases)[number]): string => `${authority} ${encodeURIComponent(number)}`;

/** A registry, and the two versions of it. */
export function laws(g: Dice): readonly [Law, Law] {
  const open = [
    partner('alpha', 3, all), partner('beta', oneOf<Level>(g, [2, 3]), someCaveats(g)), partner('gamma', oneOf<Level>(g, [1, 2]), someCaveats(g), ['INVESTIGATION', ...some(g, purposes)]), partner('delta', 3, all),
  ];
  const [first, second] = [['alpha', 'beta', 'gamma', 'delta', 'eps'], ['alpha', 'beta', 'delta']];
  // In some, one way opens levels and the other caveats: no record opens by both together.
  const split = chance(g, 3);
  const apart = (clauses: readonly Clause[]): Clause[] => (split ? clauses.slice(0, 2).map((its, i): Clause => ({ ...its, kinds: ['*'], purposes: purposeMask(purposes), ceiling: i === 0 ? 3 : 1, caveats: i === 0 ? 0 : all })) : [...clauses]);
  const [one, two] = [[...apart(clausesOf(g, first, ['one', 'three'])), counting(g, oneOf<Level>(g, [1, 2]))], clausesOf(g, second, ['two'])];
  const channels = [
    channel('one', 'ag1', some(g, ['eps']).concat('alpha', 'beta', 'gamma', 'delta'), oneOf<Level>(g, [2, 3]), [...purposes, 'STATISTICS']), channel('two', 'ag2', second, 3, somePurposes(g)),
    channel('witnesses', 'ag4', tellers, 3), channel('three', 'ag1', ['alpha', 'gamma', 'delta'], oneOf<Level>(g, [1, 2, 3])),
  ];
  const side = (): Law => {
    const parties = ['delta', 'eps'];
    const eps = partner('eps', oneOf<Level>(g, [0, 1, 2, 3]), someCaveats(g), somePurposes(g));
    const extra = chance(g, 2) ? 'hidden-b' : 'hidden-c';
    return {
      partners: byId([...open, eps]),
      agreements: byId([
        { ...agreement('ag1', first, withHidden(g, one)), protectionDesk: { partner: 'alpha', desk: 'duty' } }, agreement('ag2', second, withHidden(g, two)), agreement('ag4', tellers, witnesses(3)),
        agreement(hiddenAgreement, parties, clausesOf(g, parties, [hiddenChannel])), agreement(`ag-${extra}`, parties, clausesOf(g, parties, [extra]), oneOf(g, ['ACTIVE', 'SUSPENDED'] as const)),
      ]),
      statistics: byId(tables),
      channels: byId([...channels, channel(hiddenChannel, hiddenAgreement, parties, 3), channel(extra, `ag-${extra}`, some(g, parties), oneOf<Level>(g, [0, 1, 2, 3]))]),
    };
  };
  return [side(), side()];
}

export const has = (mask: number, purpose: PurposeName): boolean => (mask & purposeMask([purpose])) !== 0;

export const eyeOf = (g: Dice, law: Law, kinds: readonly Kind[]): Eye => {
  const who = oneOf(g, viewers);
  const its = purposesIn(law.partners.get(who)?.purposes ?? 0).filter((one) => one !== 'STATISTICS');
  const useful = its.filter((purpose) => kinds.some((kind) => has(kind.purposes, purpose)));
  const purpose = oneOf(g, useful.length > 0 && !chance(g, 8) ? useful : its);
  return {
    partner: who, purpose, clearance: oneOf<LevelName>(g, chance(g, 2) ? ['SECRET'] : levels.slice(0, 4)), caveats: chance(g, 2) ? caveatNames : some(g, caveatNames),
    ...(purpose === 'PROSECUTION' && !chance(g, 4) ? { case: headerOf(oneOf(g, cases)) } : {}),
  };
};
