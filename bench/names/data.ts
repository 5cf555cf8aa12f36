/** The real pairs, cut into a half that the model is fitted and tuned on and a half that is only reported; people made of them with a fixed seed. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const pairsFile = process.env['PRASAN_DATA'] === undefined
  ? resolve(import.meta.dirname, '../../../shared/data/names/pairs.tsv') : resolve(process.env['PRASAN_DATA'], 'names/pairs.tsv');
export const havePairs = existsSync(pairsFile);

export const scripts = ['Thai', 'Arab', 'Cyrl', 'Hang', 'Hani', 'Kana'] as const;
export type PairScript = (typeof scripts)[number];

export interface Pair {
  readonly latin: string;
  readonly other: string;
}
export type Half = 'tuning' | 'reported';

/** By the Latin spelling, so that a name that occurs under two scripts is in one half only. */
function halfOf(latin: string): Half {
  let hash = 2166136261;
  for (const c of latin.toLowerCase()) hash = Math.imul(hash ^ (c.codePointAt(0) ?? 0), 16777619) >>> 0;
  return ((hash >>> 7) & 1) === 1 ? 'tuning' : 'reported';
}

export function pairs(half: Half): ReadonlyMap<PairScript, readonly Pair[]> {
  const found = new Map<PairScript, Pair[]>(scripts.map((script) => [script, []]));
  for (const line of readFileSync(pairsFile, 'utf8').split('\n')) {
    const [script, latin, other] = line.split('\t');
    const known = scripts.find((one) => one === script);
    if (known !== undefined && latin !== undefined && other !== undefined && halfOf(latin) === half) found.get(known)?.push({ latin, other });
  }
  return found;
}

export type Random = () => number;

/** mulberry32. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: Random, list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}
