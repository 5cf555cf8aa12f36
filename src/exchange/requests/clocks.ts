/** What the clocks of requests do by themselves, on whichever node comes by. */
import type { RequestStore } from './request-port.ts';

const atOnce = 200;

/** Acts on all clocks that ran out, those of a time when no node ran too. @returns how many requests that concerned */
export async function keepClocks(requests: RequestStore): Promise<number> {
  let total = 0;
  for (;;) {
    const fired = await requests.fireClocks(atOnce);
    total += fired;
    if (fired < atOnce) return total;
  }
}
