/** What a running node does by itself, now and then. Every node does it: the database sees to it that nothing is done twice. */
import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';

/** Milliseconds between two rounds: how late a share may end after its retention is over. */
const round = 30_000;

/** @returns ends it, once the round under way is over */
export function keepHouse(store: Pick<Store, 'endDueShares' | 'forgetIdempotency'>, log: Logger): () => Promise<void> {
  let working: Promise<void> = Promise.resolve();
  const work = async (): Promise<void> => {
    try {
      const ended = await store.endDueShares();
      if (ended > 0) log.info({ ended }, 'shares ended with their retention');
      await store.forgetIdempotency();
    } catch (error) {
      log.warn({ err: error }, 'housekeeping failed; the next round tries again');
    }
  };
  const timer = setInterval(() => { working = working.then(work); }, round);
  working = work();
  return async () => {
    clearInterval(timer);
    await working;
  };
}
