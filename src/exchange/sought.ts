/**
 * Whom a record looks for (`@seeks`): pairs of a record of the viewer's own and one released to it that may be one person. Worked out from what is released
 * to the viewer while it reads the feed; nothing is kept, so nothing can outlive its access, or tell of what it may not see.
 */
import type { Match } from '../dictionary/search.ts';
import { type Told, namesOf, type PersonFields, personFields, personIn, samePerson } from '../dictionary/search/person.ts';
import { nameLimits } from '../dictionary/names/index.ts';
import type { Body, Dictionary, Kind } from '../dictionary/types.ts';
import type { Released } from '../rules/release.ts';
import type { Reader } from './answer.ts';
import type { Deps } from './deps.ts';
import type { Moment } from './ports.ts';
import { inOrder, lookAt, mostOfToken, pieceAt, type Scored } from './ranked.ts';
import { askedTokens } from './tokens.ts';

/** As many pairs, the best first, as one record brings. */
export const mostPairs = 50;
/** As many of a person's names as are looked for, and as many characters of one. */
const mostNames = 10;
const longestName = 300;
/** As many records as bear one of a person's document numbers. */
const mostByDocument = 500;

/** A kind, and what a record of it must say to take part. */
interface Side {
  readonly kind: Kind;
  readonly fields: PersonFields;
  readonly condition: { readonly field: string; readonly values: readonly string[] } | undefined;
}

export interface Seeking {
  readonly seeker: Side;
  readonly targets: readonly Side[];
}

/** @param kinds that the feed covers; undefined: all. A pair is told where it covers both. */
export function seekingOf(dictionary: Dictionary, kinds: readonly string[] | undefined): Seeking[] {
  const covered = (name: string): Kind | undefined => (kinds === undefined || kinds.includes(name) ? dictionary.kinds.get(name) : undefined);
  const sideOf = (kind: Kind, condition: Side['condition']): Side[] => {
    const fields = personFields(kind);
    return fields === undefined ? [] : [{ kind, fields, condition }];
  };
  return [...dictionary.kinds.keys()].flatMap((name) => covered(name) ?? []).flatMap((kind) => kind.fields.flatMap(({ name: field, seeks }) => {
    if (seeks === undefined) return [];
    const targets = seeks.kinds.flatMap((one) => covered(one) ?? []).flatMap((target) => {
      const found = target.fields.find(({ soughtWhile }) => soughtWhile !== undefined);
      return sideOf(target, found?.soughtWhile === undefined ? undefined : { field: found.name, values: found.soughtWhile });
    });
    return sideOf(kind, { field, values: seeks.values }).map((seeker) => ({ seeker, targets }));
  }));
}

const readBy = ({ fields, condition }: Side): string[] => [...namesOf(fields), ...(condition === undefined ? [] : [condition.field])];

/** The pieces of a kind by which its records take part in a pair; none: they do not. */
export function tellingPieces(seeking: readonly Seeking[], kind: string): ReadonlySet<string> {
  const sides = seeking.flatMap(({ seeker, targets }) => [seeker, ...targets]).filter((side) => side.kind.name === kind);
  return new Set(sides.flatMap((side) => readBy(side).map((name) => pieceAt(side.kind, name)?.name ?? name)));
}

/** What is withheld is not there: such a record takes no part. */
const takesPart = ({ condition }: Side, body: Body): boolean => body['status'] === 'ACTIVE' && (condition === undefined || condition.values.includes(String(body[condition.field])));

