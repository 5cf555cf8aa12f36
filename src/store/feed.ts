/** The feed's queries. Events are numbered by the sequencer after their commit, so a reader that has passed a number has missed nothing below it. */
import type { Sql } from 'postgres';
import type { Level } from '../dictionary/compartment.ts';
import type { Dictionary } from '../dictionary/types.ts';
import type { FeedEvent, FeedStore, HeldGrant, KeptNotice, Moment, Rows, Stamp } from '../exchange/ports.ts';
import { touchedOf } from '../rules/feed.ts';
import { forever } from '../rules/grant.ts';
import { lockSpace, registryLock } from './intern.ts';
import { momentColumns, momentOf, type MomentRow, stampedColumns, stampedMoment, type StampedRow, toStored } from './read.ts';
import type { Audiences, RecordRow } from './rows.ts';
import type { Sessions } from './sessions.ts';

/** As many events as one call of the sequencer numbers. */
const numberedAtOnce = 50_000;

interface GrantRow {
  readonly audience: number;
  readonly level: Level;
  readonly ceiling: Level;
  readonly caveats: number;
  readonly field: string | null;
  readonly starts: number | null;
  readonly ends: number | null;
}

interface EventRow {
  readonly id: string;
  readonly kind: string;
  readonly before: number | null;
  readonly after: number;
  readonly through: number[];
  readonly fields: (string[] | null)[];
}

const passageOf = ({ id, kind, before, after, through, fields }: EventRow): FeedEvent =>
  ({ id, kind, before: before ?? undefined, after, through, fields: fields.flatMap((names) => (names ?? []).map(touchedOf)) });

/** Every row that is committed now gets its number. */
async function sequence(sql: Sql): Promise<void> {
  for (;;) {
    const [row] = await sql<{ given: number }[]>`select prasan_sequence(${numberedAtOnce})::integer as given`;
    if ((row?.given ?? 0) < numberedAtOnce) return;
  }
}

const ofKinds = (sql: Sql, column: string, kinds: readonly string[] | undefined) => (kinds === undefined ? sql`` : sql`and ${sql.unsafe(column)} = any(${kinds as string[]})`);

async function noticesTo(sessions: Sessions, stamp: Stamp, ids: readonly string[]): Promise<KeptNotice[]> {
  return sessions.read({ ...stamp, alone: true }, async (sql) => {
    const rows = await sql<(StampedRow & { record: string | null; agreement: string | null; clause: string | null; compromised: string | null; corrected: string[] | null; by: string | null; at: number })[]>`
      select ${stampedColumns(sql)}, n.record_id as record, n.agreement, n.clause, n.compromised, n.corrected, n.corrected_by as by, (extract(epoch from n.at) * 1000)::float8 as at
      from registry_state s left join notice n on n.recipient = current_setting('prasan.partner') and n.record_id = any(${ids as string[]}::uuid[]) order by n.id`;
    stampedMoment(rows, stamp);
    return rows.flatMap(({ record, agreement, clause, compromised, corrected, by, at }) => (record === null ? [] : [{
      record, at: Math.floor(at), ...(agreement !== null && { agreement }), ...(clause !== null && { clause }), ...(compromised !== null && { compromised }), ...(corrected !== null && { corrected }), ...(by !== null && { correctedBy: by }),
    }]));
  });
}

/** What happened to records, and where they stood. */
const eventReads = (sessions: Sessions, audiences: Audiences): Pick<FeedStore, 'events' | 'standing' | 'passages'> => ({
  events: async (stamp, from, to, kinds, after, limit) =>
    sessions.read({ ...stamp, wide: true }, async (sql): Promise<FeedEvent[]> => {
      const rows = await sql<EventRow[]>`
        select o.record_id as id, o.kind, (array_agg(o.before_audience order by o.seq))[1] as before, (array_agg(o.after_audience order by o.seq desc))[1] as after,
          array_agg(o.after_audience) as through, jsonb_agg(to_jsonb(o.fields)) as fields
        from outbox o where o.seq > ${from} and o.seq <= ${to} ${after === undefined ? sql`` : sql`and o.record_id > ${after}`} ${ofKinds(sql, 'o.kind', kinds)}
        group by o.record_id, o.kind order by o.record_id limit ${limit}`;
      await audiences.of(sql, rows.flatMap(({ before, through }) => (before === null ? through : [before, ...through])));
      return rows.map(passageOf);
    }),
  standing: async (stamp, inAudiences, from, to, after, limit) =>
    sessions.read({ ...stamp, wide: true }, async (sql) => sql<{ id: string; kind: string; audience: number }[]>`
      select s.id, s.kind, s.audience from unnest(${inAudiences as number[]}::integer[]) a(id) cross join lateral (
        select o.record_id as id, o.kind, o.after_audience as audience from outbox o
        where o.after_audience = a.id and o.seq <= ${from} ${after === undefined ? sql`` : sql`and o.record_id > ${after}`}
          and (o.next_seq is null or o.next_seq > ${to})
        order by o.record_id limit ${limit}
      ) s order by s.id limit ${limit}`),
  passages: async (stamp, from, to, ids) =>
    sessions.read({ ...stamp, wide: true }, async (sql): Promise<FeedEvent[]> => {
      const rows = await sql<(EventRow & { stood: boolean })[]>`
        select o.record_id as id, o.kind, (array_agg(o.before_audience order by o.seq) filter (where o.seq > ${from}))[1] as before,
          (array_agg(o.after_audience order by o.seq desc))[1] as after, bool_and(o.seq <= ${from}) as stood,
          coalesce(array_agg(o.after_audience) filter (where o.seq > ${from}), '{}') as through,
          coalesce(jsonb_agg(to_jsonb(o.fields)) filter (where o.seq > ${from}), '[]') as fields
        from outbox o where o.record_id = any(${ids as string[]}::uuid[]) and o.seq <= ${to} group by o.record_id, o.kind order by o.record_id`;
      return rows.map((row) => ({ ...passageOf(row), ...(row.stood && { before: row.after }) }));
    }),
});

