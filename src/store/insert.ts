/**
 * New records in bulk: one statement a table, whatever their number. Statements are sent without waiting for each other, so that the database works
 * on one while the next is made; and what all rows of a statement share is sent once.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import { type NewRecord, RefTaken, type ShareRow } from '../exchange/ports.ts';
import type { Body, Dictionary } from '../dictionary/types.ts';
import type { Audience, Stored } from '../rules/record.ts';
import { byteas } from './byteas.ts';
import { audiencesOfEnds } from './ends.ts';
import { handsInto, questionsInto } from './firewall.ts';
import type { Interning } from './intern.ts';
import { asKept } from './jsonb.ts';
import { type RecordRow, sealedJson, storedOf } from './rows.ts';
import { Standing, type Statement } from './standing.ts';

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

/** Sends a statement now. */
type Send = (statement: Statement, meaning?: (error: Error) => Error) => Promise<void>;

/** Ids, one a row: of one record it is given as it is, which spares the database a function. */
const each = (sql: TransactionSql, [id, ...others]: readonly string[]) => (others.length === 0 ? sql`(select ${id ?? ''}::uuid)` : sql`unnest(${uuids([id ?? '', ...others])}::text::uuid[])`);

const sender = (records: number, sent: Pick<Standing, 'add'>): Send => async (statement, meaning) => {
  sent.add(statement, meaning);
  // What was handed over goes out only when this thread rests: the database begins while the next statement is made.
  if (records > few) await turn();
};

/**
 * New records, and waits until they are written.
 * @param now Unix milliseconds: the records' `createdAt`
 * @throws RefTaken
 */
export async function insertRecords(sql: TransactionSql, intern: Interning, records: readonly NewRecord[], now: number): Promise<void> {
  const sent = new Standing();
  try {
    for (const group of await grouped(sql, intern, records)) await sendGroup(sql, intern, group, new Date(now), sent);
  } catch (error) {
    // What was waited for meanwhile (a new scope) merely fails behind the one that failed first.
    throw sent.refused ?? error;
  }
  await sent.stands();
}

/** New records that the transaction stands or falls with. @param now as above. @returns them as they will stand */
export async function putRecords(sql: TransactionSql, dictionary: Dictionary, intern: Interning, records: readonly NewRecord[], now: number, sent: Standing): Promise<Stored[]> {
  const created = new Date(now);
  const groups = await grouped(sql, intern, records);
  for (const group of groups) await sendGroup(sql, intern, group, created, sent);
  return groups.flatMap(({ audience, records: its }) => its.map(({ state }) => storedOf(dictionary, rowOf(state, audience, created), audience)));
}

/** The row that `sendGroup` makes. */
const rowOf = ({ id, status, body, sealed }: NewRecord['state'], { id: audience_id, kind, originator, level: classification }: Audience, created_at: Date): RecordRow =>
  ({ id, kind, originator, audience_id, classification, status, created_at, changes: null, body: asKept(body) as Body, sealed: sealedJson(sealed) });

const takenWhere = (error: Error): Error => ('code' in error && error.code === '23505' && 'table_name' in error && error.table_name === 'record_ref' ? new RefTaken() : error);

async function sendGroup(sql: TransactionSql, intern: Interning, group: Group, created: Date, sent: Pick<Standing, 'add'>): Promise<void> {
  const { audience, records } = group;
  const ids = records.map(({ state }) => state.id);
  const refs = refRows(group);
  const send = sender(records.length, sent);
  // Own numbers first: a concurrent writer of the same ones is waited for before anything else is written.
  if (refs.length > 0) await send(insertRefs(sql, audience, refs), takenWhere);
  await send(sql`insert into record (id, kind, originator, audience_id, classification, status, revision, created_at, updated_at, body, sealed)
    select id, ${audience.kind}, ${audience.originator}, ${audience.id}::integer, ${audience.level}::smallint, 'ACTIVE', 1, ${created}, ${created}, body, nullif(sealed, 'null')
    from ${contents(sql, records)} as n(id, body, sealed)`);
  await send(sql`insert into outbox (record_id, kind, before_audience, after_audience, fields)
    select id, ${audience.kind}, null, ${audience.id}::integer, null from ${each(sql, ids)} as n(id)`);
  const ends = records.flatMap(({ state: { id }, ends: its }) => [...new Set(its)].map((end) => ({ id, end })));
  if (ends.length > 0) {
    await send(sql`insert into record_end (record_id, end_id) select * from unnest(${uuids(ends.map(({ id }) => id))}::text::uuid[], ${uuids(ends.map(({ end }) => end))}::text::uuid[])`);
  }
  const made = records.flatMap(({ state: { id }, source }) => (source === undefined ? [] : [{ id, source }]));
  if (made.length > 0) {
    await send(sql`insert into record_extract (record_id, source_id, originator)
      select id, source, ${audience.originator} from unnest(${uuids(made.map(({ id }) => id))}::text::uuid[], ${uuids(made.map(({ source }) => source))}::text::uuid[]) as n(id, source)`);
  }
  for (const { share, ids: shared } of sharesOf(records)) {
    await send(insertShare(sql, audience, share, shared, created));
    if (share.notify.length > 0) await send(insertNotices(sql, audience.originator, share, shared));
  }
  const keys = await keyRows(intern, group);
  if (keys.tokens.length > 0) await send(insertKeys(sql, ids, keys));
  for (const statement of [questionsInto(sql, records.flatMap(({ questions = [] }) => questions)), handsInto(sql, records)]) if (statement !== undefined) await send(statement);
}

