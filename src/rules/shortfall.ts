/** What lacks where something is withheld, in words. Pure. */
import { type Caveats, caveatsIn, type Compartment, type Level, levelName } from '../dictionary/compartment.ts';

interface Reach {
  readonly ceiling: Level;
  readonly caveats: Caveats;
}

const missing = ({ caveats }: Reach, needed: Compartment): string[] => caveatsIn(needed.caveats & ~caveats);

/** `goes up to RESTRICTED and does not give PERSONAL`; empty: it reaches. */
export function shortfall(reach: Reach, needed: Compartment): string {
  const caveats = missing(reach, needed);
  const words = [...(needed.level > reach.ceiling ? [`goes up to ${levelName(reach.ceiling)}`] : []), ...(caveats.length === 0 ? [] : [`does not give ${caveats.join(', ')}`])];
  return words.join(' and ');
}

/** Of several, the one that lacks least: they are never added together. */
export function nearestReach<T extends Reach>(reaches: readonly T[], needed: Compartment): T | undefined {
  const short = (reach: Reach): number => missing(reach, needed).length * 10 + Math.max(0, needed.level - reach.ceiling);
  return [...reaches].sort((a, b) => short(a) - short(b))[0];
}
