/** A small registry and records for tables over the pure rules. Synthetic. */
import { caveatMask, type CaveatName, levelOf, type Level, type LevelName, type PurposeName } from '../../src/dictionary/compartment.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import type { Body } from '../../src/dictionary/types.ts';
import { type Grant } from '../../src/rules/grant.ts';
import { type Audience, type Change, type SealedPart, Stored } from '../../src/rules/record.ts';
import type { Registry } from '../../src/rules/registry.ts';
import { viewerOf, type Viewer } from '../../src/rules/viewer.ts';
import { worldRegistry } from './world-registry.ts';
import { askerOf } from '../support/exchange.ts';

export const dictionary = loadDictionary();
const found = dictionary.kinds.get('Indicator');
if (found === undefined) throw new Error('no Indicator');
export const indicator = found;
export const rank = (name: LevelName): Level => levelOf(name) ?? 0;
export const mask = caveatMask;

export const registry: Registry = { version: 1, signingKeys: [], ...worldRegistry('extra') };

/** The registry with one object of it changed. */
export const changed = <K extends 'partners' | 'issuers' | 'clients' | 'agreements' | 'channels'>(type: K, id: string, change: object): Registry => {
  const map = new Map(registry[type] as ReadonlyMap<string, object>);
  map.set(id, { ...map.get(id), ...change });
  return { ...registry, [type]: map };
};

export const viewer = (partner: string, purpose: PurposeName, clearance: LevelName = 'TOP_SECRET', caveats: readonly CaveatName[] = ['PERSONAL', 'SOURCE', 'OPERATIONAL'], under = registry): Viewer =>
  viewerOf(under, askerOf(partner, { purpose, clearance, caveats }).claims, purpose);

export const audience = (originator: string, level: LevelName, channels: readonly string[]): Audience => ({ id: 1, kind: 'Indicator', level: rank(level), originator, channels, state: '' });

export const grant = (ceiling: LevelName, caveats: readonly CaveatName[] = []): Grant => ({ channel: 'one', agreement: 'ag1', clause: '1', ceiling: rank(ceiling), caveats: mask(caveats), to: 8.64e15 });

export interface Given {
  readonly classification?: LevelName;
  readonly markings?: Readonly<Record<string, LevelName>>;
  readonly changes?: readonly Change[];
  readonly sealed?: Readonly<Record<string, SealedPart>>;
  readonly body?: Body;
}

export const stored = ({ classification = 'UNCLASSIFIED', markings = {}, changes = [{ revision: 1, at: 1000, fields: [] }], sealed = {}, body = {} }: Given): Stored =>
  new Stored({
    id: '01900000-0000-7000-8000-000000000001', kind: indicator, originator: 'alpha', audience: audience('alpha', classification, ['one', 'two']), classification: rank(classification), status: 'ACTIVE',
    createdAt: 1000, changes, markings: new Map(Object.entries(markings).map(([name, level]) => [name, rank(level)])), sealedParts: new Map(Object.entries(sealed)),
  }, body);
