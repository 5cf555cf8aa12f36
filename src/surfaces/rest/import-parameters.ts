/** The parameters of an import: where its rows go, how its times are read, and what every row gets where it has none of its own. */
import type { Body, Field, Json, Kind } from '../../dictionary/types.ts';
import { invalid, Refusal } from '../../errors.ts';
import type { ImportOptions } from '../../exchange/api.ts';
import { named, type Query } from './query.ts';

const own = ['channels', 'format', 'timezone', 'calendar', 'dryRun', 'confirmKnownGood'] as const;
const formats = ['ndjson', 'csv', 'list'] as const;
const calendars = ['gregorian', 'buddhist'] as const;

/** Formats by media type; a compressed or unnamed body is told by its first bytes. */
const formatOf: Readonly<Record<string, ImportOptions['format']>> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
  'text/plain': 'list',
  'application/gzip': undefined,
  'application/zstd': undefined,
  'application/octet-stream': undefined,
};
export const importTypes: readonly string[] = Object.keys(formatOf);

/** Fields a default can be given for: what a writer sends as one word or number. */
const defaultable = (field: Field): boolean =>
  field.writable && !field.type.list && field.type.shape !== 'object' && !(own as readonly string[]).includes(field.name);

function defaultOf(field: Field, text: string): Json {
  if (/^(?:Int|SafeInt|Float)$/.test(field.type.name)) {
    if (!/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) throw invalid(field.name, 'must be a number');
    return Number(text);
  }
  if (field.type.name !== 'Boolean') return text;
  if (text !== 'true' && text !== 'false') throw invalid(field.name, 'must be true or false');
  return text === 'true';
}

/** The names an import of this kind understands. */
export const importParameters = (kind: Kind): ReadonlySet<string> => named(...own, ...kind.fields.filter(defaultable).map(({ name }) => name));

/** @throws Refusal INVALID for a time zone that this machine does not know */
function timezoneOf(query: Query): string | undefined {
  const timezone = query.one('timezone');
  if (timezone === undefined) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch (cause) {
    throw new Refusal('INVALID', { errors: [{ field: 'timezone', message: 'must be an IANA time zone: Asia/Bangkok' }] }, cause);
  }
}

/** @param contentType the media type of the body */
export function importOptions(kind: Kind, query: Query, contentType: string): ImportOptions {
  const defaults: Record<string, Json> = {};
  for (const field of kind.fields.filter(defaultable)) {
    const text = query.one(field.name);
    if (text !== undefined) defaults[field.name] = defaultOf(field, text);
  }
  const essence = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return {
    kind: kind.name,
    format: query.word('format', formats) ?? formatOf[essence],
    channels: query.many('channels').flatMap((ids) => ids.split(',')).map((id) => id.trim()).filter((id) => id !== ''),
    defaults: defaults as Body,
    timezone: timezoneOf(query),
    calendar: query.word('calendar', calendars) ?? 'gregorian',
    dryRun: query.flag('dryRun') ?? false,
    confirmKnownGood: query.flag('confirmKnownGood') ?? false,
  };
}
