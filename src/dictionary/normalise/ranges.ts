/**
 * Addresses that name nobody across borders: the IANA special-purpose registries (RFC 6890 and its updates). ipaddr.js knows most of
 * these as `reserved`; the words here say which range it is, for the person who has to correct the value.
 */
import ipaddr from 'ipaddr.js';

type Range = readonly [cidr: string, what: string];

const v4: readonly Range[] = [
  ['0.0.0.0/8', '"this network" (RFC 791)'],
  ['10.0.0.0/8', 'private (RFC 1918)'],
  ['100.64.0.0/10', 'carrier-grade NAT (RFC 6598)'],
  ['127.0.0.0/8', 'loopback (RFC 1122)'],
  ['169.254.0.0/16', 'link-local (RFC 3927)'],
  ['172.16.0.0/12', 'private (RFC 1918)'],
  ['192.0.0.0/24', 'reserved for IETF protocols (RFC 6890)'],
  ['192.0.2.0/24', 'documentation (RFC 5737)'],
  ['192.88.99.0/24', 'reserved (RFC 7526)'],
  ['192.168.0.0/16', 'private (RFC 1918)'],
  ['198.18.0.0/15', 'benchmarking (RFC 2544)'],
  ['198.51.100.0/24', 'documentation (RFC 5737)'],
  ['203.0.113.0/24', 'documentation (RFC 5737)'],
  ['224.0.0.0/4', 'multicast (RFC 5771)'],
  ['240.0.0.0/4', 'reserved (RFC 1112)'],
];

const v6: readonly Range[] = [
  ['::/128', 'unspecified (RFC 4291)'],
  ['::1/128', 'loopback (RFC 4291)'],
  ['64:ff9b::/96', 'IPv4 translation (RFC 6052)'],
  ['64:ff9b:1::/48', 'local IPv4 translation (RFC 8215)'],
  ['100::/64', 'discard only (RFC 6666)'],
  ['2001:2::/48', 'benchmarking (RFC 5180)'],
  ['2001:20::/28', 'cryptographic identifiers (RFC 7343)'],
  ['2001:db8::/32', 'documentation (RFC 3849)'],
  ['3fff::/20', 'documentation (RFC 9637)'],
  ['fc00::/7', 'unique local (RFC 4193)'],
  ['fe80::/10', 'link-local (RFC 4291)'],
  ['ff00::/8', 'multicast (RFC 4291)'],
];

interface Block {
  readonly bytes: readonly number[];
  readonly prefix: number;
  readonly what: string;
}

const blocksOf = (ranges: readonly Range[]): readonly Block[] =>
  ranges.map(([cidr, what]) => {
    const [address, prefix] = ipaddr.parseCIDR(cidr);
    return { bytes: address.toByteArray(), prefix, what };
  });
const blocks4 = blocksOf(v4);
const blocks6 = blocksOf(v6);

/** Whether the first `prefix` bits agree. */
export function samePrefix(a: ArrayLike<number>, b: ArrayLike<number>, prefix: number): boolean {
  const whole = prefix >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const rest = prefix & 7;
  return rest === 0 || (((a[whole] ?? 0) ^ (b[whole] ?? 0)) >> (8 - rest)) === 0;
}

/**
 * @param bytes network bytes of an address or network, 4 or 16
 * @param prefix its length in bits (32 or 128 for an address): a network is refused only when all of it lies inside the range
 * @returns what the range is called, or undefined for public unicast
 */
export function specialRange(bytes: ArrayLike<number>, prefix: number): string | undefined {
  for (const block of bytes.length === 4 ? blocks4 : blocks6) {
    if (prefix >= block.prefix && samePrefix(bytes, block.bytes, block.prefix)) return block.what;
  }
  // RFC 4291 section 2.4: only 2000::/3 is allocated as global unicast so far.
  if (bytes.length === 16 && prefix >= 3 && ((bytes[0] ?? 0) & 0xe0) !== 0x20) return 'not allocated as global unicast (RFC 4291)';
  return undefined;
}
