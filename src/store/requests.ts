/** Requests: how each stands with each desk, beside its records; what waits for a desk; clocks. */
import type { TransactionSql } from 'postgres';
import { precedences, type RequestState } from '../dictionary/requests.ts';
import type { Moment, Stamp } from '../exchange/ports.ts';
import type { InboxQuery, InboxRow, KeptClock, KeptLeg, LegStand, LegStep, RequestStore, RequestTx, SentQuery } from '../exchange/requests/request-port.ts';
import { deskAskedFirst, handedTo } from '../rules/recipients.ts';
import { followEnds } from './ends.ts';
import { endNumbers, type Interning, scopesIn } from './intern.ts';
import { stampedColumns, stampedMoment, type StampedRow } from './read.ts';
import { nowhere } from './rows.ts';
import type { Sessions } from './sessions.ts';

interface LegRow {
  readonly record_id: string;
  readonly request_id: string;
  readonly asker: string;
  readonly asker_desk: string;
  readonly partner: string;
  readonly desk: string;
  readonly asks: string;
  readonly precedence: number;
  readonly state: RequestState;
  readonly since: Date;
  readonly waiting: boolean;
  readonly clocks: KeptClock[];
  readonly steps: LegStep[];
  readonly until_at: Date | null;
  readonly basis: number | null;
}

const legOf = ({ record_id: record, request_id: request, asker_desk: askerDesk, until_at: until, basis, precedence, since, ...row }: LegRow): KeptLeg =>
  ({ ...row, record, request, askerDesk, ...(until !== null && { until: until.toISOString() }), ...(basis !== null && { basis }), precedence: precedences[precedence] ?? 'ROUTINE', since: since.toISOString() });

const first = (clocks: readonly KeptClock[]): string | null => clocks.map(({ due }) => due).sort()[0] ?? null;
const json = (value: unknown): string => JSON.stringify(value);

/** Columns that a move changes, as they are written. */
const standing = ({ state, since, waiting, desk, clocks, steps }: LegStand) =>
  ({ state, since, waiting, desk, due: first(clocks), next: first(clocks.filter(({ fired }) => fired === undefined)), clocks: json(clocks), steps: json(steps) });

/** The numbers of the audiences in which records stand. */
async function audiencesAt(sql: TransactionSql, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ id: string; audience: number }[]>`select r.id, r.audience_id as audience from record r where r.id = any(${ids as string[]}::uuid[])`;
  return new Map(rows.map(({ id, audience }) => [id, audience]));
}

/** Both records go to audiences that the desk is in; what exists by them follows. */
async function openTo(sql: TransactionSql, intern: Interning, { record, request, partner }: KeptLeg, desk: string): Promise<void> {
  const at = await audiencesAt(sql, [record, request]);
  const first = deskAskedFirst((await intern.standing(at.get(record) ?? nowhere.id)).limits?.recipients ?? [], partner);
  if (first === undefined) return; // sent when a request was its partner's: so it stays
  const targets: number[] = [];
  for (const id of [record, request]) {
    const { id: from, ends: _, limits, ...key } = await intern.standing(at.get(id) ?? nowhere.id);
    if (limits === undefined) throw new Error('a part of a request that is for nobody');
    const there = await intern.audience({ ...key, limits: { ...limits, recipients: handedTo(limits.recipients, partner, first, desk) }, ends: endNumbers(await intern.standing(from)) });
    await scopesIn(sql, intern, from, there);
    targets.push(there.id);
  }
  await sql`select prasan_open_to(${record}::uuid, ${desk}, ${targets}::integer[])`;
  await followEnds(sql, intern, [request, record]);
}

