/** What is left of erased records. */
import type { Sql, TransactionSql } from 'postgres';
import { isErasureReason, type Tombstone } from '../rules/erasure.ts';

export interface TombstoneRow {
  readonly record_id: string;
  readonly kind: string;
  readonly originator: string;
  readonly reason: string;
  readonly erased_at: Date;
}

export const tombstoneOf = ({ record_id, kind, originator, reason, erased_at }: TombstoneRow): Tombstone =>
  ({ id: record_id, kind, originator, reason: isErasureReason(reason) ? reason : 'OTHER', erasedAt: erased_at.toISOString() });

export const tombstoneColumns = (sql: Sql) => sql`t.record_id, t.kind, t.originator, t.reason, t.erased_at`;

/** Those that this viewer may know of. */
export const tombstonesIn = async (sql: TransactionSql, ids: readonly string[]): Promise<Tombstone[]> =>
  (await sql<TombstoneRow[]>`select ${tombstoneColumns(sql as never)} from tombstone t where t.record_id = any(${ids as string[]}::uuid[])`).map(tombstoneOf);
