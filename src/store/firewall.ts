/** The victim firewall's tables, as the nodes may use them: jobs go in, alerts come out for the protection desk, confirmations and agreements are kept. */
import type { TransactionSql } from 'postgres';
import type { FirewallStore, FirewallTx, KeptAlert, KeptNaming, Question } from '../exchange/ports.ts';
import { stampedColumns, stampedMoment, type StampedRow } from './read.ts';
import type { Sessions } from './sessions.ts';

/** One job a question, in the transaction that writes what asks it. */
export async function insertQuestions(sql: TransactionSql, questions: readonly (Question | undefined)[]): Promise<void> {
  const asked = questions.filter((question) => question !== undefined).map(({ purpose, tokens }) => ({ purpose, tokens: tokens.map((token) => Buffer.from(token).toString('hex')) }));
  if (asked.length === 0) return;
  await sql`insert into match_job (partner, purpose, tokens)
    select current_setting('prasan.partner'), q.purpose, array(select decode(t, 'hex') from unnest(q.tokens) t)
    from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as q(purpose text, tokens text[])`;
}

interface AlertRow {
  readonly id: string | null;
  readonly day: string;
  readonly record_id: string;
  readonly searchers: KeptAlert['searchers'];
}

export function firewallStore(sessions: Sessions): FirewallStore {
  return {
    alerts: async (stamp, before, limit) =>
      sessions.read(stamp, async (sql) => {
        const rows = await sql<(StampedRow & AlertRow)[]>`select ${stampedColumns(sql)}, a.id, a.day, a.record_id, a.searchers from registry_state s left join (
            select a.id, a.day::text as day, a.record_id, coalesce((select jsonb_agg(distinct jsonb_build_object('partner', w.partner, 'purpose', w.purpose))
              from firewall_searcher w where w.alert_id = a.id), '[]'::jsonb) as searchers
            from firewall_alert a ${before === undefined ? sql`` : sql`where (a.day, a.id) < (select b.day, b.id from firewall_alert b where b.id = ${before})`}
            order by a.day desc, a.id desc limit ${limit}
          ) a on true order by a.day desc, a.id desc`;
        const alerts = rows.flatMap(({ id, day, record_id: record, searchers }): KeptAlert[] => (id === null ? [] : [{ id, day, record, searchers }]));
        return { ...stampedMoment(rows, stamp), alerts };
      }),
    namings: async (stamp) =>
      sessions.read(stamp, async (sql) => {
        const rows = await sql<(StampedRow & { id: string | null; desk: string; subject: string; starts: Date; ends: Date })[]>`
          select ${stampedColumns(sql)}, n.id, n.desk, n.subject, lower(n.period) as starts, upper(n.period) as ends
          from registry_state s left join naming_agreement n on true order by n.made_at, n.id`;
        const namings = rows.flatMap(({ id, desk, subject, starts, ends }): KeptNaming[] => (id === null ? [] : [{ id, desk, by: subject, from: starts.toISOString(), to: ends.toISOString() }]));
        return { ...stampedMoment(rows, stamp), namings };
      }),
    today: async () => sessions.plain(async (sql) => {
      const [row] = await sql<{ made: number }[]>`select prasan_firewall_today() as made`;
      return row?.made ?? 0;
    }),
  };
}

export const firewallTx = (sql: TransactionSql): FirewallTx => ({
  async confirm(record, desk, subject) {
    await sql`insert into case_confirmation (record_id, partner, desk, subject) values (${record}, current_setting('prasan.partner'), ${desk}, ${subject}) on conflict do nothing`;
  },
  async agreeNaming(desk, subject, from, to) {
    const [row] = await sql<{ id: string }[]>`insert into naming_agreement (partner, desk, subject, period)
      values (current_setting('prasan.partner'), ${desk}, ${subject}, tstzrange(${from}, ${to}, '[)')) returning id`;
    return row?.id ?? '';
  },
});