export const requestTx = (sql: TransactionSql, intern: Interning): RequestTx => ({
  openTo: async (leg, desk) => openTo(sql, intern, leg, desk),
  async legs(request) {
    const rows = await sql<LegRow[]>`select record_id, request_id, asker, asker_desk, partner, desk, asks, precedence, state, since, waiting, clocks, steps, until_at, basis
      from request_leg where request_id = ${request}::uuid order by record_id for update`;
    return rows.map(legOf);
  },
  async begin(legs) {
    const rows = legs.map((leg) => {
      const { state, since, waiting, desk, due, next, clocks, steps } = standing(leg);
      return {
        record_id: leg.record, request_id: leg.request, asker: leg.asker, asker_desk: leg.askerDesk, partner: leg.partner, desk, asks: leg.asks, precedence: precedences.indexOf(leg.precedence), state, since, waiting,
        due, next_at: next, clocks: JSON.parse(clocks) as unknown, steps: JSON.parse(steps) as unknown, until_at: leg.until ?? null, basis: leg.basis ?? null,
      };
    });
    // One statement, however many desks are asked.
    await sql`insert into request_leg (record_id, request_id, asker, asker_desk, partner, desk, asks, precedence, state, since, waiting, due, next_at, clocks, steps, until_at, basis)
      select record_id, request_id, asker, asker_desk, partner, desk, asks, precedence, state, since, waiting, due, next_at, clocks, steps, until_at, basis
      from jsonb_to_recordset(${json(rows)}::text::jsonb) as n(record_id uuid, request_id uuid, asker text, asker_desk text, partner text, desk text, asks text, precedence smallint, state text,
        since timestamptz, waiting boolean, due timestamptz, next_at timestamptz, clocks jsonb, steps jsonb, until_at timestamptz, basis integer)`;
  },
  async move(record, stand, handedOver) {
    const { state, since, waiting, desk, due, next, clocks, steps } = standing(stand);
    const moved = await sql`update request_leg set state = ${state}, since = ${since}, waiting = ${waiting}, desk = ${desk}, due = ${due}, next_at = ${next}, clocks = ${clocks}::text::jsonb,
        steps = ${steps}::text::jsonb, escalated_at = case when ${handedOver} or not ${waiting}::boolean then null else escalated_at end
      where record_id = ${record}`;
    if (moved.count !== 1) throw new Error('a leg was locked and is not there');
  },
  async waitingAt(desk, asks, most) {
    const rows = await sql<{ request_id: string }[]>`select request_id from request_leg where partner = current_setting('prasan.partner') and desk = ${desk} and waiting and asks = any(${asks as string[]}::text[])
      order by due, record_id limit ${most}`;
    return [...new Set(rows.map(({ request_id: id }) => id))];
  },
  noteCorrection: async (record, fields, by) => void (await sql`select prasan_note_correction(${record}::uuid, ${fields as string[]}::text[], ${by ?? null}::text)`),
});

