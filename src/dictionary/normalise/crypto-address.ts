/**
 * CRYPTO_ADDRESS: every form that carries a checksum is verified, so a mistyped address is refused where it is typed.
 * Forms are tried in the order of `forms`; the prefixes and checksums make them disjoint, but for Solana, which has no checksum and is last.
 */
import { base32nopad, base58, base58xmr, base58xrp, base64url, bech32, bech32m, createBase58check } from '@scure/base';
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Normalised } from './types.ts';
import { bad, good, withReading } from './result.ts';
import type { Clean } from './result.ts';

/** @returns the canonical address, or undefined when it is not of this form or its checksum does not hold */
type Form = (text: string) => string | undefined;

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined; // the libraries throw for every malformed input: here that is an answer
  }
};

const checked58 = createBase58check(sha256);
/** Version bytes of Bitcoin, Litecoin, Dogecoin, Dash and their script hashes: 1 byte + 20; Zcash t-addresses: 2 + 20; Tron: 0x41 + 20. */
const base58Check: Form = (text) => {
  const bytes = /^[1-9A-HJ-NP-Za-km-z]{25,36}$/.test(text) ? attempt(() => checked58.decode(text)) : undefined;
  return bytes !== undefined && (bytes.length === 21 || (bytes.length === 22 && bytes[0] === 0x1c)) ? text : undefined;
};

const ripple58 = { decode: (text: string): Uint8Array => base58xrp.decode(text) };
const ripple: Form = (text) => {
  if (!/^r[1-9A-HJ-NP-Za-km-z]{24,34}$/.test(text)) return undefined;
  const bytes = attempt(() => ripple58.decode(text));
  if (bytes?.length !== 25 || bytes[0] !== 0) return undefined;
  return same(sha256(sha256(bytes.subarray(0, 21))).subarray(0, 4), bytes.subarray(21)) ? text : undefined;
};

/** BIP 173/350 segwit, and every chain that took bech32 for its accounts (Cosmos, Cardano, Osmosis ...). */
const bech: Form = (text) => {
  const lower = text.toLowerCase();
  if ((text !== lower && text !== text.toUpperCase()) || !/^[a-z][a-z_]{0,15}1[02-9ac-hj-np-z]{38,}$/.test(lower) || lower.length > 130) return undefined;
  const read = attempt(() => bech32.decode(lower as `${string}1${string}`, 130)) ?? attempt(() => bech32m.decode(lower as `${string}1${string}`, 130));
  return read === undefined ? undefined : lower;
};

/** EIP-55: the case of the letters is the checksum. All lower or all upper case carries none and is taken. */
const ethereum: Form = (text) => {
  const [, hex] = /^0x([0-9a-f]{40})$/i.exec(text) ?? [];
  if (hex === undefined) return undefined;
  const lower = hex.toLowerCase();
  const hash = bytesToHex(keccak_256(utf8ToBytes(lower)));
  const cased = [...lower].map((digit, i) => (Number.parseInt(hash[i] ?? '0', 16) >= 8 ? digit.toUpperCase() : digit)).join('');
  return hex === lower || hex === hex.toUpperCase() || hex === cased ? `0x${cased}` : undefined;
};

/** SS58 (Polkadot, Kusama and other Substrate chains): 32-byte keys with a one- or two-byte network prefix. */
const ss58: Form = (text) => {
  const bytes = /^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(text) ? attempt(() => base58.decode(text)) : undefined;
  if (bytes === undefined || (bytes.length !== 35 && bytes.length !== 36)) return undefined;
  const body = bytes.subarray(0, -2);
  return same(blake2b(concatBytes(utf8ToBytes('SS58PRE'), body), { dkLen: 64 }).subarray(0, 2), bytes.subarray(-2)) ? text : undefined;
};

const monero: Form = (text) => {
  const bytes = /^[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?$/.test(text) ? attempt(() => base58xmr.decode(text)) : undefined;
  return bytes !== undefined && same(keccak_256(bytes.subarray(0, -4)).subarray(0, 4), bytes.subarray(-4)) ? text : undefined;
};

/** CRC-16/XMODEM, the checksum of TON and Stellar addresses. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}

const ton: Form = (text) => {
  const safe = text.replaceAll('+', '-').replaceAll('/', '_');
  const bytes = /^[EUk0][\w-]{47}$/.test(safe) ? attempt(() => base64url.decode(safe)) : undefined;
  if (bytes?.length !== 36) return undefined;
  return crc16(bytes.subarray(0, 34)) === ((bytes[34] ?? 0) << 8 | (bytes[35] ?? 0)) ? safe : undefined;
};

const stellar: Form = (text) => {
  const bytes = /^[GM][A-Z2-7]{55}(?:[A-Z2-7]{13})?$/.test(text) ? attempt(() => base32nopad.decode(text)) : undefined;
  if (bytes === undefined) return undefined;
  return crc16(bytes.subarray(0, -2)) === ((bytes.at(-2) ?? 0) | (bytes.at(-1) ?? 0) << 8) ? text : undefined;
};

const solana: Form = (text) => {
  const bytes = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text) ? attempt(() => base58.decode(text)) : undefined;
  return bytes?.length === 32 ? text : undefined;
};

const forms: readonly Form[] = [ethereum, base58Check, bech, ss58, ripple, monero, ton, stellar, solana];
const uriScheme = /^(?:bitcoin|btc|xbt|ethereum|eth|tron|trx|litecoin|ltc|dogecoin|doge|ripple|xrp|monero|xmr|ton|stellar|xlm|solana|sol|usdt|dash|zcash|zec|polkadot|dot)\s*:\s*/i;

/** Upper or lower case is part of most addresses and kept; bech32 is lower-cased, Ethereum gets the case of its checksum. */
export function cryptoAddress(input: Clean): Normalised {
  const text = input.text.replace(uriScheme, '');
  const readings = withReading(input.readings, 'TRIMMED', text !== input.text);
  for (const form of text.length <= 130 ? forms : []) {
    const value = form(text);
    if (value === undefined) continue;
    const changed = value === text ? undefined : form === ethereum ? 'CHECKSUM_CASED' : form === bech ? 'LOWER_CASED' : undefined;
    return good(value, changed === undefined ? readings : withReading(readings, changed));
  }
  if (/^0x[0-9a-f]{40}$/i.test(text)) return bad('its letters\' case does not fit its checksum (EIP-55), so a character is wrong: copy it again, or give it in lower case if its case was lost');
  return bad('it is no address of a known chain, or its checksum does not hold: copy it again (Bitcoin, Ethereum, Tron, Litecoin, Dogecoin, XRP, Monero, TON, Stellar, Solana, Substrate, Cosmos and other bech32 chains are read)');
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
