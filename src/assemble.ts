/**
 * Puts the rooms together: dictionary, vault, store, exchange, authenticator, app. The server, the tests and the bench all build the exchange here,
 * so what is tested is what runs.
 */
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { type AppConfig, buildApp } from './app.ts';
import { issuing } from './assemble/issuer.ts';
import type { Level } from './dictionary/compartment.ts';
import { loadDictionary } from './dictionary/load.ts';
import { mediaTypes } from './dictionary/media-types.ts';
import type { Dictionary } from './dictionary/types.ts';
import type { Exchange } from './exchange/api.ts';
import type { Deps } from './exchange/deps.ts';
import { createExchange } from './exchange/exchange.ts';
import { limitedExchange, limiter, type Limiter } from './exchange/limits/index.ts';
import { type RegistryCache, registryCache } from './exchange/registry-cache.ts';
import { type Authenticator, authenticator } from './identity/authenticator.ts';
import type { AuthorizationServer } from './identity/oauth/server.ts';
import { metadataPath, oauthPaths } from './identity/oauth/provider.ts';
import { isDemoIssuer } from './identity/builtin-issuer.ts';
import type { FetchJwks } from './identity/issuer-keys.ts';
import { type Registry, scopes } from './rules/registry.ts';
import { type LimitName, limitNames, type Limits } from './rules/limits.ts';
import { type KeyDatabase, keyDatabase } from './store/keys.ts';
import { type Matcher, openMatcher } from './store/matcher.ts';
import { openStore, type Store } from './store/store.ts';
import { oauthSurface } from './surfaces/oauth.ts';
import { graphqlSurface } from './surfaces/graphql/plugin.ts';
import type { Metrics } from './surfaces/metrics.ts';
import { contractOf, type Source } from './surfaces/pages/contract.ts';
import { type Demo, pagesSurface } from './surfaces/pages/pages.ts';
import type { StaffParts } from './surfaces/staff/parts.ts';
import { fileKms } from './vault/file-kms.ts';
import { openVault, type Vault } from './vault/vault.ts';

export interface AssemblyOptions {
  /** PostgreSQL URL, as the app role. */
  readonly databaseUrl: string;
  /** PostgreSQL URL of the key database, as the keys role. */
  readonly keyDatabaseUrl: string;
  /** PostgreSQL URL, as the matcher role; undefined: this node matches nothing for the victim firewall. */
  readonly matcherDatabaseUrl?: string | undefined;
  /** Path of the master key file. */
  readonly keyFile: string;
  /** This node's name in the ledger. */
  readonly node: string;
  readonly poolSize: number;
  /** Nothing above it is held. */
  readonly maximum: Level;
  /** What may be attached to requests; unless given, every type that can be told by its bytes, up to 25 MiB. */
  readonly attachable?: Deps['attachable'];
  readonly tokens: { readonly audience: string; readonly leewaySeconds: number; readonly maxLifeSeconds: number };
  readonly log: Logger;
  /** Whether tokens of the built-in issuer count. Never in production, whatever the registry says. */
  readonly demoIssuer: boolean;
  /** The project's own schema unless given. */
  readonly dictionary?: Dictionary;
  /** What is known offline of addresses; nothing unless given. */
  readonly enrich?: Deps['enrich'];
  /** Warning lists of known-good values; none unless given. */
  readonly warn?: Deps['warn'];
  readonly fetchJwks?: FetchJwks;
  /** Limits of those of whom the registry says nothing; undefined: nobody is limited. */
  readonly limits?: Limits;
}

/** The exchange without its surfaces. */
export interface Assembly {
  readonly dictionary: Dictionary;
  readonly registry: RegistryCache;
  readonly vault: Vault;
  readonly keys: KeyDatabase;
  readonly store: Store;
  /** Of the victim firewall. */
  readonly matcher: Matcher | undefined;
  readonly exchange: Exchange;
  /** Undefined: nobody is limited. */
  readonly limiter: Limiter | undefined;
  /** How often each limit has refused somebody on this node. */
  readonly limited: ReadonlyMap<LimitName, number>;
  readonly deps: Deps;
  /** Of a token by an issuer that this node has not heard of, the registry is asked again before it is refused. */
  readonly authenticator: Authenticator;
  /** The built-in issuer, where the registry declares one. */
  readonly oauth: AuthorizationServer;
  /** Persons who sign in with it. */
  readonly staff: StaffParts;
  /** @throws when one of the databases does not answer */
  ping(): Promise<void>;
  /** Ends all database connections. */
  close(): Promise<void>;
}

/** Issuers and keys declared a moment ago count with the next request: a refused token is tried again if the registry has moved on. */
function withNewest(identity: Authenticator, registry: RegistryCache, store: Store): Authenticator {
  return {
    read: async (token) => identity.read(token),
    async authenticate(authorization, presented) {
      try {
        return await identity.authenticate(authorization, presented);
      } catch (error) {
        const { version } = await store.read.moment();
        if (version <= (await registry.current()).version) throw error;
        await registry.refresh();
        return identity.authenticate(authorization, presented);
      }
    },
  };
}

/** Milliseconds in which one limit of somebody is told of once. */
const quiet = 60_000;

