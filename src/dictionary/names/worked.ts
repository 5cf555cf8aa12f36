/** What a name comes to, worked out once for a body: a submission is kept and asked about, and both take the same reading. */
import { keysOf, type NameProbe, type PartCodes, probesOf } from './keys.ts';
import { type ReadName, readName } from './words.ts';

export interface Worked {
  /** Payloads that a record carries. */
  readonly keys: readonly string[];
  /** What a question asks for. */
  readonly probes: readonly NameProbe[];
}

class Working implements Worked {
  readonly #read: ReadName;
  readonly #codes: PartCodes = new Map();
  #keys: readonly string[] | undefined;
  #probes: readonly NameProbe[] | undefined;

  constructor(full: string) {
    this.#read = readName(full);
  }

  get keys(): readonly string[] {
    return (this.#keys ??= keysOf(this.#read, this.#codes));
  }

  get probes(): readonly NameProbe[] {
    return (this.#probes ??= probesOf(this.#read, this.#codes));
  }
}

/** Each is worked out when it is asked for. @param full any string; never throws */
export const workOut = (full: string): Worked => new Working(full);

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
