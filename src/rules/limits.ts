/**
 * How much a partner, and each of its clients, may ask. Counted over all nodes; where the registry says nothing, `defaultLimits` hold. A limit looks at
 * what was asked and at what was released, at nothing else: it tells nobody what is not there for it.
 */
import type { Registry } from './registry.ts';
import type { Claims } from './viewer.ts';

export interface Limits {
  /** Requests in a minute, whatever they ask. */
  readonly requestsPerMinute: number;
  /** Requests under way at once. */
  readonly concurrentRequests: number;
  /** Values looked up, and searches, in a minute. */
  readonly lookupsPerMinute: number;
  /** Of these, in an hour, those that found nothing: who tries all numbers of a range finds nothing most of the time. */
  readonly missesPerHour: number;
  /** Rows of imports in 24 hours. */
  readonly importRowsPerDay: number;
}

/** For those of whom the registry says nothing. */
export const defaultLimits: Limits = { requestsPerMinute: 6000, concurrentRequests: 64, lookupsPerMinute: 60_000, missesPerHour: 100_000, importRowsPerDay: 5_000_000 };


export type LimitName = keyof Limits;
export const limitNames = Object.keys(defaultLimits) as readonly LimitName[];
/** Each with the seconds it is counted over; those under way at once are not counted over a time. */
export const periods = { requestsPerMinute: 60, lookupsPerMinute: 60, missesPerHour: 3600, importRowsPerDay: 86_400 } as const satisfies Partial<Record<LimitName, number>>;
export type CountedName = keyof typeof periods;

/** Somebody that is limited. */
export interface Limited {
  readonly type: 'partner' | 'client';
  /** Unique among all: `partner th-ccib`, `client th-ccib urn:issuer th-ccib-sync`. */
  readonly name: string;
  readonly limits: Limits;
}

const given = (limits: Partial<Limits> | undefined, base: Limits): Limits => ({ ...base, ...limits });

/**
 * An issuer may speak for several partners and call clients of two of them alike: those are two clients, or one partner could spend what is another's.
 * @returns whom a request of these claims counts for: its partner and its client
 */
export function limitedBy(registry: Registry, { partner, client, issuer, subject, session }: Claims, base = defaultLimits): readonly [Limited, Limited] {
  const whole = given(registry.partners.get(partner)?.limits, base);
  return [
    { type: 'partner', name: `partner ${partner}`, limits: whole },
    // Staff of all partners come through one client: each person counts alone.
    { type: 'client', name: session === undefined ? `client ${partner} ${issuer} ${client}` : `staff ${subject}`, limits: given(registry.clients.get(client)?.limits, whole) },
  ];
}
