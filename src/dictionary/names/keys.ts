/**
 * What a record carries of a name to be found by, and what a question probes for. A token says two parts at once, in either order: one part alone
 * would bring up a share of everybody. Which tokens weigh what is fixed here: a weight that followed the frequency of names would tell about records unseen.
 */
import { classAt } from './classes.ts';
import { codes } from './codes.ts';
import type { Code } from './codes.ts';
import { cuts, singles } from './parts.ts';
import type { Cut, Part } from './parts.ts';
import { codeShare, frameShare, openingShare } from './shares.ts';
import { readName } from './words.ts';
import type { ReadName } from './words.ts';

export interface NameProbe {
  readonly payload: string;
  /** 1 to 100: candidates are ranked by the sum over the tokens they share. */
  readonly weight: number;
}

/** Of the records that share a probed token with a question, the `candidates` heaviest are opened; one token shared is enough. */
export const nameLimits = Object.freeze({ keys: 24, probes: 128, candidates: 500 });

/** A token that would bring up more of everybody than this is neither kept nor probed, unless it is the likeliest one of the name. */
const common = 1.5e-3;
/** A question with an initial has little else to go by. */
const commonHalf = 4e-3;
/** Probes are taken, the most telling first, until together they would bring up so much of everybody. */
const budget = 8e-4;

/** All consonant classes, a dot where vowels stood: near to the spelling, for names in one script. */
function frame(part: Part): string {
  let out = '';
  for (let at = 0; at < part.length; at += 1) {
    const sign = classAt(part, at) || (/[aeiou]/.test(part[at] ?? '') ? '.' : '');
    if (out.at(-1) !== sign) out += sign;
  }
  return out;
}
/** The first class, `_` for a vowel: what an initial says of a part. */
const opening = (part: Part): string => classAt(part, 0) || '_';
/** A bare C may be Cecil's or Carl's. */
const openings = (part: Part, begins: Begins): readonly string[] => (part === 'c' ? ['K', 'S'] : [...new Set((begins.get(part) ?? [part]).map(opening))]);

/** Initials that may stand for words of several first sounds. */
type Begins = ReadonlyMap<Part, readonly string[]>;
const beginsOf = ({ words }: ReadName): Begins => new Map(words.flatMap((word) => (word.begins === undefined ? [] : [[word.sounds, word.begins] as const])));

interface Token {
  readonly payload: string;
  /** That the same person's other spelling has it too, roughly. */
  readonly probability: number;
  /** Of everybody. */
  readonly share: number;
}

