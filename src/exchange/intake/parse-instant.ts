/** Times as reports write them: RFC 3339, local times with the import's `timezone`, day/month/year, Thai digits, Buddhist-era years. */
import { arabicDigits } from '../../dictionary/normalise/digits.ts';
import { civil } from '../../dictionary/normalise/instant.ts';
import type { Reading } from '../../dictionary/normalise/types.ts';
import { instantIn, isTimezone } from './zone.ts';

export interface InstantOptions {
  /** IANA name (`Asia/Bangkok`) or offset (`+07:00`) for times that name no zone. */
  readonly timezone?: string | undefined;
  /** Buddhist: the year is 543 ahead (2568 is 2025). */
  readonly calendar: 'gregorian' | 'buddhist';
}

export type ParsedInstant = { readonly ok: true; readonly value: string; readonly readings: readonly Reading[] } | { readonly ok: false; readonly message: string };

const year = '(?<year>\\d{4})';
const date = new RegExp(`^(?:${year}[-/](?<month>\\d{1,2})[-/](?<day>\\d{1,2})|(?<dayFirst>\\d{1,2})[-/.](?<monthSecond>\\d{1,2})[-/.]${year.replace('year', 'yearLast')})`);
/** `31 ม.ค. 2569`, `31 January 2026`. */
const named = /^(?<dayFirst>\d{1,2})\s+(?<monthName>[\p{L}\p{M}.]{2,20}?)\s*(?:พ\.ศ\.\s*)?(?<yearLast>\d{4})/u;
const clock = /^(?:[Tt]|,?\s+|$)(?:เวลา\s*)?(?:(?<hour>\d{1,2})[:.](?<minute>\d\d)(?:[:.](?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?(?:\s*น\.?)?\s*)?(?<zone>Z|z|UTC|GMT|[+-]\d\d:?\d\d)?$/;

/**
 * A date alone is its midnight. `31/01/2026` is the 31st of January: day before month, as everywhere in the region.
 * @returns the instant in UTC with milliseconds, or one sentence for the row
 */
export function parseInstant(given: string, { timezone, calendar }: InstantOptions): ParsedInstant {
  const text = given.length > 100 ? '' : arabicDigits(given.trim());
  const day = date.exec(text) ?? named.exec(text);
  const time = day === null ? null : clock.exec(text.slice(day[0].length));
  if (day?.groups === undefined || time?.groups === undefined) return no('it is no date and time: write 2026-01-31T08:00:00+07:00, or 31/01/2026 08:00 with `timezone` named');
  const { zone, fraction = '' } = time.groups;
  const written = Number(day.groups['year'] ?? day.groups['yearLast']);
  if (zone === undefined && timezone === undefined) return no(`${noZone}${yearFault(written, calendar) === undefined ? '' : buddhistToo[calendar]}`);
  const fault = yearFault(written, calendar);
  if (fault !== undefined) return no(fault);
  const local = civil(
    calendar === 'buddhist' ? written - 543 : written, monthOf(day.groups), Number(day.groups['day'] ?? day.groups['dayFirst']),
    Number(time.groups['hour'] ?? 0), Number(time.groups['minute'] ?? 0), Number(time.groups['second'] ?? 0), Number(fraction.slice(0, 3).padEnd(3, '0')),
  );
  if (local === undefined) return no('there is no such day or time: check the day, the month and the hour');
  const ms = zone === undefined ? zoned(local, timezone ?? '') : local - offsetOf(zone);
  if (typeof ms === 'string') return no(ms);
  const readings: Reading[] = text === given.trim() ? [] : ['THAI_DIGITS'];
  if (calendar === 'buddhist') readings.push('CALENDAR_CONVERTED');
  return { ok: true, value: new Date(ms).toISOString(), readings };
}

const noZone = 'it names no time zone and the import names none: add one to the time (+07:00, Z) or give the parameter `timezone`, for example timezone=Asia/Bangkok';
/** Both faults at once, so that the file is not sent in vain a second time. */
const buddhistToo = {
  gregorian: '; and its year is one of the Buddhist era: give the parameter `calendar` too, calendar=buddhist',
  buddhist: '; and its year is not one of the Buddhist era: leave the parameter `calendar` out, or write the year as 2568',
} as const;

/** 1 to 12; 0 for a name of no month, which is no such day. */
const monthOf = ({ month, monthSecond, monthName = '' }: Readonly<Record<string, string | undefined>>): number =>
  Number(month ?? monthSecond ?? monthNames.get(foldMonth(monthName)) ?? 0);
const foldMonth = (name: string): string => name.normalize('NFC').toLowerCase().replaceAll('.', '');
/** Long and short names, English and Thai. */
const monthNames: ReadonlyMap<string, number> = new Map(['en', 'th'].flatMap((language) => (['long', 'short'] as const).flatMap((month) => {
  const format = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, i) => [foldMonth(format.format(new Date(Date.UTC(2026, i, 1)))), i + 1] as const);
})));

const no = (message: string): ParsedInstant => ({ ok: false, message });

/** A year of the other calendar is the commonest slip in a Thai file, and 543 years wrong. */
function yearFault(written: number, calendar: InstantOptions['calendar']): string | undefined {
  if (calendar === 'gregorian' && written >= 2400) return 'its year is one of the Buddhist era: give the parameter `calendar` as buddhist, or write the year of the common era';
  if (calendar === 'buddhist' && written < 2400) return 'its year is not one of the Buddhist era: leave the parameter `calendar` out, or write the year as 2568';
  return undefined;
}

function zoned(local: number, timezone: string): number | string {
  if (!isTimezone(timezone)) return 'the parameter `timezone` names no time zone: give an IANA name, for example Asia/Bangkok';
  return instantIn(local, timezone) ?? 'clocks were put forward over this time in its zone, so it never was: check the hour, or give the time in UTC';
}

function offsetOf(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
