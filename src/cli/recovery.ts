/** Watches that the rows are not older than the journal beside the keys: while they are, this node serves nobody. */
import type { Logger } from 'pino';
import type { Recovery } from '../store/recovery/watch.ts';

/** Milliseconds between two looks: while something is wrong, and when all is well. */
const soon = 3000;
const later = 30_000;

export interface Watch {
  /** False until a first look found nothing missing, and whenever a later one does. */
  open(): boolean;
  /** Ends it, once the look under way is over. */
  stop(): Promise<void>;
}

/** Resolves after a first look. */
export async function watchRecovery(recovery: Recovery, log: Logger): Promise<Watch> {
  let [open, stopped, whole] = [false, false, true];
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const lost = await recovery.lost(whole);
      if (lost.length > 0) log.error({ lost }, 'not ready: the rows are older than the journal, so they were restored; run `prasan replay`');
      else if (!open) log.info('rows and journal agree');
      open = lost.length === 0;
      // The whole list of erasures is gone through until it agrees once.
      whole = !open;
      if (open) await recovery.note();
    } catch (error) {
      log.warn({ err: error }, open ? 'rows and journal could not be compared; the next round tries again' : 'not ready: rows and journal could not be compared yet');
    }
    if (!stopped) timer = setTimeout(() => { looking = look(); }, open ? later : soon);
  }
  await look();
  return {
    open: () => open,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
