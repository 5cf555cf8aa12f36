/** DOCUMENT: the number of an identity document, without what it is grouped with; checked where the form is known. */
import type { Normaliser, Reading } from './types.ts';
import { arabicDigits } from './digits.ts';
import { bad, good } from './result.ts';

/** The check digit of a Thai personal number: weights 13 to 2, modulo 11 (Department of Provincial Administration). */
export function thaiIdDigit(first12: string): number {
  let sum = 0;
  for (let i = 0; i < 12; i += 1) sum += Number(first12[i]) * (13 - i);
  return (11 - (sum % 11)) % 10;
}

/** @returns what is wrong; undefined: it is a Thai personal number */
export function thaiIdFault(digits: string): string | undefined {
  if (!/^[1-8]\d{12}$/.test(digits)) return 'a Thai personal number has 13 digits and begins with 1 to 8: check the digits';
  return thaiIdDigit(digits) === Number(digits[12]) ? undefined : 'its check digit does not fit: one of the 13 digits is wrong';
}

/** Upper case, Arabic digits, nothing between: `1-2345-67890-12-1` and `1234567890121` are one. */
export function bareNumber(value: string): { readonly text: string; readonly readings: readonly Reading[] } {
  const readings: Reading[] = [];
  const step = (before: string, after: string, reading: Reading): string => {
    if (after !== before) readings.push(reading);
    return after;
  };
  const half = step(value, value.normalize('NFKC'), 'FULL_WIDTH');
  const arabic = step(half, arabicDigits(half), 'THAI_DIGITS');
  return { text: step(arabic, arabic.replace(/[\s\-‐-―./_]+/g, ''), 'PUNCTUATION_STRIPPED').toUpperCase().normalize('NFKC'), readings };
}

/** Longest number read, with what it is grouped with, in UTF-16 units. */
const longest = 200;

/** @param issuer the country that issued it, in two letters */
export const document: Normaliser = (value, type, issuer) => {
  if (typeof value !== 'string') return bad('it is no text: send the number as a string');
  if (value.length > longest) return bad(`it is longer than ${longest} characters: no number of a document is`);
  const { text, readings } = bareNumber(value);
  if (!/^[\p{L}\p{M}\p{N}]{3,40}$/u.test(text)) return bad('it is no number of a document: 3 to 40 letters and digits');
  if (type === 'NATIONAL_ID' && issuer?.trim().toUpperCase() === 'TH') {
    const fault = thaiIdFault(text);
    if (fault !== undefined) return bad(fault);
  }
  // ICAO Doc 9303 part 4: at most 9 characters in the machine-readable zone; older books are longer.
  if (type === 'PASSPORT' && !/^[A-Z0-9]{5,15}$/.test(text)) return bad('it is no passport number: 5 to 15 Latin letters and digits');
  return good(text, readings);
};
