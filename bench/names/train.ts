/**
 * Fits the letter model of src/dictionary/names/model-data.ts to the tuning half of the pairs: expectation maximisation over alignments
 * (Ristad and Yianilos 1998, a memoryless transducer), a table a script. Run by hand: `sh bin/node bench/names/train.ts`.
 */
import { writeFileSync } from 'node:fs';
import { classAt, codeLength, contextOf, extend, plainCode } from '../../src/dictionary/names/classes.ts';
import { alphabet } from '../../src/dictionary/names/sounds.ts';
import { readName } from '../../src/dictionary/names/words.ts';
import { pairs, pick, scripts, seeded } from './data.ts';
import type { Random } from './data.ts';
import { passport, slip } from './distort.ts';

type Couple = readonly [latin: string, other: string];
const size = alphabet.length + 1;
const gap = alphabet.length;
const indexes = (text: string): number[] => [...text].map((c) => alphabet.indexOf(c)).filter((i) => i >= 0);
const vowel = (i: number): boolean => 'aeiouyw'.includes(alphabet[i] ?? ' ');

function start(): Float64Array {
  const table = new Float64Array(size * size);
  for (let a = 0; a < size; a += 1) for (let b = 0; b < size; b += 1) {
    if (a === gap && b === gap) continue;
    table[a * size + b] = a === gap || b === gap ? (vowel(a === gap ? b : a) ? 2 : 0.6) : a === b ? 30 : vowel(a) && vowel(b) ? 2 : vowel(a) || vowel(b) ? 0.1 : 0.4;
  }
  return normal(table);
}
function normal(table: Float64Array): Float64Array {
  const sum = table.reduce((so, x) => so + x, 0);
  return table.map((x) => x / sum);
}

/** Expected counts of one couple under the table, added to `counts`. */
function expect(table: Float64Array, [left, right]: Couple, counts: Float64Array): void {
  const [a, b] = [indexes(left), indexes(right)];
  const [n, m] = [a.length, b.length];
  const at = (i: number, j: number): number => i * (m + 1) + j;
  const p = (x: number, y: number): number => table[x * size + y] ?? 0;
  const forward = new Float64Array((n + 1) * (m + 1));
  const backward = new Float64Array((n + 1) * (m + 1));
  const f = (i: number, j: number): number => forward[at(i, j)] ?? 0;
  const g = (i: number, j: number): number => backward[at(i, j)] ?? 0;
  const A = (i: number): number => a[i] ?? gap;
  const B = (j: number): number => b[j] ?? gap;
  for (let i = 0; i <= n; i += 1) for (let j = 0; j <= m; j += 1) {
    forward[at(i, j)] = i + j === 0 ? 1 : (i && j ? f(i - 1, j - 1) * p(A(i - 1), B(j - 1)) : 0) + (i ? f(i - 1, j) * p(A(i - 1), gap) : 0) + (j ? f(i, j - 1) * p(gap, B(j - 1)) : 0);
  }
  for (let i = n; i >= 0; i -= 1) for (let j = m; j >= 0; j -= 1) {
    backward[at(i, j)] = i === n && j === m ? 1 : (i < n && j < m ? g(i + 1, j + 1) * p(A(i), B(j)) : 0) + (i < n ? g(i + 1, j) * p(A(i), gap) : 0) + (j < m ? g(i, j + 1) * p(gap, B(j)) : 0);
  }
  const total = f(n, m);
  if (!(total > 0)) return;
  for (let i = 0; i <= n; i += 1) for (let j = 0; j <= m; j += 1) {
    const add = (x: number, y: number, rest: number): void => { counts[x * size + y] = (counts[x * size + y] ?? 0) + (f(i, j) * p(x, y) * rest) / total; };
    if (i < n && j < m) add(A(i), B(j), g(i + 1, j + 1));
    if (i < n) add(A(i), gap, g(i + 1, j));
    if (j < m) add(gap, B(j), g(i, j + 1));
  }
}

function fit(couples: readonly Couple[], prior: Float64Array, weight: number): Float64Array {
  let table = prior;
  for (let round = 0; round < 12; round += 1) {
    const counts = prior.map((x) => x * weight);
    for (const couple of couples) expect(table, couple, counts);
    table = normal(counts);
  }
  return table;
}

/** Log likelihood ratio against letters that fall together by chance, in nats. */
function ratios(table: Float64Array, couples: readonly Couple[]): number[][] {
  const background = (side: 0 | 1): number[] => {
    const counts = Array.from({ length: alphabet.length }, () => 2);
    for (const couple of couples) for (const i of indexes(couple[side])) counts[i] = (counts[i] ?? 0) + 1;
    const sum = counts.reduce((so, x) => so + x, 0);
    return counts.map((x) => x / sum);
  };
  const [left, right] = [background(0), background(1)];
  return Array.from({ length: size }, (_, a) => Array.from({ length: size }, (__, b) =>
    a === gap && b === gap ? 0 : Math.log((table[a * size + b] ?? 0) + 1e-9) - (a === gap ? 0 : Math.log(left[a] ?? 1)) - (b === gap ? 0 : Math.log(right[b] ?? 1))));
}

