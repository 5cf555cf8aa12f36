/** Reads of records. Every statement tells under which registry version and at which instant it was answered, in its own snapshot. */
import type { Sql } from 'postgres';
import type { Dictionary } from '../dictionary/types.ts';
import type { Listing, Moment, PastRevision, ReadStore, Rows, Stamp, Target, Targets, TokenHit, TokenRows } from '../exchange/ports.ts';
import type { Stored } from '../rules/record.ts';
import { byteas } from './byteas.ts';
import { tombstoneColumns, tombstoneOf, type TombstoneRow } from './tombstones.ts';
import { type HoldRow, holdOf } from './recovery/holds.ts';
import { answering, heaviest, joined } from './conditions.ts';
import { type Audiences, type PastRow, pastOf, type RecordRow, storedOf } from './rows.ts';
import { loadRegistry } from './registry.ts';
import { gathered } from './gather.ts';
import { type Sessions, stampKey, type WideStamp } from './sessions.ts';

export interface MomentRow {
  readonly version: number;
  readonly now: number;
}
export type StampedRow = MomentRow & { readonly stamp: string };
type Maybe<T> = { readonly [K in keyof T]: T[K] | null };
type Joined = StampedRow & (RecordRow | Maybe<RecordRow>);

const present = (row: Joined): row is StampedRow & RecordRow => row.id !== null;
export const momentColumns = (sql: Sql) => sql`s.version::float8 as version, (extract(epoch from statement_timestamp()) * 1000)::float8 as now`;
/** Of reads under a stamp: the moment, and the stamp it was answered under. */
export const stampedColumns = (sql: Sql) => sql`${momentColumns(sql)}, current_setting('prasan.stamp') as stamp`;
export const recordColumns = (sql: Sql) => sql`r.id, r.kind, r.originator, r.audience_id, r.classification, r.status, r.created_at, r.changes, r.body, r.sealed`;

/** Only what was active is ever superseded. */
export const pastColumns = (sql: Sql) => sql`p.revision, p.at, r.id, r.kind, r.originator, r.audience_id, p.classification, 'ACTIVE' as status, r.created_at, r.changes,
  p.body, p.sealed, r.body as present, r.classification as present_level`;

export async function toPast(dictionary: Dictionary, audiences: Audiences, sql: Sql, rows: readonly PastRow[]): Promise<PastRevision[]> {
  const known = await audiences.of(sql, rows.map(({ audience_id }) => audience_id));
  return rows.flatMap((row) => {
    const audience = known.get(row.audience_id);
    return audience === undefined ? [] : [pastOf(dictionary, row, audience)];
  });
}

export async function toStored(dictionary: Dictionary, audiences: Audiences, sql: Sql, rows: readonly RecordRow[]): Promise<Stored[]> {
  const known = await audiences.of(sql, rows.map(({ audience_id }) => audience_id));
  return rows.map((row) => {
    const audience = known.get(row.audience_id);
    if (audience === undefined) throw new Error(`no audience ${row.audience_id}`);
    return storedOf(dictionary, row, audience);
  });
}

export const momentOf = (rows: readonly MomentRow[]): Moment => {
  const [first] = rows;
  if (first === undefined) throw new Error('registry_state has no row');
  return { version: first.version, now: first.now };
};

/** The moment of a read under a stamp. @throws Error when it ran under another: its rows are somebody else's, and nothing of them may leave */
export function stampedMoment(rows: readonly (MomentRow & { readonly stamp: string })[], stamp: Stamp): Moment {
  if (rows[0]?.stamp !== stampKey(stamp)) throw new Error('a read ran under a stamp that is not its viewer\'s');
  return momentOf(rows);
}

/** Records of the driving condition, newest first, that answer all the others: `select record_id`. */
function driven(sql: Sql, { conditions, before, limit }: Listing) {
  const [driver, ...others] = [...conditions].sort((a, b) => a.width - b.width);
  if (driver === undefined) throw new Error('no condition');
  const start = before === undefined ? sql`` : sql`and k.record_id < ${before}`;
  const rest = answering(sql, others);
  const byToken = sql`select k.record_id from unnest(${byteas(driver.tokens)}::text::bytea[]) t(token) cross join lateral (
    select k.record_id from search_key k where k.token = t.token ${start} ${rest} order by k.record_id desc limit ${limit}) k`;
  const byRange = joined(sql, driver.ranges.map(([low, high]) => sql`union all (
    select k.record_id from search_key k where k.token between ${low} and ${high} ${start} ${rest} order by k.record_id desc limit ${limit})`));
  return sql`select distinct d.record_id from (${byToken} ${byRange}) d order by d.record_id desc limit ${limit}`;
}

