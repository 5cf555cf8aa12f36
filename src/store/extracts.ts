/** Records that are made of others (a testimony of a victim), and end with them. */
import type { TransactionSql } from 'postgres';

/** Ids of the stamped viewer's own records that are made of these, in order. */
export const extractsOf = async (sql: TransactionSql, sources: readonly string[]): Promise<string[]> =>
  (await sql<{ record_id: string }[]>`select x.record_id from record_extract x where x.source_id = any(${sources as string[]}::uuid[]) order by x.record_id`).map(({ record_id }) => record_id);
