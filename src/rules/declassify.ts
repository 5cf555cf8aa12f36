/**
 * The closed list of what crosses the one law: each function here lets out something that is not a release of a record.
 * The noninterference test models each of them. There is no other way.
 */
import { type Level, purposeMask, type PurposeName } from '../dictionary/compartment.ts';
import type { Eyes } from './grant.ts';
import type { Registry } from './registry.ts';
import { type CountedCell, nameOf, noiseOf, placesOf } from './statistic-cells.ts';
import { shownPlaces } from './statistic-cover.ts';

/** A reading as its originator may know it: who, for what, when, which of its records and fields. Never what was asked, never whose else. */
export interface Reading {
  readonly id: string;
  readonly at: string;
  readonly partner: string;
  readonly purpose: string;
  readonly operation: string;
  readonly records: readonly string[];
  readonly fields: readonly string[];
  /** For how long it was kept from the originator, by a clause for covert work: an ISO 8601 duration. */
  readonly delayedBy?: string;
  /** Of `consent-override` and `warning-override`: by whose authority, and why, a record goes beyond consent, or a request past a warning list. */
  readonly authority?: string;
  readonly reason?: string;
  /** Of a counting: how many of its records were counted, and no more. */
  readonly counted?: number;
}

/** An originator's reads of the ledger: who has read its own records. */
export function originatorReading(row: Reading): Reading {
  const { id, at, partner, purpose, operation, records, fields, delayedBy, authority, reason, counted } = row;
  return Object.freeze({ id, at, partner, purpose, operation, records, fields, ...(delayedBy !== undefined && { delayedBy }), ...(authority !== undefined && { authority }), ...(reason !== undefined && { reason }), ...(counted !== undefined && { counted }) });
}

/** A cell or margin of a declared table, as it may be told. */
export interface StatisticCell {
  /** One a dimension; null: all of them. */
  readonly values: readonly (string | null)[];
  /** With its noise: never below 6, within 5 of the truth. */
  readonly count: number;
}

/**
 * Statistic cells: those that hold at least 11 records of at least two originators other than the asker, and of which no sum or difference gives a smaller
 * or an empty one away; each with the noise of its key. What is not among them holds few records, or none, or is hidden with those: which of the three does
 * not show.
 * @param dimensions their names, in the order of the values
 */
export function statisticCells(cells: readonly CountedCell[], dimensions: readonly string[], asker: string): StatisticCell[] {
  const shown = [...shownPlaces(placesOf(cells, dimensions.length, asker), dimensions)].map(({ values, all }) => Object.freeze({ values, count: all.records + noiseOf(all.key) }));
  return shown.sort((a, b) => (nameOf(a.values) < nameOf(b.values) ? -1 : 1));
}

/** An alert as the protection desk may know it: on which day, of which record that it sees; who searched only once their own desk agreed to be named. */
export interface FirewallAlert {
  readonly id: string;
  /** The day of the batch, UTC. */
  readonly day: string;
  readonly record: string;
  readonly searchers: readonly { readonly partner: string; readonly desk: string | null; readonly purpose: string }[];
}

/** Firewall alerts: that somebody searched or submitted a person who matches a confirmed victim. Never who asked before, nor what, nor when within a day. */
export function firewallAlert({ id, day, record, searchers }: FirewallAlert): FirewallAlert {
  return Object.freeze({ id, day, record, searchers: searchers.map(({ partner, desk, purpose }) => Object.freeze({ partner, desk, purpose })) });
}

/** That somebody was decided to be a victim, as the protection desk of the agreement may know it. */
export interface ProtectionReferral {
  readonly id: string;
  readonly at: string;
  /** The desk that decided, to be asked. */
  readonly from: { readonly partner: string; readonly desk: string };
  /** The identity, where the reader sees it. */
  readonly record?: string;
}

/** Referrals: that a desk decided somebody to be a victim, and which desk. Of the person nothing; the identity only where the reader sees it, and never a victim's record. */
export function protectionReferral({ id, at, from, record }: { readonly id: string; readonly at: string; readonly from: ProtectionReferral['from']; readonly record: string | undefined }): ProtectionReferral {
  return Object.freeze({ id, at, from: Object.freeze({ partner: from.partner, desk: from.desk }), ...(record !== undefined && { record }) });
}

const secondsOf: Readonly<Record<string, number>> = { Y: 31_557_600, M: 2_629_800, W: 604_800, D: 86_400 };
const secondsOfTime: Readonly<Record<string, number>> = { H: 3600, M: 60, S: 1 };

/** How long an ISO 8601 duration is, roughly, in seconds: to compare two. */
function lengthOf(duration: string): number {
  const [date = '', time = ''] = duration.slice(1).split('T');
  const sum = (text: string, units: Readonly<Record<string, number>>): number =>
    [...text.matchAll(/([\d.]+)([A-Z])/g)].reduce((all, [, count, unit]) => all + Number(count) * (units[unit ?? ''] ?? 0), 0);
  return sum(date, secondsOf) + sum(time, secondsOfTime);
}

/**
 * For how long what these grants let a viewer read is kept from the originator: the longest that a clause states. Its own staff's readings never are.
 * @returns an ISO 8601 duration; undefined: not at all
 */
export function ledgerDelay(grants: readonly { readonly channel: string | undefined; readonly ledgerDelay?: string }[]): string | undefined {
  if (grants.some(({ channel }) => channel === undefined)) return undefined;
  return grants.map((grant) => grant.ledgerDelay).filter((delay) => delay !== undefined).sort((a, b) => lengthOf(b) - lengthOf(a))[0];
}

/** A partner's eyes, as far as another may borrow them: through channels of which both are members. */
export type PartnerEyes = Eyes & { sees(channel: string): boolean };

/**
 * The eyes of a partner, for an originator that looks at its own records as the partner would (`view-as`). What a partner is cleared for is its own to know;
 * this lets out as much of it as decides about the asker's own records, through rosters that the asker knows. A clearance that is asked for lowers the
 * partner's, and never raises it.
 * @returns undefined for one that the asker shares no channel with, as for one that there is none of
 */
export function partnerEyes(registry: Registry, asker: { readonly partner: string }, asked: { readonly partner: string; readonly purpose: PurposeName; readonly clearance: Level }): PartnerEyes | undefined {
  const partner = registry.partners.get(asked.partner);
  const sees = (channel: string): boolean => {
    const members = registry.channels.get(channel)?.members ?? [];
    return members.includes(asker.partner) && members.includes(asked.partner);
  };
  if (partner === undefined || (asked.partner !== asker.partner && ![...registry.channels.keys()].some(sees))) return undefined;
  return { partner: asked.partner, purposeBit: purposeMask([asked.purpose]), clearance: Math.min(asked.clearance, partner.clearance) as Level, caveats: partner.caveats, sees };
}
