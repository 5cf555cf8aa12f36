/**
 * A ranked search: candidates by the tokens that they share with the question, scored on what is released of them, the best first. Everything that
 * decides (weights, cuts, scores) comes from the question and from records that this viewer may have, so that nothing else moves an answer.
 */
import type { Match, Ranking } from '../dictionary/search.ts';
import type { Field, Kind } from '../dictionary/types.ts';
import { nameLimits } from '../dictionary/names/index.ts';
import { compartmentOf } from '../rules/layout.ts';
import type { Stored } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import type { Answer, Reader } from './answer.ts';
import type { Found } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import type { Condition, Moment } from './ports.ts';
import type { Asked } from './tokens.ts';

/** How many records a token brings, newest first. Two parts that more people than this share tell nobody apart. */
export const mostOfToken = 5_000;

/** How many candidates are opened at first, and then at a time while there are answers among them. */
const firstBatch = 200;
const nextBatch = 100;

export interface RankedQuery {
  readonly kind: Kind;
  readonly ranked: Asked;
  /** What else must hold. */
  readonly conditions: readonly Condition[];
  accepts(record: Released): boolean;
  readonly first: number;
  readonly after: string | undefined;
  readonly bound: unknown;
}

export interface Scored extends Match {
  readonly stored: Stored;
}

/** A place in the list: ten-thousandths of the score, then the id. */
const rankOf = ({ score }: Match): number => Math.round(score * 10_000);

/** The best first; of those that are equally good, the newest. */
export const inOrder = (a: Scored, b: Scored): number => rankOf(b) - rankOf(a) || (a.stored.meta.id < b.stored.meta.id ? 1 : -1);

/** The piece that a dotted name stands in. */
export const pieceAt = (kind: Kind, dotted: string): Field | undefined => {
  const steps = dotted.split('.');
  return steps.map((_, i) => kind.field.get(steps.slice(0, steps.length - i).join('.'))).find((field) => field !== undefined);
};

/** Records of a kind, and how one of them answers. */
export interface Looking extends Pick<Ranking, 'fields' | 'score'> {
  readonly kind: Kind;
}

/** Only what a score is made of is opened of a candidate: most of them are no answers. */
export function opens({ kind, fields }: Pick<Looking, 'kind' | 'fields'>): (stored: Stored, compartment: string) => boolean {
  const pieces = fields.map((name) => pieceAt(kind, name)).filter((field) => field !== undefined);
  return ({ meta }, compartment) => pieces.some((field) => compartmentOf(field, meta.classification, meta.markings).name === compartment);
}

/** After where the cursor stands. A record that was amended since stands where its score now puts it. */
function rest(all: readonly Scored[], deps: Deps, { viewer }: Reader, { bound, after }: RankedQuery): readonly Scored[] {
  if (after === undefined) return all;
  const { id, extra } = openCursor(deps.vault, viewer, bound, after, Date.now());
  return all.filter((one) => rankOf(one) < extra || (rankOf(one) === extra && one.stored.meta.id < id));
}

/**
 * Opens candidates, the heaviest first, until a batch brings no answer: most of the lighter ones are none, and opening costs. Which are opened follows from
 * the question and from what this viewer may have, as all else.
 * @returns undefined when the registry moved meanwhile
 */
export async function lookAt(deps: Deps, reader: Reader, looking: Looking, ids: readonly string[], first: Moment): Promise<{ scored: Scored[]; now: number } | undefined> {
  const scored: Scored[] = [];
  let now = first.now;
  for (let at = 0, found = 1; at < ids.length && found > 0;) {
    const batch = ids.slice(at, at + (at === 0 ? firstBatch : nextBatch));
    at += batch.length;
    const rows = await deps.read.byIds(reader.stamp, batch);
    if (rows.version !== first.version) return undefined;
    now = rows.now;
    const candidates = await reader.release(rows.rows, now, opens(looking));
    const answers = candidates.flatMap(({ body }, i): Scored[] => {
      const [match, stored] = [looking.score(body), rows.rows[i]];
      return match === undefined || stored === undefined ? [] : [{ ...match, stored }];
    });
    found = answers.length;
    scored.push(...answers);
  }
  return { scored, now };
}

/** One page of a ranked search. */
export async function ranked(deps: Deps, reader: Reader, query: RankedQuery): Promise<Answer<Found>> {
  const { probe, tokens, weights } = query.ranked;
  const { ranking } = probe;
  if (ranking === undefined) throw new Error('nothing is ranked');
  const { ids, ...moment } = await deps.read.heaviest(reader.stamp, { tokens, weights, conditions: query.conditions, most: mostOfToken, limit: nameLimits.candidates });
  const look = await lookAt(deps, reader, { ...ranking, kind: query.kind }, ids, moment);
  if (look === undefined) return { moment: { ...moment, version: Number.NaN }, released: [], finish: () => ({ items: [] }) };
  const { scored, now } = look;
  const answers = await whole(reader, query, rest(scored.sort(inOrder), deps, reader, query), now);
  const page = answers.slice(0, query.first);
  const last = answers.length > page.length ? page.at(-1) : undefined;
  const nextCursor = last === undefined ? undefined : sealCursor(deps.vault, reader.viewer, query.bound, last.record.id, now, rankOf(last.match));
  return {
    moment: { version: moment.version, now },
    released: page.map(({ record }) => record),
    finish: () => ({ items: page.map(({ record }) => record), matches: page.map(({ match }) => match), ...(nextCursor === undefined ? {} : { nextCursor }) }),
  };
}

interface Answered {
  readonly record: Released;
  readonly match: Match;
}

/** Releases the answers in full, as many as a page holds and one, without those that the other conditions turn away. */
async function whole(reader: Reader, { first, accepts }: RankedQuery, scored: readonly Scored[], now: number): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (let at = 0; at < scored.length && answers.length <= first;) {
    const some = scored.slice(at, at + first + 1 - answers.length);
    at += some.length;
    const records = await reader.release(some.map(({ stored }) => stored), now);
    answers.push(...records.flatMap((record, i): Answered[] => {
      const one = some[i];
      return one === undefined || !accepts(record) ? [] : [{ record, match: { score: one.score, name: one.name, rules: one.rules } }];
    }));
  }
  return answers;
}
