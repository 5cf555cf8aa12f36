/**
 * How large a share of all names a token brings up, guessed from a fixed table of which class follows which. Never from what is stored: a weight that followed
 * the exchange's own records would tell about records that the searcher may not see.
 */
import { codeLength } from './classes.ts';
import { follows } from './shares-data.ts';

const classes = 'PFTKSMNL';
const stop = classes.length;
const table: ReadonlyMap<string, readonly number[]> = new Map(follows.map((line) => {
  const [from = '', ...shares] = line.split(' ');
  return [from, shares.map((share) => Number(share) / 1000)] as const;
}));
const after = (from: string, to: number): number => Math.max(0.002, table.get(from)?.[to] ?? 0);

/** @param most how many classes were kept: a code that is full says nothing of an end */
function share(code: string, most: number): number {
  let [so, last] = [1, '^'];
  for (const one of code) [so, last] = [so * after(last, classes.indexOf(one)), one];
  return code.length >= most ? so : so * after(last, stop);
}

export const codeShare = (code: string): number => share(code, codeLength);
/** Vowels in between halve it, roughly. */
export const frameShare = (frame: string): number => share(frame.replace(/[._]/g, ''), 12) * 0.5;
export const openingShare = (opening: string): number => (opening === '_' ? 0.25 : after('^', classes.indexOf(opening)));
