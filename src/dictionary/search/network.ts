/** Addresses and networks: a record carries one key, a network one more; the question carries the rungs of networks that could hold it. */
import type { Payload } from '../search.ts';
import { addressBytes } from '../normalise/address.ts';
import { samePrefix } from '../normalise/ranges.ts';
import { coverPayload, masked, networkPayload, rungPayload } from './payload.ts';

export interface Network {
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** An address or network in normal form; undefined for anything else. */
export function networkOf(value: string): Network | undefined {
  const [address = '', length] = value.split('/');
  const bytes = addressBytes(address);
  return bytes && { bytes, prefix: length === undefined ? bytes.length * 8 : Number(length) };
}

export const holds = (outer: Network, inner: Network): boolean =>
  outer.bytes.length === inner.bytes.length && outer.prefix <= inner.prefix && samePrefix(outer.bytes, inner.bytes, outer.prefix);

const rungs = { 4: [8, 16, 24], 6: [19, 32, 48, 64] } as const;
const familyOf = ({ bytes }: Network): 4 | 6 => (bytes.length === 4 ? 4 : 6);

/** The prefix length of the narrowest rung that holds all of the network. */
const narrowest = (network: Network): number | undefined => rungs[familyOf(network)].findLast((length) => length <= network.prefix);

export const networkKey = ({ bytes, prefix }: Network): Payload => networkPayload(bytes, prefix);

/** Blinded tokens have no order: a sealed address carries a few covering networks, by which a question about a network finds it. */
export const rungKeys = (network: Network): Payload[] =>
  rungs[familyOf(network)].filter((rung) => rung <= network.prefix).map((rung) => rungPayload(network.bytes, rung));

/** Whether it is one address. */
export const isSingle = ({ bytes, prefix }: Network): boolean => prefix === bytes.length * 8;

/**
 * A network is found by what lies inside it through the narrowest rung that holds all of it. A question probes these few rungs instead of every prefix
 * length: 25 a value made a lookup of a thousand values five times slower, and a blinded probe costs an HMAC. What else a rung brings, `accept` turns away.
 */
export function coverKey(network: Network): Payload | undefined {
  if (isSingle(network)) return undefined;
  const rung = narrowest(network);
  return rung === undefined ? undefined : coverPayload(network.bytes, rung);
}

/** Itself, and the rungs that networks which hold it are found by. */
export const covering = (network: Network): Payload[] => [
  networkPayload(network.bytes, network.prefix),
  ...rungs[familyOf(network)].filter((rung) => rung <= network.prefix).map((rung) => coverPayload(network.bytes, rung)),
];

/** Everything inside, itself included, as one range of payloads. */
export const inside = ({ bytes, prefix }: Network): readonly [Payload, Payload] => [networkPayload(bytes, prefix), networkPayload(masked(bytes, prefix, 0xff), bytes.length * 8)];

/** The narrowest rung that holds all of the network. */
export function rungOver(network: Network): Payload | undefined {
  const rung = narrowest(network);
  return rung === undefined ? undefined : rungPayload(network.bytes, rung);
}