/** The limiter of a node; whom it refuses is told in the log, and counted. */
function limiterOf(defaults: Limits, store: Store, registry: RegistryCache, log: Logger): { limiter: Limiter; limited: ReadonlyMap<LimitName, number> } {
  const told = new LRUCache<string, true>({ max: 10_000, ttl: quiet });
  const limited = new Map<LimitName, number>();
  return {
    limited,
    limiter: limiter({
      port: store.limits, defaults, registry: async () => registry.current(),
      alert: ({ name }, limit) => {
        limited.set(limit, (limited.get(limit) ?? 0) + 1);
        if (told.has(`${limit} ${name}`)) return;
        told.set(`${limit} ${name}`, true);
        log.warn({ alert: 'LIMIT_REACHED', limit, limited: name }, 'a limit was reached');
      },
    }),
  };
}

const withoutDemo = (registry: Registry): Registry => ({ ...registry, issuers: new Map([...registry.issuers].filter(([, issuer]) => !isDemoIssuer(issuer))) });

/** @throws Error in one line when the key file is not right */
export async function assemble(options: AssemblyOptions): Promise<Assembly> {
  const { databaseUrl, keyDatabaseUrl, keyFile, node, poolSize, maximum, tokens, log, fetchJwks } = options;
  const dictionary = options.dictionary ?? loadDictionary();
  const kms = await fileKms(keyFile);
  const keys = keyDatabase(keyDatabaseUrl, Math.max(1, Math.ceil(poolSize / 4)));
  const vault = await openVault({ kms, keys });
  const load = async (): Promise<Registry> => (options.demoIssuer ? store.read.registry() : withoutDemo(await store.read.registry()));
  const registry: RegistryCache = registryCache(dictionary, load);
  const store = openStore({ url: databaseUrl, poolSize, dictionary, node, registry: async () => registry.current(), journal: keys.journal });
  const matcher = options.matcherDatabaseUrl === undefined ? undefined : openMatcher(options.matcherDatabaseUrl);
  const deps: Deps = {
    dictionary, registry, read: store.read, write: store.write, ledger: store.ledger, feed: store.feed, imports: store.imports, erasures: store.erasures, statistics: store.statistics, firewall: store.firewall, requests: store.requests, attachments: store.attachments, vault, maximum,
    attachable: options.attachable ?? { largest: 25 * 1024 * 1024, types: Object.keys(mediaTypes) },
    enrich: options.enrich ?? (() => ({})),
    warn: options.warn ?? (() => undefined),
    log: { warn: (fields, message) => { log.warn(fields, message); } },
  };
  const staff = async (id: string, session: string) => store.staff.standing(id, Buffer.from(session, 'hex'));
  const identity = withNewest(authenticator({ registry: async () => registry.current(), proofs: store.proofs, staff, ...tokens, ...(fetchJwks === undefined ? {} : { fetchJwks }) }), registry, store);
  const limits = options.limits === undefined ? undefined : limiterOf(options.limits, store, registry, log);
  const exchange = createExchange(deps);
  return {
    dictionary, registry, vault, keys, store, matcher, deps,
    ...(await issuing({ store, registry, identity, kms, tokens, log, limited: limits !== undefined })),
    exchange: limits === undefined ? exchange : limitedExchange(exchange, limits.limiter),
    limiter: limits?.limiter, limited: limits?.limited ?? new Map(),
    authenticator: identity,
    ping: async () => void (await Promise.all([store.ping(), keys.ping()])),
    close: async () => void (await Promise.all([store.close(), keys.close(), matcher?.close()])),
  };
}

export interface SurfaceOptions {
  readonly config: AppConfig;
  readonly log: Logger;
  readonly version: string;
  /** Whether requests can be answered now; the databases' answer unless given. */
  readonly ready?: () => Promise<boolean>;
  /** Whether anybody may be served at all; always, unless given. */
  readonly open?: () => boolean;
  readonly metrics?: Metrics | undefined;
  /** Embedded mode's partner chooser. */
  readonly demo?: Demo | undefined;
  readonly sources?: readonly Source[];
}

/** The one app, with all its surfaces, over an assembly. Closing it does not close the assembly. */
export async function surfaces(assembly: Assembly, options: SurfaceOptions): Promise<FastifyInstance> {
  const { exchange, dictionary, authenticator: identity, oauth, staff, ping, store, limiter: limits, limited } = assembly;
  const { config, log, version, metrics, demo, sources } = options;
  const ready = options.ready ?? (async () => ping().then(() => true));
  metrics?.gauges({
    prasan_pool_connections: { help: 'Database connections of this node for requests', value: () => store.sessions.usage().size },
    prasan_pool_idle: { help: 'Those of them that are idle', value: () => store.sessions.usage().idle },
    prasan_pool_waiting: { help: 'Requests that wait for a connection', value: () => store.sessions.usage().waiting },
  });
  metrics?.gauges(Object.fromEntries(limitNames.map((name) => [
    `prasan_limited_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, { help: `Refusals of this node by the limit ${name}`, value: () => limited.get(name) ?? 0 },
  ])));
  return buildApp({
    exchange, dictionary, config, log, ready, metrics, limiter: limits, open: options.open,
    authenticate: async (authorization, presented) => identity.authenticate(authorization, presented),
    contract: contractOf(dictionary, version, sources),
    plugins: [graphqlSurface({ exchange, dictionary }), oauthSurface({ ...oauth, paths: oauthPaths, metadataPath, scopes, publicUrl: config.publicUrl, tried: staff.tried }), pagesSurface({ staff, ...(demo !== undefined && { demo }) })],
  });
}
