/** Clocks of requests: which run in a state, since when, and when they run out. What a kind says is data. Pure. */
import { moved } from '../dictionary/duration.ts';
import type { Precedence, RequestClock, RequestKind, RequestState, WaitsFor } from '../dictionary/requests.ts';

export interface RunningClock {
  readonly clock: string;
  /** Unix milliseconds. */
  readonly due: number;
  readonly then: RequestClock['then'];
  readonly waitsFor: WaitsFor;
  /** When it ran out and was acted on; undefined: it runs. */
  readonly fired?: number;
}

export interface Stand {
  readonly kind: RequestKind;
  readonly precedence: Precedence;
  readonly state: RequestState;
  readonly clocks: readonly RunningClock[];
  /** What the request names as its end; Unix milliseconds. */
  readonly until?: number;
  /** Moves made so far. */
  readonly made?: readonly string[];
}

/** Whether a clock begins by coming from one state into another. */
const enters = ({ on, after, made: needed, in: states }: RequestClock, was: RequestState, state: RequestState, made: readonly string[]): boolean =>
  on === undefined && states.includes(state) && !states.includes(was) && after?.includes(was) !== false && (needed === undefined || made.includes(needed));

/** The clocks that begin when the database's clock leads from a state to another: it knows no kinds. */
export const followers = ({ clocks }: RequestKind, was: RequestState, state: RequestState, made: readonly string[] = []): readonly RequestClock[] => clocks.filter((clock) => enters(clock, was, state, made));

/**
 * The clocks after a move: what no longer runs is gone, what runs on keeps its time, what begins is due by how much the request presses.
 * @param before undefined: it was just sent
 * @param state after the move
 */
export function clocksAfter({ kind, precedence, state: was, clocks, until, made = [] }: Stand, move: string, state: RequestState, now: number): RunningClock[] {
  const names = [...new Set(kind.clocks.map(({ clock }) => clock))];
  return names.flatMap((name): RunningClock[] => {
    const specs = kind.clocks.filter(({ clock, in: states }) => clock === name && states.includes(state));
    if (specs.some(({ endedBy }) => endedBy === move)) return [];
    const begin = ({ within, then, waitsFor, until: earlier }: RequestClock): RunningClock[] => {
      const due = moved(now, within[precedence]);
      return [{ clock: name, due: earlier && until !== undefined ? Math.min(due, until) : due, then, waitsFor }];
    };
    const restarted = specs.find(({ on }) => on === move);
    if (restarted !== undefined) return begin(restarted);
    const running = clocks.find(({ clock }) => clock === name);
    if (running !== undefined) return specs.length > 0 ? [running] : [];
    const entered = specs.find((clock) => enters(clock, was, state, made));
    return entered === undefined ? [] : begin(entered);
  });
}

/** When the next thing is due: of the clocks that run, the one that runs out first, or ran out. Undefined: nobody waits. */
export const dueOf = (clocks: readonly RunningClock[]): number | undefined => (clocks.length === 0 ? undefined : Math.min(...clocks.map(({ due }) => due)));
