/** Environment -> frozen Config. One table: parsing, checks and the documentation come from it. */
import { statSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { isLevelName, levels } from './dictionary/compartment.ts';
import type { LevelName } from './dictionary/compartment.ts';
import { isMediaType, mediaTypes } from './dictionary/media-types.ts';

/** What a parser throws: what would be right, in words that follow "must be". */
class Wrong extends Error {}

interface Variable<T> {
  /** @throws Wrong */
  readonly parse: (text: string) => T;
  /** As it would stand in the environment; `undefined`: nothing. */
  readonly fallback?: string;
  readonly required?: 'production';
  readonly about: string;
}

const oneOf = <T extends string>(...words: readonly T[]) => (text: string): T => {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Wrong(`one of ${words.join(', ')}`);
  return found;
};

const whole = (least: number, most: number) => (text: string): number => {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new Wrong(`a whole number from ${least} to ${most}`);
  return value;
};

const text = (value: string): string => value;

const host = (value: string): string => {
  if (isIP(value) === 0 && !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(value)) throw new Wrong('an IP address or a host name');
  return value;
};

const url = (what: string, ...protocols: readonly string[]) => (value: string): string => {
  const parsed = URL.parse(value);
  if (parsed === null || !protocols.includes(parsed.protocol) || (parsed.hostname === '' && !parsed.searchParams.has('host'))) throw new Wrong(what);
  return value;
};

const postgresUrl = url('a URL like postgres://user:password@host:5432/database', 'postgres:', 'postgresql:');
const webUrl = (value: string): string => url('a URL like https://exchange.example.org', 'http:', 'https:')(value).replace(/\/+$/, '');

/** Addresses and networks, with commas between them. */
const addresses = (value: string): readonly string[] => value.split(',').map((one) => one.trim()).filter((one) => one !== '').map((one) => {
  const [address = '', bits, ...rest] = one.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  if (isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) throw new Wrong('IP addresses or networks such as 10.0.0.0/8, with commas between them');
  return one;
});

const directory = (value: string): string => {
  if (statSync(value, { throwIfNoEntry: false })?.isDirectory() !== true) throw new Wrong('a folder that exists');
  return resolve(value);
};

/** `prasan db init` makes the file where there is none. */
const newSecretFile = (value: string): string => (statSync(value, { throwIfNoEntry: false }) === undefined ? resolve(value) : secretFile(value));

const secretFile = (value: string): string => {
  const stat = statSync(value, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw new Wrong('a file that exists (`prasan db init` makes one)');
  if ((stat.mode & 0o077) !== 0) throw new Wrong(`a file that only its owner can read: chmod 600 ${value}`);
  return resolve(value);
};

const level = (value: string): LevelName => {
  if (!isLevelName(value)) throw new Wrong(`one of ${levels.join(', ')}`);
  return value;
};

const types = (value: string): readonly string[] => {
  const given = value.split(',').map((one) => one.trim()).filter((one) => one !== '');
  if (given.length === 0 || !given.every(isMediaType)) throw new Wrong(`some of ${Object.keys(mediaTypes).join(', ')}`);
  return given;
};

const variable = <T>(entry: Variable<T>): Variable<T> => entry;

const table = {
  PORT: variable({ parse: whole(0, 65_535), fallback: '8080', about: 'Port to listen on; 0 takes a free one.' }),
  HOST: variable({ parse: host, fallback: '127.0.0.1', about: 'Address to listen on. Embedded mode listens on loopback only.' }),
  DATABASE_URL: variable({ parse: postgresUrl, about: 'PostgreSQL 15 or later, as the app role. Absent: embedded mode, a demonstration.' }),
  KEY_DATABASE_URL: variable({ parse: postgresUrl, required: 'production', about: 'The database of record keys, apart from the backups of rows.' }),
  DATABASE_OWNER_URL: variable({ parse: postgresUrl, about: 'Only for commands that change or keep the databases (`db init`, `apply`, `suspend`, `backup`, `restore` ...): a role that may create roles and own objects.' }),
  KEY_DATABASE_OWNER_URL: variable({ parse: postgresUrl, about: 'Only for such commands: the same for the key database. Default: DATABASE_OWNER_URL with the database of KEY_DATABASE_URL, on one server.' }),
  MATCHER_DATABASE_URL: variable({ parse: postgresUrl, about: 'The exchange\'s database, as the role prasan_matcher: the victim firewall\'s matcher. At least one node needs it, or nothing is matched.' }),
  KEY_FILE: variable({ parse: secretFile, required: 'production', about: 'The master key file, mode 0600 or stricter.' }),
  PRASAN_FOLDER: variable({ parse: (value: string) => resolve(value), fallback: '.prasan', about: 'Where embedded mode keeps its database and keys.' }),
  PUBLIC_URL: variable({ parse: webUrl, about: 'How clients reach the exchange. Default: `http://HOST:PORT`.' }),
  TRUSTED_PROXIES: variable({ parse: addresses, about: 'Addresses of the proxies in front, with commas between them, whose `X-Forwarded-For` is believed: tries to sign in are counted by the address that it names. Default: none.' }),
  AUDIENCE: variable({ parse: text, fallback: 'prasan', about: 'The `aud` that tokens must carry.' }),
  MAX_CLASSIFICATION: variable({ parse: level, fallback: 'SECRET', about: 'The highest level the exchange holds; above it: the diplomatic channel.' }),
  METRICS_PORT: variable({ parse: whole(0, 65_535), fallback: '9464', about: 'Port of `/metrics`, a listener of its own; 0 turns it off.' }),
  METRICS_HOST: variable({ parse: host, fallback: '127.0.0.1', about: 'Address of `/metrics`.' }),
  LOG_LEVEL: variable({ parse: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), fallback: 'info', about: 'How much is logged.' }),
  POOL_SIZE: variable({ parse: whole(1, 500), fallback: '8', about: 'Database connections of this process for requests.' }),
  BODY_LIMIT: variable({ parse: whole(1024, 268_435_456), fallback: '4194304', about: 'Largest request body in bytes. Imports are streamed and not bound by it.' }),
  ATTACHMENT_LIMIT: variable({ parse: whole(1024, 1_073_741_824), fallback: '26214400', about: 'Largest file in bytes that may be attached to a request.' }),
  ATTACHMENT_TYPES: variable({ parse: types, about: 'Media types of files that may be attached, with commas between them. Default: all that the exchange can tell by their bytes.' }),
  WARNING_LISTS: variable({ parse: directory, about: 'Folder of warning lists in MISP\'s format, beside the built-in one; looked at every minute.' }),
  TOKEN_LEEWAY_SECONDS: variable({ parse: whole(0, 300), fallback: '30', about: 'Clock difference forgiven in tokens, in seconds.' }),
  TOKEN_MAX_LIFE_SECONDS: variable({ parse: whole(60, 31_536_000), fallback: '86400', about: 'Longest life of a token accepted, in seconds.' }),
  SHUTDOWN_GRACE_SECONDS: variable({ parse: whole(0, 600), fallback: '20', about: 'How long requests in flight may finish after SIGTERM, in seconds.' }),
} as const;

type Table = typeof table;
type Name = keyof Table;
type Parsed<K extends Name> = ReturnType<Table[K]['parse']>;
type Values = { [K in Name]: Parsed<K> | undefined };

const names = Object.keys(table) as Name[];

/** Everything wrong with the environment: `message` has one line a fault, each naming the variable and what would be right. */
export class ConfigFault extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigFault';
    this.faults = faults;
  }
}

