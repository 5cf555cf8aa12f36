/**
 * The other half of an erasure. The rows go first, in one transaction with the tombstone and the ledger's entry: so nothing is ever half decided, and a
 * crash leaves at most keys of what is no longer there. Those are destroyed by whoever comes by: the call itself, or any node's housekeeping.
 */
import { Refusal } from '../../errors.ts';
import type { Erasure } from '../../rules/erasure.ts';
import type { Deps } from '../deps.ts';

const atOnce = 500;

/** @throws Refusal KEY_UNAVAILABLE when the key database does not answer: the erasure stands, and is finished later */
export async function settle({ vault, erasures }: Pick<Deps, 'vault' | 'erasures'>, list: readonly Erasure[]): Promise<void> {
  try {
    await vault.destroy(list);
  } catch (error) {
    throw new Refusal('KEY_UNAVAILABLE', 'the record is gone and its keys are yet to be destroyed: that is done as soon as it can be; ask again to be told', error);
  }
  await erasures.settled(list.map(({ record }) => record));
}

/** Finishes what was begun and not finished. @returns how many records' keys were destroyed */
export async function settleWaiting(deps: Pick<Deps, 'vault' | 'erasures'>): Promise<number> {
  let total = 0;
  for (;;) {
    const waiting = await deps.erasures.waiting(atOnce);
    if (waiting.length > 0) await settle(deps, waiting);
    total += waiting.length;
    if (waiting.length < atOnce) return total;
  }
}

/** What any node does now and then: erases what its retention ends, and finishes what is unfinished. @returns how many records were erased */
export async function keepRetention(deps: Pick<Deps, 'vault' | 'erasures'>): Promise<number> {
  const erased = await deps.erasures.eraseDue(atOnce);
  await settleWaiting(deps);
  await deps.erasures.journalHolds();
  return erased;
}