/** All records of a kind that this viewer sees, newest first: each of its audiences gives its newest, so the cost follows from what it sees. */
function everything(sql: Sql, { kind, before, limit, own }: Listing) {
  const start = before === undefined ? sql`` : sql`and r.id < ${before}`;
  return sql`select newest.id as record_id from (
      select distinct g.audience_id from audience_grant g join audience a on a.id = g.audience_id
      where a.kind = ${kind} ${own === true ? sql`and a.originator = current_setting('prasan.partner')` : sql``} and g.partner = current_setting('prasan.partner') and g.purposes & current_setting('prasan.purpose')::integer <> 0
        and g.level <= current_setting('prasan.clearance')::integer and g.valid @> statement_timestamp()
    ) v cross join lateral (
      select r.id from record r where r.audience_id = v.audience_id ${start} order by r.id desc limit ${limit}
    ) newest order by newest.id desc limit ${limit}`;
}

/** Records that others refer to: which of them a viewer sees, and no content. */
export interface TargetRow {
  readonly id: string;
  readonly kind: string;
  readonly audience_id: number;
}

export async function toTargets(audiences: Audiences, sql: Sql, rows: readonly TargetRow[]): Promise<Target[]> {
  const known = await audiences.of(sql, rows.map(({ audience_id }) => audience_id));
  return rows.flatMap(({ id, kind, audience_id }) => {
    const audience = known.get(audience_id);
    return audience === undefined ? [] : [{ id, kind, audience }];
  });
}

const readTargets = async (sessions: Sessions, audiences: Audiences, stamp: WideStamp, ids: readonly string[]): Promise<Targets> =>
  sessions.read(stamp, async (sql) => {
    const rows = await sql<(StampedRow & (TargetRow | Maybe<TargetRow>))[]>`select ${stampedColumns(sql)}, r.id, r.kind, r.audience_id
      from registry_state s left join record r on r.id = any(${ids as string[]}::uuid[])`;
    return { ...stampedMoment(rows, stamp), targets: await toTargets(audiences, sql, rows.filter((row): row is StampedRow & TargetRow => row.id !== null)) };
  });

/** As many ids or tokens as a statement may ask for that shares its connection. */
const few = 100;
/** As many questions as go out in one statement. */
const mostTogether = 16;

interface Tokens {
  readonly tokens: readonly Uint8Array[];
  readonly limit: number;
}

/** What one statement asks for. */
interface AskedTokens extends Tokens {
  readonly ranges?: readonly (readonly [Uint8Array, Uint8Array])[];
}

const nameOf = (token: Uint8Array): string => Buffer.from(token.buffer, token.byteOffset, token.byteLength).toString('latin1');

/** All that several questions ask for; of one, just that. */
function unionOf(questions: readonly Tokens[]): Tokens {
  const [first] = questions;
  if (first !== undefined && questions.length === 1) return first;
  const tokens = new Map(questions.flatMap((question) => question.tokens.map((token) => [nameOf(token), token] as const)));
  return { tokens: [...tokens.values()], limit: Math.min(...questions.map(({ limit }) => limit)) };
}

/** What one question of several would have got by itself. */
function partOf(all: TokenRows, { tokens }: Tokens): TokenRows {
  const asked = new Set(tokens.map(nameOf));
  const hits = all.hits.filter(({ token }) => asked.has(nameOf(token)));
  const ids = new Set(hits.map(({ id }) => id));
  return { ...all, hits, rows: all.rows.filter(({ meta }) => ids.has(meta.id)) };
}

/** What is left of the erased, and what must not be. */
const leftReads = (sessions: Sessions): Pick<ReadStore, 'tombstones' | 'holds'> => ({
  tombstones: async (stamp, ids) =>
    sessions.read(stamp, async (sql) => {
      const rows = await sql<(StampedRow & (TombstoneRow | Maybe<TombstoneRow>))[]>`select ${stampedColumns(sql)}, ${tombstoneColumns(sql)}
        from registry_state s left join tombstone t on t.record_id = any(${ids as string[]}::uuid[])`;
      return { ...stampedMoment(rows, stamp), tombstones: rows.filter((row): row is StampedRow & TombstoneRow => row.record_id !== null).map(tombstoneOf) };
    }),
  holds: async (stamp, record) =>
    sessions.read(stamp, async (sql) => {
      const rows = await sql<(StampedRow & (HoldRow | Maybe<HoldRow>))[]>`select ${stampedColumns(sql)}, h.* from registry_state s left join legal_hold h on h.record_id = ${record} order by h.id`;
      return { ...stampedMoment(rows, stamp), holds: rows.filter((row): row is StampedRow & HoldRow => row.id !== null).map(holdOf) };
    }),
});

