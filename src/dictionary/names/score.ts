/** Whether a name that was asked for is a name that was found: a score, and why. Deterministic, and depends on nothing but the two. */
import { match } from './match.ts';
import type { Matching } from './match.ts';
import { readName } from './words.ts';
import type { ReadName } from './words.ts';

/** What made the names alike, strongest statement first. */
export type Rule = 'DOCUMENT' | 'SAME' | 'TRANSLITERATED' | 'ALIKE' | 'REORDERED' | 'TITLE_DROPPED' | 'PART_MISSING' | 'INITIAL' | 'JOINED' | 'BIRTH_DATE' | 'BIRTH_DATE_NEAR' | 'BIRTH_DATE_DIFFERS' | 'NATIONALITY' | 'NATIONALITY_DIFFERS';

/** What is known of the person beside the name. */
export interface Facts {
  /** ISO 8601: `1987-03-14`, `1987-03` or `1987`. */
  readonly birthDate?: string | undefined;
  /** ISO 3166 alpha-2. */
  readonly nationalities?: readonly string[] | undefined;
}

export interface NameScore {
  /** 0 to 1; at {@link threshold} and above it is an answer. */
  readonly score: number;
  readonly rules: readonly Rule[];
  /** Index of the candidate's name that answered. */
  readonly which: number;
}

/** One for all scripts. */
export const threshold = 0.5;
/** Nats at which a name alone is an answer: measured, bench/names.ts. */
const enough = 9;
/** Nats of one number on the documents of both: an answer whatever else is known, and facts still lower it. */
const sameDocument = 18;
/** Nats that facts add and take. A random person is born on the same day once in 25,000; slips of day and month, and 543 years of era, happen. */
const facts = Object.freeze({ sameDay: 7, near: 2.5, sameYear: 0.5, differs: -6, sameNation: 1.5, otherNation: -1 });

function birth(a: string | undefined, b: string | undefined): readonly [number, Rule | undefined] {
  if (a === undefined || b === undefined) return [0, undefined];
  const [y = '', m = '', d = ''] = a.split('-');
  const [year = '', month = '', day = ''] = b.split('-');
  if (y === '' || year === '') return [0, undefined];
  const era = Math.abs(Number(y) - Number(year)) === 543;
  const whole = d !== '' && day !== '';
  if (!whole) return y === year && (m === month || m === '' || month === '') ? [facts.sameYear + (m !== '' && m === month ? 1 : 0), 'BIRTH_DATE_NEAR'] : [Math.abs(Number(y) - Number(year)) <= 1 || era ? -1 : facts.differs, 'BIRTH_DATE_DIFFERS'];
  if (y === year && m === month && d === day) return [facts.sameDay, 'BIRTH_DATE'];
  const parts = Number(y === year || era) + Number(m === month) + Number(d === day);
  if (parts >= 2 || (y === year && m === day && d === month)) return [facts.near, 'BIRTH_DATE_NEAR'];
  return [facts.differs, 'BIRTH_DATE_DIFFERS'];
}

function nation(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly [number, Rule | undefined] {
  if (a === undefined || b === undefined || a.length === 0 || b.length === 0) return [0, undefined];
  return a.some((one) => b.includes(one)) ? [facts.sameNation, 'NATIONALITY'] : [facts.otherNation, 'NATIONALITY_DIFFERS'];
}

function rulesOf(query: ReadName, candidate: ReadName, { units, queryLeft, candidateLeft }: Matching): Rule[] {
  const words = units.filter(({ kind }) => kind !== 'INITIAL');
  const rules: Rule[] = [query.script !== candidate.script ? 'TRANSLITERATED' : words.every(({ kind }) => kind === 'SAME') ? 'SAME' : 'ALIKE'];
  if (units.some((unit, i) => i > 0 && unit.at < (units[i - 1]?.at ?? 0))) rules.push('REORDERED');
  if (query.titled !== candidate.titled) rules.push('TITLE_DROPPED');
  if (queryLeft + candidateLeft > 0) rules.push('PART_MISSING');
  if (words.length < units.length) rules.push('INITIAL');
  if (units.some(({ run, length }) => run + length > 2)) rules.push('JOINED');
  return rules;
}

/** The same letters throughout: an answer, however many people bear the name. One word alone is not a whole name. */
const identical = (query: ReadName, candidate: ReadName, { units, queryLeft, candidateLeft }: Matching): boolean =>
  query.script === candidate.script && query.words.length > 1 && queryLeft + candidateLeft === 0 && units.every(({ kind }) => kind === 'SAME');

/**
 * @param query the names asked for: any of them may answer
 * @param candidates the released names of one record
 * @returns undefined where neither side has a name
 */
export function scoreNames(query: string | readonly string[], candidates: string | readonly string[], asked: Facts = {}, known: Facts = {}): NameScore | undefined {
  return scoreRead([query].flat().map(readName), [candidates].flat().map(readName), asked, known);
}

interface Best {
  readonly nats: number;
  readonly rules: Rule[];
  readonly which: number;
}

/** The names that agree best. */
function bestOf(queries: readonly ReadName[], candidates: readonly ReadName[]): Best | undefined {
  let best: Best | undefined;
  for (const query of queries) candidates.forEach((candidate, which) => {
    if (query.words.length === 0 || candidate.words.length === 0) return;
    const matching = match(query, candidate);
    const nats = identical(query, candidate, matching) ? Math.max(matching.nats, enough + 1) : matching.nats;
    if (best === undefined || nats > best.nats) best = { nats, rules: rulesOf(query, candidate, matching), which };
  });
  return best;
}

const scoreOf = (nats: number): number => 1 / (1 + Math.exp(-(nats - enough) / 2));

/** What facts add, and the rules they stand for. */
function factsOf(asked: Facts, known: Facts): { added: number; rules: Rule[] } {
  const [born, bornRule] = birth(asked.birthDate, known.birthDate);
  const [from, fromRule] = nation(asked.nationalities, known.nationalities);
  return { added: born + from, rules: [bornRule, fromRule].filter((rule) => rule !== undefined) };
}

/** The same over names that were read before: a query is read once, not once for each candidate. */
export function scoreRead(queries: readonly ReadName[], candidates: readonly ReadName[], asked: Facts = {}, known: Facts = {}): NameScore | undefined {
  const best = bestOf(queries, candidates);
  if (best === undefined) return undefined;
  const { added, rules } = factsOf(asked, known);
  // A birth date raises a likely name; it makes no likely name of an unlikely one.
  const raised = best.nats < 0 ? Math.min(0, added) : added;
  return { score: scoreOf(best.nats + raised), rules: [...best.rules, ...rules], which: best.which };
}

/** Somebody as a record tells of them. */
export interface Person extends Facts {
  readonly names: readonly ReadName[];
  /** Numbers, in their normal form. */
  readonly documents: readonly string[];
}

/** Whether two records speak of one person: by a document's number, or by name. @returns `which` undefined where no name of the found one speaks for it */
export function scorePersons(sought: Person, found: Person): (Omit<NameScore, 'which'> & { readonly which: number | undefined }) | undefined {
  if (!sought.documents.some((number) => found.documents.includes(number))) return scoreRead(sought.names, found.names, sought, found);
  const best = bestOf(sought.names, found.names);
  // Another name on one document is no reason against it: papers are bought, and names misspelled.
  const named = best !== undefined && best.nats > 0 ? best : undefined;
  const { added, rules } = factsOf(sought, found);
  return { score: scoreOf(sameDocument + (named?.nats ?? 0) + added), rules: ['DOCUMENT', ...(named?.rules ?? []), ...rules], which: named?.which };
}
