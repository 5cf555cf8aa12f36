/** What is attached to requests: its bytes in pieces, there for whoever sees the record. */
import type { Sql, TransactionSql } from 'postgres';
import type { AttachmentStore, AttachmentTx, FoundContent } from '../exchange/requests/attachment-port.ts';
import type { Sessions } from './sessions.ts';

interface ContentRow {
  readonly id: string;
  readonly name: string;
  readonly compartment: string;
  readonly sealed_key: string;
  readonly pieces: number;
}

async function contentOf(sql: Sql, record: string): Promise<FoundContent | undefined> {
  const [row] = await sql<ContentRow[]>`select id, coalesce(sealed_as, id) as name, compartment, sealed_key, pieces from attachment where record_id = ${record}`;
  return row && { row: row.id, name: row.name, compartment: row.compartment, key: row.sealed_key, pieces: row.pieces };
}

export const attachmentTx = (sql: TransactionSql): AttachmentTx => ({
  async begin(id, request) {
    await sql`insert into attachment (id, partner, request_id) values (${id}, current_setting('prasan.partner'), ${request})`;
  },
  async finish(record, { row: id, compartment, key, pieces }) {
    const bound = await sql`update attachment set record_id = ${record}, compartment = ${compartment}, sealed_key = ${key}, pieces = ${pieces} where id = ${id} and record_id is null
      and (select count(*) from attachment_piece p where p.attachment_id = ${id}) = ${pieces}`;
    if (bound.count !== 1) throw new Error('what arrived is not there any more, or not all of it');
  },
  async own(request) {
    const [row] = await sql<{ n: number }[]>`select count(*)::integer as n from attachment where partner = current_setting('prasan.partner') and request_id = ${request} and record_id is not null`;
    return row?.n ?? 0;
  },
  async ids(request) {
    const rows = await sql<{ id: string }[]>`select record_id as id from attachment where request_id = ${request} and record_id is not null order by record_id`;
    return rows.map(({ id }) => id);
  },
  content: async (record) => contentOf(sql as never, record),
  async copy(from, to, request) {
    await sql`insert into attachment (id, partner, request_id, sealed_as) select ${to}, current_setting('prasan.partner'), ${request}, coalesce(sealed_as, id) from attachment where id = ${from}`;
    await sql`insert into attachment_piece (attachment_id, n, sealed) select ${to}, n, sealed from attachment_piece where attachment_id = ${from}`;
  },
});

export const attachmentStore = (sessions: Sessions): AttachmentStore => ({
  async add(stamp, id, n, sealed) {
    await sessions.transaction(stamp, async (sql) => sql`insert into attachment_piece (attachment_id, n, sealed) values (${id}, ${n}, ${sealed})`);
  },
  async drop(stamp, id) {
    await sessions.transaction(stamp, async (sql) => sql`delete from attachment where id = ${id} and record_id is null`);
  },
  content: async (stamp, record) => sessions.read(stamp, async (sql) => contentOf(sql, record)),
  pieces: async (stamp, id, from, most) => sessions.read({ ...stamp, alone: true }, async (sql) => {
    const rows = await sql<{ sealed: Buffer }[]>`select sealed from attachment_piece where attachment_id = ${id} and n >= ${from} order by n limit ${most}`;
    return rows.map(({ sealed }) => sealed);
  }),
  forgetArrivals: async () => sessions.plain(async (sql) => {
    const [row] = await sql<{ gone: number }[]>`select prasan_forget_arrivals() as gone`;
    return row?.gone ?? 0;
  }),
});
