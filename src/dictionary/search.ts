/**
 * Search methods: from a field's normalised value to search payloads, and from what a searcher asks to the payloads to probe.
 *
 * An unsealed payload is kept as it is, in an order-preserving encoding, so that ranges work on it (`<` on bytea is leakproof, so row-level
 * security lets the index serve it). A sealed payload is blinded by the vault before it leaves the process, and only ever compared for equality.
 */
import type { Body, Field, Json } from './types.ts';

/** Bytes that stand for a value under one field; at most 64 long (longer values are hashed by the method). */
export type Payload = Uint8Array;

/** What to probe for one asked condition: a record matches when any of its payloads is in `any` or inside one of `ranges`. */
export interface Probe {
  /** Equality payloads, for unsealed keys. */
  readonly any: readonly Payload[];
  /** Inclusive [low, high] payload ranges, for unsealed keys only. */
  readonly ranges: readonly (readonly [Payload, Payload])[];
  /** Equality payloads for sealed keys, to be blinded by the vault. Coarser where needed (a month bucket, a covering network): `accept` decides after release. */
  readonly sealed: readonly Payload[];
  /** Whether a released value really answers the condition. Runs on what was released to the searcher, never on stored rows. */
  accept(value: Json, body: Body): boolean;
  /** For a method whose answers are ranked: how much each payload of `any` and `sealed` says, and how well a released record answers. */
  readonly ranking?: Ranking;
}

export interface Ranking {
  /** One for each payload; fixed by the method, never by what is stored. */
  readonly weights: readonly number[];
  /** The fields of the kind, dotted where they are members, that a score is made of. */
  readonly fields: readonly string[];
  /** @param body as it was released. @returns undefined for no answer */
  score(body: Body): Match | undefined;
}

/** Why a record is an answer. */
export interface Match {
  /** 0 to 1, in ten-thousandths. */
  readonly score: number;
  /** The name that answered, as it was released. */
  readonly name: string;
  readonly rules: readonly string[];
}

/** One search method. `keys` and `sealedKeys` are what a record carries; `probe` is what a question carries. */
export interface SearchMethod {
  keys(value: Json, body: Body, field: Field): readonly Payload[];
  sealedKeys(value: Json, body: Body, field: Field): readonly Payload[];
  /**
   * @param asked the filter as the caller gave it: `{eq}`, `{in}`, `{from, to}`, or for observables `{value | in, type?, within?}` with a boolean `within`
   * @throws Refusal INVALID naming the field and what would be right
   */
  probe(asked: Readonly<Record<string, Json>>, field: Field, path: string): Probe;
}
