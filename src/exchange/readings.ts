/** Who has read one's own records. */
import { validate as isUuid } from 'uuid';
import { Refusal } from '../errors.ts';
import { originatorReading } from '../rules/declassify.ts';
import type { Override } from '../rules/consent.ts';
import { lensOf, locksDisagree } from '../rules/release.ts';
import { type Answer, answer, type Reader } from './answer.ts';
import type { Asker, LedgerPage, LedgerQuery, LedgerReading } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { openNote } from './consent.ts';
import type { Deps } from './deps.ts';
import { pageSize } from './find.ts';
import type { KeptReading, Moment, ReadingsQuery } from './ports.ts';
import { openPlace, sealPlace } from './reading-cursor.ts';

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
  const lenses = new Map<string, ReadonlySet<string>>(rows.map(({ meta }) => {
    const grants = reader.grants(meta.audience, now);
    if (grants.length === 0) throw locksDisagree(meta);
    return [meta.id, lensOf(meta.kind, meta.classification, meta.markings, grants).visible];
  }));
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

/** Which readings, in which order: their places are `entry.part`. */
interface Walk {
  readonly query: Omit<ReadingsQuery, 'limit' | 'after'>;
  /** Parts of an entry that stand before all of it, and after all of it, in this order. */
  readonly before: number;
  readonly past: number;
}
const backward = (query: Walk['query']): Walk => ({ query, before: afterAll, past: -1 });
const forward = (query: Walk['query']): Walk => ({ query, before: -1, past: afterAll });

interface Start {
  readonly id: string;
  readonly extra: number;
}

interface Told {
  readonly items: readonly { readonly reading: LedgerReading; readonly index: number }[];
  readonly moment: Moment;
}

/** Readings from an entry on, without the first `extra` of that entry. */
async function collect(deps: Deps, reader: Reader, { query, before, past }: Walk, start: Start | undefined, most: number): Promise<Told> {
  const items: { reading: LedgerReading; index: number }[] = [];
  // How many records were counted is for those who might have seen each of them.
  const knows = ({ countedKind = '', countedLevel = 4 }: KeptReading): boolean =>
    reader.viewer.clearance >= countedLevel && ((deps.dictionary.kinds.get(countedKind)?.purposes ?? 0) & reader.viewer.purposeBit) !== 0;
  let moment: Moment = { version: Number.NaN, now: 0 };
  let after = start === undefined ? undefined : `${start.id}.${before}`;
  let limit = Math.max(most, fewestParts);
  for (let more = true; more && items.length < most;) {
    const kept = await deps.ledger.readings(reader.stamp, { ...query, limit, after });
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
      after = `${id}.${past}`;
    }
  }
  return { items, moment };
}

const lastOf = ({ items }: Told, first: number): Start | undefined => {
  const last = items.length > first ? items[first - 1] : undefined;
  return last === undefined ? undefined : { id: last.reading.id, extra: last.index + 1 };
};
const shown = ({ items }: Told, first: number): readonly LedgerReading[] => items.slice(0, first).map(({ reading }) => reading);

/** All readings, newest first; on the first page with a cursor from which to follow what comes. */
async function listed(deps: Deps, reader: Reader, asked: { record: string | undefined; from: string | undefined; to: string | undefined }, after: string | undefined, first: number): Promise<Answer<LedgerPage>> {
  // Looked at before the page: what is entered between the two may be told twice, and is never passed by.
  const head = after === undefined && asked.to === undefined ? await deps.ledger.horizon(reader.stamp) : undefined;
  const start = after === undefined ? undefined : openCursor(deps.vault, reader.viewer, ['ledger', asked], after, Date.now());
  const told = await collect(deps, reader, backward(asked), start, first + 1);
  const last = lastOf(told, first);
  const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, reader.viewer, ['ledger', asked], last.id, told.moment.now, last.extra) };
  const here = head && sealPlace(deps.vault, reader.viewer, asked.record, head.epoch, { span: { fromTx: head.tx, toTx: head.tx, fromTime: head.time, toTime: head.time }, at: undefined });
  return { moment: told.moment, released: [], finish: () => ({ items: shown(told, first), ...next, ...(here !== undefined && { cursor: here }) }) };
}

/** What became visible since, oldest first. */
async function followed(deps: Deps, reader: Reader, record: string | undefined, cursor: string, first: number): Promise<Answer<LedgerPage>> {
  const head = await deps.ledger.horizon(reader.stamp);
  const last = openPlace(deps.vault, reader.viewer, record, head.epoch, cursor);
  // A clock that was set back moves nobody back.
  const next = { fromTx: last.span.toTx, toTx: Math.max(head.tx, last.span.toTx), fromTime: last.span.toTime, toTime: Math.max(head.time, last.span.toTime) };
  const span = last.at === undefined ? next : last.span;
  const told = await collect(deps, reader, forward({ record, span }), last.at, first + 1);
  const place = sealPlace(deps.vault, reader.viewer, record, head.epoch, { span, at: lastOf(told, first) });
  return { moment: told.moment, released: [], finish: () => ({ items: shown(told, first), cursor: place }) };
}

export async function readings(deps: Deps, asker: Asker, query: LedgerQuery): Promise<LedgerPage> {
  const { record, cursor, after } = query;
  const first = pageSize(query.first, 100, 500);
  const asked = { record, from: instant('from', query.from), to: instant('to', query.to) };
  if (record !== undefined && !isUuid(record)) throw new Refusal('INVALID', { errors: [{ field: 'record', message: 'the id of one of your records' }] });
  if (cursor !== undefined && [asked.from, asked.to, after].some((given) => given !== undefined)) {
    throw new Refusal('INVALID', { errors: [{ field: 'cursor', message: 'says by itself what comes: leave out from, to and after' }] });
  }
  return answer<LedgerPage>(deps, asker, 'ledger:read', 'ledger', async (reader) =>
    (cursor === undefined ? listed(deps, reader, asked, after, first) : followed(deps, reader, record, cursor, first)));
}
