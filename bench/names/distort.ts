/** How a name is written otherwise: a slip of one letter, or Thai as passports spell it loosely. */
import { pick } from './data.ts';
import type { Random } from './data.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];

/** One random insertion, deletion, replacement or swap of neighbours. */
export function slip(name: string, random: Random): string {
  const signs = [...name];
  const at = Math.floor(random() * signs.length);
  switch (Math.floor(random() * 4)) {
    case 0: signs.splice(at, 0, pick(random, letters)); break;
    case 1: if (signs.length > 1) signs.splice(at, 1); break;
    case 2: signs.splice(at, 1, pick(random, letters)); break;
    default: {
      const i = Math.min(at, signs.length - 2);
      const [a, b] = [signs[i], signs[i + 1]];
      if (a !== undefined && b !== undefined) signs.splice(i, 2, b, a);
    }
  }
  return signs.join('');
}

/** RTGS to the spellings that passports show. Each rule applies now and then. */
const loose: readonly (readonly [RegExp, string, number])[] = [
  [/th/gi, 't', 0.4], [/ph/gi, 'p', 0.5], [/kh/gi, 'k', 0.3], [/ch/gi, 'j', 0.2], [/w(?=[aei])/gi, 'v', 0.3], [/ue/gi, 'u', 0.3], [/ue/gi, 'eu', 0.3], [/oe/gi, 'er', 0.5], [/on\b/gi, 'orn', 0.3],
  [/i\b/gi, 'ee', 0.25], [/u(?=[a-z])/gi, 'oo', 0.15], [/ai\b/gi, 'ay', 0.1], [/an\b/gi, 'arn', 0.1], [/ae/gi, 'ea', 0.1], [/t\b/gi, 'd', 0.1], [/k\b/gi, 'g', 0.1], [/n\b/gi, 'l', 0.04], [/ao/gi, 'au', 0.2], [/\bsi/gi, 'sri', 0.3], [/(?<=[a-z]) (?=[a-z])/gi, '', 0.5],
];
export const passport = (name: string, random: Random): string => loose.reduce((so, [from, to, often]) => (random() < often ? so.replace(from, to) : so), name);
