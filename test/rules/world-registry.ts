/** A small registry with different ceilings, caveats and purposes in every channel, and the same once more as a plain table. All partners are synthetic. */
import { type Caveats, caveatMask, type CaveatName, levelOf, type Level, type LevelName, type PurposeName, purposeMask } from '../../src/dictionary/compartment.ts';
import type { Access, Agreement, Channel, Clause, Declared, Issuer, Partner } from '../../src/rules/registry.ts';
import { testIssuer } from '../support/exchange.ts';

export const level = (name: LevelName): Level => levelOf(name) ?? 0;
const text = (en: string) => ({ en, th: en });
const both: readonly PurposeName[] = ['INVESTIGATION', 'PREVENTION'];

function partner(id: string, clearance: LevelName, caveats: readonly CaveatName[]): Partner {
  return {
    id, name: text(id), type: 'POLICE', country: 'TH', clearance: level(clearance), caveats: caveatMask(caveats), purposes: purposeMask(both),
    scopes: ['records:read', 'records:write', 'import', 'ledger:read', 'statistics'], status: 'ACTIVE',
    desks: [{ id: 'duty', name: text('duty'), contact: `duty@${id}.example` }],
  };
}

interface ClauseSpec {
  readonly id: string;
  readonly access?: readonly Access[];
  readonly purposes: readonly PurposeName[];
  readonly ceiling: LevelName;
  readonly caveats?: readonly CaveatName[];
  readonly parties?: readonly string[];
}

const clause = ({ id, access = ['READ', 'SUBMIT'], purposes, ceiling, caveats = [], parties }: ClauseSpec): Clause => ({
  id, text: text(id), access, kinds: ['Indicator'], purposes: purposeMask(purposes), ceiling: level(ceiling), caveats: caveatMask(caveats), onward: 'NONE',
  onTermination: 'END_AT_ONCE', groundRequired: false, ...(parties === undefined ? {} : { parties }),
});

const agreement = (id: string, parties: readonly string[], clauses: readonly ClauseSpec[]): Agreement => ({
  id, title: text(id), type: 'MOU', citation: text(id), parties, validFrom: '2020-01-01T00:00:00.000Z', status: 'ACTIVE', clauses: clauses.map(clause), nationalMarkings: [],
});

const channel = (id: string, under: string, members: readonly string[], ceiling: LevelName): Channel => ({
  id, name: text(id), agreement: under, members, purposes: purposeMask(both), ceiling: level(ceiling), status: 'ACTIVE',
});

export const allCaveatNames: readonly CaveatName[] = ['PERSONAL', 'SOURCE', 'OPERATIONAL'];
export const partners: readonly Partner[] = [
  partner('alpha', 'SECRET', allCaveatNames),
  partner('beta', 'SECRET', allCaveatNames),
  partner('gamma', 'CONFIDENTIAL', ['OPERATIONAL', 'SOURCE']),
  partner('delta', 'SECRET', allCaveatNames),
  partner('eps', 'SECRET', allCaveatNames),
];

export const viewers = ['alpha', 'beta', 'gamma'] as const;
/** A channel that no viewer of the test is a member of: the two databases differ in its very existence. */
export const hiddenChannel = 'hidden';

