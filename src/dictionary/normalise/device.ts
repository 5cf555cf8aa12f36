/** ASN, FILE_HASH, IMEI, IMSI, CELL_ID, SATELLITE_TERMINAL, APP: numbers and names of networks, files, devices and programs. */
import type { Normalised } from './types.ts';
import { bad, good, lowerCased, punctuationStripped, withReading } from './result.ts';
import type { Clean } from './result.ts';

/** AS numbers that name no network: RFC 7607, 6793, 5398, 6996, 7300. */
const reservedAsn: readonly (readonly [from: number, to: number, what: string])[] = [
  [0, 0, 'reserved (RFC 7607)'], [23456, 23456, 'the placeholder AS_TRANS (RFC 6793)'], [64496, 64511, 'for documentation (RFC 5398)'],
  [64512, 65534, 'for private use (RFC 6996)'], [65535, 65535, 'reserved (RFC 7300)'], [65536, 65551, 'for documentation (RFC 5398)'],
  [4200000000, 4294967294, 'for private use (RFC 6996)'], [4294967295, 4294967295, 'reserved (RFC 7300)'],
];

/** `AS13335`; `13335`, `ASN 13335` and the dotted form of RFC 5396 (`AS1.10`) are understood. */
export function asn(input: Clean): Normalised {
  const match = /^(?:ASN?\s*[:#-]?\s*)?(\d{1,10})(?:\.(\d{1,5}))?$/i.exec(input.text);
  if (match === null) return bad('it is no AS number: write it as AS13335');
  const [, high = '', low] = match;
  if (low !== undefined && (Number(high) > 65535 || Number(low) > 65535)) return bad('a half of its dotted form is above 65535: write it as AS13335');
  const number = low === undefined ? Number(high) : Number(high) * 65536 + Number(low);
  if (number > 4294967295) return bad('it is above 4294967295, the highest AS number: check the digits');
  const reserved = reservedAsn.find(([from, to]) => number >= from && number <= to);
  if (reserved !== undefined) return bad(`it is ${reserved[2]} and names no network: give the AS number as it stands in the routing table`);
  return good(`AS${number}`, input.readings);
}

const hashes: Readonly<Record<number, string>> = { 32: 'MD5', 40: 'SHA-1', 64: 'SHA-256', 128: 'SHA-512' };
/** Digests of no bytes at all: whoever shares one has hashed an empty file. */
const ofNothing = new Set([
  'd41d8cd98f00b204e9800998ecf8427e', 'da39a3ee5e6b4b0d3255bfef95601890afd80709', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

/** Lower-case hexadecimal; the length tells the algorithm. */
export function fileHash(input: Clean): Normalised {
  const { text, readings } = lowerCased(input);
  const [, label, hex = ''] = /^(?:(md5|sha-?1|sha-?256|sha-?512)\s*[:=]\s*)?([0-9a-f]+)$/.exec(text) ?? [];
  const algorithm = hashes[hex.length];
  if (algorithm === undefined) return bad('it is no MD5, SHA-1, SHA-256 or SHA-512: give 32, 40, 64 or 128 hexadecimal digits');
  if (label !== undefined && label.replace('-', '') !== algorithm.toLowerCase().replace('-', '')) return bad(`its label says ${label} but it has the length of ${algorithm}: correct one of them`);
  if (ofNothing.has(hex)) return bad('it is the digest of an empty file, which names nothing: hash the file itself');
  return good(hex, withReading(readings, 'TRIMMED', label !== undefined));
}

/** The check digit of the Luhn formula for the digits before it. */
export function luhnDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return (10 - (sum % 10)) % 10;
}

/** 15 digits with their Luhn check digit (3GPP TS 23.003 section 6.2). */
export function imei(input: Clean): Normalised {
  const { text, readings } = punctuationStripped(input);
  if (!/^\d+$/.test(text)) return bad('it is no IMEI: give its 15 digits');
  if (text.length === 14) return bad(`it has 14 digits, an IMEI has 15: its check digit would be ${luhnDigit(text)}`);
  if (text.length === 16) return bad(`it has 16 digits, so it is an IMEISV: the IMEI is its first 14 digits and the check digit ${luhnDigit(text.slice(0, 14))}`);
  if (text.length !== 15) return bad(`it has ${text.length} digits: an IMEI has 15`);
  if (/^0+$/.test(text)) return bad('it is all zeros, which a faulty handset reports: give the IMEI on its label');
  if (luhnDigit(text.slice(0, 14)) !== Number(text[14])) return bad('its check digit does not fit, so a digit is wrong: check it against the handset (*#06#)');
  return good(text, readings);
}

/** 14 or 15 digits that begin with a mobile country code (ITU-T E.212). */
export function imsi(input: Clean): Normalised {
  const { text, readings } = punctuationStripped(input);
  if (!/^(?:[2-7]\d\d|90[0-9]|99[0-9])\d{11,12}$/.test(text)) return bad('it is no IMSI: give 14 or 15 digits that begin with the mobile country code, for Thailand 520');
  return good(text, readings);
}

/** `mcc-mnc-area-cell`, decimal: mobile country and network code, location (or tracking) area, cell identity up to the 36 bits of NR. */
export function cellId(input: Clean): Normalised {
  const parts = input.text.split(/\s*[-:,/;\s]\s*/);
  const [mcc = '', mnc = '', area = '', cell = ''] = parts;
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,11}$/.test(part))) return bad('it is no cell: write it as mcc-mnc-area-cell in decimal, for example 520-05-1234-56789');
  if (!/^[2-7]\d\d$|^90\d$/.test(mcc) || !/^\d{2,3}$/.test(mnc)) return bad('its country code has not 3 digits (2xx to 7xx) or its network code not 2 or 3: write it as mcc-mnc-area-cell');
  if (Number(area) > 0xffffff || Number(cell) > 0xfffffffff) return bad('its area is above 24 bits or its cell above 36 bits: write it as mcc-mnc-area-cell in decimal');
  const value = `${mcc}-${mnc}-${Number(area)}-${Number(cell)}`;
  return good(value, withReading(input.readings, 'PUNCTUATION_STRIPPED', value !== input.text));
}