const bodiesOf = (records: readonly NewRecord[]): string => JSON.stringify(records.map(({ state }) => state.body));

/** Id, body and sealed parts of each. */
function contents(sql: TransactionSql, records: readonly NewRecord[]) {
  const [{ state: { id, body, sealed } }, ...others] = records as readonly [NewRecord, ...NewRecord[]];
  if (others.length === 0) return sql`(select ${id}::uuid, ${JSON.stringify(body)}::text::jsonb, ${JSON.stringify(sealedJson(sealed))}::text::jsonb)`;
  return sql`rows from (unnest(${uuids(records.map(({ state }) => state.id))}::text::uuid[]), jsonb_array_elements(${bodiesOf(records)}::text::jsonb), jsonb_array_elements(${sealedOf(records)}::text::jsonb))`;
}

function insertKeys(sql: TransactionSql, [id = '', ...others]: readonly string[], keys: KeyRows): Statement {
  const [tokens, scopes] = [byteas(keys.tokens), `{${keys.scopes.join(',')}}`];
  if (others.length === 0) return sql`insert into search_key (token, record_id, scope_id) select token, ${id}::uuid, scope from unnest(${tokens}::text::bytea[], ${scopes}::text::integer[]) as n(token, scope)`;
  return sql`insert into search_key (token, record_id, scope_id)
    select token, id, scope from unnest(${tokens}::text::bytea[], ${uuids(keys.ids)}::text::uuid[], ${scopes}::text::integer[]) as n(token, id, scope)`;
}

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

const insertShare = (sql: TransactionSql, { originator }: Audience, { channel, agreement, clause, retention }: ShareRow, ids: readonly string[], created: Date): Statement =>
  sql`insert into share (record_id, channel, originator, agreement, clause, shared_at, until)
    select id, ${channel}, ${originator}, ${agreement}, ${clause}, ${created}, ${created}::timestamptz + ${retention ?? null}::text::interval from ${each(sql, ids)} as n(id)`;

/** One for each record and recipient. */
export const insertNotices = (sql: TransactionSql, originator: string, { agreement, clause, notify }: ShareRow, ids: readonly string[]): Statement =>
  sql`insert into notice (record_id, recipient, originator, agreement, clause)
    select id, recipient, ${originator}, ${agreement}, ${clause} from ${each(sql, ids)} as n(id) cross join unnest(${notify as string[]}::text[]) as p(recipient)`;

interface KeyRows {
  readonly tokens: Uint8Array[];
  readonly ids: string[];
  readonly scopes: number[];
}

/** A token counts once a record, so that the insert need not look for conflicts. */
async function keyRows(intern: Interning, { audience, records }: Group): Promise<KeyRows> {
  const rows: KeyRows = { tokens: [], ids: [], scopes: [] };
  const scopes = new Map<string, number>();
  for (const { state, keys } of records) {
    const known = new Set<string>();
    for (const { token, compartment } of keys()) {
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

const insertRefs = (sql: TransactionSql, { originator, kind, level }: Audience, refs: readonly RefRow[]): Statement =>
  sql`insert into record_ref (originator, kind, level, ref, record_id)
    select ${originator}, ${kind}, ${level}::smallint, ref, id from unnest(${byteas(refs.map(({ ref }) => ref))}::text::bytea[], ${uuids(refs.map(({ id }) => id))}::text::uuid[]) as n(ref, id)`;
