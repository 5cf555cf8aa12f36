/** Legs: what is kept of one, and what its record shows. */
import type { RequestKind, RequestState } from '../../dictionary/requests.ts';
import type { Body, Json } from '../../dictionary/types.ts';
import type { Course } from '../../rules/request.ts';
import { clocksAfter, type RunningClock } from '../../rules/request-clock.ts';
import type { KeptClock, KeptLeg, LegStand, LegStep } from '../ports.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export const courseOf = (kind: RequestKind, { state, precedence, asker, partner, desk, steps, clocks }: KeptLeg): Course => ({
  kind, state, precedence, asker, asked: { partner, desk }, made: steps.map(({ step }) => step),
  clocks: clocks.map(({ clock, due, then, fired }): RunningClock => ({ clock, due: Date.parse(due), then, ...(fired !== undefined && { fired: Date.parse(fired) }) })),
});

function keptClock({ machine }: RequestKind, state: RequestState, { clock, due, then, fired }: RunningClock): KeptClock {
  const to = then === 'EXPIRE' ? machine.moves.find(({ by, from }) => by === 'CLOCK' && from.includes(state))?.to : undefined;
  return { clock, due: iso(due), then, ...(to !== undefined && { to }), ...(fired !== undefined && { fired: iso(fired) }) };
}

/** What a move makes of a leg. @param state after it */
export function standAfter(course: Course, before: Pick<LegStand, 'steps' | 'since' | 'state'>, step: Omit<LegStep, 'at' | 'to'>, state: RequestState, desk: string, now: number): LegStand {
  const clocks = clocksAfter(course, step.step, state, now).map((clock) => keptClock(course.kind, state, clock));
  const steps = [...before.steps, { ...step, at: iso(now), to: state }];
  return { desk, state, since: state === before.state ? before.since : iso(now), waiting: clocks.length > 0, clocks, steps };
}

/** What the leg's record shows: as the database keeps it up. */
export function shownOf({ partner, desk, state, since, clocks, steps }: LegStand & { readonly partner: string }): Body {
  const due = clocks.map((clock) => clock.due).sort()[0];
  const shown = clocks.map(({ clock, due: at, fired }) => ({ clock, due: at, ...(fired !== undefined && { fired }) }));
  return { desk: { partner, desk }, state, since, ...(due !== undefined && { due }), clocks: shown, steps: steps as unknown as Json };
}
