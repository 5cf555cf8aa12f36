/**
 * Initials in Thai: the first consonant of a name, whatever vowel is written before it (เกษม is ก.), with or without a full stop. Titles are abbreviated in the same
 * way (น.ส., พ.ต.ท.), so they are told apart here.
 */
import { romaniseInitial } from './scripts/thai.ts';
import { sounds } from './sounds.ts';
import { thaiAbbreviations, thaiLetterTitles } from './titles.ts';

/** Stands behind a letter that was read as an initial: the Thai sign of abbreviation. */
const mark = 'ฯ';

/** How Thai writes the initials of a Latin name, by the names of its letters. Those of one sign and a vowel before it (เจ, เค, โอ) read as any initial. */
const letterNames: Readonly<Record<string, string>> = {
  บี: 'b', ซี: 'c', ดี: 'd', อี: 'e', เอฟ: 'f', จี: 'g', เอช: 'h', เฮช: 'h', แอล: 'l', เอ็ม: 'm', เอ็น: 'n', พี: 'p', คิว: 'q', อาร์: 'r', เอส: 's', ที: 't', ยู: 'u', วี: 'v', ดับเบิลยู: 'w', ดับบลิว: 'w', เอ็กซ์: 'x', วาย: 'y', แซด: 'z',
};
const dotted = new RegExp(`(?<![\\p{L}\\p{M}])(?:[เแโไใ]([ก-ฮ])|(${Object.keys(letterNames).join('|')}))\\.`, 'gu');

/** Words that a name is made of: no initial, and not ณ and แซ่ of surnames. */
const wholeWords = (text: string): number => text.split(/[\s,،、]+/u).filter((word) => /\p{L}/u.test(word) && !/^(?:[ก-ฮ]ฯ?|แซ่|(?:[ก-ฮ]{1,4}\.)+)$/u.test(word)).length;

interface Abbreviation {
  readonly letters: string;
  /** Which of those that stand together. */
  readonly group: number;
}

const abbreviationsIn = (text: string): Abbreviation[] =>
  text.trim().split(/\s+/u).flatMap((together, group) => together.split('.').filter((letters) => letters !== '').map((letters) => ({ letters, group })));

/** A title, which may be spelled letter by letter. Where some of its letters stand together and others apart it is one only beside a whole name: พ.ต. ท. ใจดี is Major T. Jaidee. */
function isTitle(run: readonly Abbreviation[], after: Abbreviation | undefined, whole: number): boolean {
  const text = run.map(({ letters }) => letters).join('');
  if (run.length === 1) return text.length > 1 || (thaiLetterTitles.has(text) && (whole > 1 || (after?.letters.length ?? 0) > 1));
  const groups = new Set(run.map(({ group }) => group)).size;
  return thaiAbbreviations.has(text) && (groups === 1 || whole > 1 || (whole > 0 && groups === run.length));
}

/** How many letters and groups of letters one title has, the most first. */
const longest = [5, 4, 3, 2, 1] as const;

/** @returns the letters that are no title's, in order */
function lettersLeft(list: readonly Abbreviation[], whole: number): string[] {
  const left: string[] = [];
  for (let at = 0; at < list.length;) {
    const end = longest.map((run) => at + run).find((to) => to <= list.length && isTitle(list.slice(at, to), list[to], whole));
    if (end === undefined) left.push(list[at]?.letters ?? '');
    at = end ?? at + 1;
  }
  return left;
}

/**
 * @param text a name, or what a comma sets apart of one
 * @param elsewhere what else the name has
 * @returns the text without the abbreviated titles it begins with or ends in; initials stay
 */
export function withoutAbbreviations(text: string, elsewhere: string): string {
  const [chain = '', acting = ''] = /^(ว่าที่\s*)?(?:[ก-ฮ]{1,4}\.\s*|(?!ณ)[ก-ฮ]\s+|พล\s+(?=[ก-ฮ][.\s]))+/u.exec(text) ?? [];
  const rest = text.slice(chain.length).trim();
  const list = abbreviationsIn(chain.slice(acting.length));
  const left = list.length === 0 ? [] : lettersLeft(list, wholeWords(rest) + wholeWords(elsewhere));
  const name = list.length > 0 && left.length === 0 ? rest.replace(/^หญิง\s*/u, '') : [...left.map((letter) => letter + mark), rest].join(' ').trim();
  return name.replace(/\s+(?:ว่าที่\s*)?((?:[ก-ฮ]{1,4}\.)+)(?:หญิง)?$/u, (all, end: string, at: number) => {
    const last = abbreviationsIn(end);
    const whole = wholeWords(name.slice(0, at));
    return end.length > 2 && whole > 0 && lettersLeft(last, whole).length === 0 ? '' : all;
  });
}

/** Initials that are written with a vowel or by the name of a Latin letter, each as one letter: only a full stop says that it is one. */
export const initialsWritten = (text: string): string => text.replace(dotted, (_, thai: string | undefined, latin: string | undefined) => ` ${thai === undefined ? (letterNames[latin ?? ''] ?? '') : thai + mark} `);

export interface ThaiInitial {
  readonly letter: string;
  /** The sounds that a word may begin with in Latin letters, the usual one first. */
  readonly begins: readonly string[];
  readonly soft: boolean;
}

/** What a letter says of the word's first sound, where it is not its own: ห and อ stand silent before others and อ before any vowel, ทร is s, and Latin spellings have v for ว. */
const otherSounds: Readonly<Record<string, string>> = { ท: 'Ts', ฟ: 'fP', ว: 'wv', ห: 'hmnlrwyN', อ: 'aeiouy' };

/** A lone consonant; ณ is a word of surnames (ณ อยุธยา) unless a full stop says otherwise or nothing follows. @returns undefined for any other word */
export function thaiInitial(word: string, last: boolean): ThaiInitial | undefined {
  if (!/^[ก-ฮ]ฯ?$/u.test(word) || (word === 'ณ' && !last)) return undefined;
  const letter = word.charAt(0);
  return { letter, begins: [...(otherSounds[letter] ?? sounds(romaniseInitial(letter)).slice(0, 1))], soft: thaiLetterTitles.has(letter) };
}

/** The letter that stands for a word written in Thai. */
export const thaiLetterOf = (word: string): string | undefined => /^[เแโไใ]?([ก-ฮ])/u.exec(word)?.[1];
