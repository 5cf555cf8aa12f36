/** A part of a name to the codes its Latin spelling probably has, likeliest first. Other scripts leave it open (l or r, a vowel or none): each reading is a code. */
import { codeLength, contextOf, extend } from './classes.ts';
import { emissions } from './emission-data.ts';
import type { Script } from './romanise.ts';

type Emitted = readonly (readonly [classes: string, probability: number])[];

const read = (lines: readonly string[]): ReadonlyMap<string, Emitted> =>
  new Map(lines.map((line) => {
    const [key = '', ...options] = line.split(' ');
    return [key, options.map((option) => [option.replace(/\d+/, ''), Number(/\d+/.exec(option)?.[0] ?? 0) / 100] as const)];
  }));
const models = new Map(Object.entries(emissions).map(([script, lines]) => [script, read(lines)]));

export interface Code {
  readonly code: string;
  readonly probability: number;
}

/** Partial codes carried from sign to sign. */
const beam = 48;

/** @returns at most `most` codes, the likeliest first, none under `least` of the first */
export function codes(sounds: string, script: Script, most: number, least: number): Code[] {
  const model = models.get(script) ?? models.get('Zyyy') ?? new Map<string, Emitted>();
  let states = new Map<string, number>([['', 1]]);
  const step = (options: Emitted): void => {
    const next = new Map<string, number>();
    for (const [code, p] of states) {
      if (code.length >= codeLength) next.set(code, (next.get(code) ?? 0) + p);
      else for (const [classes, q] of options) {
        const grown = extend(code, classes);
        next.set(grown, (next.get(grown) ?? 0) + p * q);
      }
    }
    states = next.size <= beam ? next : new Map([...next].sort((a, b) => b[1] - a[1]).slice(0, beam));
  };
  step(model.get('^') ?? [['', 1]]);
  [...sounds].forEach((sign, at) => step(model.get(`${sign}${contextOf(sounds, at)}`) ?? model.get(`${sign}1`) ?? [['', 1]]));
  const ranked = [...states].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const first = ranked[0]?.[1] ?? 0;
  return ranked.slice(0, most).filter(([, p]) => p >= least * first).map(([code, probability]) => ({ code, probability }));
}
