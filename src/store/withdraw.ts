/** Withdrawing many records at once: the same state as `withdrawal` makes of one, in a few statements. */
import type { TransactionSql } from 'postgres';
import type { Level } from '../dictionary/compartment.ts';
import { followEnds } from './ends.ts';
import { extractsOf } from './extracts.ts';
import { type Interning, scopesIn } from './intern.ts';
import { limitsOf } from './rows.ts';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly originator: string;
  readonly audience_id: number;
  readonly level: Level;
  readonly state: string;
  readonly ends: readonly number[];
  readonly recipients: string[] | null;
  readonly purposes: number | null;
  readonly case_tag: string | null;
}

async function withdrawGroup(sql: TransactionSql, intern: Interning, rows: readonly Row[], now: number): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const ids = rows.map(({ id }) => id);
  const limits = limitsOf(first);
  const after = await intern.audience({ kind: first.kind, level: first.level, originator: first.originator, channels: [], state: first.state, ends: first.ends, ...(limits !== undefined && { limits }) });
  await sql`insert into revision (record_id, revision, audience_id, classification, at, body, sealed)
    select id, revision, audience_id, classification, coalesce(to_timestamp((changes -> -1 ->> 't')::float8 / 1000), created_at), body, sealed
    from record where id = any(${ids}::uuid[])`;
  await sql`update record set audience_id = ${after.id}, status = 'WITHDRAWN', revision = revision + 1, updated_at = to_timestamp(${now / 1000}),
      changes = coalesce(changes, jsonb_build_array(jsonb_build_object('r', 1, 't', floor(extract(epoch from created_at) * 1000), 'f', '[]'::jsonb)))
        || jsonb_build_array(jsonb_build_object('r', revision + 1, 't', ${Math.floor(now)}::float8, 'f', '["status"]'::jsonb))
    where id = any(${ids}::uuid[])`;
  if (first.audience_id !== after.id) {
    const scopes = await scopesIn(sql, intern, first.audience_id, after);
    await sql`select count(prasan_rekey(id, '{}'::integer[], ${scopes.old}::integer[], ${scopes.now}::integer[])) from unnest(${ids}::uuid[]) as n(id)`;
  }
  await sql`update share set ended_at = statement_timestamp() where record_id = any(${ids}::uuid[]) and ended_at is null`;
  await sql`delete from record_ref where record_id = any(${ids}::uuid[])`;
  await sql`insert into outbox (record_id, kind, before_audience, after_audience, fields)
    select id, ${first.kind}, ${first.audience_id}::integer, ${after.id}::integer, '{status}'::text[] from unnest(${ids}::uuid[]) as n(id)`;
}

const standing = async (sql: TransactionSql, ids: readonly string[]): Promise<Row[]> => sql<Row[]>`
  select r.id, r.kind, r.originator, r.audience_id, r.classification as level, a.state, a.ends, a.recipients, a.purposes, a.case_tag from record r join audience a on a.id = r.audience_id
  where r.id = any(${ids as string[]}::uuid[]) and r.originator = current_setting('prasan.partner') and r.status = 'ACTIVE' order by r.id for update of r`;

/**
 * With what was made of them. That is looked for once they are locked: whoever makes something of a record holds it until it is committed.
 * @param now Unix milliseconds. @returns how many of them were active, own and visible
 */
export async function withdrawAll(sql: TransactionSql, intern: Interning, ids: readonly string[], now: number): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await standing(sql, ids);
  const all = [...rows, ...(await standing(sql, await extractsOf(sql, rows.map(({ id }) => id))))];
  for (const group of Map.groupBy(all, ({ audience_id }) => audience_id).values()) await withdrawGroup(sql, intern, group, now);
  await followEnds(sql, intern, all.map(({ id }) => id));
  return rows.length;
}
