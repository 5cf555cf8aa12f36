/** COUNTRY: ISO 3166-1 alpha-2, from the code or from the country's English or Thai name. */
import type { Normaliser } from './types.ts';
import { bad, good } from './result.ts';

/** CLDR regions with two letters that ISO 3166-1 does not assign (exceptional reservations, private use, pseudo-locales, groups). */
const notAssigned = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'XK', 'ZZ']);
/** CLDR resolves codes that ISO withdrew (`BU` to MM): those keep no name of their own. */
const withdrawn = new Set(['AN', 'BU', 'CS', 'DD', 'DY', 'FX', 'HV', 'NH', 'RH', 'SU', 'TP', 'UK', 'VD', 'YD', 'YU', 'ZR']);

const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const thai = new Intl.DisplayNames('th', { type: 'region', fallback: 'none' });
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Every assigned code. */
export const countries: ReadonlySet<string> = new Set(
  letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => !notAssigned.has(code) && !withdrawn.has(code) && english.of(code) !== undefined),
);
const byName = new Map([...countries].flatMap((code) => [english, thai].map((names) => [names.of(code)?.toLowerCase() ?? code, code] as const)));

export const country: Normaliser = (value) => {
  if (typeof value !== 'string' || value.length > 100) return bad('it is no country: give the two letters of ISO 3166-1, for example TH');
  const trimmed = value.trim();
  const code = trimmed.toUpperCase();
  const found = countries.has(code) ? code : byName.get(trimmed.normalize('NFC').toLowerCase());
  if (found === undefined) return bad('it is no country of ISO 3166-1: give its two letters, for example TH');
  return good(found, trimmed === value ? [] : ['TRIMMED']);
};
