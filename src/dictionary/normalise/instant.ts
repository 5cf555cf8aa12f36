/** INSTANT: RFC 3339 with a zone, kept in UTC with milliseconds. Local times and calendars are the import's business. */
import { arabicDigits } from './digits.ts';
import type { Normaliser, Reading } from './types.ts';
import { bad, good } from './result.ts';

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,18}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;

/** Milliseconds since 1970 of a civil UTC date and time, or undefined when there is no such day or time (31 April, 24:61). */
export function civil(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, ms = 0): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would read the years 0 to 99 as 1900 to 1999
  date.setUTCHours(hour, minute, second, ms);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

/** @returns milliseconds since 1970, or undefined when the text is no RFC 3339 instant. Fractions beyond milliseconds are cut off. */
export function instantMs(text: string): number | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s, fraction = '', zulu, sign, oh = '0', om = '0'] = match;
  const local = civil(Number(y), Number(mo), Number(d), Number(h), Number(mi), Number(s), Number(fraction.slice(0, 3).padEnd(3, '0')));
  if (local === undefined || (zulu === undefined && (Number(oh) > 23 || Number(om) > 59))) return undefined;
  const offset = (Number(oh) * 60 + Number(om)) * 60_000;
  const ms = zulu !== undefined ? local : sign === '-' ? local + offset : local - offset;
  const year = new Date(ms).getUTCFullYear();
  // PostgreSQL knows no year 0.
  return year >= 1 && year <= 9999 ? ms : undefined;
}

/** Years that are of the Buddhist era, 543 ahead: of the common era nobody means them. An import says which calendar it is in. */
const buddhist = (text: string): boolean => /^2[4-7]\d\d-/.test(text);

export const instant: Normaliser = (value) => {
  if (typeof value !== 'string' || value.length > 100) return bad('it is no instant: write it as 2026-01-31T08:00:00Z');
  const arabic = arabicDigits(value.trim());
  const ms = instantMs(arabic);
  if (ms === undefined) {
    return bad(/^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?$/.test(arabic)
      ? 'it has no time zone: write it as 2026-01-31T08:00:00Z or with an offset such as +07:00'
      : 'it is no instant, or no such day or time exists: write it as 2026-01-31T08:00:00Z');
  }
  if (buddhist(arabic)) return bad(`its year is one of the Buddhist era: write the year of the common era, ${Number(arabic.slice(0, 4)) - 543}`);
  const readings: Reading[] = value.trim() === value ? [] : ['TRIMMED'];
  if (arabic !== value.trim()) readings.push('THAI_DIGITS');
  return good(new Date(ms).toISOString(), readings);
};
