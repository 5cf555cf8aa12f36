/**
 * Made-up values that name nobody: the same on every machine. IPv4 addresses come from ranges that IANA keeps for AS112 and AMT (RFC 7535, RFC 7450),
 * IPv6 ones from 3abc::/16, which nobody has been given; domains end in .example (RFC 2606); telephone numbers are the ones regulators keep for
 * films (+1 ... 555 01xx, +44 20 7946 0xxx); wallets are hashes, so nobody has their key.
 */
import { createHash } from 'node:crypto';
import { bech32 } from '@scure/base';

/** Mulberry32: small, well spread, and the same everywhere. @returns whole numbers from 0 to `below` - 1 */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export type Dice = ReturnType<typeof dice>;
export const oneOf = <T>(roll: Dice, words: readonly [T, ...T[]]): T => words[roll(words.length)] ?? words[0];

const networks = ['192.31.196', '192.52.193', '192.175.48'] as const;
const names = ['pay-verify', 'parcel-fee', 'job-abroad', 'gold-trade', 'bank-login', 'tax-refund', 'loan-fast', 'crypto-desk', 'visa-help', 'lucky-draw'] as const;
const cities = ['202', '212', '312', '415'] as const;

const digest = (n: number): Buffer => createHash('sha256').update(`SYNTHETIC ${n}`).digest();
/** A wallet's address that is a hash, so that nobody has its key. */
export const wallet = (n: number): string => bech32.encode('bc', [0, ...bech32.toWords(digest(n).subarray(0, 20))]);
/** Two and more words, so that hundreds of names differ. */
const domain = (roll: Dice, n: number): string => `${oneOf(roll, names)}-${n}.example`;

/** What a report of each type names, in the shape that reports have: some are defanged. */
const makers = {
  IPV4_ADDR: (roll, n) => `${oneOf(roll, networks)}${n % 4 === 0 ? '[.]' : '.'}${1 + (n % 250)}`,
  IPV6_ADDR: (roll, n) => `3abc:${roll(4096).toString(16)}::${n.toString(16)}`,
  CIDR: (_roll, n) => `${n % 2 === 0 ? '192.31.196' : '192.175.48'}.${(n % 16) * 16}/28`,
  DOMAIN: (roll, n) => domain(roll, n).replace('.example', n % 3 === 0 ? '[.]example' : '.example'),
  URL: (roll, n) => `${n % 3 === 0 ? 'hxxps' : 'https'}://${domain(roll, n)}/login`,
  EMAIL: (roll, n) => `recruiter${n}@${oneOf(roll, names)}.example`,
  PHONE: (roll, n) => (n % 2 === 0 ? `+1 ${oneOf(roll, cities)} 555 01${String(n % 100).padStart(2, '0')}` : `+44 20 7946 0${String(n % 1000).padStart(3, '0')}`),
  FILE_HASH: (_roll, n) => digest(n).toString('hex'),
  CRYPTO_ADDRESS: (_roll, n) => wallet(n),
} as const satisfies Readonly<Record<string, (roll: Dice, n: number) => string>>;

export type ValueType = keyof typeof makers;
export const valueTypes = Object.keys(makers) as [ValueType, ...ValueType[]];

/** @param n tells values of one type apart */
export const syntheticValue = (type: ValueType, roll: Dice, n: number): string => makers[type](roll, n);
