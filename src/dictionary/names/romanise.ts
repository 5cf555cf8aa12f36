/** One written word to Latin letters, by its script. Nothing here depends on more than the word itself. */
import anyAscii from 'any-ascii';
// oxlint-disable-next-line import/default -- CommonJS: Node gives its exports as the default
import wanakana from 'wanakana';
import { burmeseToLatin } from './scripts/burmese.ts';
import { khmerToLatin } from './scripts/khmer.ts';
import { thaiToLatin } from './scripts/thai.ts';

/** ISO 15924. `Zyyy` is everything else. */
export type Script = 'Latn' | 'Thai' | 'Khmr' | 'Mymr' | 'Hani' | 'Hang' | 'Kana' | 'Cyrl' | 'Arab' | 'Zyyy';

const ranges: readonly (readonly [Script, RegExp])[] = [
  ['Latn', /\p{Script=Latin}/u], ['Thai', /\p{Script=Thai}/u], ['Khmr', /\p{Script=Khmer}/u], ['Mymr', /\p{Script=Myanmar}/u], ['Kana', /[\p{Script=Katakana}\p{Script=Hiragana}]/u],
  ['Hani', /\p{Script=Han}/u], ['Hang', /\p{Script=Hangul}/u], ['Cyrl', /\p{Script=Cyrillic}/u], ['Arab', /\p{Script=Arabic}/u],
];

/** The script of the first letter that has one; kana before Han, for a name that mixes them is Japanese. */
export function scriptOf(text: string): Script {
  if (/[\p{Script=Katakana}\p{Script=Hiragana}]/u.test(text)) return 'Kana';
  for (const c of text) {
    const found = ranges.find(([, range]) => range.test(c));
    if (found !== undefined) return found[0];
  }
  return 'Zyyy';
}

/** Surnames whose reading differs from the letter's usual one. */
const surnames: Readonly<Record<string, string>> = { 单: 'shan', 單: 'shan', 曾: 'zeng', 解: 'xie', 仇: 'qiu', 区: 'ou', 區: 'ou', 查: 'zha', 朴: 'piao', 盖: 'ge', 翟: 'zhai', 尉: 'wei', 乐: 'yue', 冼: 'xian', 繁: 'po', 任: 'ren', 覃: 'qin' };
const han = (word: string): string => [...word].map((c, i) => (i === 0 ? surnames[c] : undefined) ?? anyAscii(c).toLowerCase()).join('');

/** Vowel signs are seldom written; hamza and ta marbuta say nothing about a Latin spelling. */
const arabic = (word: string): string =>
  anyAscii(word.replace(/[ً-ْٰـ]/g, '').replace(/[أإآٱاى]/g, 'a').replace(/ة$/u, 'ه').replace(/ؤ/g, 'و').replace(/ئ/g, 'ي')).replace(/[^a-z]/gi, '').toLowerCase();

const cyrillic = (word: string): string => anyAscii(word.replace(/[ьъ]/gi, '').replace(/х/gi, 'kh').replace(/щ/gi, 'sh').replace(/ц/gi, 'ts').replace(/ё/gi, 'yo')).toLowerCase();

/** @returns Latin letters, marks kept; a space only between the syllables of Burmese */
export function romanise(word: string, script: Script): string {
  switch (script) {
    case 'Latn': return word.toLowerCase();
    case 'Thai': return thaiToLatin(word);
    case 'Khmr': return khmerToLatin(word);
    case 'Mymr': return burmeseToLatin(word);
    case 'Kana': return anyAscii(wanakana.toRomaji(word)).toLowerCase();
    case 'Hani': return han(word);
    case 'Arab': return arabic(word);
    case 'Cyrl': return cyrillic(word);
    default: return anyAscii(word).toLowerCase();
  }
}
