/** Reads warning lists in MISP's format (github.com/MISP/misp-warninglists, schema.json): a folder of JSON files, plain, gzip or zstd. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

export const listTypes = ['cidr', 'string', 'substring', 'hostname', 'regex'] as const;
export type ListType = (typeof listTypes)[number];

export interface WarningList {
  /** The file's name, or its folder's where that is `list.json`, as in MISP's repository. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: ListType;
  /** Indicator types the list speaks about; undefined: all. */
  readonly types: ReadonlySet<string> | undefined;
  readonly entries: readonly string[];
  /** Whether it refuses no report, and is asked before a block or a hold alone (`"only": "BLOCK"`, a member of ours). */
  readonly blocksOnly: boolean;
}

const mostBytes = 256 * 1024 * 1024;

/** MISP attribute types as indicator types. Composite ones (`domain|ip`) say nothing about a single value and are passed over. */
const indicatorTypes: Readonly<Record<string, readonly string[]>> = {
  'ip-src': ['IPV4_ADDR', 'IPV6_ADDR', 'CIDR'], 'ip-dst': ['IPV4_ADDR', 'IPV6_ADDR', 'CIDR'], domain: ['DOMAIN'], hostname: ['DOMAIN'], url: ['URL'], uri: ['URL'], link: ['URL'],
  email: ['EMAIL'], 'email-src': ['EMAIL'], 'email-dst': ['EMAIL'], 'whois-registrant-email': ['EMAIL'], AS: ['ASN'], 'phone-number': ['PHONE'], btc: ['CRYPTO_ADDRESS'], xmr: ['CRYPTO_ADDRESS'], dash: ['CRYPTO_ADDRESS'],
  'bank-account-nr': ['ACCOUNT'], iban: ['ACCOUNT'], 'cc-number': ['ACCOUNT'],
  md5: ['FILE_HASH'], sha1: ['FILE_HASH'], sha256: ['FILE_HASH'], sha512: ['FILE_HASH'], 'mobile-application-id': ['APP'],
};

/** @throws Error naming the file, when one is no warning list: an operator must know that a safeguard is not there */
export async function readFolder(folder: string): Promise<WarningList[]> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => /\.json(?:\.gz|\.zst)?$/.test(name)).sort();
  const lists: WarningList[] = [];
  for (const file of files) {
    try {
      lists.push(listOf(file, JSON.parse(inflate(await readFile(join(folder, file)), file).toString('utf8')) as unknown));
    } catch (error) {
      throw new Error(`warning list ${join(folder, file)}: ${error instanceof Error ? error.message : 'cannot be read'}`, { cause: error });
    }
  }
  return lists;
}

function inflate(bytes: Buffer, file: string): Buffer {
  if (file.endsWith('.gz')) return gunzipSync(bytes, { maxOutputLength: mostBytes });
  return file.endsWith('.zst') ? zstdDecompressSync(bytes, { maxOutputLength: mostBytes }) : bytes;
}

function listOf(file: string, given: unknown): WarningList {
  if (given === null || typeof given !== 'object') throw new Error('it is no JSON object');
  const { name, version, type = 'string', list, matching_attributes: attributes, only } = given as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') throw new Error('it has no `name`');
  const known = listTypes.find((one) => one === type);
  if (known === undefined) throw new Error(`its \`type\` is none of ${listTypes.join(', ')}`);
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) throw new Error('its `list` is no list of texts');
  if (only !== undefined && only !== 'BLOCK') throw new Error('its `only` is not BLOCK');
  const stem = basename(file).replace(/\.json(?:\.gz|\.zst)?$/, '');
  return {
    id: stem === 'list' ? basename(dirname(file)) : stem, name, version: typeof version === 'number' || typeof version === 'string' ? String(version) : '',
    type: known, types: typesOf(attributes), entries: list, blocksOnly: only === 'BLOCK',
  };
}

function typesOf(attributes: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(attributes) || attributes.length === 0) return undefined;
  const types = new Set(attributes.flatMap((attribute) => (typeof attribute === 'string' ? (indicatorTypes[attribute] ?? []) : [])));
  return types.size === 0 ? undefined : types;
}
