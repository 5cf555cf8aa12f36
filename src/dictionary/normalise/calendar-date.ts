/** DATE and PARTIAL_DATE: calendar dates as people write them in the region, Buddhist-era years included. */
import { arabicDigits } from './digits.ts';
import type { Normalised, Normaliser, Reading } from './types.ts';
import { civil } from './instant.ts';
import { bad, good } from './result.ts';

/** A year from here on is of the Buddhist era, 543 ahead: nobody alive was born in 2400, and no document expires then. */
const firstBuddhist = 2400;
const [earliest, latest] = [1850, 2199];

const foldMonth = (name: string): string => name.normalize('NFC').toLowerCase().replaceAll('.', '');
/** Long and short names, English and Thai. */
const months: ReadonlyMap<string, number> = new Map(['en', 'th'].flatMap((language) => (['long', 'short'] as const).flatMap((month) => {
  const format = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, i) => [foldMonth(format.format(new Date(Date.UTC(2026, i, 1)))), i + 1] as const);
})));

const era = String.raw`(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|B\.?E\.?|A\.?D\.?|C\.?E\.?)?\s*`;
const forms: readonly RegExp[] = [
  /^(?<y>\d{4})(?:-(?<m>\d{1,2})(?:-(?<d>\d{1,2}))?)?$/,
  /^(?<y>\d{4})\/(?<m>\d{1,2})\/(?<d>\d{1,2})$/,
  // Day before month, as everywhere in the region.
  /^(?<d>\d{1,2})[-/.](?<m>\d{1,2})[-/.](?<y>\d{4})$/,
  /^(?<m>\d{1,2})\/(?<y>\d{4})$/,
  new RegExp(String.raw`^${era}(?<y>\d{4})$`, 'u'),
  new RegExp(String.raw`^(?:(?<d>\d{1,2})\s+)?(?<name>[\p{L}\p{M}.]{2,20}?)\s*,?\s*${era}(?<y>\d{4})$`, 'u'),
];

const two = (n: number): string => String(n).padStart(2, '0');

interface Parsed {
  readonly year: number;
  readonly month: number | undefined;
  readonly day: number | undefined;
  readonly readings: readonly Reading[];
}

function parse(value: unknown): Parsed | string {
  if (typeof value !== 'string' || value.length > 100) return 'it is no date: write it as 1990-12-31';
  const trimmed = value.trim();
  const text = arabicDigits(trimmed);
  const groups = forms.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return 'it is no date: write it as 1990-12-31, 31/12/1990 or 31 ธ.ค. 2533; the year has four digits';
  const written = Number(groups['y']);
  const year = written >= firstBuddhist ? written - 543 : written;
  if (year < earliest || year > latest) return `its year is not from ${earliest} to ${latest} (or ${earliest + 543} to ${latest + 543} of the Buddhist era)`;
  const name = groups['name'];
  const month = name === undefined ? (groups['m'] === undefined ? undefined : Number(groups['m'])) : months.get(foldMonth(name));
  if (name !== undefined && month === undefined) return 'it names no month, in English or Thai: write it as 1990-12-31';
  const day = groups['d'] === undefined ? undefined : Number(groups['d']);
  if (month !== undefined && civil(year, month, day ?? 1) === undefined) return 'there is no such day: check the day and the month (the day stands before the month)';
  const readings: Reading[] = [];
  if (trimmed !== value) readings.push('TRIMMED');
  if (text !== trimmed) readings.push('THAI_DIGITS');
  if (year !== written) readings.push('CALENDAR_CONVERTED');
  return { year, month, day, readings };
}

/** DATE: a whole day, `1990-12-31`. */
export const date: Normaliser = (value): Normalised => {
  const read = parse(value);
  if (typeof read === 'string') return bad(read);
  if (read.month === undefined || read.day === undefined) return bad('it is no whole date: write day, month and year, as 2026-01-31');
  return good(`${read.year}-${two(read.month)}-${two(read.day)}`, read.readings);
};

/** PARTIAL_DATE: as much as is known, `1990`, `1990-12`, `1990-12-31` (ISO 8601-1, reduced precision); many people know the year of their birth alone. */
export const partialDate: Normaliser = (value): Normalised => {
  const read = parse(value);
  if (typeof read === 'string') return bad(read);
  const known = [String(read.year), ...(read.month === undefined ? [] : [two(read.month)]), ...(read.day === undefined ? [] : [two(read.day)])];
  // For the sibling that says how much of it is known.
  return good(known.join('-'), read.readings, { birthDatePrecision: known.length === 3 ? 'DAY' : known.length === 2 ? 'MONTH' : 'YEAR' });
};
