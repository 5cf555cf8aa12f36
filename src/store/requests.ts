/** Requests: how each stands with each desk, beside its records; what waits for a desk; clocks. */
import type { TransactionSql } from 'postgres';
import { precedences, type RequestState } from '../dictionary/requests.ts';
import type { InboxQuery, InboxRow, KeptClock, KeptLeg, LegStand, LegStep, Moment, RequestStore, RequestTx, Stamp } from '../exchange/ports.ts';
import { stampedColumns, stampedMoment, type StampedRow } from './read.ts';
import type { Sessions } from './sessions.ts';

interface LegRow {
  readonly record_id: string;
  readonly request_id: string;
  readonly asker: string;
  readonly partner: string;
  readonly desk: string;
  readonly asks: string;
  readonly precedence: number;
  readonly state: RequestState;
  readonly since: Date;
  readonly waiting: boolean;
  readonly clocks: KeptClock[];
  readonly steps: LegStep[];
}

const legOf = ({ record_id: record, request_id: request, precedence, since, ...row }: LegRow): KeptLeg =>
  ({ ...row, record, request, precedence: precedences[precedence] ?? 'ROUTINE', since: since.toISOString() });

const first = (clocks: readonly KeptClock[]): string | null => clocks.map(({ due }) => due).sort()[0] ?? null;
const json = (value: unknown): string => JSON.stringify(value);

/** Columns that a move changes, as they are written. */
const standing = ({ state, since, waiting, desk, clocks, steps }: LegStand) =>
  ({ state, since, waiting, desk, due: first(clocks), next: first(clocks.filter(({ fired }) => fired === undefined)), clocks: json(clocks), steps: json(steps) });

export const requestTx = (sql: TransactionSql): RequestTx => ({
  async legs(request) {
    const rows = await sql<LegRow[]>`select record_id, request_id, asker, partner, desk, asks, precedence, state, since, waiting, clocks, steps
      from request_leg where request_id = ${request}::uuid order by record_id for update`;
    return rows.map(legOf);
  },
  async begin(legs) {
    for (const leg of legs) {
      const { state, since, waiting, desk, due, next, clocks, steps } = standing(leg);
      await sql`insert into request_leg (record_id, request_id, asker, partner, desk, asks, precedence, state, since, waiting, due, next_at, clocks, steps)
        values (${leg.record}, ${leg.request}, ${leg.asker}, ${leg.partner}, ${desk}, ${leg.asks}, ${precedences.indexOf(leg.precedence)}, ${state}, ${since}, ${waiting}, ${due}, ${next},
          ${clocks}::text::jsonb, ${steps}::text::jsonb)`;
    }
  },
  async move(record, stand, handedOver) {
    const { state, since, waiting, desk, due, next, clocks, steps } = standing(stand);
    const moved = await sql`update request_leg set state = ${state}, since = ${since}, waiting = ${waiting}, desk = ${desk}, due = ${due}, next_at = ${next}, clocks = ${clocks}::text::jsonb,
        steps = ${steps}::text::jsonb, escalated_at = case when ${handedOver} or not ${waiting}::boolean then null else escalated_at end
      where record_id = ${record}`;
    if (moved.count !== 1) throw new Error('a leg was locked and is not there');
  },
});

async function inbox(sessions: Sessions, stamp: Stamp, { desks, escalatedFrom, overdue, precedence, asks, after, limit }: InboxQuery): Promise<Moment & { rows: InboxRow[]; found: boolean }> {
  return sessions.read({ ...stamp, alone: true }, async (sql) => {
    const narrowed = sql`${overdue ? sql`and l.due <= statement_timestamp()` : sql``} ${precedence === undefined ? sql`` : sql`and l.precedence = ${precedences.indexOf(precedence)}`}
      ${asks === undefined ? sql`` : sql`and l.asks = ${asks}`} ${after === undefined ? sql`` : sql`and (l.due, l.record_id) > (select b.due, b.record_id from request_leg b where b.record_id = ${after}::uuid)`}`;
    // Each way by its own index, in order: a page costs what a page holds, however many wait.
    const own = sql`(select l.record_id, l.request_id, l.due, l.escalated_at from unnest(${desks as string[]}::text[]) d(desk) cross join lateral (
      select * from request_leg l where l.partner = current_setting('prasan.partner') and l.desk = d.desk and l.waiting ${narrowed} order by l.due, l.record_id limit ${limit}) l)`;
    const told = escalatedFrom.length === 0 ? sql`` : sql`union (select l.record_id, l.request_id, l.due, l.escalated_at from request_leg l
      where l.partner = current_setting('prasan.partner') and l.waiting and l.escalated_at is not null and l.desk = any(${escalatedFrom as string[]}) ${narrowed} order by l.due, l.record_id limit ${limit})`;
    const rows = await sql<(StampedRow & { record: string | null; request: string; escalated: boolean; found: boolean })[]>`
      select ${stampedColumns(sql)}, ${after === undefined ? sql`true` : sql`exists (select 1 from request_leg b where b.record_id = ${after}::uuid)`} as found,
        f.record_id as record, f.request_id as request, f.escalated_at is not null as escalated
      from registry_state s left join (select * from (${own} ${told}) u order by u.due, u.record_id limit ${limit}) f on true order by f.due, f.record_id`;
    const waiting = rows.flatMap(({ record, request, escalated }) => (record === null ? [] : [{ record, request, escalated }]));
    return { ...stampedMoment(rows, stamp), rows: waiting, found: rows[0]?.found === true };
  });
}

export const requestStore = (sessions: Sessions): RequestStore => ({
  inbox: async (stamp, query) => inbox(sessions, stamp, query),
  fireClocks: async (atMost) =>
    sessions.plain(async (sql) => {
      const [row] = await sql<{ fired: number }[]>`select prasan_fire_clocks(${atMost}) as fired`;
      return row?.fired ?? 0;
    }),
});
