/** Counting, by the one function of the database that may; and what was counted, sealed. */
import type { StatisticStore } from '../exchange/ports.ts';
import { byteas } from './byteas.ts';
import type { Sessions } from './sessions.ts';

export function statisticStore(sessions: Sessions): StatisticStore {
  return {
    async count(stamp, table, month, secret, tokens) {
      const [fields, values] = [tokens.map(({ field }) => field), tokens.map(({ value }) => value)];
      const rows = await sessions.read({ ...stamp, wide: true }, async (sql) => sql<{ cell: number[]; originator: string; records: string; cell_key: string }[]>`
        select cell, originator, records, cell_key
        from prasan_count(${table}, ${`${month}-01T00:00:00Z`}::timestamptz, ${Buffer.from(secret)}, ${fields}::integer[], ${byteas(tokens.map(({ token }) => token))}::text::bytea[], ${values}::integer[])`);
      // The first place is no field's: it is there so that a table without fields has a cell, too.
      return rows.map(({ cell, originator, records, cell_key: key }) => ({ values: cell.slice(1), originator, records: Number(records), key: Number(key) }));
    },
    kept: async (stamp, definition, months) =>
      sessions.read(stamp, async (sql) => sql<{ month: string; id: string; sealed: string }[]>`select month, id, sealed from statistic_kept where definition = ${definition} and month = any(${months as string[]})`),
    async keep(stamp, definition, { month, id, sealed }) {
      await sessions.transaction(stamp, async (sql) => sql`insert into statistic_kept (definition, month, id, sealed) values (${definition}, ${month}, ${id}, ${sealed}) on conflict do nothing`);
    },
  };
}
