/** A million people who are not the one asked for: how many reach a query as candidates, and how many pass the threshold by name alone. */
import { keysOf, nameLimits, probesOf } from '../../src/dictionary/names/keys.ts';
import { scoreRead, threshold } from '../../src/dictionary/names/score.ts';
import { readName } from '../../src/dictionary/names/words.ts';
import type { Pair } from './data.ts';
import { pick, seeded } from './data.ts';

export interface Crowd {
  readonly groups: readonly Group[];
  /** Microseconds to make one stored name's keys, and to read and score one candidate. */
  readonly keyMicros: number;
  readonly scoreMicros: number;
}

export interface Group {
  readonly queries: number;
  /** Impostors sharing a token, a query, before the cut; and opened, after the cut to the heaviest. */
  readonly sharing: number;
  readonly opened: number;
  /** Above the threshold, a query; and of the worst query. */
  readonly wrong: number;
  readonly wrongWorst: number;
  /** Of the people asked for, were they stored too: how many share a token, and how many are still among the opened. */
  readonly reached: number;
  readonly kept: number;
}

export interface Asking {
  readonly text: string;
  readonly latin: string;
  readonly stored: string;
}
interface Asked extends Asking {
  readonly read: ReturnType<typeof readName>;
  readonly found: { weight: number; latin: string }[];
}
type Wanted = ReadonlyMap<string, readonly (readonly [Asked, number])[]>;

function wantedBy(asked: readonly Asked[]): Wanted {
  const wanted = new Map<string, [Asked, number][]>();
  for (const one of asked) for (const { payload, weight } of probesOf(one.read)) {
    const list = wanted.get(payload);
    if (list === undefined) wanted.set(payload, [[one, weight]]); else list.push([one, weight]);
  }
  return wanted;
}

/** Impostors pass by once; each query keeps those that share a token with it. @returns milliseconds spent on keys */
function pass(wanted: Wanted, asked: ReadonlySet<string>, parts: readonly Pair[], size: number): number {
  const random = seeded(77);
  let keying = 0;
  for (let i = 0; i < size; i += 1) {
    const latin = `${pick(random, parts).latin} ${pick(random, parts).latin}`;
    if (asked.has(latin)) continue;
    const began = performance.now();
    const keys = keysOf(readName(latin));
    keying += performance.now() - began;
    const sums = new Map<Asked, number>();
    for (const key of keys) for (const [one, weight] of wanted.get(key) ?? []) sums.set(one, (sums.get(one) ?? 0) + weight);
    for (const [one, weight] of sums) one.found.push({ weight, latin });
  }
  return keying;
}

const mean = (list: readonly number[]): number => list.reduce((so, x) => so + x, 0) / Math.max(1, list.length);

function groupOf(asked: readonly Asked[]): Group {
  let [reached, kept] = [0, 0];
  const heaviest = asked.map(({ read, found, stored }) => {
    const probes = new Map(probesOf(read).map(({ payload, weight }) => [payload, weight] as const));
    const own = keysOf(readName(stored)).reduce((so, key) => so + (probes.get(key) ?? 0), 0);
    if (own > 0) reached += 1;
    if (own > 0 && found.filter(({ weight }) => weight > own).length < nameLimits.candidates) kept += 1;
    return [...found].sort((a, b) => b.weight - a.weight).slice(0, nameLimits.candidates);
  });
  const wrong = heaviest.map((list, i) => list.filter(({ latin }) => (scoreRead([asked[i]?.read ?? readName('')], [readName(latin)])?.score ?? 0) >= threshold).length);
  return { queries: asked.length, sharing: mean(asked.map(({ found }) => found.length)), opened: mean(heaviest.map((list) => list.length)), wrong: mean(wrong), wrongWorst: Math.max(...wrong), reached, kept };
}

/** Latin impostors of the pairs' Latin parts; nobody is counted who bears exactly an asked Latin name. */
export function crowd(asking: readonly (readonly Asking[])[], parts: readonly Pair[], size: number): Crowd {
  const asked = asking.map((list) => list.map((one): Asked => ({ ...one, read: readName(one.text), found: [] })));
  const keying = pass(wantedBy(asked.flat()), new Set(asking.flat().map(({ latin }) => latin)), parts, size);
  const began = performance.now();
  const groups = asked.map(groupOf);
  const opened = groups.reduce((so, group) => so + group.opened * group.queries, 0);
  return { groups, keyMicros: (keying * 1000) / size, scoreMicros: ((performance.now() - began) * 1000) / Math.max(1, opened) };
}