const soundsOf = (text: string): string[] => readName(text).words.map((word) => word.sounds);
/** Every way to join two neighbours of the longer list, until both are as long. */
function levelled(a: readonly string[], b: readonly string[]): (readonly [readonly string[], readonly string[]])[] {
  if (a.length === b.length) return [[a, b]];
  const shorter = (list: readonly string[]): string[][] => list.slice(1).map((_, i) => [...list.slice(0, i), `${list[i] ?? ''}${list[i + 1] ?? ''}`, ...list.slice(i + 2)]);
  if (Math.abs(a.length - b.length) > 1) return [];
  return a.length > b.length ? shorter(a).map((list) => [list, b] as const) : shorter(b).map((list) => [a, list] as const);
}
const couplesOf = (latin: string, other: string, whole: boolean): Couple[] => {
  const [a, b] = [soundsOf(latin), soundsOf(other)];
  if (!whole) return [[a.join(''), b.join('')]];
  // Whole names stand in either order; what does not fit is dropped once the model knows better.
  return levelled(a, b).flatMap(([one, two]) => one.flatMap((word, i): Couple[] => [[word, two[i] ?? ''], [word, two[two.length - 1 - i] ?? '']]));
};

/** The best alignment's log likelihood ratio. */
function fits(table: readonly (readonly number[])[], [left, right]: Couple): number {
  const [a, b] = [indexes(left), indexes(right)];
  const value = (x: number, y: number): number => table[x]?.[y] ?? 0;
  let before = b.reduce<number[]>((so, y) => [...so, (so.at(-1) ?? 0) + value(gap, y)], [0]);
  for (const x of a) {
    const now = [(before[0] ?? 0) + value(x, gap)];
    b.forEach((y, j) => now.push(Math.max((before[j] ?? 0) + value(x, y), (before[j + 1] ?? 0) + value(x, gap), (now[j] ?? 0) + value(gap, y))));
    before = now;
  }
  return before.at(-1) ?? 0;
}

