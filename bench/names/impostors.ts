/** A million people who are not the one asked for: how many reach a query as candidates, and how many pass the threshold by name alone. */
import { keysOf, nameLimits, probesOf } from '../../src/dictionary/names/keys.ts';
import { scoreRead, threshold } from '../../src/dictionary/names/score.ts';
import { readName } from '../../src/dictionary/names/words.ts';
import type { Pair } from './data.ts';
import { pick, seeded } from './data.ts';

export interface Crowd {
  /** Sharing a token, a query; before the cut. */
  readonly sharing: number;
  readonly sharingWorst: number;
  /** Opened: after the cut to the heaviest. */
  readonly opened: number;
  /** Above the threshold, a query; over all the opened, and the worst query. */
  readonly wrong: number;
  readonly wrongWorst: number;
  readonly queries: number;
  /** Of the people asked for, how many share a token, and how many are still among the opened. */
  readonly reached: number;
  readonly kept: number;
  /** Microseconds to make one stored name's keys, and to score one candidate. */
  readonly keyMicros: number;
  readonly scoreMicros: number;
}

interface Asked {
  readonly read: ReturnType<typeof readName>;
  readonly text: string;
  readonly found: { weight: number; latin: string }[];
}

/** Latin impostors of the pairs' Latin parts; nobody is counted who bears exactly the asked Latin name. */
export function crowd(queries: readonly { text: string; latin: string; stored: string }[], parts: readonly Pair[], size: number): Crowd {
  const asked: Asked[] = queries.map(({ text }) => ({ read: readName(text), text, found: [] }));
  const wanted = new Map<string, [Asked, number][]>();
  for (const one of asked) for (const { payload, weight } of probesOf(one.read)) {
    const list = wanted.get(payload);
    if (list === undefined) wanted.set(payload, [[one, weight]]); else list.push([one, weight]);
  }
  const random = seeded(77);
  let keying = 0;
  const latins = new Set(queries.map(({ latin }) => latin));
  for (let i = 0; i < size; i += 1) {
    const latin = `${pick(random, parts).latin} ${pick(random, parts).latin}`;
    if (latins.has(latin)) continue;
    const began = performance.now();
    const keys = keysOf(readName(latin));
    keying += performance.now() - began;
    const sums = new Map<Asked, number>();
    for (const key of keys) for (const [one, weight] of wanted.get(key) ?? []) sums.set(one, (sums.get(one) ?? 0) + weight);
    for (const [one, weight] of sums) one.found.push({ weight, latin });
  }
  const sharing = asked.map(({ found }) => found.length);
  const began = performance.now();
  let opened = 0;
  const wrong = asked.map(({ read, found }) => {
    const heaviest = found.sort((a, b) => b.weight - a.weight).slice(0, nameLimits.candidates);
    opened += heaviest.length;
    return heaviest.filter(({ latin }) => (scoreRead([read], [readName(latin)])?.score ?? 0) >= threshold).length;
  });
  const scoring = performance.now() - began;
  let [reached, kept] = [0, 0];
  asked.forEach(({ read, found }, i) => {
    const probes = new Map(probesOf(read).map(({ payload, weight }) => [payload, weight] as const));
    const own = keysOf(readName(queries[i]?.stored ?? '')).reduce((so, key) => so + (probes.get(key) ?? 0), 0);
    if (own > 0) reached += 1;
    if (own > 0 && found.filter(({ weight }) => weight > own).length < nameLimits.candidates) kept += 1;
  });
  const mean = (list: readonly number[]): number => list.reduce((so, x) => so + x, 0) / Math.max(1, list.length);
  return {
    sharing: mean(sharing), sharingWorst: Math.max(...sharing), opened: opened / asked.length, wrong: mean(wrong), wrongWorst: Math.max(...wrong), queries: asked.length, reached, kept,
    keyMicros: (keying * 1000) / size, scoreMicros: (scoring * 1000) / Math.max(1, opened),
  };
}
