/**
 * OBSERVABLE: what a question finds, by what is asked.
 *
 * - an address: records of that address and of every network that holds it;
 * - a network: the same, and everything inside it;
 * - a domain: records of that domain and of its parents down to the registrable one (a listed `evil.com` answers for `login.evil.com`);
 *   when it is itself registrable, also every domain and URL under it;
 * - a URL: that URL, and what an asked domain (or address) of its host would find, but nothing under it;
 * - anything else: equality, type and value; the name of an e-mail address without regard to case.
 *
 * `within: true` asks for what lies under any domain, under the registrable domain of a URL's host, and for URLs at an address;
 * `within: false` leaves out what lies inside a network or under a registrable domain.
 */
import { invalid } from '../../errors.ts';
import type { Payload, Probe, SearchMethod } from '../search.ts';
import type { Body, Field, Json } from '../types.ts';
import { observable as normalise } from '../normalise/observable.ts';
import { addressText } from '../normalise/address.ts';
import { registrable } from '../normalise/host.ts';
import { hostOf } from '../normalise/web.ts';
import { only, severalOf } from './asked.ts';
import type { Asked } from './asked.ts';
import { domainPayload, exactPayload } from './payload.ts';
import { coverKey, covering, holds, inside, isSingle, networkKey, networkOf, rungKeys, rungOver } from './network.ts';
import type { Network } from './network.ts';

/** A value in normal form, taken apart for comparison. */
interface Parts {
  readonly type: string;
  readonly exact: string;
  /** For addresses and networks. */
  readonly network?: Network;
  /** For domains and URLs: the host, and for URLs on an address that network. */
  readonly host?: string;
  readonly hostNetwork?: Network;
}

const isNetwork = (type: string): boolean => type === 'IPV4_ADDR' || type === 'IPV6_ADDR' || type === 'CIDR';

function partsOf(type: string, value: string): Parts {
  const at = type === 'EMAIL' ? value.lastIndexOf('@') : -1;
  const exact = `${type} ${at < 0 ? value : value.slice(0, at).toLowerCase() + value.slice(at)}`;
  if (isNetwork(type)) {
    const network = networkOf(value);
    return network === undefined ? { type, exact } : { type, exact, network };
  }
  const host = type === 'DOMAIN' ? value : type === 'URL' ? hostOf(value) : undefined;
  if (host === undefined) return { type, exact };
  const hostNetwork = type === 'URL' ? networkOf(host) : undefined;
  return hostNetwork === undefined ? { type, exact, host } : { type, exact, host, hostNetwork };
}

/** @returns undefined for a value that is not in normal form: it is found by nothing */
function stored(value: Json, body: Body, field: Field): Parts | undefined {
  if (typeof value !== 'string') return undefined;
  const sibling = body[field.normalise?.type ?? 'type'];
  if (typeof sibling === 'string') return partsOf(sibling, value);
  const read = normalise(value, undefined);
  return read.ok ? partsOf(String(read.also?.['type']), String(read.value)) : undefined;
}

const registrableOf = ({ host = '', hostNetwork }: Parts): string => (hostNetwork === undefined ? registrable(host) : addressText(hostNetwork.bytes));

function keys(value: Json, body: Body, field: Field, sealed: boolean): Payload[] {
  const parts = stored(value, body, field);
  if (parts === undefined) return [];
  if (parts.network !== undefined) {
    const cover = coverKey(parts.network);
    return [networkKey(parts.network), ...(cover === undefined ? [] : [cover]), ...(sealed ? rungKeys(parts.network) : [])];
  }
  return parts.host === undefined ? [exactPayload(parts.exact)] : [exactPayload(parts.exact), domainPayload(registrableOf(parts))];
}

/** The domain and its parents, down to the registrable one. */
function lineage(host: string): string[] {
  const names = [host];
  const root = registrable(host);
  for (let name = host; name !== root && name.endsWith(`.${root}`);) {
    name = name.slice(name.indexOf('.') + 1);
    names.push(name);
  }
  return names;
}

