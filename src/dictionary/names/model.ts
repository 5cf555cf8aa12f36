/** How much better two spellings are explained by one name than by chance: the best alignment of their sounds under the letter model, in nats. */
import { tables } from './model-data.ts';
import type { Script } from './romanise.ts';
import { alphabet } from './sounds.ts';

const size = alphabet.length + 1;
const gap = alphabet.length;

const read = (rows: readonly string[]): Float32Array => Float32Array.from(rows.flatMap((row) => [...row].map((c) => (c.charCodeAt(0) - 79) * 0.15)));
const models: ReadonlyMap<string, Float32Array> = new Map(Object.entries(tables).map(([script, rows]) => [script, read(rows)]));
const empty = new Float32Array(size * size);

/** One sound string as the numbers of its signs. */
export const coded = (sounds: string): Uint8Array => Uint8Array.from([...sounds].map((c) => Math.max(0, alphabet.indexOf(c))));

/** The table for a pair of scripts, and whether the first is its columns' side. Two other scripts meet in the table of all. */
export function modelOf(left: Script, right: Script): { table: Float32Array; flip: boolean } {
  if (left === 'Latn' || left === right) return { table: models.get(left === right ? 'Latn' : right) ?? models.get('Zyyy') ?? empty, flip: false };
  if (right === 'Latn') return { table: models.get(left) ?? models.get('Zyyy') ?? empty, flip: true };
  return { table: models.get('Zyyy') ?? empty, flip: false };
}

const widest = 128;
const previous = new Float32Array(widest);
const current = new Float32Array(widest);

/** @returns nats; 0 is chance */
export function likeness(left: Uint8Array, right: Uint8Array, { table, flip }: { table: Float32Array; flip: boolean }): number {
  const [a, b] = flip ? [right, left] : [left, right];
  const m = Math.min(b.length, widest - 1);
  let [before, now] = [previous, current];
  before[0] = 0;
  for (let j = 1; j <= m; j += 1) before[j] = (before[j - 1] ?? 0) + (table[gap * size + (b[j - 1] ?? 0)] ?? 0);
  for (const sign of a) {
    const row = sign * size;
    const dropped = table[row + gap] ?? 0;
    let last = (before[0] ?? 0) + dropped;
    now[0] = last;
    for (let j = 1; j <= m; j += 1) {
      const other = b[j - 1] ?? 0;
      const both = (before[j - 1] ?? 0) + (table[row + other] ?? 0);
      const without = (before[j] ?? 0) + dropped;
      const added = last + (table[gap * size + other] ?? 0);
      last = both > without ? (both > added ? both : added) : without > added ? without : added;
      now[j] = last;
    }
    [before, now] = [now, before];
  }
  return before[m] ?? 0;
}
