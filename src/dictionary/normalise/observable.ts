/** OBSERVABLE: dispatch by type, and the guess where nobody gave one. */
import type { Json } from '../types.ts';
import type { Normalised, Normaliser } from './types.ts';
import { bad, good } from './result.ts';
import type { Clean } from './result.ts';
import { clean } from './clean.ts';
import { address, addressBytes, cidr, splitAddress } from './address.ts';
import { domain, hasPublicSuffix } from './host.ts';
import { url } from './web.ts';
import { email, knownPlatforms, phone, socialAccount } from './contact.ts';
import { app, asn, cellId, fileHash, imei, imsi, satelliteTerminal } from './device.ts';
import { cryptoAddress } from './crypto-address.ts';

type Reader = (input: Clean) => Normalised;

const readers: Readonly<Record<string, Reader>> = {
  IPV4_ADDR: (input) => address(input, 4),
  IPV6_ADDR: (input) => address(input, 6),
  CIDR: cidr,
  ASN: asn,
  DOMAIN: domain,
  URL: url,
  EMAIL: email,
  PHONE: phone,
  IMEI: imei,
  IMSI: imsi,
  CRYPTO_ADDRESS: cryptoAddress,
  SOCIAL_ACCOUNT: socialAccount,
  FILE_HASH: fileHash,
  APP: app,
  CELL_ID: cellId,
  SATELLITE_TERMINAL: satelliteTerminal,
};

/** The types OBSERVABLE reads. */
export const observableTypes: readonly string[] = Object.freeze(Object.keys(readers));

/**
 * Never throws; idempotent for a given type.
 * @param type one of `observableTypes`; undefined guesses, and says the guess in `also.type`
 */
export const observable: Normaliser = (value: Json, type: string | undefined): Normalised => {
  const raw = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof raw !== 'string') return bad('it is no text: send the value as a string');
  const reader = type === undefined ? guess : Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader === undefined) return bad(`its type is not known: one of ${observableTypes.join(', ')}`);
  const input = clean(raw);
  return 'message' in input ? bad(input.message) : reader(input);
};

/** What a text unmistakably is, most telling first: the first that holds is the type, even when its reader then refuses the value. */
const tells: readonly (readonly [type: string, holds: (text: string, input: Clean) => boolean])[] = [
  ['SOCIAL_ACCOUNT', (text) => knownPlatforms.has(/^([a-z][a-z0-9-]*)\s*:(?!\/\/)/i.exec(text)?.[1]?.toLowerCase() ?? '')],
  ['URL', (text) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text)],
  ['IP', (_, input) => isAddress(input)],
  ['EMAIL', (text) => /^[^\s@/]+@[^\s@]+$/.test(text)],
  ['ASN', (text) => /^ASN?\s*[:#-]?\s*\d+(\.\d+)?$/i.test(text)],
  ['FILE_HASH', (text) => /^(?:(?:md5|sha-?1|sha-?256|sha-?512)\s*[:=]\s*)?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i.test(text)],
  ['CELL_ID', (text) => /^[2-7]\d\d[-:,/]\d{2,3}[-:,/]\d+[-:,/]\d+$/.test(text)],
  ['PHONE', (text) => /^(?:tel:)?[+(]?[+0][\d\s().-]{6,22}$/i.test(text)],
];

/** What a text may be: the first type whose reader takes it. IMEI before IMSI: its check digit is right by chance one time in ten. */
const candidates = ['IMEI', 'IMSI', 'CRYPTO_ADDRESS'] as const;

function guess(input: Clean): Normalised {
  const told = tells.find(([, holds]) => holds(input.text, input))?.[0];
  if (told === 'IP') return guessAddress(input);
  if (told !== undefined) return typed(told, input);
  for (const type of candidates) {
    const read = typed(type, input);
    if (read.ok) return read;
  }
  if (/^[^\s/?#]+[/?#]/.test(input.text)) {
    const read = typed('URL', input);
    if (read.ok) return read;
  }
  const named = typed('DOMAIN', input);
  // `com.example.wallet` has the shape of a domain name: one that ends in no public suffix is rather an app.
  if (named.ok && (hasPublicSuffix(String(named.value)) || !/^(?:com|net|org|io|me|co|in|th|app)\./i.test(input.text))) return named;
  if (/^id\d{6,12}$/i.test(input.text) || named.ok) return typed('APP', input);
  if (/^(?:KIT|UT)[\w-]*\d/i.test(input.text)) return typed('SATELLITE_TERMINAL', input);
  return bad('what it is cannot be told from its form: give its type');
}

const isAddress = (input: Clean): boolean => {
  const split = splitAddress(input);
  return split !== undefined && (addressBytes(split.address) !== undefined || /^\d+(\.\d+){3}$/.test(split.address));
};

/** A network of one address is that address. */
function guessAddress(input: Clean): Normalised {
  const read = address(input);
  if (read.ok) return withType(read, String(read.value).includes(':') ? 'IPV6_ADDR' : 'IPV4_ADDR');
  return splitAddress(input)?.prefix === undefined ? read : typed('CIDR', input);
}

const typed = (type: string, input: Clean): Normalised => withType(readers[type]?.(input) ?? bad('what it is cannot be told: give its type'), type);
const withType = (read: Normalised, type: string): Normalised => (read.ok ? good(read.value, read.readings, { type, ...read.also }) : read);
