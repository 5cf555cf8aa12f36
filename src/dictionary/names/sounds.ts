/**
 * Latin letters to sound signs, one character each: digraphs folded, doubles single, marks gone where they say little. The signs are still
 * spelling, not phonemes: what `ch`, `j` or `x` stand for differs by language, and the model learns which alternations occur.
 */
import anyAscii from 'any-ascii';

/** Letters whose mark says more than the bare letter does. */
const marked: Readonly<Record<string, string>> = { č: 'C', ć: 'C', ç: 's', š: 'S', ś: 'S', ş: 'S', ș: 'S', ŝ: 'S', ž: 'Z', ź: 'Z', ż: 'Z', ñ: 'ny', ń: 'n', ł: 'l', ə: 'e', ı: 'i', æ: 'e', œ: 'e', ø: 'o', ð: 'd', þ: 'T' };
const groups: readonly (readonly [RegExp, string])[] = [
  [/tsch|tch/g, 'C'], [/sch|sh/g, 'S'], [/ch/g, 'C'], [/zh/g, 'Z'], [/ph/g, 'P'], [/th/g, 'T'], [/kh/g, 'K'], [/ng/g, 'N'], [/gh/g, 'G'], [/ck/g, 'k'], [/qu(?=[aeio][^ n]|e)/g, 'k'], [/dj/g, 'j'], [/tz|ts/g, 'c'],
];

/** Every sign a sound string may hold. */
export const alphabet = 'abcdefghijklmnopqrstuvwxyzCSZPTKGN';

/** @returns at most 40 signs of {@link alphabet} */
export function sounds(latin: string): string {
  const bare = [...latin.normalize('NFC').toLowerCase()].map((c) => marked[c] ?? c).join('');
  const ascii = [...bare].map((c) => (/[a-zCSZT]/.test(c) ? c : anyAscii(c).toLowerCase())).join('').replace(/[^a-zCSZT]/g, '');
  return groups.reduce((so, [from, to]) => so.replace(from, to), ascii).replace(/(.)\1+/g, '$1').slice(0, 40);
}
