/** Who has read one's own records. */
import { validate as isUuid } from 'uuid';
import { Refusal } from '../errors.ts';
import { originatorReading } from '../rules/declassify.ts';
import type { Override } from '../rules/consent.ts';
import { lensOf } from '../rules/release.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, LedgerQuery, LedgerReading, Page } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { openNote } from './consent.ts';
import type { Deps } from './deps.ts';
import { pageSize } from './find.ts';
import type { KeptReading, Moment } from './ports.ts';

const instant = (field: string, given: string | undefined): string | undefined => {
  if (given === undefined) return undefined;
  const ms = Date.parse(given);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(given) || Number.isNaN(ms)) throw new Refusal('INVALID', { errors: [{ field, message: 'an instant with its zone, as in 2026-01-31T08:00:00Z (RFC 3339)' }] });
  return new Date(ms).toISOString();
};

const none: ReadonlySet<string> = new Set();

/** The names of the fields of each of these records that the asking officer may see: what it may know was read. */
async function visibleFields(deps: Deps, reader: Reader, ids: readonly string[]): Promise<Moment & { readonly lenses: ReadonlyMap<string, ReadonlySet<string>> }> {
  const { rows, version, now } = await deps.read.byIds(reader.stamp, ids);
  const lenses = new Map<string, ReadonlySet<string>>(rows.map(({ meta }) => [meta.id, lensOf(meta.kind, meta.classification, meta.markings, reader.grants(meta.audience, now)).visible]));
  const left = await deps.read.tombstones(reader.stamp, ids.filter((id) => !lenses.has(id)));
  // Who read what was erased since stays known. Its markings went with it, so that nothing is said of fields.
  for (const { id } of left.tombstones) lenses.set(id, none);
  return { version: left.version === version ? version : Number.NaN, now, lenses };
}

/**
 * The readings of one entry as far as the officer sees the records and fields itself. What looks alike to it is one reading: that an entry keeps
 * two parts because they differ in a field withheld from the officer does not show. Nor does it show whether another reader was told of markings.
 */
function ofEntry(parts: readonly KeptReading[], lenses: ReadonlyMap<string, ReadonlySet<string>>, notes: Notes, knows: (part: KeptReading) => boolean): LedgerReading[] {
  const alike = new Map<string, { readonly part: KeptReading; readonly records: string[]; readonly fields: readonly string[] }>();
  for (const part of parts) {
    for (const id of part.records) {
      const lens = lenses.get(id);
      if (lens === undefined) continue;
      const fields = part.fields.filter((name) => lens.has(name) && name !== 'markings');
      // A note is of one record, and of a field that the officer must see to read it.
      const said = fields.length === part.fields.length ? notes.get(part) : undefined;
      const name = `${fields.join(' ')} ${part.delayedBy ?? ''} ${said === undefined ? '' : id}`;
      const reading = alike.get(name);
      if (reading === undefined) alike.set(name, { part: { ...part, ...said }, records: [id], fields });
      else reading.records.push(id);
    }
  }
  const counts = parts.flatMap((part) => (part.counted === undefined || !knows(part) ? [] : [originatorReading({ ...part, records: [], fields: [] })]));
  const readings = [...alike.values()].map(({ part, records, fields }) => originatorReading({ ...part, records: records.sort(), fields }));
  return [...readings.sort((a, b) => ((a.records[0] ?? '') < (b.records[0] ?? '') ? -1 : 1)), ...counts];
}

type Notes = ReadonlyMap<KeptReading, Partial<Override>>;

/** What stands beside readings, opened. */
async function notesOf(deps: Deps, { viewer }: Reader, parts: readonly KeptReading[]): Promise<Notes> {
  const noted = parts.flatMap((part) => (part.note === null || part.records[0] === undefined ? [] : [{ part, note: part.note, record: part.records[0] }]));
  return new Map(await Promise.all(noted.map(async ({ part, note, record }) => [part, await openNote(deps, viewer.partner, record, note)] as const)));
}

/** Parts by entry, in the order they came. */
const byEntry = (parts: readonly KeptReading[]): KeptReading[][] => [...Map.groupBy(parts, ({ id }) => id).values()];

const fewestParts = 100;
const afterAll = 32_767;

/** Readings from an entry on, without the first `skip` of that entry. */
async function collect(deps: Deps, reader: Reader, asked: { record: string | undefined; from: string | undefined; to: string | undefined }, start: { id: string; extra: number } | undefined, most: number) {
  const items: { reading: LedgerReading; index: number }[] = [];
  // How many records were counted is for those who might have seen each of them.
  const knows = ({ countedKind = '', countedLevel = 4 }: KeptReading): boolean =>
    reader.viewer.clearance >= countedLevel && ((deps.dictionary.kinds.get(countedKind)?.purposes ?? 0) & reader.viewer.purposeBit) !== 0;
  let moment: Moment = { version: Number.NaN, now: 0 };
  let before = start === undefined ? undefined : `${start.id}.${afterAll}`;
  let limit = Math.max(most, fewestParts);
  for (let more = true; more && items.length < most;) {
    const kept = await deps.ledger.readings(reader.stamp, { ...asked, limit, before });
    const seen = await visibleFields(deps, reader, [...new Set(kept.readings.flatMap(({ records }) => records))]);
    if (kept.version !== seen.version) return { items, moment: { version: Number.NaN, now: seen.now } };
    moment = seen;
    more = kept.readings.length === limit;
    const entries = byEntry(kept.readings);
    // The last entry may go on in the next batch: it is looked at whole, there.
    const whole = more ? entries.slice(0, -1) : entries;
    if (more && whole.length === 0) limit *= 2;
    const notes = await notesOf(deps, reader, whole.flat());
    for (const parts of whole) {
      const id = parts[0]?.id ?? '';
      const skip = id === start?.id ? start.extra : 0;
      items.push(...ofEntry(parts, seen.lenses, notes, knows).map((reading, index) => ({ reading, index })).slice(skip));
      before = `${id}.-1`;
    }
  }
  return { items, moment };
}

export async function readings(deps: Deps, asker: Asker, query: LedgerQuery): Promise<Page<LedgerReading>> {
  const first = pageSize(query.first, 100, 500);
  const asked = { record: query.record, from: instant('from', query.from), to: instant('to', query.to) };
  if (query.record !== undefined && !isUuid(query.record)) throw new Refusal('INVALID', { errors: [{ field: 'record', message: 'the id of one of your records' }] });
  return answer<Page<LedgerReading>>(deps, asker, 'ledger:read', 'ledger', async (reader) => {
    const start = query.after === undefined ? undefined : openCursor(deps.vault, reader.viewer, ['ledger', asked], query.after, Date.now());
    const { items, moment } = await collect(deps, reader, asked, start, first + 1);
    const shown = items.slice(0, first);
    const last = items.length > first ? shown.at(-1) : undefined;
    const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, reader.viewer, ['ledger', asked], last.reading.id, moment.now, last.index + 1) };
    return { moment, released: [], finish: () => ({ items: shown.map(({ reading }) => reading), ...next }) };
  });
}
