/** Which words of two names are the same words: the best one-to-one pairing, where a run of words may stand for one (Ban Chan, Banchan). */
import { isCommon } from './common.ts';
import { coded, likeness, modelOf } from './model.ts';
import { thaiLetterOf } from './thai-initials.ts';
import type { ReadName, Word } from './words.ts';

export interface Unit {
  /** First word and number of words, in the query and in the candidate. */
  readonly from: number;
  readonly run: number;
  readonly at: number;
  readonly length: number;
  readonly kind: 'SAME' | 'ALIKE' | 'INITIAL';
  /** Nats for the same name. */
  readonly nats: number;
}

export interface Matching {
  readonly nats: number;
  readonly units: readonly Unit[];
  /** Words of the query, and of the candidate, that stand in no unit; titles and particles are not counted. */
  readonly queryLeft: number;
  readonly candidateLeft: number;
}

/** Tuned on the tuning half; nats. */
export const weights = Object.freeze({
  /** One part says at most so much: parts are shared by many people, however long they are. */
  full: 7, beyond: 0.2, common: 4.5,
  /** Identical letters are worth at least this, however short. */
  same: 5, initial: 2, merge: 0.5,
  /** A word that only one has; then for each pair of words that both have and that differ. */
  left: 1.5, soft: 0.3, differ: 5,
  /** When more than this share of a name's letters stands in no unit, a part is missing, not a middle name. */
  thin: 2.5, thinAbove: 0.36,
  worst: -5, longestRun: 5,
});

const saturated = (nats: number): number => (nats > weights.full ? weights.full + weights.beyond * (nats - weights.full) : nats);
/** An initial is not the edge of a longer word; within it may be (Chan-o-cha). */
const initialIn = (words: readonly Word[], from: number, run: number): boolean => words[from]?.initial === true || words[from + run - 1]?.initial === true;
const joined = (words: readonly Word[], from: number, run: number): string => words.slice(from, from + run).map((word) => word.sounds).join('').replace(/(.)\1+/g, '$1');
const spelled = (words: readonly Word[], from: number, run: number): string => words.slice(from, from + run).map((word) => word.text).join('');

const firstSounds = (word: Word): readonly Uint8Array[] => (word.begins ?? [word.sounds.slice(0, 1)]).map(coded);

/** How well an initial begins a word, or two initials agree: letter by letter where both are Thai, else by the sounds they may stand for. */
function begunAlike(a: Word, b: Word, model: ReturnType<typeof modelOf>): number {
  const letters = a.begins === undefined && b.begins === undefined ? [] : [thaiLetterOf(a.text), thaiLetterOf(b.text)];
  if (letters[0] !== undefined && letters[1] !== undefined) return letters[0] === letters[1] ? weights.initial : -Infinity;
  return Math.max(...firstSounds(a).flatMap((one) => firstSounds(b).map((other) => likeness(one, other, model))));
}

/** Every unit worth a thought, by its first query word. */
function unitsOf(query: ReadName, candidate: ReadName): Unit[][] {
  const model = modelOf(query.script, candidate.script);
  const coding = (words: readonly Word[]) => {
    const known = new Map<number, Uint8Array>();
    return (from: number, run: number): Uint8Array => {
      const key = from * 16 + run;
      const found = known.get(key) ?? coded(joined(words, from, run));
      known.set(key, found);
      return found;
    };
  };
  const [left, right] = [coding(query.words), coding(candidate.words)];
  const compare = (from: number, run: number, at: number, length: number): Unit | undefined => {
    const [a, b] = [query.words[from], candidate.words[at]];
    if (run === 1 && length === 1 && a !== undefined && b !== undefined && a.initial !== b.initial) {
      const alike = begunAlike(a, b, model);
      return alike > 0.5 ? { from, run, at, length, kind: 'INITIAL', nats: Math.min(weights.initial, alike) } : undefined;
    }
    if (run + length > 2 && (initialIn(query.words, from, run) || initialIn(candidate.words, at, length))) return undefined;
    const same = spelled(query.words, from, run) === spelled(candidate.words, at, length);
    const alike = a?.initial === true && b?.initial === true && (a.begins ?? b.begins) !== undefined ? begunAlike(a, b, model) : saturated(likeness(left(from, run), right(at, length), model));
    const usual = run + length === 2 && (isCommon(a?.sounds ?? '') || isCommon(b?.sounds ?? ''));
    const nats = Math.min(usual ? weights.common : Infinity, same ? Math.max(alike, weights.same) : alike) - weights.merge * Math.min(1, run + length - 2);
    return nats < weights.worst ? undefined : { from, run, at, length, kind: same ? 'SAME' : 'ALIKE', nats };
  };
  return query.words.map((_, from) => {
    const found: (Unit | undefined)[] = [];
    for (let at = 0; at < candidate.words.length; at += 1) {
      for (let run = 1; run <= weights.longestRun && from + run <= query.words.length; run += 1) found.push(compare(from, run, at, 1));
      for (let length = 2; length <= weights.longestRun && at + length <= candidate.words.length; length += 1) found.push(compare(from, 1, at, length));
    }
    return found.filter((unit) => unit !== undefined);
  });
}