/** One printable sign a number, in steps of 0.15 nats around `O`. */
const sign = (nats: number): string => String.fromCharCode(79 + Math.max(-46, Math.min(46, Math.round(nats / 0.15))));
const quoted = (row: string): string => `'${row.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

const random: Random = seeded(11);
const data = pairs('tuning');
const byScript = new Map<string, Couple[]>(scripts.map((script) => {
  const rows = data.get(script) ?? [];
  const couples = rows.flatMap(({ latin, other }) => couplesOf(latin, other, script === 'Hang'));
  return [script, script === 'Thai' ? [...couples, ...rows.flatMap(({ latin, other }) => couplesOf(passport(latin, random), other, false))] : couples];
}));
const latins = [...data.values()].flat().map(({ latin }) => latin);
const same = new Map<string, string[]>();
for (const { latin, other } of [...data.values()].flat()) same.set(other, [...(same.get(other) ?? []), latin]);
const variants = [...same.values()].flatMap((list) => list.flatMap((a, i) => list.slice(i + 1).flatMap((b) => couplesOf(a, b, false))));
const thai = (data.get('Thai') ?? []).flatMap(({ latin }) => couplesOf(latin, passport(latin, random), false));
const slips = Array.from({ length: 4000 }, () => pick(random, latins)).flatMap((latin, i) => couplesOf(latin, i % 2 === 0 ? latin : slip(latin, random), false));
byScript.set('Latn', [...variants, ...variants.map(([a, b]) => [b, a] as const), ...thai, ...thai.map(([a, b]) => [b, a] as const), ...slips]);

/** What classes each sign of the other spelling stands for, by where it stands: counted over the best alignments. */
function emissions(table: Float64Array, couples: readonly Couple[]): string[] {
  const counts = new Map<string, Map<string, number>>();
  for (const [left, right] of couples) {
    for (const [key, emitted] of emitted1(table, left, right)) {
      const of = counts.get(key) ?? new Map<string, number>();
      of.set(emitted, (of.get(emitted) ?? 0) + 1);
      counts.set(key, of);
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => {
    const total = [...of.values()].reduce((so, x) => so + x, 0);
    const kept = [...of].map(([emitted, n]) => [emitted, Math.round((100 * n) / total)] as const).filter(([, n]) => n >= 2).sort((a, b) => b[1] - a[1]).slice(0, 6);
    return `${key} ${kept.map(([emitted, n]) => `${emitted}${n}`).join(' ')}`;
  });
}

/** Viterbi; a Latin sign beside nothing goes to the other sign before it. */
function emitted1(table: Float64Array, left: string, right: string): [string, string][] {
  const [a, b] = [indexes(left), indexes(right)];
  const m = b.length;
  const at = (i: number, j: number): number => i * (m + 1) + j;
  const best = new Float64Array((a.length + 1) * (m + 1)).fill(-Infinity);
  const from = new Uint8Array(best.length);
  best[0] = 0;
  const log = (x: number, y: number): number => Math.log((table[x * size + y] ?? 0) + 1e-12);
  for (let i = 0; i <= a.length; i += 1) for (let j = 0; j <= m; j += 1) {
    const offer = (value: number, way: number): void => { if (value > (best[at(i, j)] ?? 0)) [best[at(i, j)], from[at(i, j)]] = [value, way]; };
    if (i && j) offer((best[at(i - 1, j - 1)] ?? 0) + log(a[i - 1] ?? gap, b[j - 1] ?? gap), 1);
    if (i) offer((best[at(i - 1, j)] ?? 0) + log(a[i - 1] ?? gap, gap), 2);
    if (j) offer((best[at(i, j - 1)] ?? 0) + log(gap, b[j - 1] ?? gap), 3);
  }
  const out: string[] = [...right].map(() => '');
  let first = '';
  for (let i = a.length, j = m; i > 0 || j > 0;) {
    const way = from[at(i, j)];
    if (way !== 3) {
      const emitted = classAt(left, i - 1);
      if (j === 0) first = emitted + first;
      else out[j - 1] = emitted + (out[j - 1] ?? '');
    }
    if (way !== 3) i -= 1;
    if (way !== 2) j -= 1;
  }
  return [['^', first], ...out.map((emitted, j): [string, string] => [`${right[j] ?? ''}${contextOf(right, j)}`, extend('', emitted)])];
}

const all = [...byScript.values()].flat();
const pooled = fit(all.filter((_, i) => i % 3 === 0), start(), 300);
// Some rows are no pairs at all (another person, another reading): they would teach that anything may stand for anything.
for (const [script, couples] of byScript) {
  let kept = couples;
  for (let round = 0; round < 2; round += 1) {
    const table = ratios(fit(kept, pooled, 300), kept);
    kept = couples.filter((couple) => fits(table, couple) > 0);
  }
  byScript.set(script, [...new Map(kept.map((couple, i) => [script === 'Hang' ? couple.join('|') : i, couple])).values()]);
}
const fitted = [...[...byScript].map(([script, couples]) => [script, fit(couples, pooled, 300), couples] as const), ['Zyyy', pooled, all] as const];
const module = (name: string, doc: string, lines: readonly string[]): void =>
  writeFileSync(new URL(`../../src/dictionary/names/${name}-data.ts`, import.meta.url), `/**\n${doc.split('\n').map((line) => ` * ${line}`).join('\n')}\n */\n${lines.join('\n')}\n`);
const origin = 'Generated by bench/names/train.ts from real pairs of spellings (CC0 and MIT; the tuning half only)';
module('model', `${origin}: how much more often a Latin sign (row)\nstands beside a sign of the other spelling (column) than by chance. Signs in the order of sounds.ts, the last row and column for none; one\nprintable sign a number, in steps of 0.15 nats around \`O\`.`, [
  'export const tables: Readonly<Record<string, readonly string[]>> = {',
  ...fitted.flatMap(([script, table, couples]) => [`  ${script}: [`, ...ratios(table, couples).map((row) => `    ${quoted(row.map(sign).join(''))},`), '  ],']), '};',
]);
module('emission', `${origin}: a sign of a romanised spelling and where it\nstands (0 first, 1 before a vowel, 2 elsewhere; ^ before all), then the consonant classes that Latin spellings have in its place, in percent.`, [
  'export const emissions: Readonly<Record<string, readonly string[]>> = {',
  ...fitted.flatMap(([script, table, couples]) => [`  ${script}: [`, ...emissions(table, couples).map((line) => `    '${line}',`), '  ],']), '};',
]);
/** Which class follows which in Latin parts, in thousandths; the last column is the end. */
const follows = ((): string[] => {
  const names = 'PFTKSMNL';
  const counts = new Map([...`^${names}`].map((from) => [from, Array.from({ length: names.length + 1 }, () => 0)]));
  for (const [script, rows] of data) for (const { latin } of rows) for (const part of script === 'Hang' ? soundsOf(latin) : [soundsOf(latin).join('')]) {
    const code = plainCode(part);
    [...code, ...(code.length < codeLength ? ['$'] : [])].forEach((to, i) => {
      const row = counts.get(code[i - 1] ?? '^');
      const at = to === '$' ? names.length : names.indexOf(to);
      if (row !== undefined) row[at] = (row[at] ?? 0) + 1;
    });
  }
  return [...counts].map(([from, row]) => `${from} ${row.map((n) => Math.round((1000 * n) / Math.max(1, row.reduce((so, x) => so + x, 0)))).join(' ')}`);
})();
module('shares', `${origin}: after one consonant class (first; ^ the start),\nhow often each of P F T K S M N L and the end follows, in thousandths.`, ['export const follows: readonly string[] = [', ...follows.map((line) => `  '${line}',`), '];']);
console.log([...byScript].map(([script, couples]) => `${script} ${couples.length}`).join(', '));
