/** Who has read one's own records. */
import { validate as isUuid } from 'uuid';
import { originatorReading } from '../rules/declassify.ts';
import { Refusal } from '../errors.ts';
import { answer } from './answer.ts';
import type { Asker, LedgerQuery, LedgerReading, Page } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import { pageSize } from './find.ts';

const instant = (field: string, given: string | undefined): string | undefined => {
  if (given === undefined) return undefined;
  const ms = Date.parse(given);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(given) || Number.isNaN(ms)) throw new Refusal('INVALID', { errors: [{ field, message: 'an instant with its zone, as in 2026-01-31T08:00:00Z (RFC 3339)' }] });
  return new Date(ms).toISOString();
};

export async function readings(deps: Deps, asker: Asker, query: LedgerQuery): Promise<Page<LedgerReading>> {
  const limit = pageSize(query.first, 100, 500);
  const asked = { record: query.record, from: instant('from', query.from), to: instant('to', query.to) };
  if (query.record !== undefined && !isUuid(query.record)) throw new Refusal('INVALID', { errors: [{ field: 'record', message: 'the id of one of your records' }] });
  return answer(deps, asker, 'ledger:read', 'ledger', async (reader) => {
    const at = query.after === undefined ? undefined : openCursor(deps.vault, reader.viewer, ['ledger', asked], query.after, Date.now());
    const { version, now, readings: rows } = await deps.ledger.readings(reader.stamp, { ...asked, limit: limit + 1, before: at === undefined ? undefined : `${at.id}.${at.extra}` });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const items = shown.map(originatorReading);
    const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, reader.viewer, ['ledger', asked], last.id, now, last.part) };
    return { moment: { version, now }, released: [], finish: () => ({ items, ...next }) };
  });
}
