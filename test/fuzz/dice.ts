/** Even choices that a seed repeats (mulberry32). Those of fast-check lean to the first of a list, which is right for shrinking and wrong here. */
export type Dice = () => number;

/** Dice number `n` of a seed: the same whatever else is thrown. */
export function dice(seed: number, n: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 0 .. most */
export const upTo = (g: Dice, most: number): number => Math.floor(g() * (most + 1));
/** Once in `of` times. */
export const chance = (g: Dice, of: number): boolean => upTo(g, of - 1) === 0;

export function oneOf<T>(g: Dice, values: readonly T[]): T {
  if (values.length === 0) throw new Error('nothing to choose from');
  return values[upTo(g, values.length - 1)] as T;
}