export function readStore(sessions: Sessions, dictionary: Dictionary, audiences: Audiences): ReadStore {
  async function rowsOf(stamp: Stamp, sql: Sql, query: Promise<readonly Joined[]>): Promise<Rows> {
    const rows = await query;
    return { ...stampedMoment(rows, stamp), rows: await toStored(dictionary, audiences, sql, rows.filter(present)) };
  }

  /** @param asked called once a connection is there */
  async function byTokens(stamp: WideStamp, asked: () => AskedTokens): Promise<TokenRows> {
    return sessions.read(stamp, async (sql) => {
      const { tokens, ranges = [], limit } = asked();
      const exact = sql`(select k.token, k.record_id from search_key k where k.token = any(${byteas(tokens)}::text::bytea[]) limit ${limit})`;
      // One lateral scan for all ranges, and one limit over all: a branch a range would meet the parser's stack, and each bring as many rows.
      const found = ranges.length === 0 ? exact : sql`select k.token, k.record_id from (${exact} union all
        (select k.token, k.record_id from unnest(${byteas(ranges.map(([low]) => low))}::text::bytea[], ${byteas(ranges.map(([, high]) => high))}::text::bytea[]) q(low, high)
          cross join lateral (select k.token, k.record_id from search_key k where k.token between q.low and q.high limit ${limit}) k limit ${limit})) k limit ${limit}`;
      const rows = await sql<(Joined & { token: Buffer | null })[]>`
        select ${stampedColumns(sql)}, f.token, ${recordColumns(sql)} from registry_state s
        left join (${found}) f on true left join record r on r.id = f.record_id`;
      const unique = new Map<string, RecordRow>();
      const hits: TokenHit[] = [];
      for (const row of rows) {
        if (!present(row) || row.token === null) continue;
        hits.push({ token: row.token, id: row.id });
        unique.set(row.id, row);
      }
      return { ...stampedMoment(rows, stamp), rows: await toStored(dictionary, audiences, sql, [...unique.values()]), hits };
    });
  }

  const together = gathered<Tokens, TokenRows | 'TOO_MANY'>(mostTogether, async (stamp, take) => {
    const all = await byTokens(stamp, () => unionOf(take()));
    const questions = take();
    if (questions.length === 1) return [all];
    // Where the limit cut, nobody knows whose hits are missing: each asks again, alone.
    return all.hits.length >= unionOf(questions).limit ? questions.map(() => 'TOO_MANY' as const) : questions.map((question) => partOf(all, question));
  });

  return {
    moment: async () => sessions.plain(async (sql) => momentOf(await sql<MomentRow[]>`select ${momentColumns(sql)} from registry_state s`)),
    registry: async () => sessions.plain(loadRegistry),
    byIds: async (stamp, ids) =>
      sessions.read({ ...stamp, alone: ids.length > few }, async (sql) =>
        rowsOf(stamp, sql, ids.length === 1
          ? sql<Joined[]>`select ${stampedColumns(sql)}, ${recordColumns(sql)} from registry_state s left join record r on r.id = ${ids[0] ?? ''}`
          : sql<Joined[]>`select ${stampedColumns(sql)}, ${recordColumns(sql)} from registry_state s left join record r on r.id = any(${ids as string[]}::uuid[])`)),
    targets: async (stamp, ids) => readTargets(sessions, audiences, { ...stamp, alone: ids.length > few }, ids),
    list: async (stamp, listing) =>
      sessions.read({ ...stamp, wide: true }, async (sql) =>
        rowsOf(stamp, sql, sql<Joined[]>`
          select ${stampedColumns(sql)}, ${recordColumns(sql)} from registry_state s
          left join (${listing.conditions.length === 0 ? everything(sql, listing) : driven(sql, listing)}) f on true
          left join record r on r.id = f.record_id and r.kind = ${listing.kind}
          order by r.id desc nulls last`)),
    heaviest: async (stamp, ranking) =>
      sessions.read({ ...stamp, wide: true }, async (sql) => {
        const rows = await sql<(StampedRow & { record_id: string | null })[]>`
          select ${stampedColumns(sql)}, f.record_id from registry_state s left join (${heaviest(sql, ranking)}) f on true order by f.total desc nulls last, f.record_id desc`;
        return { ...stampedMoment(rows, stamp), ids: rows.flatMap(({ record_id }) => record_id ?? []) };
      }),
    byTokens: async (stamp, tokens, ranges, limit) => {
      if (tokens.length > few || ranges.length > 0) return byTokens({ ...stamp, alone: true }, () => ({ tokens, ranges, limit }));
      const shared = await together(stamp, { tokens, limit });
      return shared === 'TOO_MANY' ? byTokens(stamp, () => ({ tokens, limit })) : shared;
    },
    ...leftReads(sessions),
    past: async (stamp, id) =>
      sessions.read(stamp, async (sql) => {
        const rows = await sql<(StampedRow & (PastRow | Maybe<PastRow>))[]>`select ${stampedColumns(sql)}, ${pastColumns(sql)}
          from registry_state s left join (revision p join record r on r.id = p.record_id) on p.record_id = ${id} order by p.revision`;
        return { ...stampedMoment(rows, stamp), revisions: await toPast(dictionary, audiences, sql, rows.filter((row): row is StampedRow & PastRow => row.id !== null)) };
      }),
  };
}
