/**
 * What is matched without ever being opened: a sum over shared tokens decides. Beside the tokens of names (`keys.ts`), birth date and nationality have
 * tokens of their own, of which some say that a fact is stated at all: they weigh less than nothing, so that facts that differ take and facts that agree give.
 */
import type { NameProbe } from './keys.ts';

/**
 * Sevenths of a nat, as the weights of names are, two and a half times: tokens of one name follow from one another, and their sum says more than they do. A
 * random person is born in the same year once in 40, in the same month of it once in 12 more.
 */
const weights = Object.freeze({ born: -105, year: 155, month: -50, sameMonth: 110, national: -17, nation: 42 });

/** From this sum on two persons count as one: measured, `bench/names.ts`. */
export const alertSum = 200;
/** What says for itself that two persons are one: the number of a document. */
export const certain = 1000;
/** At most so many tokens of facts. */
export const mostFacts = 12;

/**
 * @param birthDate `1990`, `1990-12` or `1990-12-31`
 * @param nationalities ISO 3166-1 alpha-2
 * @returns payloads with what each adds where both have it; at most {@link mostFacts}
 */
export function factProbes(birthDate: string | undefined, nationalities: readonly string[] = []): readonly NameProbe[] {
  const [year = '', month = ''] = birthDate?.split('-') ?? [];
  return [
    ...(year === '' ? [] : [{ payload: 'b', weight: weights.born }, { payload: `b${year}`, weight: weights.year }]),
    ...(month === '' ? [] : [{ payload: 'm', weight: weights.month }, { payload: `m${year}-${month}`, weight: weights.sameMonth }]),
    ...(nationalities.length === 0 ? [] : [{ payload: 'n', weight: weights.national }, ...nationalities.map((nation) => ({ payload: `n${nation}`, weight: weights.nation }))]),
  ].slice(0, mostFacts);
}

/** The same, as a record carries them. */
export const factKeys = (birthDate: string | undefined, nationalities?: readonly string[]): readonly string[] => factProbes(birthDate, nationalities).map(({ payload }) => payload);