/** Ids of records that share most with the person, those with one of its documents first. */
async function candidates(deps: Deps, { viewer, stamp }: Reader, person: Told, { kind, fields }: Side): Promise<(Moment & { ids: string[] }) | undefined> {
  const ask = (field: PersonFields['names'], asked: Body) => askedTokens(deps.vault, kind, field, asked, field.name, viewer, deps.maximum);
  const weights = new Map<string, readonly [Buffer, number]>();
  for (const [i, text] of person.texts.slice(0, mostNames).entries()) {
    if (text.length > longestName || person.names[i]?.words.length === 0) continue;
    const asked = ask(fields.names, { name: text });
    for (const [at, token] of asked.tokens.entries()) {
      const key = token.toString('latin1');
      weights.set(key, [token, Math.max(asked.weights[at] ?? 0, weights.get(key)?.[1] ?? 0)]);
    }
  }
  const numbers = person.documents.length === 0 ? [] : fields.documents.flatMap((field) => ask(field, { in: person.documents }).tokens);
  if (weights.size + numbers.length > 0) await deps.vault.fits();
  const byName = weights.size === 0 ? undefined : await deps.read.heaviest(stamp, { tokens: [...weights.values()].map(([token]) => token), weights: [...weights.values()].map(([, weight]) => weight), conditions: [], most: mostOfToken, limit: nameLimits.candidates });
  const byNumber = numbers.length === 0 ? undefined : await deps.read.byTokens(stamp, numbers, [], mostByDocument);
  const moment = byName ?? byNumber;
  if (moment === undefined) return undefined;
  const bearers = (byNumber?.rows ?? []).map(({ meta }) => meta.id).sort();
  return { version: byName !== undefined && byNumber !== undefined && byName.version !== byNumber.version ? Number.NaN : moment.version, now: moment.now, ids: [...new Set([...bearers, ...(byName?.ids ?? [])])] };
}

/** Records of a kind that may be the person, the best first. @returns undefined when the registry moved meanwhile */
async function lookFor(deps: Deps, reader: Reader, person: Told, side: Side, score: (other: Told, body: Body) => Match | undefined): Promise<{ scored: Scored[]; now: number } | undefined> {
  const found = await candidates(deps, reader, person, side);
  if (found === undefined) return { scored: [], now: 0 };
  if (found.version !== reader.registry.version) return undefined;
  const look = await lookAt(deps, reader, { kind: side.kind, fields: readBy(side), score: (body) => (takesPart(side, body) ? score(personIn(side.fields, body), body) : undefined) }, found.ids, found);
  return look && { scored: look.scored.sort(inOrder).slice(0, mostPairs), now: look.now };
}

/** A record of the viewer's own, and one that may be the person it looks for. */
export interface Pair {
  readonly seeker: { readonly id: string; readonly kind: string };
  readonly record: Released;
  readonly match: Match;
}

type Places = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

/**
 * Pairs that a record which looks for somebody makes, with those that the viewer has.
 * @param had those of some ids that it had
 */
export async function pairsOfSeeker(deps: Deps, reader: Reader, { seeker, targets }: Seeking, record: Released, had: Places): Promise<Pair[] | undefined> {
  if (record.originator !== reader.viewer.partner || !takesPart(seeker, record.body)) return [];
  const person = personIn(seeker.fields, record.body);
  const pairs: Pair[] = [];
  for (const target of targets) {
    const look = await lookFor(deps, reader, person, target, (other) => samePerson(person, other));
    if (look === undefined) return undefined;
    const its = await had(look.scored.map(({ stored }) => stored.meta.id));
    const kept = look.scored.filter(({ stored }) => its.has(stored.meta.id));
    const records = await reader.release(kept.map(({ stored }) => stored), look.now);
    pairs.push(...records.flatMap((found, i): Pair[] => {
      const one = kept[i];
      return one === undefined ? [] : [{ seeker: { id: record.id, kind: seeker.kind.name }, record: found, match: { score: one.score, name: one.name, rules: one.rules } }];
    }));
  }
  return pairs;
}

/** Pairs that a record makes with those of the viewer's own that look for somebody like it. */
export async function pairsOfFound(deps: Deps, reader: Reader, { seeker, targets }: Seeking, record: Released, had: Places): Promise<Pair[] | undefined> {
  const side = targets.find(({ kind }) => kind.name === record.body['kind']);
  if (side === undefined || !takesPart(side, record.body)) return [];
  const person = personIn(side.fields, record.body);
  const look = await lookFor(deps, reader, person, seeker, (other, body) => (body['originator'] === reader.viewer.partner ? samePerson(other, person) : undefined));
  if (look === undefined) return undefined;
  const its = await had(look.scored.map(({ stored }) => stored.meta.id));
  return look.scored.flatMap(({ stored: { meta: { id } }, score, name, rules }): Pair[] => (its.has(id) ? [{ seeker: { id, kind: seeker.kind.name }, record, match: { score, name, rules } }] : []));
}
