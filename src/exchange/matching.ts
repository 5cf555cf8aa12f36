/**
 * The victim firewall's tokens. Every search and submission of a person carries as many, and so do the records behind the firewall; they are blinded under
 * keys of the firewall's own, which no search uses. What becomes of them is found out elsewhere, later, and alike whether anything matches or not.
 */
import { hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { heldIn, valueAt } from '../dictionary/parts.ts';
import { certain, factKeys, factProbes, mostFacts, type NameProbe, probesOf, readName, workedIn } from '../dictionary/names/index.ts';
import { searchMethods } from '../dictionary/search/index.ts';
import { askedFacts, textsOf } from '../dictionary/search/name.ts';
import { exactPayload, keyOf } from '../dictionary/search/payload.ts';
import type { Body, Field, Json, Kind } from '../dictionary/types.ts';
import type { Viewer } from '../rules/viewer.ts';
import { blindBytes } from '../vault/blind.ts';
import { randomNow } from '../vault/random.ts';
import type { Vault } from '../vault/vault.ts';
import type { Question, WeighedToken } from './ports.ts';

/** By what persons are matched: the number of a document says it alone, names with what else is known. */
type Class = 'DOCUMENT' | 'NAME' | 'FACT';
const classOf = ({ normalise, search }: Field): Class | undefined => (normalise?.by === 'DOCUMENT' ? 'DOCUMENT' : search?.by === 'NAME' ? 'NAME' : undefined);

/** Whether records of the kind lie behind the firewall. */
export const isBehind = (kind: Kind): boolean => kind.fields.some(({ alertWhile }) => alertWhile !== undefined);
const matched = (kind: Kind, by: Class): Field[] => [...kind.searches.values()].filter((field) => classOf(field) === by);

/** Whether a search or submission of the kind is one of a person: whose documents can be told. */
export const isOfPersons = (kind: Kind): boolean => !isBehind(kind) && matched(kind, 'DOCUMENT').length > 0;

/** The pieces of a kind behind the firewall that tell who somebody is. */
export const tellsWho = (kind: Kind): readonly string[] => (isBehind(kind) ? [...matched(kind, 'DOCUMENT').map(pieceOf), ...matched(kind, 'NAME').flatMap((field) => [pieceOf(field), ...factFields(field)])] : []);
const pieceOf = ({ name, within = name }: Field): string => within;

/** How many tokens each question has, facts apart; made up with what matches nothing, so that none tells what was asked. */
const tokensOf = 64;
/** As many numbers of documents, and as many names, as one question asks for: beside so many documents each name has four tokens, and by itself eight. */
const mostDocuments = tokensOf / 2;
const mostNames = 8;

/** Four bytes for the class, and one that no other search key has. */
const tagOf = (name: Class): Buffer => Buffer.concat([hash('sha256', `firewall ${name}`, 'buffer').subarray(0, 4), Buffer.of(2)]);
const tags: Readonly<Record<Class, Buffer>> = { DOCUMENT: tagOf('DOCUMENT'), NAME: tagOf('NAME'), FACT: tagOf('FACT') };
const keyName = (name: Class): string => `firewall ${name}`;

/** What of a field a record tells. */
function payloads(field: Field, content: Body): readonly Uint8Array[] {
  if (field.search === undefined) return [];
  const value = heldIn(content, field);
  return value === undefined || value === null ? [] : searchMethods[field.search.by].sealedKeys(value, content, field);
}

const factFields = ({ search }: Field): string[] => [search?.birthDate, search?.nationality].filter((name) => name !== undefined);
const texts = (value: Json | undefined): string[] => [value ?? null].flat().filter((one) => typeof one === 'string');

/** The tokens that a record behind the firewall carries, one list a field. */
export function firewallKeys(vault: Vault, kind: Kind, field: Field, value: Json, body: Body): Buffer[] {
  const name = classOf(field);
  if (name === undefined || field.search === undefined || !isBehind(kind)) return [];
  return vault.blindAll(keyName(name), '', searchMethods[field.search.by].sealedKeys(value, body, field), tags[name]);
}

/** Those of its facts, each with the field that tells it. */
export function firewallFacts(vault: Vault, kind: Kind, body: Body): { readonly field: string; readonly token: Buffer }[] {
  if (!isBehind(kind)) return [];
  const keys = (field: string | undefined, of: (said: readonly string[]) => readonly string[]): { field: string; token: Buffer }[] => (field === undefined ? [] :
    vault.blindAll(keyName('FACT'), '', of(texts(body[field])).map((key) => Buffer.from(key)), tags.FACT).map((token) => ({ field, token })));
  return matched(kind, 'NAME').flatMap(({ search }) => [...keys(search?.birthDate, ([born]) => factKeys(born)), ...keys(search?.nationality, (nations) => factKeys(undefined, nations))]);
}

interface Weighed {
  readonly payload: Uint8Array;
  readonly weight: number;
}

/** As many tokens for each question: one for each live version of the key, and for what is missing one that nothing has. */
function blinded(vault: Vault, parts: readonly (readonly [Class, readonly Weighed[]])[], most: number): WeighedToken[] {
  const tokens: WeighedToken[] = [];
  let told = 0;
  for (const [name, all] of parts) {
    const key = keyName(name);
    for (const { payload, weight } of all.slice(0, most - told)) {
      for (const token of vault.probes(key, '', payload, tags[name])) tokens.push({ token, weight });
      told += 1;
    }
  }
  if (told === most) return tokens;
  const versions = told > 0 ? tokens.length / told : vault.probes(keyName('FACT'), '', Buffer.alloc(0)).length;
  const missing = (most - told) * versions;
  const random = randomNow(missing * blindBytes);
  for (let i = 0; i < missing; i += 1) tokens.push({ token: Buffer.concat([tags.NAME, random.subarray(i * blindBytes, (i + 1) * blindBytes)]), weight: 1 });
  return tokens;
}

/** Of several names each has a say before any has two. */
function inTurn(names: readonly (readonly NameProbe[])[]): Weighed[] {
  const sorted = names.map((probes) => probes.toSorted((a, b) => b.weight - a.weight).slice(0, tokensOf));
  const taken: NameProbe[] = [];
  const longest = Math.max(0, ...sorted.map(({ length }) => length));
  for (let i = 0; i < longest && taken.length < tokensOf; i += 1) taken.push(...sorted.flatMap((probes) => probes[i] ?? []));
  return taken.map(({ payload, weight }) => ({ payload: exactPayload(payload), weight }));
}

interface Told {
  readonly documents: readonly Uint8Array[];
  readonly names: readonly (readonly NameProbe[])[];
  readonly birthDate: string | undefined;
  readonly nationalities: readonly string[];
}

/** Whom a question is of. */
type By = Pick<Viewer, 'purpose' | 'desk'>;

/** The documents and names of one question, each no more than it has room for. */
function questionOf(vault: Vault, { purpose, desk }: By, { documents, names, birthDate, nationalities }: Told): Question {
  const facts = factProbes(birthDate, nationalities).map(({ payload, weight }) => ({ payload: Buffer.from(payload), weight }));
  return {
    purpose, desk,
    tokens: blinded(vault, [['DOCUMENT', documents.map((payload) => ({ payload, weight: certain }))], ['NAME', inTurn(names)]], tokensOf),
    facts: blinded(vault, [['FACT', facts]], mostFacts),
  };
}

const partOf = <T>(all: readonly T[], n: number, size: number): T[] => all.slice(n * size, (n + 1) * size);
/** As many questions as what is told fills, and one where nothing is. */
const questionsFor = ({ documents, names }: Pick<Told, 'documents' | 'names'>): number => Math.max(1, Math.ceil(documents.length / mostDocuments), Math.ceil(names.length / mostNames));
const nthQuestion = (vault: Vault, by: By, told: Told, n: number): Question =>
  questionOf(vault, by, { ...told, documents: partOf(told.documents, n, mostDocuments), names: partOf(told.names, n, mostNames) });
const questionsOf = (vault: Vault, by: By, told: Told): Question[] => Array.from({ length: questionsFor(told) }, (_, n) => nthQuestion(vault, by, told, n));

const distinct = (payloads: readonly Uint8Array[]): Uint8Array[] => [...new Map(payloads.map((payload) => [keyOf(payload), payload])).values()];

/** What a submitted person asks of the firewall; none: it is no person. @param content with each part under its dotted name */
export function submittedQuestions(vault: Vault, kind: Kind, by: By, content: Body): Question[] {
  if (!isOfPersons(kind)) return [];
  const named = matched(kind, 'NAME');
  const facts = named.flatMap(({ search }) => [[search?.birthDate, search?.nationality] as const]);
  const fact = (name: string | undefined): string[] => (name === undefined ? [] : texts(content[name] ?? valueAt(content, name.split('.'))));
  return questionsOf(vault, by, {
    documents: distinct(matched(kind, 'DOCUMENT').flatMap((field) => payloads(field, content))),
    names: named.flatMap((field) => textsOf(heldIn(content, field), field).map((name) => workedIn(content, name).probes)),
    birthDate: facts.flatMap(([born]) => fact(born))[0],
    nationalities: facts.flatMap(([, nation]) => fact(nation)),
  });
}

/** What a search for persons asks of the firewall: nothing to look for is asked as well. */
export function searchedQuestions(vault: Vault, kind: Kind, by: By, filter: Readonly<Record<string, Readonly<Record<string, Json>>>>): Question[] {
  if (!isOfPersons(kind)) return [];
  const asked = (name: Class) => matched(kind, name).flatMap((field) => (filter[field.name] === undefined ? [] : [[field, filter[field.name] ?? {}] as const]));
  const names = asked('NAME');
  const facts = names.map(([field, one]) => askedFacts(one, field.name));
  return questionsOf(vault, by, {
    documents: distinct(asked('DOCUMENT').flatMap(([field, one]) => (field.search === undefined ? [] : searchMethods[field.search.by].probe(one, field, field.name).sealed))),
    names: names.flatMap(([, { name }]) => (typeof name === 'string' ? [probesOf(readName(name))] : [])),
    birthDate: facts.flatMap(({ birthDate }) => birthDate ?? [])[0],
    nationalities: facts.flatMap(({ nationalities }) => nationalities ?? []),
  });
}

/** Where one asked value is looked for. */
interface Place {
  readonly kind: Kind;
  readonly field: Field;
  readonly asked: { readonly probe: { readonly sealed: readonly Uint8Array[] } };
}

/** What the firewall has to know of values that are looked up: whether among persons, and by which documents. */
export interface Sought {
  readonly persons: boolean;
  readonly documents: readonly (readonly [name: string, payload: Uint8Array])[];
}

export function soughtIn(places: readonly Place[]): Sought {
  const persons = new Map([...new Set(places.map(({ kind }) => kind))].map((kind) => [kind, isOfPersons(kind)] as const));
  const documents = places.filter(({ kind, field }) => persons.get(kind) === true && classOf(field) === 'DOCUMENT');
  return {
    persons: [...persons.values()].includes(true),
    documents: [...new Map(documents.flatMap(({ asked }) => asked.probe.sealed.map((payload) => [keyOf(payload), payload] as const)))],
  };
}

/** Questions that are made up before others have their turn. */
const stretch = 30;

/** What a lookup among records of persons asks of the firewall, whatever it looks them up by: as many as its documents fill, and one where there is none. */
export async function lookedUpQuestions(vault: Vault, by: By, sought: readonly Sought[]): Promise<Question[]> {
  if (!sought.some(({ persons }) => persons)) return [];
  const told: Told = { documents: [...new Map(sought.flatMap(({ documents }) => documents)).values()], names: [], birthDate: undefined, nationalities: [] };
  const questions: Question[] = [];
  for (let n = 0; n < questionsFor(told); n += 1) {
    // Ten thousand documents are three hundred questions: others have their turn on this thread meanwhile.
    if (n % stretch === stretch - 1) await turn();
    questions.push(nthQuestion(vault, by, told, n));
  }
  return questions;
}
