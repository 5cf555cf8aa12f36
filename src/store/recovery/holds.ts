/** Legal holds as both databases keep them. */
import type { Sql, TransactionSql } from 'postgres';
import type { KeptHold } from '../../exchange/ports.ts';

export interface HoldRow {
  readonly id: string;
  readonly record_id: string;
  readonly originator: string;
  readonly placed_at: Date;
  readonly placed_by: string;
  readonly compartment: string;
  readonly placed: string;
  readonly released_at: Date | null;
  readonly released_by: string | null;
  readonly released: string | null;
}

export const holdOf = (row: HoldRow): KeptHold => ({
  id: row.id, record: row.record_id, originator: row.originator, placedAt: row.placed_at.toISOString(), placedBy: row.placed_by, compartment: row.compartment, placed: row.placed,
  ...(row.released_at !== null && { release: { at: row.released_at.toISOString(), by: row.released_by ?? '', sealed: row.released ?? '' } }),
});

/** Those that this viewer may see. */
export const holdsOn = async (sql: Sql | TransactionSql, record: string): Promise<KeptHold[]> =>
  (await sql<HoldRow[]>`select * from legal_hold where record_id = ${record} order by id`).map(holdOf);

export const insertHold = async (sql: TransactionSql, { id, record, originator, placedAt, placedBy, compartment, placed, release }: KeptHold): Promise<void> => void (await sql`
  insert into legal_hold (id, record_id, originator, placed_at, placed_by, compartment, placed, released_at, released_by, released)
  values (${id}, ${record}, ${originator}, ${placedAt}, ${placedBy}, ${compartment}, ${placed}, ${release?.at ?? null}, ${release?.by ?? null}, ${release?.sealed ?? null})`);

export const endHold = async (sql: TransactionSql, id: string, { at, by, sealed }: NonNullable<KeptHold['release']>): Promise<void> => void (await sql`
  update legal_hold set released_at = ${at}, released_by = ${by}, released = ${sealed}, journaled = false where id = ${id} and released_at is null`);
