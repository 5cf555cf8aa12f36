/** Who has read one's own records. */
import { validate as isUuid } from 'uuid';
import { Refusal } from '../errors.ts';
import { originatorReading } from '../rules/declassify.ts';
import { lensOf } from '../rules/release.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, LedgerQuery, LedgerReading, Page } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import { pageSize } from './find.ts';
import type { KeptReading, Moment } from './ports.ts';

const instant = (field: string, given: string | undefined): string | undefined => {
  if (given === undefined) return undefined;
  const ms = Date.parse(given);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(given) || Number.isNaN(ms)) throw new Refusal('INVALID', { errors: [{ field, message: 'an instant with its zone, as in 2026-01-31T08:00:00Z (RFC 3339)' }] });
  return new Date(ms).toISOString();
};

/** The names of the fields of each of these records that the asking officer may see: what it may know was read. */
async function visibleFields(deps: Deps, reader: Reader, ids: readonly string[]): Promise<Moment & { readonly lenses: ReadonlyMap<string, ReadonlySet<string>> }> {
  const { rows, version, now } = await deps.read.byIds(reader.stamp, ids);
  const lenses = new Map(rows.map(({ meta }) => [meta.id, lensOf(meta.kind, meta.classification, meta.markings, reader.grants(meta.audience, now)).visible]));
  return { version, now, lenses };
}

/** A reading as far as the officer sees the records itself; undefined: it sees none of them. */
function within(row: KeptReading, lenses: ReadonlyMap<string, ReadonlySet<string>>): LedgerReading | undefined {
  const records = row.records.filter((id) => lenses.has(id));
  if (records.length === 0) return undefined;
  return originatorReading({ ...row, records, fields: row.fields.filter((name) => records.every((id) => lenses.get(id)?.has(name) === true)) });
}

export async function readings(deps: Deps, asker: Asker, query: LedgerQuery): Promise<Page<LedgerReading>> {
  const first = pageSize(query.first, 100, 500);
  const asked = { record: query.record, from: instant('from', query.from), to: instant('to', query.to) };
  if (query.record !== undefined && !isUuid(query.record)) throw new Refusal('INVALID', { errors: [{ field: 'record', message: 'the id of one of your records' }] });
  return answer<Page<LedgerReading>>(deps, asker, 'ledger:read', 'ledger', async (reader) => {
    let at = query.after === undefined ? undefined : openCursor(deps.vault, reader.viewer, ['ledger', asked], query.after, Date.now());
    const items: { reading: LedgerReading; part: number }[] = [];
    let moment: Moment = { version: reader.registry.version, now: Date.now() };
    for (let more = true; more && items.length <= first;) {
      const limit = first + 1;
      const kept = await deps.ledger.readings(reader.stamp, { ...asked, limit, before: at === undefined ? undefined : `${at.id}.${at.extra}` });
      const seen = await visibleFields(deps, reader, [...new Set(kept.readings.flatMap(({ records }) => records))]);
      moment = kept.version === seen.version ? seen : { version: Number.NaN, now: seen.now };
      for (const row of kept.readings) {
        const reading = within(row, seen.lenses);
        if (reading !== undefined) items.push({ reading, part: row.part });
      }
      const last = kept.readings.at(-1);
      more = kept.readings.length === limit && last !== undefined && moment.version === reader.registry.version;
      if (last !== undefined) at = { id: last.id, extra: last.part };
    }
    const shown = items.slice(0, first);
    const last = items.length > first ? shown.at(-1) : undefined;
    const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, reader.viewer, ['ledger', asked], last.reading.id, moment.now, last.part) };
    return { moment, released: [], finish: () => ({ items: shown.map(({ reading }) => reading), ...next }) };
  });
}
