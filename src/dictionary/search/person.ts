/** Whom a record is about: the fields by which two records of different kinds may be one person, and how well they agree. */
import { type Person, readName, scorePersons, threshold } from '../names/index.ts';
import { valueAt } from '../parts.ts';
import type { Match } from '../search.ts';
import type { Body, Field, Kind } from '../types.ts';
import { rounded, textsAt, textsOf } from './name.ts';

export interface PersonFields {
  readonly names: Field;
  /** What holds numbers of documents. */
  readonly documents: readonly Field[];
  /** Dotted; undefined: the kind has none. */
  readonly birthDate: string | undefined;
  readonly nationality: string | undefined;
}

/** @returns undefined for a kind that no name tells */
export function personFields(kind: Kind): PersonFields | undefined {
  const searches = [...kind.searches.values()];
  const names = searches.find(({ search }) => search?.by === 'NAME');
  if (names === undefined) return undefined;
  const documents = searches.filter(({ search, normalise }) => search?.by === 'EXACT' && normalise?.by === 'DOCUMENT');
  return { names, documents, birthDate: names.search?.birthDate, nationality: names.search?.nationality };
}

/** All of their names, dotted. */
export const namesOf = ({ names, documents, birthDate, nationality }: PersonFields): string[] =>
  [names.name, ...documents.map(({ name }) => name), birthDate, nationality].filter((name) => name !== undefined);

/** A person as far as it was released. */
export interface Told extends Person {
  readonly texts: readonly string[];
}

/** @param body as it was released */
export function personIn(fields: PersonFields, body: Body): Told {
  const texts = textsOf(valueAt(body, fields.names.path), fields.names);
  const documents = fields.documents.flatMap(({ name }) => textsAt(body, name) ?? []);
  return { texts, names: texts.map(readName), documents, birthDate: textsAt(body, fields.birthDate)?.[0], nationalities: textsAt(body, fields.nationality) };
}

/** @returns undefined where the two are not likely to be one person; `name` is empty where they agree by a document alone */
export function samePerson(sought: Person, found: Told): Match | undefined {
  const best = scorePersons(sought, found);
  const score = rounded(best?.score ?? 0);
  if (best === undefined || score < threshold) return undefined;
  return { score, name: best.which === undefined ? '' : (found.texts[best.which] ?? ''), rules: best.rules };
}
