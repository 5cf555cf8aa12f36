/** The victim firewall's matching, as the database does it: sums over shared tokens alone. How many are found, and how many others are taken for them. */
import { alertSum, factProbes } from '../../src/dictionary/names/facts.ts';
import { keysOf, probesOf } from '../../src/dictionary/names/keys.ts';
import { readName } from '../../src/dictionary/names/words.ts';
import type { Facts } from '../../src/dictionary/names/score.ts';
import type { Query } from './measure.ts';

export interface Blind {
  /** Of those who are stored, how many are found. */
  readonly recall: number;
  /** Others that a search brings. */
  readonly wrong: number;
}

/** Sums of one search over all that are stored. */
function sumsOf(text: string, facts: Facts, index: ReadonlyMap<string, readonly number[]>, stored: readonly Facts[], withFacts: boolean, most: number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { payload, weight } of heaviest(text, most)) for (const i of index.get(payload) ?? []) sums.set(i, (sums.get(i) ?? 0) + weight);
  if (!withFacts) return sums;
  const asked = factProbes(facts.birthDate, facts.nationalities);
  for (const [i, sum] of sums) {
    const has = new Set(factProbes(stored[i]?.birthDate, stored[i]?.nationalities).map(({ payload }) => payload));
    sums.set(i, asked.reduce((so, { payload, weight }) => so + (has.has(payload) ? weight : 0), sum));
  }
  return sums;
}

const heaviest = (text: string, most: number) => [...probesOf(readName(text))].sort((a, b) => b.weight - a.weight).slice(0, most);

export function blindly(queries: readonly Query[], index: ReadonlyMap<string, readonly number[]>, stored: readonly Facts[], withFacts: boolean, most = 64, least = alertSum): Blind {
  let [right, wrong, asked] = [0, 0, 0];
  for (const { text, facts, person } of queries) {
    if (person !== undefined) asked += 1;
    for (const [i, sum] of sumsOf(text, facts, index, stored, withFacts, most)) {
      if (sum < least) continue;
      if (i === person) right += 1;
      else wrong += 1;
    }
  }
  return { recall: right / asked, wrong: wrong / queries.length };
}

export const keysIn = (texts: readonly string[]): Map<string, number[]> => {
  const index = new Map<string, number[]>();
  texts.forEach((text, i) => { for (const key of keysOf(readName(text))) { const list = index.get(key); if (list === undefined) index.set(key, [i]); else list.push(i); } });
  return index;
};
