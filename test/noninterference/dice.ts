/** Choices, all of them fast-check's: a seed repeats them. */
import fc from 'fast-check';

export type Dice = fc.GeneratorValue;

export const oneOf = <T>(g: Dice, values: readonly T[]): T => g(() => fc.constantFrom(...values));
export const some = <T>(g: Dice, values: readonly T[], most?: number): T[] => g(() => fc.subarray([...values], most === undefined ? {} : { maxLength: Math.min(most, values.length) }));
/** 0 .. most */
export const upTo = (g: Dice, most: number): number => g(() => fc.integer({ min: 0, max: most }));
/** Once in `of` times. */
export const chance = (g: Dice, of: number): boolean => upTo(g, of - 1) === 0;
/** That many values, some of them twice. */
export const times = <T>(g: Dice, least: number, most: number, make: () => T): T[] => Array.from({ length: least + upTo(g, most - least) }, make);

/** Dice number `n` of a seed: the same whatever else is thrown. */
export function dice(seed: number, n: number): Dice {
  const [found] = fc.sample(fc.gen(), { seed: (seed * 100_003 + n * 7919) % 2_147_483_647, numRuns: 1 });
  if (found === undefined) throw new Error('no dice');
  return found;
}
