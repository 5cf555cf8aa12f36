/** Requests under way at once, on all nodes together: a node holds places in the database for a while, and gives them out by itself. */
import { LRUCache } from 'lru-cache';
import type { LimitPort } from './port.ts';

export interface Places {
  /** @returns gives the place back; undefined: none is free */
  enter(name: string, limit: number): Promise<(() => void) | undefined>;
}

interface Held {
  places: number;
  busy: number;
  /** Whether the database had no more when it was last asked. */
  full: boolean;
  /** Milliseconds of `now` from which the database is asked again. */
  until: number;
  asking: Promise<void> | undefined;
}

/** The database keeps them half a minute for a node that is not heard of again. */
const askAgain = 10_000;
/** How long a node that got no place does not ask again. */
const refusedFor = 250;

/** @param now monotonic milliseconds */
export function places(port: LimitPort, now: () => number = () => performance.now()): Places {
  const held = new LRUCache<string, Held>({ max: 20_000 });

  function heldOf(name: string): Held {
    const known = held.get(name) ?? { places: 0, busy: 0, full: false, until: -Infinity, asking: undefined };
    held.set(name, known);
    return known;
  }

  async function fill(one: Held, name: string, limit: number): Promise<void> {
    one.asking ??= port.places(name, Math.min(limit, one.busy + Math.max(1, Math.ceil(limit / 8))), limit).then((given) => {
      one.places = given;
      one.full = given <= one.busy;
      one.until = now() + (one.full ? refusedFor : askAgain);
    }).finally(() => { one.asking = undefined; });
    return one.asking;
  }

  function occupy(one: Held): () => void {
    one.busy += 1;
    let back = false;
    return () => {
      if (!back) one.busy -= 1;
      back = true;
    };
  }

  return {
    async enter(name, limit) {
      const one = heldOf(name);
      for (let tries = 0; tries < 4; tries += 1) {
        const fresh = now() < one.until;
        if (fresh && one.busy < Math.min(one.places, limit)) return occupy(one);
        if (fresh && (one.full || one.busy >= limit)) return undefined;
        await fill(one, name, limit);
      }
      return undefined;
    },
  };
}
