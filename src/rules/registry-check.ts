/**
 * What makes a registry sound beyond its form: that what is named exists, that members are parties, that no clause promises what its
 * channels or partners can't give, that agreements follow one another in a line. Pure; for `prasan check` on files and `prasan
 * apply` on the merged registry.
 */
import type { Conditions } from './condition.ts';
import { checkAgreement } from './registry-check/agreement.ts';
import { checkChannel } from './registry-check/channel.ts';
import { checkClient } from './registry-check/client.ts';
import type { Declared } from './registry.ts';
import type { Bodies, Context, Finding, Section } from './registry-check/finding.ts';
import { checkIssuer } from './registry-check/issuer.ts';
import { checkMechanism } from './registry-check/mechanism.ts';
import { checkPartner } from './registry-check/partner.ts';
import { checkStatistic } from './registry-check/statistic.ts';
import type { Countables } from './statistic-table.ts';

export { bodiesOf } from './registry-check/asked.ts';
export { plannedKinds } from './registry-check/clause.ts';
export { nearest } from '../dictionary/nearest.ts';
export type { Bodies, Finding, Section } from './registry-check/finding.ts';

export interface CheckOptions {
  /** Record kinds of the dictionary. */
  readonly kinds: ReadonlySet<string>;
  /** What clauses may depend on, of the dictionary's kinds; nothing unless given. */
  readonly conditions?: Conditions;
  /** Kinds of requests that the dictionary knows; none unless given. */
  readonly requests?: ReadonlySet<string>;
  /** What their bodies need at the least; nothing is said of kinds that are not there. */
  readonly bodies?: Bodies;
  /** Stages that the dictionary knows; any unless given. */
  readonly stages?: ReadonlySet<string>;
  /** What records can be counted by, of the dictionary's kinds; by nothing unless given. */
  readonly countables?: Countables;
  /** Names that are declared, but so faulty that they are not in the registry: they are not reported as missing once more. */
  readonly faulty?: Readonly<Partial<Record<Section, ReadonlySet<string>>>>;
}

/**
 * Every finding, of all partners, issuers, clients, agreements, channels and statistics, in the order in which they are declared.
 * @returns empty: nothing to say
 */
export function checkRegistry(registry: Declared, { kinds, conditions = {}, countables = {}, stages, requests = new Set(), bodies = new Map(), faulty = {} }: CheckOptions): Finding[] {
  const context: Context = { registry, kinds, conditions, countables, stages, requests, bodies, has: (section, id) => registry[section].has(id) || (faulty[section]?.has(id) ?? false) };
  return [
    ...[...registry.partners.values()].flatMap((partner) => checkPartner(context, partner)),
    ...[...registry.issuers.values()].flatMap((issuer) => checkIssuer(context, issuer)),
    ...[...registry.clients.values()].flatMap((client) => checkClient(context, client)),
    ...[...registry.agreements.values()].flatMap((agreement) => checkAgreement(context, agreement)),
    ...[...registry.channels.values()].flatMap((channel) => checkChannel(context, channel)),
    ...[...registry.mechanisms.values()].flatMap((mechanism) => checkMechanism(context, mechanism)),
    ...[...registry.statistics.values()].flatMap((table) => checkStatistic(context, table)),
  ];
}

/** The declared registry laid over another: what is declared replaces what has the same name, what is left out stays. */
export function mergeRegistry(base: Declared, declared: Declared): Declared {
  return {
    partners: new Map([...base.partners, ...declared.partners]),
    issuers: new Map([...base.issuers, ...declared.issuers]),
    clients: new Map([...base.clients, ...declared.clients]),
    agreements: new Map([...base.agreements, ...declared.agreements]),
    channels: new Map([...base.channels, ...declared.channels]),
    mechanisms: new Map([...base.mechanisms, ...declared.mechanisms]),
    statistics: new Map([...base.statistics, ...declared.statistics]),
  };
}
