/** Readings of the stamped originator's own records, out of the ledger. */
import type { Sql } from 'postgres';
import type { Level } from '../dictionary/compartment.ts';
import type { KeptReading, Moment, ReadingsQuery, Span, Stamp } from '../exchange/ports.ts';
import { stampedColumns, stampedMoment, type StampedRow } from './read.ts';

interface Row {
  readonly id: string | null;
  readonly part: number;
  readonly at: Date;
  readonly partner: string;
  readonly purpose: string;
  readonly operation: string;
  readonly records: string[];
  readonly fields: string[];
  readonly note: string | null;
  readonly delay: string | null;
  readonly counted: number | null;
  readonly counted_kind: string | null;
  readonly counted_level: Level | null;
}

function toReading({ id, part, at, partner, purpose, operation, records, fields, note, delay, counted, counted_kind: countedKind, counted_level: countedLevel }: Row): KeptReading[] {
  if (id === null) return [];
  const counts = counted === null || countedKind === null || countedLevel === null ? {} : { counted, countedKind, countedLevel };
  return [{ id, part, at: at.toISOString(), partner, purpose, operation, records, fields, note, ...(delay !== null && { delayedBy: delay }), ...counts }];
}

/**
 * Entered by a transaction that was not committed at the look before, or kept back until after it. What is entered by one that is not committed yet, or kept
 * back still, is left to the next look: so none is told twice, and none is passed by.
 */
const within = (sql: Sql, { fromTx, toTx, fromTime, toTime }: Span) => sql`and d.tx < ${toTx} and coalesce(d.visible_at <= to_timestamp(${toTime / 1000}), true)
  and (d.tx >= ${fromTx} or d.visible_at > to_timestamp(${fromTime / 1000}))`;

export async function readingsIn(sql: Sql, stamp: Stamp, { record, from, to, span, limit, after }: ReadingsQuery): Promise<Moment & { readonly readings: readonly KeptReading[] }> {
  const [entry, part] = after?.split('.') ?? [];
  const order = span === undefined ? sql`desc` : sql`asc`;
  const beyond = span === undefined ? sql`<` : sql`>`;
  const rows = await sql<(StampedRow & Row)[]>`
    select ${stampedColumns(sql)}, d.entry_id as id, d.part, d.at, d.partner, d.purpose, d.operation, d.records, d.fields, d.note, d.delay, d.counted, d.counted_kind, d.counted_level
    from registry_state s left join lateral (
      select * from ledger_disclosure d where d.originator = current_setting('prasan.partner')
        ${record === undefined ? sql`` : sql`and ${record}::uuid = any(d.records)`}
        ${from === undefined ? sql`` : sql`and d.at >= ${from}`}
        ${to === undefined ? sql`` : sql`and d.at < ${to}`}
        ${span === undefined ? sql`` : within(sql, span)}
        ${entry === undefined ? sql`` : sql`and (d.entry_id, d.part) ${beyond} (${entry}::uuid, ${Number(part)}::smallint)`}
      order by d.entry_id ${order}, d.part ${order} limit ${limit}
    ) d on true order by d.entry_id ${order}, d.part ${order}`;
  return { ...stampedMoment(rows, stamp), readings: rows.flatMap(toReading) };
}