export function feedStore(sessions: Sessions, dictionary: Dictionary, audiences: Audiences): FeedStore {
  return {
    head: async () =>
      sessions.plain(async (sql) => {
        await sequence(sql);
        // While a registry is being applied its grants have an instant but are not committed: a reader that looked now would never be told of them.
        const rows = await sql.begin(async (tx) => {
          await tx`select pg_advisory_xact_lock_shared(${lockSpace}, ${registryLock})`;
          return tx<(MomentRow & { epoch: string; seq: number })[]>`
            select ${momentColumns(sql)}, f.epoch, f.last_seq::float8 as seq from registry_state s cross join feed_state f`;
        });
        return { ...momentOf(rows), epoch: rows[0]?.epoch ?? '', seq: rows[0]?.seq ?? 0 };
      }),
    grants: async (stamp, kinds) =>
      sessions.read({ ...stamp, wide: true }, async (sql): Promise<Moment & { grants: HeldGrant[] }> => {
        const rows = await sql<(StampedRow & (GrantRow | { audience: null }))[]>`
          select ${stampedColumns(sql)}, g.* from registry_state s left join (
            select g.audience_id as audience, g.level, g.ceiling, g.caveats, g.field,
              (extract(epoch from lower(g.valid)) * 1000)::float8 as starts, (extract(epoch from upper(g.valid)) * 1000)::float8 as ends
            from audience_grant g join audience a on a.id = g.audience_id
            where g.partner = current_setting('prasan.partner') and g.purposes & current_setting('prasan.purpose')::integer <> 0
              and not isempty(g.valid) ${ofKinds(sql, 'a.kind', kinds)}
          ) g on true`;
        const held = rows.filter((row): row is StampedRow & GrantRow => row.audience !== null);
        const known = await audiences.of(sql, held.map(({ audience }) => audience));
        const grants = held.flatMap(({ audience: id, level, ceiling, caveats, field, starts, ends }) => {
          const audience = known.get(id);
          return audience === undefined ? [] : [{ audience, level, ceiling, caveats, ...(field !== null && { field }), from: starts ?? -forever, to: ends ?? forever }];
        });
        return { ...stampedMoment(rows, stamp), grants };
      }),
    reach: async (stamp, from, to, most) =>
      sessions.read({ ...stamp, wide: true }, async (sql) => {
        const [row] = await sql<{ seq: number | null; stamp: string }[]>`select current_setting('prasan.stamp') as stamp,
          (select o.seq from outbox o where o.seq > ${from} and o.seq <= ${to} order by o.seq offset ${most - 1} limit 1)::float8 as seq`;
        return row?.seq ?? to;
      }),
    ...eventReads(sessions, audiences),
    notices: async (stamp, ids) => noticesTo(sessions, stamp, ids),
    bones: async (stamp, kinds, after, limit) =>
      sessions.read({ ...stamp, wide: true }, async (sql): Promise<Rows> => {
        const rows = await sql<(StampedRow & (RecordRow | { id: null }))[]>`
          select ${stampedColumns(sql)}, r.* from registry_state s left join (
            select r.id, r.kind, r.originator, r.audience_id, r.classification, r.status, r.created_at, r.changes,
              jsonb_build_object('markings', r.body -> 'markings') as body, null::jsonb as sealed
            from (
              select distinct g.audience_id from audience_grant g join audience a on a.id = g.audience_id
              where g.partner = current_setting('prasan.partner') and g.purposes & current_setting('prasan.purpose')::integer <> 0
                and g.level <= current_setting('prasan.clearance')::integer and g.valid @> statement_timestamp() ${ofKinds(sql, 'a.kind', kinds)}
            ) v cross join lateral (
              select * from record r where r.audience_id = v.audience_id ${after === undefined ? sql`` : sql`and r.id > ${after}`} order by r.id limit ${limit}
            ) r order by r.id limit ${limit}
          ) r on true order by r.id`;
        const present = rows.filter((row): row is StampedRow & RecordRow => row.id !== null);
        return { ...stampedMoment(rows, stamp), rows: await toStored(dictionary, audiences, sql, present) };
      }),
  };
}
