/** Known-good values that a report should not accuse, and no block hit, by mistake: public resolvers, banks, the sites everybody uses. */
import { fileURLToPath } from 'node:url';
import { hostOf } from '../../dictionary/normalise/web.ts';
import { NetworkIndex } from './networks.ts';
import { readFolder } from './read-list.ts';
import type { WarningList } from './read-list.ts';
import { SubstringIndex } from './substrings.ts';

/** The list a value is on. */
export interface WarningHit {
  /** Its file. */
  readonly list: string;
  /** Its title, for people. */
  readonly name: string;
}

export type Use = 'REPORT' | 'BLOCK';

export interface WarningLists {
  readonly lists: readonly { readonly list: string; readonly name: string; readonly version: string; readonly entries: number }[];
  /** @param value in normal form @param use before a block, lists that speak of blocks alone are asked too */
  match(type: string, value: string, use?: Use): WarningHit | undefined;
}

/** The project's own short lists. */
export const builtinFolder = fileURLToPath(new URL('builtin', import.meta.url));

/**
 * @param folders read beside the project's own short lists, subfolders included
 * @throws Error naming the file that is no warning list
 */
export async function loadWarningLists(folders: readonly string[] = []): Promise<WarningLists> {
  const lists: WarningList[] = [];
  for (const folder of [builtinFolder, ...folders]) lists.push(...(await readFolder(folder)));
  const [always, blocking] = [indicesOf(lists.filter(({ blocksOnly }) => !blocksOnly)), indicesOf(lists.filter(({ blocksOnly }) => blocksOnly))];
  return {
    lists: lists.map(({ id, name, version, entries }) => ({ list: id, name, version, entries: entries.length })),
    match: (type, value, use) => always.get(type)?.match(type, value) ?? (use === 'BLOCK' ? blocking.get(type)?.match(type, value) : undefined),
  };
}

const everyType: readonly string[] = [
  'IPV4_ADDR', 'IPV6_ADDR', 'CIDR', 'ASN', 'DOMAIN', 'URL', 'EMAIL', 'PHONE', 'IMEI', 'IMSI', 'CRYPTO_ADDRESS', 'SOCIAL_ACCOUNT', 'FILE_HASH', 'APP', 'CELL_ID', 'SATELLITE_TERMINAL', 'ACCOUNT',
];

/** An index for each type; types that the same lists speak about (addresses and networks) share one. */
function indicesOf(lists: readonly WarningList[]): ReadonlyMap<string, Index> {
  const bySet = new Map<string, Index>();
  return new Map(everyType.map((type) => {
    const about = lists.filter(({ types }) => types?.has(type) !== false);
    const key = about.map((list) => lists.indexOf(list)).join();
    const index = bySet.get(key) ?? new Index(about);
    bySet.set(key, index);
    return [type, index];
  }));
}

/** Expressions come from public lists and values from anybody: neither may be long, and none may repeat a repetition. */
const longestPattern = 500;
const longestMatched = 2048;
const repeatedRepetition = /\([^()]*[*+}][^()]*\)[*+{]/;

/** All lists that speak about one type, by how they match. Without regard to case, as in MISP. */
class Index {
  readonly #texts = new Map<string, WarningHit>();
  readonly #hosts = new Map<string, WarningHit>();
  readonly #networks = new NetworkIndex<WarningHit>();
  readonly #substrings = new SubstringIndex<WarningHit>();
  readonly #patterns: { readonly pattern: RegExp; readonly hit: WarningHit }[] = [];

  constructor(lists: readonly WarningList[]) {
    for (const list of lists) this.#add(list);
    this.#networks.seal();
  }

  #add({ id, name, type, entries }: WarningList): void {
    const hit: WarningHit = { list: id, name };
    for (const given of entries) {
      const entry = given.trim().toLowerCase();
      if (entry === '') continue;
      if (type === 'regex') this.#addPattern(given.trim(), hit);
      else if (type === 'substring') this.#substrings.add(entry, hit);
      else if (type === 'hostname') this.#hosts.set(entry.replace(/^\.+|\.+$/g, ''), hit);
      else if (type !== 'cidr' || !this.#networks.add(entry, hit)) this.#texts.set(entry, hit);
    }
  }

  #addPattern(entry: string, hit: WarningHit): void {
    const [, source = entry] = /^\/(.*)\/[a-z]*$/s.exec(entry) ?? [];
    if (source.length > longestPattern || repeatedRepetition.test(source)) throw new Error(`warning list ${hit.list}: an expression is too long or repeats a repetition, which some value would make endless`);
    this.#patterns.push({ pattern: new RegExp(source, 'iu'), hit });
  }

  match(type: string, value: string): WarningHit | undefined {
    const lower = value.toLowerCase();
    const host = hostIn(type, lower);
    return this.#texts.get(lower) ?? (host === undefined ? undefined : this.#host(host))
      ?? (type === 'IPV4_ADDR' || type === 'IPV6_ADDR' || type === 'CIDR' ? this.#networks.overlapping(lower) : host === undefined ? undefined : this.#networks.overlapping(host))
      ?? this.#substrings.in(lower) ?? this.#patterns.find(({ pattern }) => lower.length <= longestMatched && pattern.test(lower))?.hit;
  }

  /** The host itself or any domain it lies under. */
  #host(host: string): WarningHit | undefined {
    for (let name = host; name !== ''; name = name.includes('.') ? name.slice(name.indexOf('.') + 1) : '') {
      const hit = this.#hosts.get(name);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }
}

function hostIn(type: string, value: string): string | undefined {
  if (type === 'DOMAIN') return value;
  if (type === 'EMAIL') return value.slice(value.lastIndexOf('@') + 1);
  return type === 'URL' ? hostOf(value) : undefined;
}
