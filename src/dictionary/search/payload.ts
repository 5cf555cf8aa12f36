/**
 * The encodings of payloads. The first byte says which one it is, so that no value of one encoding is ever mistaken for one of another.
 */
import { createHash } from 'node:crypto';
import { nfc } from '../normalise/marks.ts';
import type { Json } from '../types.ts';
import type { Payload } from '../search.ts';

export const kinds = { literal: 0x01, hashed: 0x02, network4: 0x10, network6: 0x11, rung4: 0x12, rung6: 0x13, cover4: 0x14, cover6: 0x15, domain: 0x20, domainHashed: 0x21, instant: 0x30, month: 0x31, number: 0x40 } as const;

const longestLiteral = 48;
const prefixOfHashed = 16;

function textPayload(text: string, literal: number, hashed: number): Payload {
  const length = Buffer.byteLength(text);
  if (length <= longestLiteral) {
    // Names bring hundreds of these.
    const payload = Buffer.allocUnsafe(1 + length);
    payload[0] = literal;
    payload.write(text, 1);
    return payload;
  }
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.of(hashed), bytes.subarray(0, prefixOfHashed), createHash('sha256').update(bytes).digest()]);
}

/** Text up to 48 bytes as it is; longer text as its first 16 bytes and its SHA-256. */
export const exactPayload = (text: string): Payload => textPayload(text, kinds.literal, kinds.hashed);
/** A registrable domain: apart from equality, so that asking for all under `evil.com` and for `evil.com` itself are two questions. */
export const domainPayload = (name: string): Payload => textPayload(name, kinds.domain, kinds.domainHashed);

/** Network bytes, then the prefix length: what lies inside a network is one contiguous range, from the network itself to its last address. */
export function networkPayload(bytes: readonly number[], prefix: number): Payload {
  return Buffer.from([bytes.length === 4 ? kinds.network4 : kinds.network6, ...bytes, prefix]);
}
/** A coarse step over a sealed address; its own encoding, so that it is never taken for a record of that network. */
export function rungPayload(bytes: readonly number[], prefix: number): Payload {
  return Buffer.from([bytes.length === 4 ? kinds.rung4 : kinds.rung6, ...masked(bytes, prefix), prefix]);
}
/** A coarse step over a network, by which an address inside it is led to it. */
export function coverPayload(bytes: readonly number[], prefix: number): Payload {
  return Buffer.from([bytes.length === 4 ? kinds.cover4 : kinds.cover6, ...masked(bytes, prefix), prefix]);
}

/** The first `prefix` bits, then zeros (or ones, for the last address). */
export function masked(bytes: readonly number[], prefix: number, fill: 0 | 0xff = 0): number[] {
  return bytes.map((byte, i) => {
    const mask = (0xff00 >> Math.max(0, Math.min(8, prefix - i * 8))) & 0xff;
    return (byte & mask) | (fill & ~mask & 0xff);
  });
}

/** Milliseconds since 1970 as 8 bytes whose unsigned order is that of time. */
export function instantPayload(ms: number): Payload {
  const bytes = Buffer.alloc(9);
  bytes[0] = kinds.instant;
  bytes.writeBigUInt64BE(BigInt(ms) + (1n << 63n), 1);
  return bytes;
}

/** @param month months since year 0: year * 12 + (0 for January) */
export function monthPayload(month: number): Payload {
  const bytes = Buffer.alloc(5);
  bytes[0] = kinds.month;
  bytes.writeInt32BE(month, 1);
  return bytes;
}

/** An IEEE 754 double as 8 bytes whose unsigned order is that of the numbers; -0 and 0 are one. */
export function numberPayload(value: number): Payload {
  const bytes = Buffer.alloc(9);
  bytes[0] = kinds.number;
  bytes.writeDoubleBE(value === 0 ? 0 : value, 1);
  const first = bytes[1] ?? 0;
  if (first & 0x80) for (let i = 1; i < 9; i++) bytes[i] = ~(bytes[i] ?? 0) & 0xff;
  else bytes[1] = first | 0x80;
  return bytes;
}

/** JSON with sorted names and without null members: one text for one value. Texts are in NFC, as TEXT keeps them. */
export function canonical(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(nfc(value));
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return `{${members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
/** The items of a list field, or the one value; nothing for null. */
export const items = (value: Json | undefined): readonly Json[] => (value === null || value === undefined ? [] : isList(value) ? value : [value]);
export const keyOf = (payload: Payload): string => Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1');
