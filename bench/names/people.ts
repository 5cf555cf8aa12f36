/** Made-up people: two random parts each, a random birth date and nationality. */
import type { Pair, PairScript, Random } from './data.ts';
import { pick } from './data.ts';

export interface Person {
  readonly latin: string;
  readonly other: string;
  /** Latin parts, for distortions. */
  readonly parts: readonly string[];
  readonly birthDate: string;
  readonly nationality: string;
}

export interface People {
  readonly all: readonly Person[];
  /** How many of them are whole names as the data has them; 0: all are made of two parts. */
  readonly whole: number;
}

const nations = ['TH', 'MM', 'KH', 'LA', 'VN', 'CN', 'TW', 'JP', 'KR', 'IN', 'PK', 'BD', 'NP', 'ID', 'PH', 'MY', 'RU', 'UA', 'UZ', 'KE', 'UG', 'ET', 'NG', 'BR', 'GB', 'US', 'DE', 'AE', 'EG', 'LK'] as const;

export const nationOf = (random: Random): string => pick(random, nations);

export function birthDateOf(random: Random): string {
  const day = Date.UTC(1950, 0, 1) + Math.floor(random() * 20_454) * 86_400_000;
  return new Date(day).toISOString().slice(0, 10);
}

/** Names of two words in both spellings, taken apart: with them a gallery of whole names is filled up. */
function partsOf(rows: readonly Pair[]): Pair[] {
  return rows.flatMap(({ latin, other }) => {
    const [a, b] = [latin.split(' '), other.split(' ')];
    return a.length === 2 && b.length === 2 ? [0, 1].map((i) => ({ latin: a[i] ?? '', other: b[i] ?? '' })) : [];
  });
}

/** @returns `n` people, no two of one Latin name. Rows of Hang are whole names and come first, as they are; `whole` says how many. */
export function people(script: PairScript, rows: readonly Pair[], random: Random, n: number): People {
  const made = new Map<string, Person>();
  const add = (parts: readonly Pair[]): void => {
    const latin = parts.map((part) => part.latin).join(' ');
    if (!made.has(latin)) made.set(latin, { latin, other: parts.map((part) => part.other).join(' '), parts: parts.map((part) => part.latin), birthDate: birthDateOf(random), nationality: nationOf(random) });
  };
  const from = script === 'Hang' ? partsOf(rows) : rows;
  if (script === 'Hang') for (const row of rows.map((one) => [random(), one] as const).sort((a, b) => a[0] - b[0])) add([row[1]]);
  const whole = made.size;
  while (made.size < n) add([pick(random, from), pick(random, from)]);
  return { all: [...made.values()], whole };
}