const under = (host: string | undefined, domain: string): boolean => host !== undefined && (host === domain || host.endsWith(`.${domain}`));

export const observable: SearchMethod = {
  keys: (value, body, field) => keys(value, body, field, false),
  sealedKeys: (value, body, field) => keys(value, body, field, true),
  probe(asked, field, path): Probe {
    only(asked, ['value', 'eq', 'in', 'type', 'within'], path);
    const within = asked['within'] ?? undefined;
    if (within !== undefined && typeof within !== 'boolean') throw invalid(`${path}.within`, 'it is neither true nor false: give one of them');
    return merged(questions(asked, path).map((parts) => question(parts, within)), field);
  },
};

/** Every asked value in its normal form. */
function questions(asked: Asked, path: string): Parts[] {
  const type = asked['type'] ?? undefined;
  if (type !== undefined && typeof type !== 'string') throw invalid(`${path}.type`, 'it is no type: give it as text');
  const values = [['value', asked['value']] as const, ['eq', asked['eq']] as const, ...severalOf(asked, path).map((value, i) => [`in.${i}`, value] as const)];
  return values.flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const read = normalise(value, type);
    if (!read.ok) throw invalid(`${path}.${name}`, read.message);
    return [partsOf(type ?? String(read.also?.['type']), String(read.value))];
  });
}

/** What one value asks: its payloads, and whether a record's value answers it. */
interface Question {
  readonly any: readonly Payload[];
  readonly ranges: Probe['ranges'];
  readonly sealed: readonly Payload[];
  answers(record: Parts): boolean;
}

function question(asked: Parts, within: boolean | undefined): Question {
  if (asked.network !== undefined) return networkQuestion(asked.network, within);
  if (asked.host === undefined) return plain(asked);
  const { host, hostNetwork } = asked;
  if (hostNetwork !== undefined) return both(plain(asked), networkQuestion(hostNetwork, within));
  const base = asked.type === 'URL' ? registrable(host) : host;
  const wide = within ?? (asked.type === 'DOMAIN' && host === registrable(host));
  const parents = lineage(host);
  const any = [...parents.map((name) => exactPayload(`DOMAIN ${name}`)), ...(wide ? [domainPayload(registrable(host))] : [])];
  const domains: Question = {
    any, ranges: [], sealed: any,
    answers: (record) => (record.type === 'DOMAIN' && parents.includes(record.host ?? '')) || (wide && record.hostNetwork === undefined && under(record.host, base)),
  };
  return asked.type === 'URL' ? both(plain(asked), domains) : domains;
}

const plain = ({ exact }: Parts): Question => {
  const any = [exactPayload(exact)];
  return { any, ranges: [], sealed: any, answers: (record) => record.exact === exact };
};

function networkQuestion(network: Network, within: boolean | undefined): Question {
  const single = isSingle(network);
  const wide = !single && within !== false;
  const rung = wide ? rungOver(network) : undefined;
  const steps = covering(network);
  // URLs carry the address of their host as its text, so only one address can be asked for.
  const sites = single && within === true ? [domainPayload(addressText(network.bytes))] : [];
  const any = [...steps, ...sites];
  return {
    any,
    ranges: wide ? [inside(network)] : [],
    sealed: rung === undefined ? any : [...any, rung],
    answers(record) {
      if (record.network !== undefined) return holds(record.network, network) || (wide && holds(network, record.network));
      return sites.length > 0 && record.hostNetwork !== undefined && holds(network, record.hostNetwork);
    },
  };
}

const both = (a: Question, b: Question): Question => ({
  any: [...a.any, ...b.any], ranges: [...a.ranges, ...b.ranges], sealed: [...a.sealed, ...b.sealed], answers: (record) => a.answers(record) || b.answers(record),
});

function merged(all: readonly Question[], field: Field): Probe {
  return {
    any: all.flatMap(({ any }) => any),
    ranges: all.flatMap(({ ranges }) => ranges),
    sealed: all.flatMap(({ sealed }) => sealed),
    accept(value, body) {
      const record = stored(value, body, field);
      return record !== undefined && all.some((one) => one.answers(record));
    },
  };
}
