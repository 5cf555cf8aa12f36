/** DOMAIN, and the host part of URL and EMAIL. */
import { domainToASCII } from 'node:url';
import { parse } from 'tldts';
import type { Normalised, Reading } from './types.ts';
import { bad, good, withReading } from './result.ts';
import type { Clean } from './result.ts';
import { addressBytes } from './address.ts';

const ascii = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/;
/** Names that resolve only inside somebody's network (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal). `.example` and `.test` are kept: exercises use them. */
const localOnly = new Set(['local', 'localhost', 'localdomain', 'internal', 'intranet', 'lan', 'home', 'corp', 'arpa']);

export type Name = { readonly name: string; readonly readings: readonly Reading[] } | { readonly message: string };

/** A domain name in its one form: lower case, IDN as punycode (UTS 46, as browsers do), no root dot. */
export function domainName(text: string): Name {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  if (bare.startsWith('*.')) return { message: 'it is a wildcard: give the domain itself, a lookup of a registrable domain finds what lies under it' };
  const lower = bare.toLowerCase();
  const name = ascii.test(lower) && !lower.includes('xn--') ? lower : domainToASCII(lower);
  const fault = faultOf(name);
  if (fault !== undefined) return { message: fault };
  // eslint-disable-next-line no-control-regex -- the question is whether it is ASCII
  const foreign = !/^[\x00-\x7f]*$/.test(bare);
  let readings: readonly Reading[] = withReading([], 'LOWER_CASED', lower !== bare && !foreign);
  readings = withReading(readings, 'TRIMMED', bare !== text);
  if (foreign) readings = [...readings, name.includes('xn--') ? 'PUNYCODE' : 'FULL_WIDTH'];
  return { name, readings };
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'it is no domain name: it holds characters that no domain name may hold';
  if (!ascii.test(name)) {
    return /^[a-z0-9_-]+$/.test(name) ? 'it is a single word and no domain name: give it with its ending, for example example.com' : 'it is no domain name: write labels of letters, digits and hyphens with dots between';
  }
  if (name.length > 253) return 'it is longer than the 253 characters of a domain name (RFC 1035)';
  const labels = name.split('.');
  if (labels.some((label) => label.length > 63)) return 'one of its labels is longer than 63 characters (RFC 1035)';
  const top = labels.at(-1) ?? '';
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(top)) return 'it ends in a number, so it is no domain name: if it is an IP address give its type as IPV4_ADDR';
  if (localOnly.has(top)) return `names under .${top} exist only inside somebody's network: give a public domain name`;
  return undefined;
}

/** The domain somebody registered (public suffix plus one, private suffixes such as github.io counted); the name itself where there is none. */
export const registrable = (name: string): string => parse(name, suffixes).domain ?? name;
/** Whether others have names of their own under this one: a suffix of the public suffix list, private ones (github.io) counted. */
export const isShared = (name: string): boolean => parse(name, suffixes).domain === null && hasPublicSuffix(name);
/** Whether the name ends in a suffix of the public suffix list. */
export function hasPublicSuffix(name: string): boolean {
  const { isIcann, isPrivate } = parse(name, suffixes);
  return isIcann === true || isPrivate === true;
}
const suffixes = { allowPrivateDomains: true, extractHostname: false, validateHostname: false, detectIp: false } as const;

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;

export function domain(input: Clean): Normalised {
  const { text } = input;
  const authority = text.replace(scheme, '').split(/[/?#\\]/, 1)[0] ?? '';
  const rest = authority.slice(authority.lastIndexOf('@') + 1);
  if (text.includes('@') && rest !== authority && !scheme.test(text)) return bad('it is an e-mail address and no domain name: give its type as EMAIL');
  const [, host = rest, port] = /^(.*?)(?::(\d{1,5}))?$/s.exec(rest) ?? [];
  if (port !== undefined && (Number(port) > 65535 || Number(port) === 0)) return bad('its port is not between 1 and 65535: give the domain name');
  if (addressBytes(host) !== undefined || addressBytes(rest.replace(/^\[|\]$/g, '')) !== undefined) {
    return bad(`it is an IP address and no domain name: give its type as ${host.includes(':') || rest.includes('[') ? 'IPV6_ADDR' : 'IPV4_ADDR'}`);
  }
  const named = domainName(host);
  if ('message' in named) return bad(named.message);
  let readings = withReading([...input.readings, ...named.readings], 'PATH_STRIPPED', rest.length !== text.length);
  readings = withReading(readings, 'PORT_STRIPPED', port !== undefined);
  return good(named.name, readings, port === undefined ? undefined : { port: Number(port) });
}
