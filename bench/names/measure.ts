/** One measurement: a gallery behind the real candidate rule, queries of which half are in it, everything at and above the threshold counted. */
import { keysOf, nameLimits, probesOf } from '../../src/dictionary/names/keys.ts';
import { scoreRead } from '../../src/dictionary/names/score.ts';
import type { Facts } from '../../src/dictionary/names/score.ts';
import { readName } from '../../src/dictionary/names/words.ts';
import type { ReadName } from '../../src/dictionary/names/words.ts';
import type { Person } from './people.ts';

export interface Query {
  readonly text: string;
  readonly facts: Facts;
  /** Index in the gallery; undefined: nobody there. */
  readonly person: number | undefined;
  readonly label?: string;
}
export interface Answer {
  readonly query: number;
  readonly score: number;
  readonly right: boolean;
}
export interface Outcome {
  readonly answers: readonly Answer[];
  readonly asked: number;
  /** Of those in the gallery, how many were candidates at all. */
  readonly reached: number;
  readonly candidates: number;
}

export const factsOf = (person: Person): Facts => ({ birthDate: person.birthDate, nationalities: [person.nationality] });

export interface Gallery {
  readonly names: readonly ReadName[];
  readonly facts: readonly Facts[];
  readonly index: ReadonlyMap<string, readonly number[]>;
}

export function gallery(texts: readonly string[], facts: readonly Facts[]): Gallery {
  const names = texts.map(readName);
  const index = new Map<string, number[]>();
  names.forEach((name, i) => { for (const key of keysOf(name)) { const list = index.get(key); if (list === undefined) index.set(key, [i]); else list.push(i); } });
  return { names, facts, index };
}

/** The records that share a token, heaviest first, cut as the exchange cuts them. */
export function candidatesOf(name: ReadName, index: Gallery['index']): number[] {
  const sums = new Map<number, number>();
  for (const { payload, weight } of probesOf(name)) for (const i of index.get(payload) ?? []) sums.set(i, (sums.get(i) ?? 0) + weight);
  return [...sums].sort((a, b) => b[1] - a[1]).slice(0, nameLimits.candidates).map(([i]) => i);
}

export function ask(stored: Gallery, queries: readonly Query[], withFacts: boolean): Outcome {
  const answers: Answer[] = [];
  let [reached, candidates] = [0, 0];
  queries.forEach(({ text, facts, person }, query) => {
    const name = readName(text);
    const found = candidatesOf(name, stored.index);
    candidates += found.length;
    if (person !== undefined && found.includes(person)) reached += 1;
    for (const i of found) {
      const other = stored.names[i];
      const score = other === undefined ? undefined : scoreRead([name], [other], withFacts ? facts : {}, withFacts ? (stored.facts[i] ?? {}) : {});
      if (score !== undefined && score.score > 0.02) answers.push({ query, score: score.score, right: i === person });
    }
  });
  return { answers, asked: queries.filter(({ person }) => person !== undefined).length, reached, candidates: candidates / queries.length };
}

/** Recall and precision at a threshold. */
export function at({ answers, asked }: Pick<Outcome, 'answers' | 'asked'>, threshold: number): { recall: number; precision: number; wrong: number } {
  const above = answers.filter(({ score }) => score >= threshold);
  const right = above.filter((answer) => answer.right).length;
  return { recall: right / asked, precision: above.length === 0 ? 1 : right / above.length, wrong: above.length - right };
}
