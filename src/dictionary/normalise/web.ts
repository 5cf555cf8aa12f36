/** URL, as browsers read it (WHATWG): a phisher's trick with case, dots, ports or decimal addresses ends in the same form. */
import type { Normalised, Reading } from './types.ts';
import { bad, good, withReading } from './result.ts';
import type { Clean } from './result.ts';
import { longest } from './clean.ts';
import { address, addressBytes, cidr } from './address.ts';
import { domain, domainName } from './host.ts';
import { specialRange } from './ranges.ts';

const schemes = new Set(['http:', 'https:', 'ftp:', 'ws:', 'wss:']);

/** A host of a parsed URL: a name, or an address without brackets. Undefined for none. */
export function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return hostname === '' ? undefined : hostname.replace(/^\[|\]$/g, '');
}

export function url(input: Clean): Normalised {
  // `example.com/login` stands in many reports: http is what a browser would try.
  const schemed = /^[a-z][a-z0-9+.-]*:\/\//i.test(input.text) ? input.text : `http://${input.text}`;
  if (/\s/.test(schemed)) return bad('it holds white space, which no URL does: write %20 for a space');
  const parsed = URL.parse(schemed);
  if (parsed === null) return bad('it is no URL: write it as https://host/path');
  if (!schemes.has(parsed.protocol)) return bad(`its scheme is not one of http, https, ftp, ws, wss: give the address of a site`);
  const host = settleHost(parsed);
  if ('message' in host) return bad(host.message);
  const { href } = parsed;
  const idn = parsed.hostname.includes('xn--') && !/xn--/i.test(schemed);
  if (href.length > longest) return bad(`it is longer than ${longest} characters once encoded: no site takes that`);
  const upperCase = /^[^/]*\/\/[^/?#]*[A-Z]/.test(schemed);
  const readings = withReading([...input.readings, ...host.readings], 'LOWER_CASED', upperCase);
  return good(href, withReading(readings, 'PUNYCODE', idn));
}

/** SITE: a page by its URL, or a whole site by its name or address: what a network may be told to block. */
export function site(input: Clean): Normalised {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(input.text)) return url(input);
  const network = address(input);
  if (network.ok) return network;
  const ranged = /^[^\s]*[\d:]\/\d{1,3}$/.test(input.text) ? cidr(input) : undefined;
  if (ranged?.ok === true) return ranged;
  return /[/?#]/.test(input.text) ? url(input) : domain(input);
}

/** Checks the host of a parsed URL and sets its one form. */
function settleHost(parsed: URL): { readonly readings: readonly Reading[] } | { readonly message: string } {
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const bytes = addressBytes(host);
  if (bytes !== undefined) {
    const special = specialRange(bytes, bytes.length * 8);
    return special === undefined ? { readings: [] } : { message: `its host lies in a range that is ${special} and names nobody across borders: give the public address` };
  }
  const named = domainName(host);
  if ('message' in named) return { message: `its host is not usable: ${named.message}` };
  if (named.name !== parsed.hostname) parsed.hostname = named.name;
  return { readings: named.readings };
}
