/** Clocks of requests: which run in a state, since when, and when they run out. What a kind says is data. Pure. */
import { moved } from '../dictionary/duration.ts';
import type { Precedence, RequestClock, RequestKind, RequestState } from '../dictionary/requests.ts';

export interface RunningClock {
  readonly clock: string;
  /** Unix milliseconds. */
  readonly due: number;
  readonly then: RequestClock['then'];
  /** When it ran out and was acted on; undefined: it runs. */
  readonly fired?: number;
}

export interface Stand {
  readonly kind: RequestKind;
  readonly precedence: Precedence;
  readonly state: RequestState;
  readonly clocks: readonly RunningClock[];
}

/**
 * The clocks after a move: what no longer runs is gone, what runs on keeps its time, what begins is due by how much the request presses.
 * @param before undefined: it was just sent
 * @param state after the move
 */
export function clocksAfter({ kind, precedence, state: was, clocks }: Stand, move: string, state: RequestState, now: number): RunningClock[] {
  const names = [...new Set(kind.clocks.map(({ clock }) => clock))];
  return names.flatMap((name): RunningClock[] => {
    const specs = kind.clocks.filter(({ clock, in: states }) => clock === name && states.includes(state));
    const begin = ({ within, then }: RequestClock): RunningClock[] => [{ clock: name, due: moved(now, within[precedence]), then }];
    const restarted = specs.find(({ on }) => on === move);
    if (restarted !== undefined) return begin(restarted);
    const running = clocks.find(({ clock }) => clock === name);
    if (running !== undefined) return specs.length > 0 ? [running] : [];
    const entered = specs.find(({ on, in: states }) => on === undefined && !states.includes(was));
    return entered === undefined ? [] : begin(entered);
  });
}

/** When the next thing is due: of the clocks that run, the one that runs out first, or ran out. Undefined: nobody waits. */
export const dueOf = (clocks: readonly RunningClock[]): number | undefined => (clocks.length === 0 ? undefined : Math.min(...clocks.map(({ due }) => due)));
