/** What a running node does by itself, now and then. Every node does it: the database sees to it that nothing is done twice. */
import type { Logger } from 'pino';
import type { Assembly } from '../assemble.ts';
import { keepClocks } from '../exchange/requests/clocks.ts';
import { keepRetention } from '../exchange/erasure/settle.ts';

/** Milliseconds between two rounds: how late a share may end, a record be erased, or a request's clock be acted on, after its time is over. */
const round = 30_000;

/** @returns ends it, once the round under way is over */
export function keepHouse({ store, deps, matcher }: Pick<Assembly, 'store' | 'deps' | 'matcher'>, log: Logger): () => Promise<void> {
  let working: Promise<void> = Promise.resolve();
  const work = async (): Promise<void> => {
    try {
      const ended = await store.endDueShares();
      if (ended > 0) log.info({ ended }, 'shares ended with their retention');
      const erased = await keepRetention(deps);
      if (erased > 0) log.info({ erased }, 'records erased with their retention');
      await keepClocks(store.requests);
      await store.attachments.forgetArrivals();
      await store.forgetIdempotency();
      await store.forgetProofs();
      await store.forgetLimits();
      // No line in the log of what these did: how much there was to match, or to alert of, is nobody's to read there.
      await matcher?.run();
      await store.firewall.today();
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
