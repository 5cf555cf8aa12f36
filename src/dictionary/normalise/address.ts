/** IPV4_ADDR, IPV6_ADDR, CIDR. */
import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Normalised, Reading } from './types.ts';
import { bad, good, withReading } from './result.ts';
import type { Clean } from './result.ts';
import { specialRange } from './ranges.ts';

/** Widest networks kept: a /8 is the largest IPv4 allocation, a /19 the largest IPv6 one; wider accuses whole continents. */
export const widest = { 4: 8, 6: 19 } as const;

/** Network bytes of an address (4 or 16), or undefined when it is none. `010.0.0.1` is none: some read it as octal. */
export function addressBytes(text: string): number[] | undefined {
  if (isIPv4(text)) return text.split('.').map(Number);
  return isIPv6(text) && !text.includes('%') ? ipaddr.IPv6.parse(text).toByteArray() : undefined;
}

/** Canonical text of address bytes: dotted decimal, or RFC 5952. */
export const addressText = (bytes: readonly number[]): string => (bytes.length === 4 ? bytes.join('.') : ipaddr.fromByteArray([...bytes]).toString());

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
/** `::ffff:1.2.3.4` is IPv4 (RFC 4291 section 2.5.5.2). */
const unmapped = (bytes: number[]): number[] => (bytes.length === 16 && mappedPrefix.every((byte, i) => bytes[i] === byte) ? bytes.slice(12) : bytes);

/** The parts of what stands where an address is asked: `1.2.3.4:80`, `[::1]:80`, `http://1.2.3.4:80/x`, `1.2.3.4/24`. */
interface Split {
  readonly address: string;
  readonly prefix?: string;
  readonly port?: number;
  readonly readings: readonly Reading[];
}

const shape = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:\[([0-9a-f:.]+)\]|([0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*))(?::(\d{1,5}))?(?:\/(\d{1,3})|(\/.*)|([?#].*))?$/is;

/** Takes an address apart from its port, path or prefix length; undefined when it does not even look like one. */
export function splitAddress({ text, readings }: Clean): Split | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, bracketed, bare = '', portText, prefix, path, query] = match;
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port > 65535 || port === 0)) return undefined;
  const stripped = url || path !== undefined || query !== undefined;
  let how = withReading(readings, 'PORT_STRIPPED', port !== undefined);
  how = withReading(how, 'PATH_STRIPPED', stripped);
  const split = { address: bracketed ?? bare, readings: how, ...(port === undefined ? {} : { port }) };
  return prefix === undefined || url ? split : { ...split, prefix };
}

const portOf = (split: Split): { port: number } | undefined => (split.port === undefined ? undefined : { port: split.port });
const caseOf = (before: string, after: string, readings: readonly Reading[]): readonly Reading[] =>
  withReading(readings, 'LOWER_CASED', before !== after && before.toLowerCase() === after);

const refusal = (what: string): Normalised => bad(`it lies in a range that is ${what} and names nobody across borders: give the public address`);

/** @param version which family is asked for; undefined takes either */
export function address(input: Clean, version?: 4 | 6): Normalised {
  const split = splitAddress(input);
  const parsed = split === undefined ? undefined : addressBytes(split.address);
  if (split === undefined || parsed === undefined) return bad(notAnAddress(split?.address ?? input.text, version));
  const mapped = unmapped(parsed);
  const bytes = version === 6 ? parsed : mapped;
  if (split.prefix !== undefined && Number(split.prefix) !== parsed.length * 8) return bad('it is a network and not one address: give its type as CIDR');
  if (version === 6 && mapped !== parsed) return bad('it is an IPv4 address written as IPv6: give its type as IPV4_ADDR');
  if (version !== undefined && bytes.length !== (version === 4 ? 4 : 16)) {
    return bad(version === 4 ? 'it is an IPv6 address: give its type as IPV6_ADDR' : 'it is an IPv4 address: give its type as IPV4_ADDR');
  }
  const special = specialRange(bytes, bytes.length * 8);
  if (special !== undefined) return refusal(special);
  const text = addressText(bytes);
  return good(text, caseOf(split.address, text, split.readings), portOf(split));
}

export function cidr(input: Clean): Normalised {
  const split = splitAddress(input);
  const parsed = split === undefined ? undefined : addressBytes(split.address);
  if (split === undefined || parsed === undefined) return bad('it is no network: write it as address/length, for example 1.2.3.0/24');
  const bytes = unmapped(parsed);
  const bits = bytes.length * 8;
  const given = split.prefix === undefined ? parsed.length * 8 : Number(split.prefix);
  const prefix = given - (parsed.length - bytes.length) * 8;
  if (prefix > bits || prefix < 0) return bad(`its length is not between 0 and ${bits}: write it as address/length`);
  const limit = widest[bits === 32 ? 4 : 6];
  if (prefix < limit) return bad(`it is too wide to be a claim about anybody: at most a /${limit} is taken`);
  const network = bytes.map((byte, i) => byte & (0xff00 >> Math.max(0, Math.min(8, prefix - i * 8))) & 0xff);
  const special = specialRange(network, prefix);
  if (special !== undefined) return refusal(special);
  const masked = network.some((byte, i) => byte !== bytes[i]);
  return good(`${addressText(network)}/${prefix}`, withReading(split.readings, 'MASKED_TO_NETWORK', masked), portOf(split));
}

function notAnAddress(text: string, version: 4 | 6 | undefined): string {
  if (/^\d+(\.\d+){3}$/.test(text)) {
    return text.split('.').some((part) => Number(part) > 255)
      ? 'one of its numbers is above 255: an IPv4 address is four numbers from 0 to 255'
      : 'a number in it begins with 0, which some read as octal: write it without leading zeros';
  }
  const example = version === 6 ? 'an IPv6 address, for example 2a00:1450::1' : 'an IPv4 address, four numbers from 0 to 255 with dots between';
  return `it is no IP address: give ${version === undefined ? 'an IPv4 or IPv6 address' : example}`;
}
