/**
 * What a record carries of a name to be found by, and what a question probes for. A token says two parts at once, in either order: one part alone
 * would bring up a share of everybody. Which tokens weigh what is fixed here: a weight that followed the frequency of names would tell about records unseen.
 */
import { classAt } from './classes.ts';
import { codes } from './codes.ts';
import type { Code } from './codes.ts';
import { cuts, singles } from './parts.ts';
import type { Cut, Part } from './parts.ts';
import type { Script } from './romanise.ts';
import { readName } from './words.ts';
import type { ReadName } from './words.ts';

export interface NameProbe {
  readonly payload: string;
  /** 1 to 100: candidates are ranked by the sum over the tokens they share. */
  readonly weight: number;
}

/** Limits. A record shares at least one probed token with a question to be a candidate; of the candidates, the `candidates` heaviest are opened. */
export const nameLimits = Object.freeze({ keys: 24, probes: 128, candidates: 500 });

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
const openings = (part: Part): readonly string[] => (part === 'c' ? ['K', 'S'] : [opening(part)]);

const pairToken = (a: string, b: string): string => (a < b ? `2${a}|${b}` : `2${b}|${a}`);

/** Pairs of codes of one cut, the likeliest first. */
function coded(cut: Cut, coder: (part: Part) => readonly Code[]): { token: string; probability: number }[] {
  const [a, b] = cut.map(coder);
  return (a ?? []).flatMap((one) => (b ?? []).map((other) => ({ token: pairToken(one.code, other.code), probability: one.probability * other.probability }))).sort((x, y) => y.probability - x.probability);
}

/** Codes of a part, worked out once a name. */
function coderOf(script: Script, most: number, least: number): (part: Part) => readonly Code[] {
  const known = new Map<Part, readonly Code[]>();
  return (part) => {
    const found = known.get(part) ?? codes(part, script, most, least);
    known.set(part, found);
    return found;
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

/** One part nearly as spelled, of the other its first sound: for initials and slips. */
const halves = ([a, b]: Cut): string[] => [...openings(b).map((o) => `3${frame(a)}|${o}`), ...openings(a).map((o) => `3${frame(b)}|${o}`)].filter((token) => token.length > 5);

/**
 * @param full any string
 * @returns at most {@link nameLimits}.keys payloads; none for a string without a letter
 */
export const nameKeys = (full: string): readonly string[] => keysOf(readName(full));

export function keysOf(name: ReadName): readonly string[] {
  const all = cuts(name.words);
  const pairs = inTurn(all.map((cut) => coded(cut, coderOf(name.script, 4, 0.04))), all.length > 1 ? 16 : 14, ({ token }) => token).map(({ token }) => token);
  const alone = singles(name.words).map((part) => `1${frame(part)}`);
  return [...new Set([...pairs, ...alone.slice(0, 4), ...all.flatMap(halves)])].slice(0, nameLimits.keys);
}

/**
 * @param query the name asked for
 * @returns at most {@link nameLimits}.probes payloads with their weights; a single word is looked for as any part of a name
 */
export const nameProbes = (query: string): readonly NameProbe[] => probesOf(readName(query));

export function probesOf(name: ReadName): readonly NameProbe[] {
  const all = cuts(name.words);
  const pairs = inTurn(all.map((cut) => coded(cut, coderOf(name.script, 10, 0.01))), nameLimits.probes - 12, ({ token }) => token);
  const best = Math.max(0, ...pairs.map(({ probability }) => probability));
  const probes: NameProbe[] = pairs.map(({ token, probability }) => ({ payload: token, weight: Math.max(1, Math.round((60 * probability) / best)) }));
  for (const token of new Set(all.slice(0, 3).flatMap(halves))) probes.push({ payload: token, weight: 40 });
  // A name of several words is not looked for by one of them: that would bring up a share of everybody.
  if (all.length === 0) for (const part of singles(name.words)) probes.push({ payload: `1${frame(part)}`, weight: 50 });
  return probes.slice(0, nameLimits.probes);
}
