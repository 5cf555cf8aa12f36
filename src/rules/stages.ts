/**
 * Stages of a case, as the field that `@stage` names holds them: which may follow which, since when one lasts, and when its clock runs out. What a
 * country's mechanism says is data. A clock tells; it decides about no write.
 */
import { isDeepStrictEqual } from 'node:util';
import { moved } from '../dictionary/duration.ts';
import { isObject } from '../dictionary/json.ts';
import type { Body, Json, Kind, Staged } from '../dictionary/types.ts';
import { invalid } from '../errors.ts';
import type { Mechanism, Registry, Stage } from './registry.ts';

/** Names of the stages that the dictionary knows. */
export const stageNames = (kinds: Iterable<Kind>): Set<string> =>
  new Set([...kinds].flatMap(({ staged, field }) => (staged === undefined ? [] : ((field.get(staged.field)?.type.schema['enum'] as readonly string[] | undefined) ?? []))));

/** The mechanism that the cases of an originator follow; undefined: its country has declared none. */
export function mechanismOf(registry: Registry, originator: string): Mechanism | undefined {
  const country = registry.partners.get(originator)?.country;
  return [...registry.mechanisms.values()].find((mechanism) => mechanism.country === country);
}

export const stageOf = (mechanism: Mechanism | undefined, name: string): Stage | undefined => mechanism?.stages.find(({ stage }) => stage === name);

/** A stage's clock, at an instant. */
export interface Clock {
  /** Unix milliseconds; undefined: it may last as long as it takes. */
  readonly due: number | undefined;
  /** From when it warns. */
  readonly warnFrom: number | undefined;
  readonly state: 'NONE' | 'RUNNING' | 'WARNING' | 'OVERDUE';
}

export function clockOf(stage: Stage | undefined, since: number, now: number): Clock {
  if (stage?.clock === undefined || Number.isNaN(since)) return { due: undefined, warnFrom: undefined, state: 'NONE' };
  const due = moved(since, stage.clock);
  const warnFrom = stage.warnBefore === undefined ? due : moved(due, stage.warnBefore, -1);
  return { due, warnFrom, state: now >= due ? 'OVERDUE' : now >= warnFrom ? 'WARNING' : 'RUNNING' };
}

export { isDuration, moved } from '../dictionary/duration.ts';

interface Step {
  readonly staged: Staged;
  readonly mechanism: Mechanism | undefined;
  /** Unix milliseconds. */
  readonly now: number;
}

/**
 * A case goes on from the stage in which it is: its clock and its history would tell of a way that nobody went.
 * @param since of that stage, as the writer sees it; undefined: withheld, and then the answer depends on nothing of it
 */
function demandAfter(since: Json | undefined, given: Body, { staged }: Step, from: string): void {
  const { at } = given;
  if (typeof since !== 'string' || typeof at !== 'string' || Date.parse(at) >= Date.parse(since)) return;
  throw invalid(`${staged.transition}.at`, `is before the case came to ${from}, where it is since ${since}: give when it left that stage`);
}

/** When, by which desk and why, as the writer says. */
function said(given: Json | undefined, { staged, now }: Step): Body {
  const transition = isObject(given) ? given : {};
  const at = typeof transition['at'] === 'string' ? Date.parse(transition['at']) : now;
  if (at > now) throw invalid(`${staged.transition}.at`, 'lies in the future: a stage is entered when it is entered');
  const { desk, reason } = transition;
  return { at: new Date(at).toISOString(), ...(desk !== undefined && { desk }), ...(reason !== undefined && { reason }) };
}

/** What the exchange keeps of the stage that a new record begins with. @throws Refusal INVALID for an entry in the future */
export function begun(content: Body, step: Step): Body {
  const { staged } = step;
  const first = said(content[staged.transition], step);
  return { [staged.since]: first['at'] ?? null, [staged.history]: [{ to: content[staged.field] ?? null, ...first }] };
}

/**
 * What the exchange keeps when a record goes on to another stage: the step in its history, and since when it stands there. What is said of a step
 * without one would be in no history: it is refused, unless it is what the record says already.
 * @param before the content as it stood, whole
 * @param given what the writer said of when, by which desk and why; undefined: nothing. Of the step before nothing is taken over
 * @param unseen what is withheld from the writer
 * @throws Refusal INVALID when the mechanism does not let the one follow the other, the transition is not told, lies before the stage that it leaves, or is told of no step
 */
export function stepped(before: Body, after: Body, given: Json | undefined, step: Step, unseen: ReadonlySet<string>): Body {
  const { staged, mechanism } = step;
  const [from, to] = [String(before[staged.field]), String(after[staged.field])];
  const transition = after[staged.transition];
  if (from === to && given !== undefined && !isDeepStrictEqual(transition ?? null, before[staged.transition] ?? null)) {
    throw invalid(staged.transition, `says when, by which desk and why ${staged.field} changes: give the new ${staged.field} with it, or leave it as it is`);
  }
  if (from === to) return { [staged.since]: before[staged.since] ?? null, [staged.history]: before[staged.history] ?? null };
  const stage = stageOf(mechanism, from);
  if (mechanism !== undefined && stage !== undefined && !stage.next.includes(to)) {
    const next = stage.next.length === 0 ? 'nothing follows it' : `it is followed by ${stage.next.join(', ')}`;
    throw invalid(staged.field, `${mechanism.id} leads from ${from} elsewhere: ${next}`);
  }
  const fresh = isObject(given) ? given : {};
  const anew = Object.fromEntries(Object.entries(isObject(transition) ? transition : {}).filter(([name]) => Object.hasOwn(fresh, name)));
  const entry = said(anew, step);
  demandAfter(unseen.has(staged.since) ? undefined : before[staged.since], anew, step, from);
  for (const name of ['desk', 'reason']) {
    if (entry[name] === undefined) throw invalid(`${staged.transition}.${name}`, 'is needed with another stage: who moved the case, and why');
  }
  const history = Array.isArray(before[staged.history]) ? (before[staged.history] as readonly Json[]) : [];
  return { [staged.transition]: anew, [staged.since]: entry['at'] ?? null, [staged.history]: [...history, { from, to, ...entry }] };
}
