/** A full name to its words: folded, titles gone, whole-name scripts cut into parts, each word with its Latin letters and sounds. */
import { endings, hardTitles, particles, prefixes, softTitles, suffixes } from './titles.ts';
import { romanise, scriptOf } from './romanise.ts';
import type { Script } from './romanise.ts';
import { sounds } from './sounds.ts';
import { initialsWritten, thaiInitial, withoutAbbreviations } from './thai-initials.ts';

export interface Word {
  /** As written, folded: NFKC, lower case, no zero-width signs. */
  readonly text: string;
  readonly sounds: string;
  /** May be a title or a particle: little is lost without it. */
  readonly soft: boolean;
  /** A single letter that may stand for a whole word. */
  readonly initial: boolean;
  /** Of a Thai initial: the sounds that the word may begin with, where letters cannot be compared. */
  readonly begins?: readonly string[];
}

export interface ReadName {
  readonly script: Script;
  readonly words: readonly Word[];
  /** Whether a title was taken off. */
  readonly titled: boolean;
}

/** More words than this are no name of a person; the rest is not read. */
export const longestName = 8;

const fold = (text: string): string =>
  text.slice(0, 200).normalize('NFKC').replace(/[\p{Cf}\p{Cc}\p{Co}\p{Cn}\p{Cs}]/gu, (c) => (/\s/.test(c) ? ' ' : '')).toLowerCase().normalize('NFC')
    // NFKC takes sara am apart.
    .replace(/ํา/g, 'ำ');

function withoutTitles(text: string, elsewhere: string): string {
  let rest = text.trim();
  for (let twice = 0; twice < 2; twice += 1) {
    rest = withoutAbbreviations(rest, elsewhere);
    for (const prefix of prefixes) rest = rest.replace(prefix, '').trim();
  }
  for (const suffix of suffixes) {
    const cut = rest.replace(suffix, '').trim();
    if (cut.length > 1) rest = cut;
  }
  return rest;
}

const familyHang = /^(?:남궁|선우|황보|제갈|사공|서문|독고|동방)/u;
/** Families of one sign that nearly all Chinese and Korean names in Han letters begin with. */
const familyHani = /^(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫阎雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴武戴莫孔向汤湯洪朴金權申安柳全])/u;

/** Korean families as passports spell them, where that is not how they sound. */
const spelledHang: Readonly<Record<string, string>> = {
  이: 'lee', 박: 'park', 최: 'choi', 정: 'jung', 우: 'woo', 오: 'oh', 유: 'yoo', 류: 'ryu', 노: 'noh', 임: 'lim', 림: 'lim', 구: 'koo', 김: 'kim', 강: 'kang', 조: 'cho', 주: 'joo', 문: 'moon', 허: 'heo', 권: 'kwon', 국: 'kook',
  곽: 'kwak', 길: 'gil', 심: 'shim', 신: 'shin', 손: 'son', 송: 'song', 성: 'sung', 전: 'jeon', 여: 'yeo', 연: 'yeon', 양: 'yang', 부: 'boo', 석: 'seok', 선: 'sun', 금: 'keum', 기: 'ki', 나: 'na', 라: 'ra', 리: 'lee',
};

/** Written without a space: family first. */
function cut(word: string, script: Script): string[] {
  const signs = [...word].length;
  const family = script === 'Hang' && signs >= 2 && signs <= 4 ? (familyHang.exec(word)?.[0] ?? word.slice(0, 1))
    : script === 'Hani' && signs >= 2 && signs <= 4 ? familyHani.exec(word)?.[0] : undefined;
  return family === undefined || family.length === word.length ? [word] : [family, word.slice(family.length)];
}

const isTitle = (text: string): boolean => hardTitles.has(text) || hardTitles.has(text.replace(/-/g, ''));

/**
 * Titles at the start and endings at the end of the name and of what a comma sets apart ("Jaidee, Mr. Somchai"), as long as a name remains. What stands alone
 * behind a comma is a title only beside a whole name: "Gordon, Major" is somebody's name, "Robert Gordon, Major" somebody's rank.
 */
function named(segments: readonly (readonly string[])[]): string[] {
  const rest = segments.map((words) => [...words]);
  const all = (): number => rest.reduce((so, words) => so + words.length, 0);
  for (const [i, words] of rest.entries()) {
    while (isTitle(words[0] ?? '') && (words.length > 1 || all() > (i === 0 ? 1 : 2))) words.shift();
    while (endings.has(words.at(-1) ?? '') && (words.length > 1 || (i === rest.length - 1 && all() > 1))) words.pop();
  }
  return rest.flat();
}

function wordOf(text: string, latin: string, first: boolean): Word {
  const heard = sounds(latin);
  return { text, sounds: heard, soft: (first && softTitles.has(latin)) || particles.has(latin), initial: /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}]$/u.test(text) };
}

const wordsIn = (text: string): string[] =>
  text.replace(/[.'’ʼ`´"“”]/g, (c) => (c === '.' ? ' ' : '')).split(/[\s;:·・•=＝_/\\()[\]{}<>|+*&#@!?~^%$0-9\-‐-―]+/u).filter((word) => /\p{L}/u.test(word));

const lettersIn = (text: string): number => text.replace(/[\s.ฯ]/gu, '').length;

/** @param full any string; never throws. @returns no words for a string without a letter */
export function readName(full: string): ReadName {
  const folded = fold(full);
  const script = scriptOf(folded);
  // "Family, Given": a comma says the order, which the scorer does not need.
  const written = folded.split(/[,،、]/u).map((segment) => initialsWritten(segment).trim());
  const segments = written.map((given, i) => ({ given, bare: withoutTitles(given, written.filter((_, j) => j !== i).join(',')) }));
  const texts = segments.map(({ bare }) => wordsIn(bare)).filter((words) => words.length > 0);
  const [only = ''] = texts.length === 1 && texts[0]?.length === 1 ? texts[0] : [];
  const whole = only === '' ? texts : [cut(only, script)];
  const cutting = only !== '' && (whole[0]?.length ?? 0) > 1;
  const kept = named(whole);
  const words = kept.flatMap((text, i) => {
    const initial = thaiInitial(text, i === kept.length - 1);
    if (initial !== undefined) return [{ text: initial.letter, sounds: initial.begins[0] ?? '', soft: initial.soft && i === 0, initial: true, begins: initial.begins }];
    const latin = (i === 0 && cutting ? spelledHang[text] : undefined) ?? romanise(text, scriptOf(text));
    return latin.split(' ').filter((part) => part !== '').map((part, j) => wordOf(latin.includes(' ') ? part : text, part, i === 0 && j === 0));
  }).filter((word) => word.sounds !== '').slice(0, longestName);
  const titled = segments.some(({ given, bare }) => lettersIn(bare) < lettersIn(given)) || kept.length < whole.flat().length;
  return { script, words: words.every((word) => word.soft) ? words.map((word) => ({ ...word, soft: false })) : words, titled };
}
