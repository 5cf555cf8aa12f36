/**
 * Records that exist by others (links) stand where those let them: their audience names the audiences of their ends. When an end goes to another
 * audience, all that depend on it follow in the same transaction, also those that the mover cannot see.
 */
import type { TransactionSql } from 'postgres';
import { Refusal } from '../errors.ts';
import { type Interning, scopesIn } from './intern.ts';

interface LeftBehind {
  readonly record_id: string;
  readonly audience_id: number;
  readonly ends: number[];
}

/** @param moved ids of records that are in another audience than they were, whoever moved them */
export async function followEnds(sql: TransactionSql, intern: Interning, moved: readonly string[]): Promise<void> {
  if (moved.length === 0) return;
  const left = await sql<LeftBehind[]>`select * from prasan_left_behind(${moved as string[]}::uuid[])`;
  if (left.length === 0) return;
  const targets: number[] = [];
  for (const { audience_id, ends } of left) {
    const { id: from, ends: _, ...key } = await intern.standing(audience_id);
    const audience = await intern.audience({ ...key, ends });
    await scopesIn(sql, intern, from, audience);
    targets.push(audience.id);
  }
  const followed = left.map(({ record_id }) => record_id);
  await sql`select prasan_follow_ends(${followed}::uuid[], ${targets}::integer[])`;
  // A part of a request exists by its leg, which exists by the request: it goes after both.
  await followEnds(sql, intern, followed);
}

/**
 * The audiences of records that others exist by, as the writer sees them; they were held before.
 * @throws Refusal NOT_FOUND when it sees one no more
 */
export async function audiencesOfEnds(sql: TransactionSql, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<{ id: string; audience_id: number }[]>`select r.id, r.audience_id from record r where r.id = any(${ids as string[]}::uuid[])`;
  const found = new Map(rows.map(({ id, audience_id }) => [id, audience_id]));
  if (ids.some((id) => !found.has(id))) throw new Refusal('NOT_FOUND');
  return found;
}