/** Values that may hold a password are never repeated in a fault. */
const shown = (name: Name, value: string): string => (name.endsWith('DATABASE_URL') || name.endsWith('OWNER_URL') ? '' : ` (it is ${JSON.stringify(value)})`);

const parseAll = (env: NodeJS.ProcessEnv, faults: string[], entries: Readonly<Record<Name, Variable<unknown>>> = table, wanted: readonly Name[] = names): Values => {
  const parsed: Partial<Record<Name, unknown>> = {};
  for (const name of wanted) {
    const { parse, fallback } = entries[name];
    // An empty value is an absent one: compose files and shells write `X=` for "not set".
    const given = env[name]?.trim() || fallback;
    if (given === undefined) continue;
    try {
      parsed[name] = parse(given);
    } catch (error) {
      const wanted = error instanceof Wrong ? error.message : 'something that can be read';
      faults.push(`${name} must be ${wanted}${shown(name, given)}`);
    }
  }
  return parsed as Values;
};

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
const isLoopback = (value: string): boolean => value === 'localhost' || (isIP(value) !== 0 && loopback.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4'));

const checkMode = (env: NodeJS.ProcessEnv, values: Values, faults: string[]): void => {
  if (values.TRUSTED_PROXIES !== undefined && values.PUBLIC_URL === undefined && !env['PUBLIC_URL']?.trim()) faults.push('PUBLIC_URL must be set when TRUSTED_PROXIES is: what a proxy says of the host that was called counts for nothing');
  if (values.DATABASE_URL === undefined && !env['DATABASE_URL']?.trim()) {
    if (values.HOST !== undefined && !isLoopback(values.HOST)) {
      faults.push(`HOST must be a loopback address such as 127.0.0.1 (it is "${values.HOST}"): embedded mode is a demonstration with demo keys; set DATABASE_URL to serve a network`);
    }
    return;
  }
  for (const name of names) {
    const { required, about }: Variable<unknown> = table[name];
    if (required === 'production' && !env[name]?.trim()) faults.push(`${name} must be set when DATABASE_URL is: ${about}`);
  }
};

/** Names near ours that we do not know: a misspelt setting must not pass in silence. */
const unknownNames = (env: NodeJS.ProcessEnv): string[] =>
  Object.keys(env).filter((name) => name.startsWith('PRASAN_') && !(name in table)).map((name) => `${name} is not a setting of Prasan and has no effect`);

const shape = (v: Values, need: <T>(value: T | undefined) => T) => ({
  mode: v.DATABASE_URL === undefined ? 'embedded' as const : 'production' as const,
  port: need(v.PORT),
  host: need(v.HOST),
  databaseUrl: v.DATABASE_URL,
  keyDatabaseUrl: v.KEY_DATABASE_URL,
  matcherDatabaseUrl: v.MATCHER_DATABASE_URL,
  databaseOwnerUrl: v.DATABASE_OWNER_URL,
  keyDatabaseOwnerUrl: v.KEY_DATABASE_OWNER_URL,
  keyFile: v.KEY_FILE,
  folder: need(v.PRASAN_FOLDER),
  publicUrl: v.PUBLIC_URL,
  trustedProxies: v.TRUSTED_PROXIES,
  audience: need(v.AUDIENCE),
  maxClassification: need(v.MAX_CLASSIFICATION),
  metricsPort: need(v.METRICS_PORT),
  metricsHost: need(v.METRICS_HOST),
  logLevel: need(v.LOG_LEVEL),
  poolSize: need(v.POOL_SIZE),
  bodyLimit: need(v.BODY_LIMIT),
  attachable: { largest: need(v.ATTACHMENT_LIMIT), types: v.ATTACHMENT_TYPES ?? Object.keys(mediaTypes) },
  warningLists: v.WARNING_LISTS,
  tokenLeewaySeconds: need(v.TOKEN_LEEWAY_SECONDS),
  tokenMaxLifeSeconds: need(v.TOKEN_MAX_LIFE_SECONDS),
  shutdownGraceSeconds: need(v.SHUTDOWN_GRACE_SECONDS),
});

export type Config = Readonly<ReturnType<typeof shape>>;

/**
 * Reads the configuration of `prasan serve`.
 * @returns the frozen Config, and warnings to log
 * @throws ConfigFault with every fault at once
 */
export const readConfig = (env: NodeJS.ProcessEnv): { readonly config: Config; readonly warnings: readonly string[] } => {
  const faults: string[] = [];
  const values = parseAll(env, faults);
  checkMode(env, values, faults);
  if (faults.length > 0) throw new ConfigFault(faults);
  const config = shape(values, (value) => {
    if (value === undefined) throw new Error('a variable with neither value nor fallback is needed');
    return value;
  });
  return { config: Object.freeze(config), warnings: unknownNames(env) };
};

/** Both databases on one server is the common trial: then one owner serves both. */
const keyOwnerOf = ({ KEY_DATABASE_OWNER_URL: given, DATABASE_OWNER_URL: owner, DATABASE_URL: app, KEY_DATABASE_URL: keys }: Values): string | undefined => {
  if (given !== undefined || owner === undefined || app === undefined || keys === undefined) return given;
  const made = new URL(owner);
  if (new URL(app).host !== new URL(keys).host) return undefined;
  made.pathname = new URL(keys).pathname;
  return made.href;
};

export interface InitConfig {
  readonly databaseUrl: string;
  readonly keyDatabaseUrl: string;
  readonly matcherDatabaseUrl: string | undefined;
  readonly databaseOwnerUrl: string;
  readonly keyDatabaseOwnerUrl: string;
  /** To be made where there is none. */
  readonly keyFile: string;
}

/**
 * Reads what `prasan db init` needs.
 * @throws ConfigFault with every fault at once
 */
export const readInitConfig = (env: NodeJS.ProcessEnv): { readonly config: InitConfig; readonly warnings: readonly string[] } => {
  const faults: string[] = [];
  const v = parseAll(env, faults, { ...table, KEY_FILE: { ...table.KEY_FILE, parse: newSecretFile } });
  const need = (name: 'DATABASE_URL' | 'KEY_DATABASE_URL' | 'DATABASE_OWNER_URL' | 'KEY_DATABASE_OWNER_URL' | 'KEY_FILE'): string => {
    const value = name === 'KEY_DATABASE_OWNER_URL' ? keyOwnerOf(v) : v[name];
    const derived = name === 'KEY_DATABASE_OWNER_URL' && faults.length > 0; // From others that are themselves at fault.
    if (value === undefined && !derived && !env[name]?.trim()) faults.push(`${name} must be set for \`prasan db init\`: ${table[name].about}`);
    return value ?? '';
  };
  const config = {
    databaseUrl: need('DATABASE_URL'),
    keyDatabaseUrl: need('KEY_DATABASE_URL'),
    matcherDatabaseUrl: v.MATCHER_DATABASE_URL,
    databaseOwnerUrl: need('DATABASE_OWNER_URL'),
    keyDatabaseOwnerUrl: need('KEY_DATABASE_OWNER_URL'),
    keyFile: need('KEY_FILE'),
  };
  if (faults.length > 0) throw new ConfigFault(faults);
  return { config: Object.freeze(config), warnings: unknownNames(env) };
};

/**
 * Reads some settings, for commands that need no more.
 * @returns their values, standard ones included
 * @throws ConfigFault
 */
export const readSettings = <K extends Name>(env: NodeJS.ProcessEnv, wanted: readonly K[]): { readonly [N in K]: Parsed<N> | undefined } => {
  const faults: string[] = [];
  const values = parseAll(env, faults, table, wanted);
  if (faults.length > 0) throw new ConfigFault(faults);
  return values;
};

/** The key database's owner, for commands that need both: given, or the same server's. */
export const readKeyOwner = (env: NodeJS.ProcessEnv): string | undefined => {
  const faults: string[] = [];
  const url = keyOwnerOf(parseAll(env, faults, table, ['DATABASE_URL', 'KEY_DATABASE_URL', 'DATABASE_OWNER_URL', 'KEY_DATABASE_OWNER_URL']));
  if (faults.length > 0) throw new ConfigFault(faults);
  return url;
};

/** The table of settings in Markdown, for the documentation. */
export const configTable = (): string => {
  const rows = names.map((name) => {
    const { fallback, required, about }: Variable<unknown> = table[name];
    const standard = fallback === undefined ? (required === undefined ? '' : 'required in production') : `\`${fallback}\``;
    return `| \`${name}\` | ${standard} | ${about} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
};