const sorted = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`);

/** Pairs of codes of one cut, the likeliest first. */
function coded(cut: Cut, coder: (part: Part) => readonly SharedCode[]): Token[] {
  const [a = [], b = []] = cut.map(coder);
  return a.flatMap((one) => b.map((other) => ({ payload: `2${sorted(one.code, other.code)}`, probability: one.probability * other.probability, share: 2 * one.share * other.share })))
    .sort((x, y) => y.probability - x.probability);
}

/** How many codes of a part are looked at, and how likely beside the likeliest: of a record, and, which is wider, of a question. */
const kept = { most: 6, least: 0.02 } as const;
const probed = { most: 10, least: 0.01 } as const;

interface SharedCode extends Code {
  /** Of everybody. */
  readonly share: number;
}

/** Codes of the parts of one name, as they are worked out: a submission is kept and asked about, and both take the same. */
export type PartCodes = Map<Part, readonly SharedCode[]>;

/** Codes of a part, worked out once. */
function coderOf({ script }: ReadName, known: PartCodes, { most, least }: { readonly most: number; readonly least: number }): (part: Part) => readonly SharedCode[] {
  return (part) => {
    const widest = known.get(part) ?? codes(part, script, probed.most, probed.least).map(({ code, probability }) => ({ code, probability, share: codeShare(code) }));
    known.set(part, widest);
    const first = widest[0]?.probability ?? 0;
    return widest.slice(0, most).filter(({ probability }) => probability >= least * first);
  };
}

/** Takes from several lists in turn, so that each cut has a say before any has two. */
function inTurn<T>(lists: readonly (readonly T[])[], most: number, key: (item: T) => string): T[] {
  const found = new Map<string, T>();
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let i = 0; i < longest; i += 1) for (const list of lists) {
    const item = list[i];
    if (item !== undefined && found.size < most && !found.has(key(item))) found.set(key(item), item);
  }
  return [...found.values()];
}

/** Both parts by sound: brings what is spelled alike to the top. */
const exact = ([a, b]: Cut): Token => ({ payload: `4${sorted(a, b)}`, probability: 0.9, share: Math.min(1e-4, 2 * frameShare(frame(a)) * frameShare(frame(b))) });
/** One part nearly as spelled, of the other its first sound: for initials and slips. */
const halves = ([a, b]: Cut, begins: Begins, probability = 0.5): Token[] => [[a, b], [b, a]].flatMap(([one = '', other = '']) => openings(other, begins).map((start) =>
  ({ payload: `3${frame(one)}|${start}`, probability, share: one.length < 2 ? 1 : 2 * frameShare(frame(one)) * openingShare(start) })));

const distinct = (tokens: readonly Token[]): Token[] => [...new Map(tokens.map((token) => [token.payload, token])).values()];
const rare = (tokens: readonly Token[]): Token[] => tokens.filter((token, i) => i === 0 || token.share <= common);

/**
 * @param full any string
 * @returns at most {@link nameLimits}.keys payloads; none for a string without a letter
 */
export const nameKeys = (full: string): readonly string[] => keysOf(readName(full));

export function keysOf(name: ReadName, known: PartCodes = new Map()): readonly string[] {
  const all = cuts(name.words);
  const coder = coderOf(name, known, kept);
  const begins = beginsOf(name);
  const pairs = inTurn(all.map((cut) => rare(coded(cut, coder))), all.length > 1 ? 11 : 15, ({ payload }) => payload);
  const alone = singles(name.words).slice(0, all.length > 1 ? 3 : 4).map((part) => `1${frame(part)}`);
  return [...new Set([...pairs.map(({ payload }) => payload), ...alone, ...all.slice(0, 2).map((cut) => exact(cut).payload), ...all.flatMap((cut) => halves(cut, begins)).filter(({ share }) => share <= commonHalf).map(({ payload }) => payload)])].slice(0, nameLimits.keys);
}

/**
 * @param query the name asked for
 * @returns at most {@link nameLimits}.probes payloads with their weights; a single word is looked for as any part of a name
 */
export const nameProbes = (query: string): readonly NameProbe[] => probesOf(readName(query));

/** 1 to 100: how much likelier the same person has it than anybody has. */
const weightOf = ({ probability, share }: Token): number => Math.max(1, Math.min(100, Math.round(7 * Math.log(probability / share))));

export function probesOf(name: ReadName, known: PartCodes = new Map()): readonly NameProbe[] {
  const all = cuts(name.words);
  // A name of several words is not looked for by one of them: that would bring up a share of everybody.
  if (all.length === 0) return singles(name.words).map((part) => ({ payload: `1${frame(part)}`, weight: 50 }));
  const initials = name.words.some((word) => word.initial);
  const coder = coderOf(name, known, probed);
  const begins = beginsOf(name);
  const [first, ...others] = inTurn(all.map((cut) => coded(cut, coder)), nameLimits.probes, ({ payload }) => payload);
  const more = distinct([...others, ...all.slice(0, 3).map(exact), ...all.slice(0, initials ? all.length : 3).flatMap((cut) => halves(cut, begins, initials ? 0.9 : 0.5))]).filter(({ payload, share }) => share <= (initials && payload.startsWith('3') ? commonHalf : common)).sort((a, b) => b.probability / b.share - a.probability / a.share);
  const taken = first === undefined ? [] : [first];
  let spent = 0;
  for (const token of more) {
    if (taken.length >= nameLimits.probes || (spent + token.share > budget && token.probability < 0.05)) continue;
    spent += token.share;
    taken.push(token);
  }
  // A Thai initial may be a title, and was taken for one in records kept before initials were read: the one word beside it is looked for, behind all else.
  const lone = begins.size > 0 && name.words.filter((word) => !word.initial).length === 1 ? singles(name.words).map((part) => ({ payload: `1${frame(part)}`, weight: 1 })) : [];
  return [...distinct(taken).map((token) => ({ payload: token.payload, weight: weightOf(token) })), ...lone].slice(0, nameLimits.probes);
}