interface State {
  readonly nats: number;
  readonly units: readonly Unit[];
  readonly left: number;
}

const taken = (unit: Unit): number => ((1 << unit.length) - 1) << unit.at;

/** Whether too much of a name is left out for the rest to be the person. An initial counts as the word it stands for. */
function thin(all: readonly Word[], matched: readonly Word[]): boolean {
  const letters = (words: readonly Word[]): number => words.reduce((so, word) => so + (word.soft ? 0 : word.initial ? 5 : word.sounds.length), 0);
  return letters(matched) < (1 - weights.thinAbove) * letters(all);
}

/** States carried from word to word: more than this only names of seven words and more have, and those lose nothing that matters. */
const beam = 48;
/** Used candidate words in the low bits, query words left out above them. */
const keyOf = (used: number, left: number): number => left * 256 + used;

function offer(into: Map<number, State> | undefined, key: number, state: State): void {
  const known = into?.get(key);
  if (known === undefined || state.nats > known.nats) into?.set(key, state);
}
const best = (states: ReadonlyMap<number, State>): Iterable<[number, State]> => (states.size <= beam ? states : [...states].sort((a, b) => b[1].nats - a[1].nats).slice(0, beam));

/** Word by word through the query, over the sets of candidate words used so far. */
export function match(query: ReadName, candidate: ReadName): Matching {
  const units = unitsOf(query, candidate);
  const later: Map<number, State>[] = [new Map([[0, { nats: 0, units: [], left: 0 }]]), ...query.words.map(() => new Map<number, State>())];
  query.words.forEach((word, from) => {
    for (const [key, state] of best(later[from] ?? new Map())) {
      const used = key % 256;
      const left = state.left + (word.soft ? 0 : 1);
      offer(later[from + 1], keyOf(used, left), { nats: state.nats - (word.soft ? weights.soft : weights.left), units: state.units, left });
      for (const unit of units[from] ?? []) {
        if ((used & taken(unit)) === 0) offer(later[from + unit.run], keyOf(used | taken(unit), state.left), { nats: state.nats + unit.nats, units: [...state.units, unit], left: state.left });
      }
    }
  });
  return [...(later[query.words.length] ?? [])].reduce<Matching>((so, [key, state]) => {
    const one = ended(query, candidate, key % 256, state);
    return one.nats > so.nats ? one : so;
  }, { nats: -Infinity, units: [], queryLeft: query.words.length, candidateLeft: candidate.words.length });
}

/** What is left over is held against the pairing. */
function ended(query: ReadName, candidate: ReadName, used: number, state: State): Matching {
  const isUsed = (_: Word, i: number): boolean => (used & (1 << i)) !== 0;
  const loose = candidate.words.filter((word, i) => !isUsed(word, i));
  const hard = loose.filter((word) => !word.soft).length;
  const missing = thin(query.words, state.units.flatMap(({ from, run }) => query.words.slice(from, from + run))) || thin(candidate.words, candidate.words.filter(isUsed));
  const nats = state.nats - (missing ? weights.thin : 0) - weights.left * hard - weights.soft * (loose.length - hard) - weights.differ * Math.min(hard, state.left);
  return { nats, units: state.units, queryLeft: state.left, candidateLeft: hard };
}
