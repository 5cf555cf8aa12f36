/**
 * New records in bulk: one statement a table, whatever their number. Statements are sent without waiting for each other, so that the database works
 * on one while the next is made; and what all rows of a statement share is sent once.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { PendingQuery, Row, TransactionSql } from 'postgres';
import { type NewRecord, RefTaken, type ShareRow } from '../exchange/ports.ts';
import type { Audience } from '../rules/record.ts';
import { byteas } from './byteas.ts';
import { audiencesOfEnds } from './ends.ts';
import { insertHands, insertQuestions } from './firewall.ts';
import type { Interning } from './intern.ts';
import { sealedJson } from './rows.ts';

type Query = PendingQuery<Row[]>;

/** Records of one audience: kind, level, originator and channels are the same for all of them. */
interface Group {
  readonly audience: Audience;
  readonly records: NewRecord[];
}

/** Ids as one array literal, to be cast `::text::uuid[]`: they need no escaping. */
const uuids = (ids: readonly string[]): string => `{${ids.join(',')}}`;

async function grouped(sql: TransactionSql, intern: Interning, records: readonly NewRecord[]): Promise<Group[]> {
  const ends = await audiencesOfEnds(sql, [...new Set(records.flatMap((record) => record.ends))]);
  const groups = new Map<number, Group>();
  for (const record of records) {
    const { kind, classification, originator, channels, state, limits } = record.state;
    const audience = await intern.audience({ kind, level: classification, originator, channels, state, ends: record.ends.map((id) => ends.get(id) ?? 0), ...(limits !== undefined && { limits }) });
    const group = groups.get(audience.id);
    if (group === undefined) groups.set(audience.id, { audience, records: [record] });
    else group.records.push(record);
  }
  return [...groups.values()];
}

/** As many records as are written without a rest between the statements: all of them leave in one write to the socket. */
const few = 20;

type Send = (query: Query) => Promise<{ readonly answer: Query }>;

/** Sends a statement now; its answer is awaited with the others'. */
const sender = (records: number): Send => async (query) => {
  query.execute().catch(() => undefined); // Told by whoever awaits the answer.
  // What was handed over goes out only when this thread rests: the database begins while the next statement is made.
  if (records > few) await turn();
  return { answer: query };
};

/**
 * @param now Unix milliseconds: the records' `createdAt`
 * @param after sent behind the last statement, without waiting for it
 */
export async function insertRecords<T>(sql: TransactionSql, intern: Interning, records: readonly NewRecord[], now: number, after: () => Promise<T>): Promise<T> {
  const groups = await grouped(sql, intern, records);
  // Groups that bring no own numbers wait for no other writer: all leave behind each other, and what follows comes after all.
  if (groups.length > 1 && groups.every((group) => refRows(group).length === 0)) {
    await Promise.all(groups.map(async (group) => insertGroup(sql, intern, group, new Date(now), async () => undefined)));
    return after();
  }
  for (const group of groups.slice(0, -1)) await insertGroup(sql, intern, group, new Date(now), async () => undefined);
  const last = groups.at(-1);
  return last === undefined ? after() : insertGroup(sql, intern, last, new Date(now), after);
}

async function insertGroup<T>(sql: TransactionSql, intern: Interning, group: Group, created: Date, after: () => Promise<T>): Promise<T> {
  const { audience, records } = group;
  const ids = uuids(records.map(({ state }) => state.id));
  const refs = refRows(group);
  const send = sender(records.length);
  // Own numbers first: a concurrent writer of the same ones is waited for before anything else is written.
  const inserted = refs.length === 0 ? undefined : await send(insertRefs(sql, audience, refs));
  const sent = [await send(sql`insert into record (id, kind, originator, audience_id, classification, status, revision, created_at, updated_at, body, sealed)
    select id, ${audience.kind}, ${audience.originator}, ${audience.id}::integer, ${audience.level}::smallint, 'ACTIVE', 1, ${created}, ${created}, body, nullif(sealed, 'null')
    from rows from (unnest(${ids}::text::uuid[]), jsonb_array_elements(${bodiesOf(records)}::text::jsonb), jsonb_array_elements(${sealedOf(records)}::text::jsonb)) as n(id, body, sealed)`)];
  sent.push(await send(sql`insert into outbox (record_id, kind, before_audience, after_audience, fields)
    select id, ${audience.kind}, null, ${audience.id}::integer, null from unnest(${ids}::text::uuid[]) as n(id)`));
  const ends = records.flatMap(({ state: { id }, ends: its }) => [...new Set(its)].map((end) => ({ id, end })));
  if (ends.length > 0) {
    sent.push(await send(sql`insert into record_end (record_id, end_id) select * from unnest(${uuids(ends.map(({ id }) => id))}::text::uuid[], ${uuids(ends.map(({ end }) => end))}::text::uuid[])`));
  }
  const made = records.flatMap(({ state: { id }, source }) => (source === undefined ? [] : [{ id, source }]));
  if (made.length > 0) {
    sent.push(await send(sql`insert into record_extract (record_id, source_id, originator)
      select id, source, ${audience.originator} from unnest(${uuids(made.map(({ id }) => id))}::text::uuid[], ${uuids(made.map(({ source }) => source))}::text::uuid[]) as n(id, source)`));
  }
  for (const { share, ids: shared } of sharesOf(records)) {
    sent.push(await send(insertShare(sql, audience, share, shared, created)));
    if (share.notify.length > 0) sent.push(await send(insertNotices(sql, audience.originator, share, shared)));
  }
  const keys = await keyRows(intern, group);
  if (keys.tokens.length > 0) {
    sent.push(await send(sql`insert into search_key (token, record_id, scope_id)
      select token, id, scope from unnest(${byteas(keys.tokens)}::text::bytea[], ${uuids(keys.ids)}::text::uuid[], ${`{${keys.scopes.join(',')}}`}::text::integer[]) as n(token, id, scope)`));
  }
  // What follows before the questions: a short statement waits for the driver's next turn, one that a long one comes behind leaves with it.
  const following = after();
  const asking = Promise.all([insertQuestions(sql, records.map(({ question }) => question)), insertHands(sql, records)]);
  const all = Promise.all([asking, following, ...sent.map(async ({ answer }) => answer)]);
  all.catch(() => undefined); // Told below, unless the numbers say why first.
  if (inserted !== undefined && (await inserted.answer).count < refs.length) throw new RefTaken();
  await all;
  return following;
}

