/** Telling a world to an exchange: its steps are carried out by fully cleared officers, at instants that follow from the step's number. */
import type { Released } from '../../src/rules/release.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import type { Exchange } from '../../src/exchange/api.ts';
import { type Step } from './world.ts';
import { worldRegistry } from './world-registry.ts';

export interface Side {
  readonly made: TestExchange;
  readonly exchange: Exchange;
  /** The next record gets this id. */
  next(id: string): void;
  wipe(): Promise<void>;
  /** Brings the record's clock to the instant of the step that last touched it. */
  settle(id: string, at: number): Promise<void>;
}

const epoch = Date.parse('2021-01-01T00:00:00.000Z');

export async function openSide(t: Parameters<typeof freshExchange>[0], extra: string): Promise<Side> {
  const made = await freshExchange(t, { registry: () => worldRegistry(extra) });
  let following = '';
  const exchange = createExchange({ ...made.deps, newId: () => following });
  const { admin } = made;
  return {
    made,
    exchange,
    next: (id) => { following = id; },
    wipe: async () => void (await admin`truncate record, revision, share, search_key, record_ref, outbox, ledger_entry, ledger_disclosure, idempotency`),
    async settle(id, at) {
      const ms = epoch + Math.round(at * 1000);
      await admin`update record set created_at = case when revision = 1 then to_timestamp(${ms / 1000}) else created_at end,
        changes = case when revision > 1 then jsonb_set(changes, array[(revision - 1)::text, 't'], to_jsonb(${ms}::bigint)) end where id = ${id}`;
    },
  };
}

const change = async (exchange: Exchange, made: TestExchange, { id, originator, what }: Step): Promise<Released | undefined> => {
  const officer = made.asker(originator, { purpose: 'INVESTIGATION' });
  switch (what.op) {
    case 'submit': return (await exchange.submit(officer, 'Indicator', what.body)).record;
    case 'amend': return exchange.amend(officer, 'Indicator', id, what.patch, '*');
    case 'share': return exchange.share(officer, 'Indicator', id, what.channel);
    case 'unshare': return exchange.unshare(officer, 'Indicator', id, what.channel);
    case 'withdraw': return exchange.withdraw(officer, 'Indicator', id);
    case 'read': return exchange.get(made.asker(what.by, { purpose: 'INVESTIGATION' }), 'Indicator', id).catch(() => undefined);
  }
};

/** @param midway called once, before the first step after that number */
export async function tell(side: Side, steps: readonly Step[], middle: number, midway: () => Promise<void>): Promise<void> {
  let passed = false;
  const revisions = new Map<string, number>();
  for (const step of steps) {
    if (!passed && step.at > middle) {
      passed = true;
      await midway();
    }
    side.next(step.id);
    await change(side.exchange, side.made, step);
    const [row] = await side.made.admin<{ revision: number }[]>`select revision from record where id = ${step.id}`;
    // Sharing is no revision: the last one keeps its instant.
    if (row !== undefined && row.revision !== revisions.get(step.id)) await side.settle(step.id, step.at);
    revisions.set(step.id, row?.revision ?? 0);
  }
  if (!passed) await midway();
}
