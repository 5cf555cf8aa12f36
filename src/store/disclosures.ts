/** What a client was given, by the ledger; and telling the originators of it. For the owner, when a client is not to be trusted any more. */
import type { Sql, TransactionSql } from 'postgres';
import type { Purposes } from '../dictionary/compartment.ts';
import { warned } from '../rules/feed.ts';
import { consoleClient } from '../rules/staff.ts';

export interface Period {
  /** A client, or one of the staff by id. */
  readonly of: { readonly client: string } | { readonly staff: string };
  /** RFC 3339; from the one to, not including, the other. */
  readonly from: string;
  readonly to: string;
}

/** One record that the client had. Never a value. */
export interface Given {
  readonly originator: string;
  readonly record: string;
  /** Undefined: it was erased since. */
  readonly kind: string | undefined;
  /** The partner whose client it is. */
  readonly partner: string;
  readonly times: number;
  readonly first: Date;
  readonly last: Date;
  /** Names of all fields that it was given. */
  readonly fields: readonly string[];
  /** A clause keeps some reading of it from its originator for now (`ledgerDelay`). */
  readonly covert: boolean;
}

/** By originator and record. */
export async function givenTo(sql: Sql | TransactionSql, { of, from, to }: Period): Promise<Given[]> {
  const rows = await sql<(Omit<Given, 'kind'> & { kind: string | null })[]>`
    select d.originator, g.record, r.kind, e.partner, count(*)::integer as times, min(d.at) as first, max(d.at) as last,
      array(select distinct f from ledger_disclosure o cross join unnest(o.fields) f where o.originator = d.originator and o.entry_id = any(array_agg(e.id)) and g.record = any(o.records) order by f) as fields,
      bool_or(d.visible_at > statement_timestamp()) is true as covert
    from ledger_entry e join ledger_disclosure d on d.entry_id = e.id cross join lateral unnest(d.records) g(record) left join record r on r.id = g.record
    where ${'client' in of ? sql`e.client = ${of.client}` : sql`e.client = ${consoleClient} and e.subject = ${of.staff}`} and e.at >= ${from}::timestamptz and e.at < ${to}::timestamptz
    group by d.originator, g.record, r.kind, e.partner order by d.originator, g.record, e.partner`;
  return rows.map(({ kind, ...row }) => ({ ...row, kind: kind ?? undefined }));
}

/** A field that is opened now. Never a value. */
export interface OpenNow {
  readonly originator: string;
  readonly kind: string;
  readonly record: string;
  readonly partner: string;
  readonly field: string;
  readonly purposes: Purposes;
  readonly until: Date;
  /** The request. */
  readonly by: string;
}

/** By originator, record, partner and field. */
export const openingsNow = async (sql: Sql | TransactionSql): Promise<OpenNow[]> => sql<OpenNow[]>`
  select distinct r.originator, r.kind, r.id as record, o.partner, o.field, o.purposes, to_timestamp(o."to" / 1000) as until, o.by
  from audience a join record r on r.audience_id = a.id cross join lateral jsonb_to_recordset(a.opened) as o(partner text, field text, purposes integer, "to" float8, by text)
  where a.opened <> '[]' and to_timestamp(o."to" / 1000) > statement_timestamp() order by r.originator, record, o.partner, o.field`;

/**
 * Queues a notice for each record, in its originator's feed. What was told since the last disclosure is not told again; what is covert or erased, not at all.
 * @returns how many, by originator
 */
export async function warnOriginators(sql: Sql, given: readonly Given[]): Promise<ReadonlyMap<string, number>> {
  const due = given.filter(({ kind, covert }) => kind !== undefined && !covert);
  const rows = JSON.stringify(due.map(({ originator, record, partner, last }) => ({ originator, record, partner, last })));
  const told = await sql.begin(async (tx) => {
    await tx`set local role prasan_owner`;
    return tx<{ originator: string }[]>`
      with due as (
        select d.originator, d.partner, r.id, r.kind, r.audience_id
        from jsonb_to_recordset(${rows}::text::jsonb) as d(originator text, record uuid, partner text, last timestamptz) join record r on r.id = d.record and r.originator = d.originator
        where not exists (select from notice n where n.record_id = r.id and n.recipient = d.originator and n.compromised = d.partner and n.at > d.last)
        for share of r
      ), noticed as (
        insert into notice (record_id, recipient, originator, compromised) select id, originator, originator, partner from due
      ), events as (
        insert into outbox (record_id, kind, before_audience, after_audience, fields) select distinct on (id) id, kind, audience_id, audience_id, array[${warned}] from due
      )
      select originator from due`;
  });
  return new Map([...Map.groupBy(told, ({ originator }) => originator)].map(([originator, its]) => [originator, its.length]));
}
