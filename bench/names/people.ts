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

const nations = ['TH', 'MM', 'KH', 'LA', 'VN', 'CN', 'TW', 'JP', 'KR', 'IN', 'PK', 'BD', 'NP', 'ID', 'PH', 'MY', 'RU', 'UA', 'UZ', 'KE', 'UG', 'ET', 'NG', 'BR', 'GB', 'US', 'DE', 'AE', 'EG', 'LK'] as const;

function birthDate(random: Random): string {
  const day = Date.UTC(1950, 0, 1) + Math.floor(random() * 20_454) * 86_400_000;
  return new Date(day).toISOString().slice(0, 10);
}

/** Whole names as they are; the rest recombined from names of two words in both spellings. */
function hangul(rows: readonly Pair[], random: Random, n: number): Pair[][] {
  const parts = rows.flatMap(({ latin, other }) => {
    const [a, b] = [latin.split(' '), other.split(' ')];
    return a.length === 2 && b.length === 2 ? [0, 1].map((i) => ({ latin: a[i] ?? '', other: b[i] ?? '' })) : [];
  });
  return Array.from({ length: n }, (_, i) => {
    const whole = rows[i];
    return whole === undefined ? [pick(random, parts), pick(random, parts)] : [whole];
  });
}

/** @returns `n` people, no two of one Latin name */
export function people(script: PairScript, rows: readonly Pair[], random: Random, n: number): Person[] {
  const made = new Map<string, Person>();
  const whole = script === 'Hang' ? hangul([...rows].sort(() => random() - 0.5), random, n * 2) : [];
  for (let i = 0; made.size < n; i += 1) {
    const parts = whole[i] ?? [pick(random, rows), pick(random, rows)];
    const latin = parts.map((part) => part.latin).join(' ');
    if (!made.has(latin)) made.set(latin, { latin, other: parts.map((part) => part.other).join(' '), parts: parts.map((part) => part.latin), birthDate: birthDate(random), nationality: pick(random, nations) });
  }
  return [...made.values()];
}
