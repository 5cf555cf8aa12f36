import type { Body, Json } from '../types.ts';
import type { Normalised, Reading } from './types.ts';

/** A successful reading; `also` only where there is something to say. */
export const good = (value: Json, readings: Iterable<Reading> = [], also?: Body): Normalised =>
  also === undefined ? { ok: true, value, readings: [...new Set(readings)] } : { ok: true, value, readings: [...new Set(readings)], also };

/** @param message one sentence: what is wrong and what would be right; never the value itself (messages reach logs) */
export const bad = (message: string): Normalised => ({ ok: false, message });

/** What a cleaned input carries from step to step: the text, and how it was read so far. */
export interface Clean {
  readonly text: string;
  readonly readings: readonly Reading[];
}

export const withReading = (readings: readonly Reading[], reading: Reading, when = true): readonly Reading[] => (when ? [...readings, reading] : readings);

/** Lower-cases, saying so. */
export function lowerCased({ text, readings }: Clean): Clean {
  const lower = text.toLowerCase();
  return { text: lower, readings: withReading(readings, 'LOWER_CASED', lower !== text) };
}

/** Removes white space and the punctuation people group digits with (`-`, `.`, `/`, brackets), saying so. */
export function punctuationStripped({ text, readings }: Clean): Clean {
  const bare = text.replace(/[\s().\-/_]+/g, '');
  return { text: bare, readings: withReading(readings, 'PUNCTUATION_STRIPPED', bare !== text) };
}
