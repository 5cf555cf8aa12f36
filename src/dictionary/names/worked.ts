/** What a name comes to, worked out once for a body: a submission is kept and asked about, and both take the same reading. */
import { keysOf, type NameProbe, probesOf } from './keys.ts';
import { readName } from './words.ts';

export interface Worked {
  /** Payloads that a record carries. */
  readonly keys: readonly string[];
  /** What a question asks for. */
  readonly probes: readonly NameProbe[];
}

/** @param full any string; never throws */
export function workOut(full: string): Worked {
  const read = readName(full);
  let keys: readonly string[] | undefined;
  let probes: readonly NameProbe[] | undefined;
  return {
    get keys() { return (keys ??= keysOf(read)); },
    get probes() { return (probes ??= probesOf(read)); },
  };
}

/** By body. Never by name alone: how soon an answer comes would tell whether somebody was named before, by whomever. */
const inBody = new WeakMap<object, Map<string, Worked>>();

const knownOf = (body: object): Map<string, Worked> => {
  const known = inBody.get(body) ?? new Map<string, Worked>();
  inBody.set(body, known);
  return known;
};

/** What a name that stands in a body comes to. */
export function workedIn(body: object, full: string): Worked {
  const known = knownOf(body);
  const worked = known.get(full) ?? workOut(full);
  known.set(full, worked);
  return worked;
}

/** It was worked out elsewhere. */
export const setWorked = (body: object, full: string, worked: Worked): void => void knownOf(body).set(full, worked);
