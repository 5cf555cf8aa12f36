/**
 * What is counted over a time, on all nodes together. A node takes part of what is left from the database and gives it out by itself; so most
 * requests cost no statement, and never is more given out than the limit, however many nodes there are.
 */
import { LRUCache } from 'lru-cache';
import type { LimitPort } from './port.ts';

export interface QuotaAsked {
  readonly name: string;
  readonly measure: string;
  readonly limit: number;
  /** Seconds that it is counted over. */
  readonly period: number;
  readonly amount: number;
}

export interface QuotaAnswer {
  readonly granted: boolean;
  /** What is left of the limit, as far as this node knows. */
  readonly remaining: number;
  /** Whole seconds until it is counted anew. */
  readonly resetSeconds: number;
}

export interface Quotas {
  /** Takes the amount, or nothing. */
  take(asked: QuotaAsked): Promise<QuotaAnswer>;
  /** Counts what has happened already, also beyond the limit. */
  charge(asked: QuotaAsked): Promise<void>;
}

interface Lease {
  /** Taken from the database and not given out; below zero: charged beyond it. */
  left: number;
  /** Of all nodes, as the database last said. */
  used: number;
  limit: number;
  /** Milliseconds of `now` at which the period ends. */
  ends: number;
  /** What those who wait would like, all told. */
  wanted: number;
  asking: Promise<void> | undefined;
}

/** A node takes this part of a limit at once: what others cannot use of it is lost until the period ends. */
const share = 20;
const most = 20_000;

/** @param now monotonic milliseconds */
export function quotas(port: LimitPort, now: () => number = () => performance.now()): Quotas {
  const leases = new LRUCache<string, Lease>({ max: most });

  function leaseOf({ name, measure, limit }: QuotaAsked): Lease {
    const key = `${measure} ${name}`;
    const known = leases.get(key);
    if (known?.limit === limit) return known;
    const lease: Lease = { left: 0, used: 0, limit, ends: -Infinity, wanted: 0, asking: undefined };
    leases.set(key, lease);
    return lease;
  }

  async function more(lease: Lease, { name, measure, limit, period }: QuotaAsked, anyway: boolean): Promise<void> {
    // What was left of a period that is over is not carried over.
    if (now() >= lease.ends) lease.left = Math.min(lease.left, 0);
    const want = Math.max(lease.wanted - lease.left, anyway ? 0 : Math.ceil(limit / share));
    const { granted, used, resetSeconds } = await port.take({ name, measure, period, limit, want, anyway });
    lease.left += granted;
    lease.used = used;
    lease.ends = now() + resetSeconds * 1000;
  }

  /** One question at a time for each lease: others wait, and then look again. */
  async function fill(lease: Lease, asked: QuotaAsked, anyway = false): Promise<void> {
    if (lease.asking !== undefined) return lease.asking;
    lease.asking = more(lease, asked, anyway).finally(() => { lease.asking = undefined; });
    return lease.asking;
  }

  const spent = (lease: Lease): boolean => lease.used >= lease.limit && now() < lease.ends;
  const answer = (lease: Lease, granted: boolean): QuotaAnswer => ({
    granted, remaining: Math.max(0, lease.limit - lease.used + lease.left), resetSeconds: Math.max(1, Math.ceil((lease.ends - now()) / 1000)),
  });

  return {
    async take(asked) {
      const lease = leaseOf(asked);
      lease.wanted += asked.amount;
      try {
        // Each question brings something, or says that nothing is left.
        while ((now() >= lease.ends || lease.left < asked.amount) && !spent(lease)) await fill(lease, asked);
      } finally {
        lease.wanted -= asked.amount;
      }
      const granted = now() < lease.ends && lease.left >= asked.amount;
      if (granted) lease.left -= asked.amount;
      return answer(lease, granted);
    },
    async charge(asked) {
      const lease = leaseOf(asked);
      lease.left -= asked.amount;
      if (lease.left < 0 || now() >= lease.ends) await fill(lease, asked, true);
    },
  };
}
