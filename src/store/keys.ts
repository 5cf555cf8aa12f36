/** The key database: the vault's `KeyStore`. Wrapped keys only. */
import type { PendingQuery, Row, Sql } from 'postgres';
import type { KeyStore, LoadedRecordKeys, OriginatorKey, RecordKey, RecordKeyId } from '../vault/key-store.ts';
import { byteas } from './byteas.ts';
import { openClients } from './clients.ts';
import { type Journal, journalOf, type On } from './recovery/journal.ts';

interface RecordKeyRow {
  readonly record_id: string;
  readonly compartment: string;
  readonly originator_key: string;
  readonly wrapped: Buffer;
}

const recordKey = ({ record_id, compartment, originator_key, wrapped }: RecordKeyRow): RecordKey => ({ record: record_id, compartment, wrappedBy: originator_key, wrapped });

async function load(sql: Sql, ids: readonly RecordKeyId[]): Promise<LoadedRecordKeys> {
  const records = ids.map(({ record }) => record);
  const rows = await sql<(RecordKeyRow & { erased: boolean })[]>`
    select a.record_id, a.compartment, k.originator_key, k.wrapped, false as erased
    from unnest(${records}::uuid[], ${ids.map(({ compartment }) => compartment)}::text[]) a(record_id, compartment)
    join record_key k on k.record_id = a.record_id and k.compartment = a.compartment
    union all select e.record_id, '', null, null, true from erasure e where e.record_id = any(${records}::uuid[])`;
  return { keys: rows.filter(({ erased }) => !erased).map(recordKey), destroyed: rows.filter(({ erased }) => erased).map(({ record_id }) => record_id) };
}

const originatorKeys = async (sql: Sql, where: PendingQuery<Row[]>): Promise<OriginatorKey[]> =>
  sql<OriginatorKey[]>`select id, originator, compartment, generation, wrapped from originator_key where ${where}`;

export interface KeyDatabase extends KeyStore {
  /** What outlives a restore of the rows. */
  readonly journal: Journal;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** @param size how many connections */
export function keyDatabase(url: string, size: number): KeyDatabase {
  const clients = openClients(url, size);
  const reading: On = async (work) => clients.use('', true, async ({ sql }) => work(sql));
  const on: On = async (work) => clients.use('', false, async ({ sql }) => work(sql));
  return {
    journal: journalOf(on),
    loadRecordKeys: async (ids) => (ids.length === 0 ? { keys: [], destroyed: [] } : reading(async (sql) => load(sql, ids))),
    saveRecordKeys: async (rows) => on(async (sql) => {
      const written = await sql<{ record_id: string; compartment: string }[]>`
        insert into record_key (record_id, compartment, originator_key, wrapped)
        select n.record_id, n.compartment, n.originator_key, n.wrapped
        from unnest(${rows.map(({ record }) => record)}::uuid[], ${rows.map(({ compartment }) => compartment)}::text[],
          ${rows.map(({ wrappedBy }) => wrappedBy)}::uuid[], ${byteas(rows.map(({ wrapped }) => wrapped))}::text::bytea[]) n(record_id, compartment, originator_key, wrapped)
        where not exists (select 1 from erasure e where e.record_id = n.record_id)
        on conflict do nothing returning record_id, compartment`;
      if (written.length === rows.length) return { keys: [], destroyed: [] };
      const done = new Set(written.map(({ record_id, compartment }) => `${record_id} ${compartment}`));
      return load(sql, rows.filter(({ record, compartment }) => !done.has(`${record} ${compartment}`)));
    }),
    async destroyRecordKeys(erasures) {
      const records = erasures.map(({ record }) => record);
      await on(async (sql) => sql`with erased as (
          insert into erasure (record_id, reason, at) select * from unnest(${records}::uuid[], ${erasures.map(({ reason }) => reason)}::text[], ${erasures.map(({ at }) => at)}::text[]::timestamptz[])
          on conflict do nothing
        ) delete from record_key where record_id = any(${records}::uuid[])`);
    },
    loadOriginatorKeys: async (ids) => reading(async (sql) => originatorKeys(sql, sql`id = any(${ids as string[]}::uuid[])`)),
    currentOriginatorKey: async (originator, compartment) => reading(async (sql) => {
      const [key] = await originatorKeys(sql, sql`originator = ${originator} and compartment = ${compartment} order by generation desc limit 1`);
      return key;
    }),
    sampleOriginatorKeys: async () => reading(async (sql) => sql<OriginatorKey[]>`select distinct on (get_byte(wrapped, 0)) id, originator, compartment, generation, wrapped from originator_key order by get_byte(wrapped, 0), id`),
    saveOriginatorKey: async ({ id, originator, compartment, generation, wrapped }) => on(async (sql) => {
      // Not by an older master key than others wrap by: what that wrapped may be beyond anybody's opening when it is needed.
      await sql`insert into originator_key (id, originator, compartment, generation, wrapped) select ${id}::uuid, ${originator}, ${compartment}, ${generation}::integer, ${wrapped}::bytea
        where ${wrapped[0] ?? 0}::integer >= coalesce((select max(get_byte(wrapped, 0)) from originator_key), 0) on conflict do nothing`;
      const [stands] = await originatorKeys(sql, sql`originator = ${originator} and compartment = ${compartment} and generation = ${generation}`);
      return stands;
    }),
    ping: async () => void (await reading(async (sql) => sql`select 1`)),
    close: async () => clients.close(),
  };
}