/** @param extra the name of an agreement and channel that only this one of the two databases has, for partners that are no viewers */
export function worldRegistry(extra: string): Declared {
  const agreements = [
    agreement('ag1', ['alpha', 'beta', 'gamma', 'delta'], [
      { id: '1', purposes: ['INVESTIGATION'], ceiling: 'CONFIDENTIAL', caveats: ['OPERATIONAL'] },
      { id: '2', access: ['READ'], purposes: ['PREVENTION'], ceiling: 'RESTRICTED' },
    ]),
    agreement('ag2', ['alpha', 'beta', 'delta'], [
      { id: '1', purposes: ['INVESTIGATION'], ceiling: 'SECRET', caveats: ['SOURCE'] },
      { id: '2', access: ['READ'], purposes: ['INVESTIGATION'], ceiling: 'CONFIDENTIAL', caveats: ['PERSONAL'], parties: ['beta'] },
    ]),
    agreement('ag3', ['delta', 'eps'], [{ id: '1', purposes: both, ceiling: 'SECRET', caveats: allCaveatNames }]),
    agreement(extra, ['delta', 'eps'], [{ id: '1', purposes: both, ceiling: 'SECRET', caveats: allCaveatNames }]),
  ];
  const channels = [
    channel('one', 'ag1', ['alpha', 'beta', 'gamma', 'delta'], 'CONFIDENTIAL'),
    channel('two', 'ag2', ['alpha', 'beta', 'delta'], 'SECRET'),
    channel('three', 'ag1', ['alpha', 'gamma', 'delta'], 'RESTRICTED'),
    channel(hiddenChannel, 'ag3', ['delta', 'eps'], 'SECRET'),
    channel(extra, extra, ['delta', 'eps'], 'SECRET'),
  ];
  const issuer: Issuer = { issuer: testIssuer, jwks: { keys: [] }, algorithms: ['EdDSA'], partners: partners.map(({ id }) => id), maxLife: 3600, senderConstrained: { scopes: [] }, status: 'ACTIVE' };
  const byId = <T extends { id: string }>(items: readonly T[]): Map<string, T> => new Map(items.map((item) => [item.id, item]));
  return { partners: byId(partners), issuers: new Map([[testIssuer, issuer]]), clients: new Map(), agreements: byId(agreements), channels: byId(channels), mechanisms: new Map(), statistics: new Map() };
}

/** What a reader has through each channel, written out by hand: the test's own account of the registry above. */
export interface Way {
  readonly channel: string;
  readonly readers: readonly string[];
  readonly purpose: PurposeName;
  readonly ceiling: LevelName;
  readonly caveats: readonly CaveatName[];
}
export const ways: readonly Way[] = [
  { channel: 'one', readers: ['alpha', 'beta', 'gamma', 'delta'], purpose: 'INVESTIGATION', ceiling: 'CONFIDENTIAL', caveats: ['OPERATIONAL'] },
  { channel: 'one', readers: ['alpha', 'beta', 'gamma', 'delta'], purpose: 'PREVENTION', ceiling: 'RESTRICTED', caveats: [] },
  { channel: 'two', readers: ['alpha', 'beta', 'delta'], purpose: 'INVESTIGATION', ceiling: 'SECRET', caveats: ['SOURCE'] },
  { channel: 'two', readers: ['beta'], purpose: 'INVESTIGATION', ceiling: 'CONFIDENTIAL', caveats: ['PERSONAL'] },
  { channel: 'three', readers: ['alpha', 'gamma', 'delta'], purpose: 'INVESTIGATION', ceiling: 'RESTRICTED', caveats: ['OPERATIONAL'] },
  { channel: 'three', readers: ['alpha', 'gamma', 'delta'], purpose: 'PREVENTION', ceiling: 'RESTRICTED', caveats: [] },
];

export interface Eye {
  readonly partner: string;
  readonly purpose: PurposeName;
  readonly clearance: LevelName;
  readonly caveats: readonly CaveatName[];
}

export interface Cover {
  readonly ceiling: Level;
  readonly caveats: Caveats;
}

/** The ways by which this viewer has a record, each capped by it: empty, the record is invisible to it. */
export function covering(eye: Eye, originator: string, classification: Level, channels: readonly string[]): Cover[] {
  const given = partners.find(({ id }) => id === eye.partner);
  if (given === undefined) return [];
  const top = Math.min(level(eye.clearance), given.clearance) as Level;
  const held = caveatMask(eye.caveats) & given.caveats;
  if (classification > top) return [];
  const through = ways.filter((way) => channels.includes(way.channel) && way.readers.includes(eye.partner) && way.purpose === eye.purpose)
    .map((way) => ({ ceiling: Math.min(level(way.ceiling), top) as Level, caveats: caveatMask(way.caveats) & held, whole: Math.min(level(way.ceiling), given.clearance) }))
    .filter(({ whole }) => whole >= classification);
  return [...(originator === eye.partner ? [{ ceiling: top, caveats: held }] : []), ...through];
}