/** A terminal, dish or kit number as on its label, upper case and without spaces; IMEIs of satellite handsets go under IMEI. */
export function satelliteTerminal(input: Clean): Normalised {
  const text = input.text.replace(/\s+/g, '').toUpperCase();
  if (!/^(?=.*\d)[A-Z0-9][A-Z0-9-]{4,62}[A-Z0-9]$/.test(text)) return bad('it is no terminal number: give 6 to 64 letters, digits and hyphens as on the label, for example KIT00123456');
  return good(text, withReading(input.readings, 'PUNCTUATION_STRIPPED', /\s/.test(input.text)));
}

const play = /^https?:\/\/play\.google\.com\/store\/apps\/details\?(?:[^#]*&)?id=([\w.]+)/i;
const apple = /^https?:\/\/(?:apps|itunes)\.apple\.com\/[^?#]*\/(id\d+)(?:[?#].*)?$/i;

/** A package or bundle name (`com.example.app`, its case kept: stores tell them apart) or an App Store number (`id123456789`); store addresses are understood. */
export function app(input: Clean): Normalised {
  const stored = play.exec(input.text)?.[1] ?? apple.exec(input.text)?.[1];
  const text = stored ?? input.text;
  const readings = withReading(input.readings, 'PATH_STRIPPED', stored !== undefined);
  if (/^id\d{6,12}$/i.test(text)) return good(text.toLowerCase(), readings);
  if (text.length <= 255 && /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+$/.test(text)) return good(text, readings);
  return bad('it is no app: give its package name (com.example.app), its App Store number (id123456789) or its address in a store');
}
