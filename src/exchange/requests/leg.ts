/** Legs: what is kept of one, and what its record shows. */
import type { RequestKind, RequestState } from '../../dictionary/requests.ts';
import type { Body, Json } from '../../dictionary/types.ts';
import type { Course } from '../../rules/request.ts';
import { clocksAfter, followers, type RunningClock } from '../../rules/request-clock.ts';
import type { KeptClock, KeptLeg, LegStand, LegStep } from './request-port.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export const courseOf = (kind: RequestKind, { state, precedence, asker, partner, desk, steps, clocks, until }: KeptLeg): Course => ({
  kind, state, precedence, asker, asked: { partner, desk }, made: steps.map(({ step }) => step),
  ...(until !== undefined && { until: Date.parse(until) }),
  clocks: clocks.map(({ clock, due, then, waitsFor, fired }): RunningClock => ({ clock, due: Date.parse(due), then, waitsFor, ...(fired !== undefined && { fired: Date.parse(fired) }) })),
});

/** What the database needs to act on a clock: of one that lets the request expire, to which state, and what begins there. */
function keptClock({ kind, precedence, made }: Pick<Course, 'kind' | 'precedence' | 'made'>, state: RequestState, { clock, due, then, waitsFor, fired }: RunningClock): KeptClock {
  const to = then === 'EXPIRE' ? kind.machine.moves.find(({ by, from }) => by === 'CLOCK' && from.includes(state))?.to : undefined;
  const next = to === undefined ? [] : followers(kind, state, to, made).map((one) => ({ clock: one.clock, within: one.within[precedence], then: one.then, waitsFor: one.waitsFor }));
  return { clock, due: iso(due), then, waitsFor, ...(to !== undefined && { to }), ...(next.length > 0 && { next }), ...(fired !== undefined && { fired: iso(fired) }) };
}

/** What a move makes of a leg. @param state after it */
export function standAfter(course: Course, before: Pick<LegStand, 'steps' | 'since' | 'state'>, step: Omit<LegStep, 'at' | 'to'>, state: RequestState, desk: string, now: number): LegStand {
  const clocks = clocksAfter(course, step.step, state, now).map((clock) => keptClock({ ...course, made: [...course.made, step.step] }, state, clock));
  const steps = [...before.steps, { ...step, at: iso(now), to: state }];
  return { desk, state, since: state === before.state ? before.since : iso(now), waiting: clocks.length > 0, clocks, steps };
}

/** What the leg's record shows: as the database keeps it up. */
export function shownOf({ partner, desk, state, since, clocks, steps }: LegStand & { readonly partner: string }): Body {
  const due = clocks.map((clock) => clock.due).sort()[0];
  const shown = clocks.map(({ clock, due: at, waitsFor, fired }) => ({ clock, due: at, waitsFor, ...(fired !== undefined && { fired }) }));
  return { desk: { partner, desk }, state, since, ...(due !== undefined && { due }), clocks: shown, steps: steps as unknown as Json };
}
