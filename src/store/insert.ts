/** New records in bulk: one statement a table, whatever their number. */
import type { TransactionSql } from 'postgres';
import { type NewRecord, RefTaken } from '../exchange/ports.ts';
import type { Audience } from '../rules/record.ts';
import { byteas } from './byteas.ts';
import type { Interning } from './intern.ts';
import { sealedJson } from './rows.ts';

/** @param now Unix milliseconds: the records' `createdAt` */
export async function insertRecords(sql: TransactionSql, intern: Interning, records: readonly NewRecord[], now: number): Promise<void> {
  if (records.length === 0) return;
  const placed: { record: NewRecord; audience: Audience }[] = [];
  for (const record of records) {
    const { kind, classification, originator, channels } = record.state;
    placed.push({ record, audience: await intern.audience({ kind, level: classification, originator, channels }) });
  }
  const created = new Date(now);
  const states = records.map(({ state }) => state);
  await sql`insert into record (id, kind, originator, audience_id, classification, status, revision, created_at, updated_at, body, sealed)
    select id, kind, originator, audience, level, 'ACTIVE', 1, ${created}, ${created}, body::jsonb, sealed::jsonb
    from unnest(${states.map(({ id }) => id)}::uuid[], ${states.map(({ kind }) => kind)}::text[], ${states.map(({ originator }) => originator)}::text[],
      ${placed.map(({ audience }) => audience.id)}::integer[], ${states.map(({ classification }) => classification)}::smallint[],
      ${states.map(({ body }) => JSON.stringify(body))}::text[], ${states.map(({ sealed }) => (sealed.size === 0 ? null : JSON.stringify(sealedJson(sealed))))}::text[]
    ) as n(id, kind, originator, audience, level, body, sealed)`;
  await insertShares(sql, records, created);
  await insertKeys(sql, intern, placed);
  await insertRefs(sql, records);
  await sql`insert into outbox (record_id, kind, before_audience, after_audience, fields)
    select id, kind, null, audience, null from unnest(${states.map(({ id }) => id)}::uuid[], ${states.map(({ kind }) => kind)}::text[],
      ${placed.map(({ audience }) => audience.id)}::integer[]) as n(id, kind, audience)`;
}

async function insertShares(sql: TransactionSql, records: readonly NewRecord[], created: Date): Promise<void> {
  const rows = records.flatMap(({ state, shares }) => shares.map((share) => ({ ...share, id: state.id, originator: state.originator })));
  if (rows.length === 0) return;
  await sql`insert into share (record_id, channel, originator, agreement, clause, shared_at, until)
    select id, channel, originator, agreement, clause, ${created}, ${created}::timestamptz + retention::interval
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ channel }) => channel)}::text[], ${rows.map(({ originator }) => originator)}::text[],
      ${rows.map(({ agreement }) => agreement)}::text[], ${rows.map(({ clause }) => clause)}::text[], ${rows.map(({ retention }) => retention ?? null)}::text[]
    ) as n(id, channel, originator, agreement, clause, retention)`;
}

async function insertKeys(sql: TransactionSql, intern: Interning, placed: readonly { record: NewRecord; audience: Audience }[]): Promise<void> {
  const tokens: Uint8Array[] = [];
  const ids: string[] = [];
  const scopes: number[] = [];
  for (const { record, audience } of placed) {
    for (const { token, compartment } of record.keys) {
      tokens.push(token);
      ids.push(record.state.id);
      scopes.push(await intern.scope(audience, compartment));
    }
  }
  if (tokens.length === 0) return;
  await sql`insert into search_key (token, record_id, scope_id)
    select token, id, scope from unnest(${byteas(tokens)}::text::bytea[], ${ids}::uuid[], ${scopes}::integer[]) as n(token, id, scope) on conflict do nothing`;
}

async function insertRefs(sql: TransactionSql, records: readonly NewRecord[]): Promise<void> {
  const rows = records.flatMap(({ state, refs }) => refs.map((ref) => ({ ref, state })));
  if (rows.length === 0) return;
  const inserted = await sql`insert into record_ref (originator, kind, level, ref, record_id)
    select originator, kind, level, ref, id from unnest(${rows.map(({ state }) => state.originator)}::text[], ${rows.map(({ state }) => state.kind)}::text[],
      ${rows.map(({ state }) => state.classification)}::smallint[], ${byteas(rows.map(({ ref }) => ref))}::text::bytea[], ${rows.map(({ state }) => state.id)}::uuid[]
    ) as n(originator, kind, level, ref, id) on conflict do nothing`;
  if (inserted.count < rows.length) throw new RefTaken();
}