const bodiesOf = (records: readonly NewRecord[]): string => JSON.stringify(records.map(({ state }) => state.body));

/** Nothing at all where nothing is sealed: the missing rows are null. */
function sealedOf(records: readonly NewRecord[]): string {
  return records.every(({ state }) => state.sealed.size === 0) ? '[]' : JSON.stringify(records.map(({ state }) => sealedJson(state.sealed)));
}

/** Records by the basis they are shared on: mostly one. */
function sharesOf(records: readonly NewRecord[]): { share: ShareRow; ids: string[] }[] {
  const bases = new Map<string, { share: ShareRow; ids: string[] }>();
  for (const { state, shares } of records) {
    for (const share of shares) {
      const name = JSON.stringify([share.channel, share.agreement, share.clause, share.retention]);
      const basis = bases.get(name);
      if (basis === undefined) bases.set(name, { share, ids: [state.id] });
      else basis.ids.push(state.id);
    }
  }
  return [...bases.values()];
}

const insertShare = (sql: TransactionSql, { originator }: Audience, { channel, agreement, clause, retention }: ShareRow, ids: readonly string[], created: Date): Query =>
  sql`insert into share (record_id, channel, originator, agreement, clause, shared_at, until)
    select id, ${channel}, ${originator}, ${agreement}, ${clause}, ${created}, ${created}::timestamptz + ${retention ?? null}::text::interval from unnest(${uuids(ids)}::text::uuid[]) as n(id)`;

/** One for each record and recipient. */
export const insertNotices = (sql: TransactionSql, originator: string, { agreement, clause, notify }: ShareRow, ids: readonly string[]): Query =>
  sql`insert into notice (record_id, recipient, originator, agreement, clause)
    select id, recipient, ${originator}, ${agreement}, ${clause} from unnest(${uuids(ids)}::text::uuid[]) as n(id) cross join unnest(${notify as string[]}::text[]) as p(recipient)`;

/** A token counts once a record, so that the insert need not look for conflicts. */
async function keyRows(intern: Interning, { audience, records }: Group): Promise<{ tokens: Uint8Array[]; ids: string[]; scopes: number[] }> {
  const rows = { tokens: [] as Uint8Array[], ids: [] as string[], scopes: [] as number[] };
  const scopes = new Map<string, number>();
  for (const { state, keys } of records) {
    const known = new Set<string>();
    for (const { token, compartment } of keys) {
      // As text: names bring hundreds of tokens a record, and comparing each with all would take longer than making them.
      const name = Buffer.from(token.buffer, token.byteOffset, token.byteLength).toString('latin1');
      if (known.has(name)) continue;
      known.add(name);
      let scope = scopes.get(compartment);
      if (scope === undefined) scopes.set(compartment, (scope = await intern.scope(audience, compartment)));
      rows.tokens.push(token);
      rows.ids.push(state.id);
      rows.scopes.push(scope);
    }
  }
  return rows;
}

interface RefRow {
  readonly ref: Uint8Array;
  readonly id: string;
}

/** In one order for all writers, so that two that bring the same numbers wait for each other instead of locking each other out. */
const refRows = ({ records }: Group): RefRow[] =>
  records.flatMap(({ state: { id }, refs }) => refs.map((ref) => ({ ref, id }))).sort((a, b) => Buffer.compare(a.ref, b.ref));

const insertRefs = (sql: TransactionSql, { originator, kind, level }: Audience, refs: readonly RefRow[]): Query =>
  sql`insert into record_ref (originator, kind, level, ref, record_id)
    select ${originator}, ${kind}, ${level}::smallint, ref, id from unnest(${byteas(refs.map(({ ref }) => ref))}::text::bytea[], ${uuids(refs.map(({ id }) => id))}::text::uuid[]) as n(ref, id)
    on conflict do nothing`;
