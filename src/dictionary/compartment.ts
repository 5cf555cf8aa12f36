/**
 * Levels, caveats, purposes: the closed vocabularies that the dictionary, the registry and the rules share.
 * A level is kept as its rank (0..4), a set of caveats or purposes as a bit mask: that is what is compared millions of times, in SQL too.
 */
export const levels = ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL', 'SECRET', 'TOP_SECRET'] as const;
export type LevelName = (typeof levels)[number];
/** Rank of a level: 0 UNCLASSIFIED .. 4 TOP_SECRET. */
export type Level = 0 | 1 | 2 | 3 | 4;

export const caveatNames = ['PERSONAL', 'VICTIM', 'HEALTH', 'SOURCE', 'OPERATIONAL', 'FINANCIAL', 'CONSULAR'] as const;
export type CaveatName = (typeof caveatNames)[number];
/** Bit mask of caveats; bit i stands for `caveatNames[i]`. */
export type Caveats = number;

export const purposeNames = [
  'PREVENTION', 'INVESTIGATION', 'PROSECUTION', 'EXTRADITION', 'FINANCIAL_INTELLIGENCE', 'ASSET_RECOVERY', 'VICTIM_PROTECTION',
  'REPATRIATION', 'CONSULAR_ASSISTANCE', 'CYBER_DEFENCE', 'OFFICER_SAFETY', 'STATISTICS', 'KNOWLEDGE',
] as const;
export type PurposeName = (typeof purposeNames)[number];
/** Bit mask of purposes; bit i stands for `purposeNames[i]`. */
export type Purposes = number;

const rank = new Map<string, Level>(levels.map((name, i) => [name, i as Level]));

/** The rank of a level's name; undefined for a word that is no level. */
export const levelOf = (name: string): Level | undefined => rank.get(name);
export const levelName = (level: Level): LevelName => levels[level];
export const isLevelName = (name: string): name is LevelName => rank.has(name);

function maskOf(names: readonly string[], vocabulary: readonly string[], what: string): number {
  let mask = 0;
  for (const name of names) {
    const bit = vocabulary.indexOf(name);
    if (bit < 0) throw new RangeError(`${name} is no ${what}: one of ${vocabulary.join(', ')}`);
    mask |= 1 << bit;
  }
  return mask;
}
const namesOf = <T extends string>(mask: number, vocabulary: readonly T[]): T[] => vocabulary.filter((_, i) => (mask & (1 << i)) !== 0);

/** @throws RangeError on a word that is no caveat */
export const caveatMask = (names: readonly string[]): Caveats => maskOf(names, caveatNames, 'caveat');
/** @throws RangeError on a word that is no purpose */
export const purposeMask = (names: readonly string[]): Purposes => maskOf(names, purposeNames, 'purpose');
export const caveatsIn = (mask: Caveats): CaveatName[] => namesOf(mask, caveatNames);
export const purposesIn = (mask: Purposes): PurposeName[] => namesOf(mask, purposeNames);
export const allCaveats: Caveats = (1 << caveatNames.length) - 1;
export const allPurposes: Purposes = (1 << purposeNames.length) - 1;

/** A (level, caveats) pair: what is sealed, opened and covered as one. */
export interface Compartment {
  readonly level: Level;
  readonly caveats: Caveats;
}

const initials = ['U', 'R', 'C', 'S', 'T'] as const;
const compartmentNames = new Map<number, string>();

/** The stable name of a compartment: `U`, `R/OPERATIONAL`, `C/HEALTH+VICTIM` (caveats in alphabetical order). */
export function compartmentName({ level, caveats }: Compartment): string {
  const key = level * 256 + caveats;
  let name = compartmentNames.get(key);
  if (name === undefined) {
    const words = caveatsIn(caveats).sort();
    name = words.length === 0 ? initials[level] : `${initials[level]}/${words.join('+')}`;
    compartmentNames.set(key, name);
  }
  return name;
}

/** @throws RangeError on a string that `compartmentName` never makes */
export function parseCompartment(name: string): Compartment {
  const [initial = '', words = ''] = name.split('/');
  const level = initials.indexOf(initial as (typeof initials)[number]);
  if (level < 0) throw new RangeError(`${name} is no compartment`);
  return { level: level as Level, caveats: words === '' ? 0 : caveatMask(words.split('+')) };
}

/** Whether the database keeps this compartment only as ciphertext: CONFIDENTIAL or above, or any caveat. */
export const isSealed = ({ level, caveats }: Compartment): boolean => level >= 2 || caveats !== 0;

/** Whether what is cleared to `ceiling` with `held` caveats covers the compartment: level, and all caveats. */
export const covers = (ceiling: Level, held: Caveats, { level, caveats }: Compartment): boolean => level <= ceiling && (caveats & ~held) === 0;