async function inbox(sessions: Sessions, stamp: Stamp, { desks, escalatedFrom, overdue, precedence, asks, after, limit }: InboxQuery): Promise<Moment & { rows: InboxRow[]; found: boolean }> {
  return sessions.read({ ...stamp, alone: true }, async (sql) => {
    const narrowed = sql`${precedence === undefined ? sql`` : sql`and l.precedence = ${precedences.indexOf(precedence)}`} ${asks === undefined ? sql`` : sql`and l.asks = ${asks}`}`;
    // Where a page ends, by the side on which the asking partner stands there.
    const last = sql`(select case when b.asker = current_setting('prasan.partner') then b.asker_due else b.due end, b.record_id from request_leg b where b.record_id = ${after ?? null}::uuid)`;
    const on = (due: string) => sql`${narrowed} ${overdue ? sql`and l.${sql(due)} <= statement_timestamp()` : sql``} ${after === undefined ? sql`` : sql`and (l.${sql(due)}, l.record_id) > ${last}`}`;
    // Each way by its own index, in order: a page costs what a page holds, however many wait.
    const own = sql`select f.* from unnest(${desks as string[]}::text[]) d(desk) cross join lateral (
      select l.record_id, l.request_id, l.due, false as escalated, 'ASKED' as side
      from request_leg l where l.partner = current_setting('prasan.partner') and l.desk = d.desk and l.waiting ${on('due')} order by l.due, l.record_id limit ${limit}) f`;
    const decides = sql`select f.* from unnest(${desks as string[]}::text[]) d(desk) cross join lateral (
      select l.record_id, l.request_id, l.asker_due as due, false as escalated, 'ASKER' as side
      from request_leg l where l.asker = current_setting('prasan.partner') and l.asker_desk = d.desk and l.asker_due is not null ${on('asker_due')} order by l.asker_due, l.record_id limit ${limit}) f`;
    const told = escalatedFrom.length === 0 ? sql`` : sql`union (select l.record_id, l.request_id, l.due, true, 'ASKED' from request_leg l
      where l.partner = current_setting('prasan.partner') and l.waiting and l.escalated_at is not null and l.desk = any(${escalatedFrom as string[]}) ${on('due')} order by l.due, l.record_id limit ${limit})
      union (select l.record_id, l.request_id, l.asker_due, true, 'ASKER' from request_leg l where l.asker = current_setting('prasan.partner') and l.asker_due is not null
      and l.asker_escalated_at is not null and l.asker_desk = any(${escalatedFrom as string[]}) ${on('asker_due')} order by l.asker_due, l.record_id limit ${limit})`;
    const rows = await sql<(StampedRow & { record: string | null; request: string; due: Date; escalated: boolean; side: InboxRow['side']; found: boolean })[]>`
      select ${stampedColumns(sql)}, ${after === undefined ? sql`true` : sql`exists (select 1 from request_leg b where b.record_id = ${after}::uuid)`} as found,
        f.record_id as record, f.request_id as request, f.due, f.escalated, f.side
      from registry_state s left join (select * from ((${own}) union (${decides}) ${told}) u order by u.due, u.record_id limit ${limit}) f on true order by f.due, f.record_id`;
    const waiting = rows.flatMap(({ record, request, due, escalated, side }) => (record === null ? [] : [{ record, request, due: due.toISOString(), escalated, side }]));
    return { ...stampedMoment(rows, stamp), rows: waiting, found: rows[0]?.found === true };
  });
}

async function sent(sessions: Sessions, stamp: Stamp, { request, asks, from, to, limit }: SentQuery): Promise<Moment & { records: string[] }> {
  return sessions.read({ ...stamp, alone: true }, async (sql) => {
    const narrowed = sql`${request === undefined ? sql`` : sql`and l.request_id = ${request}::uuid`} ${asks === undefined ? sql`` : sql`and l.asks = ${asks}`}
      ${from === undefined ? sql`` : sql`and l.sent_at >= ${from}`} ${to === undefined ? sql`` : sql`and l.sent_at < ${to}`} order by l.sent_at desc, l.record_id desc limit ${limit}`;
    const rows = await sql<(StampedRow & { record: string | null })[]>`
      select ${stampedColumns(sql)}, f.record_id as record from registry_state s left join (select * from (
        (select l.record_id, l.sent_at from request_leg l where l.asker = current_setting('prasan.partner') ${narrowed})
        union (select l.record_id, l.sent_at from request_leg l where l.partner = current_setting('prasan.partner') ${narrowed})
      ) u order by u.sent_at desc, u.record_id desc limit ${limit}) f on true order by f.sent_at desc, f.record_id desc`;
    return { ...stampedMoment(rows, stamp), records: rows.flatMap(({ record }) => record ?? []) };
  });
}

export const requestStore = (sessions: Sessions): RequestStore => ({
  inbox: async (stamp, query) => inbox(sessions, stamp, query),
  sent: async (stamp, query) => sent(sessions, stamp, query),
  fireClocks: async (atMost) =>
    sessions.plain(async (sql) => {
      const [row] = await sql<{ fired: number }[]>`select prasan_fire_clocks(${atMost}) as fired`;
      return row?.fired ?? 0;
    }),
});
