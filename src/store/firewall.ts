/** The victim firewall's tables, as the nodes may use them: jobs go in, alerts come out for the protection desk, confirmations and agreements are kept. */
import type { TransactionSql } from 'postgres';
import { byteas } from './byteas.ts';
import type { FirewallStore, FirewallTx, Hand, KeptAlert, KeptNaming, KeptReferral, Question, WeighedToken } from '../exchange/ports.ts';
import { stampedColumns, stampedMoment, type StampedRow } from './read.ts';
import type { Sessions } from './sessions.ts';
import type { Statement } from './standing.ts';

const hex = (tokens: readonly WeighedToken[]): string[] => tokens.map(({ token }) => Buffer.from(token).toString('hex'));
const weights = (tokens: readonly WeighedToken[]): number[] => tokens.map(({ weight }) => weight);

/** As the columns of a job take it. */
export const questionJson = ({ purpose, desk, tokens, facts }: Question) => ({ purpose, desk: desk ?? null, tokens: hex(tokens), weights: weights(tokens), facts: hex(facts), fact_weights: weights(facts) });

/** One job a question, in the transaction that writes what asks it; undefined: nobody asks. */
export function questionsInto(sql: TransactionSql, questions: readonly Question[]): Statement | undefined {
  const [first, ...others] = questions;
  if (first === undefined) return undefined;
  const into = sql`insert into match_job (partner, desk, purpose, tokens, weights, facts, fact_weights)`;
  if (others.length > 0) {
    return sql`${into} select current_setting('prasan.partner'), q.desk, q.purpose, array(select decode(t, 'hex') from unnest(q.tokens) t), q.weights, array(select decode(t, 'hex') from unnest(q.facts) t), q.fact_weights
      from jsonb_to_recordset(${JSON.stringify([first, ...others].map(questionJson))}::text::jsonb) as q(purpose text, desk text, tokens text[], weights smallint[], facts text[], fact_weights smallint[])`;
  }
  const { purpose, desk, tokens, facts } = first;
  const kept = (of: readonly WeighedToken[]) => sql`${byteas(of.map(({ token }) => token))}::text::bytea[], ${`{${weights(of).join(',')}}`}::text::smallint[]`;
  return sql`${into} values (current_setting('prasan.partner'), ${desk ?? null}, ${purpose}, ${kept(tokens)}, ${kept(facts)})`;
}

/** Keeps which desk wrote who these persons are, or what is proposed of them, in the transaction that writes it; undefined: they are none. */
export function handsInto(sql: TransactionSql, records: readonly { readonly state: { readonly id: string }; readonly hand?: Hand | undefined }[]): Statement | undefined {
  const hands = records.flatMap(({ state: { id }, hand }) => (hand === undefined ? [] : [{ id, desk: hand.desk ?? null, subject: hand.subject }]));
  return hands.length === 0 ? undefined : sql`insert into case_hand (record_id, partner, desk, subject)
    select h.id, current_setting('prasan.partner'), h.desk, h.subject from jsonb_to_recordset(${JSON.stringify(hands)}::text::jsonb) as h(id uuid, desk text, subject text)`;
}

interface AlertRow {
  readonly id: string | null;
  readonly day: string;
  readonly record_id: string;
  readonly searchers: KeptAlert['searchers'];
}

interface ReferralRow {
  readonly id: string | null;
  readonly at: Date;
  readonly from_partner: string;
  readonly from_desk: string;
  readonly record_id: string | null;
}

export function firewallStore(sessions: Sessions): FirewallStore {
  return {
    alerts: async (stamp, reader, before, limit) =>
      sessions.read(stamp, async (sql) => {
        const rows = await sql<(StampedRow & AlertRow)[]>`select ${stampedColumns(sql)}, a.id, a.day, a.record_id, a.searchers from registry_state s left join (
            select a.id, a.day::text as day, a.record_id, coalesce((select jsonb_agg(distinct jsonb_build_object('partner', w.partner, 'desk', w.desk, 'purpose', w.purpose))
              from firewall_searcher w where w.alert_id = a.id), '[]'::jsonb) as searchers
            from firewall_alert a where a.desk = ${reader.desk ?? ''}
              and not exists (select from case_hand h where h.record_id = a.record_id and h.subject = ${reader.subject} and not h.proposed)
              and not exists (select from case_confirmation c where c.record_id = a.record_id and c.subject = ${reader.subject})
              ${before === undefined ? sql`` : sql`and (a.day, a.id) < (select b.day, b.id from firewall_alert b where b.id = ${before})`}
            order by a.day desc, a.id desc limit ${limit}
          ) a on true order by a.day desc, a.id desc`;
        const alerts = rows.flatMap(({ id, day, record_id: record, searchers }): KeptAlert[] => (id === null ? [] : [{ id, day, record, searchers }]));
        return { ...stampedMoment(rows, stamp), alerts };
      }),
    referrals: async (stamp, desk, before, limit) =>
      sessions.read(stamp, async (sql) => {
        const rows = await sql<(StampedRow & ReferralRow)[]>`select ${stampedColumns(sql)}, f.* from registry_state s left join (
            select f.id, f.at, f.from_partner, f.from_desk, r.id as record_id from protection_referral f left join record r on r.id = f.record_id
            where f.desk = ${desk} ${before === undefined ? sql`` : sql`and (f.at, f.id) < (select b.at, b.id from protection_referral b where b.id = ${before})`}
            order by f.at desc, f.id desc limit ${limit}
          ) f on true order by f.at desc, f.id desc`;
        const referrals = rows.flatMap(({ id, at, from_partner: partner, from_desk: from, record_id: record }): KeptReferral[] =>
          (id === null ? [] : [{ id, at: at.toISOString(), from: { partner, desk: from }, record: record ?? undefined }]));
        return { ...stampedMoment(rows, stamp), referrals };
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
    await sql`insert into case_confirmation (record_id, partner, desk, subject) values (${record}, current_setting('prasan.partner'), ${desk}, ${subject})
      on conflict (record_id, partner, desk, subject) do update set at = statement_timestamp(), ended_at = null`;
  },
  async hands(record) {
    const rows = await sql<{ desk: string | null; subject: string }[]>`select desk, subject from case_hand where record_id = ${record} and not proposed`;
    return rows.map(({ desk, subject }) => ({ desk: desk ?? undefined, subject }));
  },
  async proposed(request, record) {
    await sql`insert into case_hand (record_id, partner, desk, subject, proposed)
      select distinct ${record}::uuid, h.partner, h.desk, h.subject, true from case_hand h where h.record_id = ${request} and h.partner = current_setting('prasan.partner')`;
  },
  async refer(record, desk) {
    const [row] = await sql<{ made: number }[]>`select prasan_refer(${record}, ${desk}) as made`;
    return row?.made ?? 0;
  },
  async agreeNaming(desk, subject, from, to) {
    const [row] = await sql<{ id: string }[]>`insert into naming_agreement (partner, desk, subject, period)
      values (current_setting('prasan.partner'), ${desk}, ${subject}, tstzrange(${from}, ${to}, '[)')) returning id`;
    return row?.id ?? '';
  },
});
