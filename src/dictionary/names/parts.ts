/** Which two parts a name may have been made of: order, middle names and spaces vary, so several cuts are tried, the likeliest first. */
import type { Word } from './words.ts';

export type Part = string;
export type Cut = readonly [Part, Part];

const joined = (words: readonly Word[]): Part => words.map((word) => word.sounds).join('').replace(/(.)\1+/g, '$1');

/** Words that carry the name: without what may be a title or a particle, unless fewer than two would remain. */
function carriers(words: readonly Word[]): readonly Word[] {
  const hard = words.filter((word) => !word.soft);
  return hard.length >= 2 ? hard : words;
}

/** Every cut into a front and a back. */
const cutsOf = (words: readonly Word[]): Cut[] => words.slice(1).map((_, i) => [joined(words.slice(0, i + 1)), joined(words.slice(i + 1))] as const);

/** @returns no cut for a name of one word */
export function cuts(words: readonly Word[]): readonly Cut[] {
  const lists = [carriers(words), words].map((list) => list.filter((word) => !word.initial)).concat([[...words]]).filter((list) => list.length >= 2);
  const ends = lists.flatMap((list): Cut[] => (list.length < 3 ? [] : [[list[0]?.sounds ?? '', list.at(-1)?.sounds ?? '']]));
  const [first = []] = lists;
  const neighbours: Cut[] = first.length === 3 ? [[first[0]?.sounds ?? '', first[1]?.sounds ?? ''] as const, [first[1]?.sounds ?? '', first[2]?.sounds ?? ''] as const] : [];
  // The whole before the shortened: where the cut falls matters most for scripts written without spaces.
  const all = [...lists.flatMap(cutsOf), ...ends, ...neighbours];
  return [...new Map(all.map((cut) => [[...cut].sort().join('|'), cut])).values()];
}

/** The parts that may be asked for alone: every word that carries the name, and the whole. */
export function singles(words: readonly Word[]): readonly Part[] {
  const hard = carriers(words).filter((word) => !word.initial);
  return [...new Set([...hard.slice(0, 3).map((word) => word.sounds), joined(hard.length > 0 ? hard : words)])].filter((part) => part !== '');
}
