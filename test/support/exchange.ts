/** A whole exchange on fresh databases, with the demonstration's registry. All people in tests are synthetic. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { type Assembly, assemble } from '../../src/assemble.ts';
import { knownOf } from '../../src/cli/registry/known.ts';
import { readRegistry } from '../../src/cli/registry/read.ts';
import { caveatMask, type CaveatName, levelOf, type LevelName, type PurposeName, purposeMask, purposeNames } from '../../src/dictionary/compartment.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import type { Dictionary } from '../../src/dictionary/types.ts';
import type { Asker, Exchange } from '../../src/exchange/api.ts';
import type { Deps } from '../../src/exchange/deps.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import type { Limits } from '../../src/rules/limits.ts';
import type { Declared, Issuer } from '../../src/rules/registry.ts';
import { asVerified } from '../../src/rules/viewer.ts';
import { applyRegistry } from '../../src/store/apply.ts';
import type { Store } from '../../src/store/store.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { createKeyFile } from '../../src/vault/key-file.ts';
import { migratedDatabase, rolesOn } from './migrated.ts';
import type { FreshDatabase } from './postgres.ts';

export const testIssuer = 'urn:test:issuer';

export interface Asking {
  readonly purpose?: PurposeName;
  readonly clearance?: LevelName;
  readonly caveats?: readonly CaveatName[];
  readonly scopes?: readonly string[];
  readonly subject?: string;
  readonly desk?: string;
}

export interface TestExchange {
  readonly exchange: Exchange;
  readonly deps: Deps;
  readonly store: Store;
  readonly dictionary: Dictionary;
  readonly registry: Declared;
  readonly database: FreshDatabase;
  /** A superuser on the exchange's database. */
  readonly admin: Sql;
  readonly appUrl: string;
  readonly keysUrl: string;
  readonly matcherUrl: string;
  readonly keyFile: string;
  asker(partner: string, asking?: Asking): Asker;
  /** Puts a changed registry in force. */
  apply(declared: Partial<Declared>): Promise<void>;
  /** What `exchange` is part of. */
  readonly assembly: Assembly;
  /** Another node on the same databases. */
  node(): Promise<Assembly>;
}

const everything = 'TOP_SECRET';
const all: readonly CaveatName[] = ['PERSONAL', 'VICTIM', 'HEALTH', 'SOURCE', 'OPERATIONAL', 'FINANCIAL', 'CONSULAR'];
const scopes = ['records:read', 'records:write', 'records:erase', 'import', 'ledger:read', 'statistics'];

/** Verified claims without a token, for tests of what lies behind identity. */
export function askerOf(partner: string, { purpose, clearance = everything, caveats = all, scopes: given = scopes, subject = 'tester', desk }: Asking = {}): Asker {
  return {
    claims: asVerified({
      issuer: testIssuer, subject, client: 'test', partner, ...(desk !== undefined && { desk }), scopes: given, clearance: levelOf(clearance) ?? 0,
      caveats: caveatMask(caveats), purposes: purposeMask(purpose === undefined ? purposeNames : [purpose]), expiresAt: 4e9,
    }),
    purpose,
    requestId: randomUUID(),
    language: 'en',
  };
}

type Demo = NonNullable<Awaited<ReturnType<typeof readRegistry>>['registry']>;
const read = new WeakMap<Dictionary, Promise<Demo>>();

async function readDemo(dictionary: Dictionary): Promise<Demo> {
  const { registry, faults } = await readRegistry(join(import.meta.dirname, '../../registry/demo'), knownOf(dictionary));
  if (registry === undefined) throw new Error(`the demonstration registry has faults: ${JSON.stringify(faults)}`);
  return registry;
}

/** The demonstration's registry, read once for a dictionary, with an issuer that speaks for all its partners. */
export async function demoRegistry(dictionary: Dictionary): Promise<Declared> {
  const reading = read.get(dictionary) ?? readDemo(dictionary);
  read.set(dictionary, reading);
  const demo = await reading;
  const issuer: Issuer = { issuer: testIssuer, jwks: { keys: [] }, algorithms: ['EdDSA'], partners: [...demo.partners.keys()], maxLife: 3600, senderConstrained: { scopes: [] }, status: 'ACTIVE' };
  return { ...demo, issuers: new Map([[testIssuer, issuer]]) };
}

export interface FreshOptions {
  readonly registry?: (demo: Declared) => Declared;
  readonly dictionary?: Dictionary;
  readonly deps?: Partial<Deps>;
  /** Nobody is limited unless given. */
  readonly limits?: Limits;
}

/** The dictionary of `schema/`: read once in a process, which takes as long as a new database. */
let shipped: Dictionary | undefined;

export async function freshExchange(t: { teardown(done: () => Promise<void>): unknown }, options: FreshOptions = {}): Promise<TestExchange> {
  const database = await migratedDatabase(t);
  const dictionary = options.dictionary ?? (shipped ??= loadDictionary());
  const { appUrl, keysUrl, matcherUrl } = rolesOn(database.url, database.name, database.keysName);
  const admin = postgres(database.url(), { max: 2, onnotice: () => undefined });
  const folder = await mkdtemp(join(tmpdir(), 'prasan-test-'));
  const keyFile = join(folder, 'kms.json');
  await createKeyFile(keyFile);
  const demo = await demoRegistry(dictionary);
  const registry = options.registry?.(demo) ?? demo;
  await applyRegistry(admin, dictionary, registry, 'test');
  const closers: (() => Promise<void>)[] = [];

  async function node(): Promise<Assembly> {
    const made = await assemble({
      databaseUrl: appUrl, keyDatabaseUrl: keysUrl, matcherDatabaseUrl: matcherUrl, keyFile, node: 'test', poolSize: 4, maximum: 3, dictionary, demoIssuer: true,
      tokens: { audience: 'prasan', leewaySeconds: 30, maxLifeSeconds: 43_200 },
      log: makeLog({ level: 'silent', redacted: dictionary.redacted }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    closers.push(async () => made.close());
    if (options.deps === undefined) return made;
    const deps: Deps = { ...made.deps, ...options.deps };
    return { ...made, deps, exchange: createExchange(deps) };
  }

  const first = await node();
  t.teardown(async () => {
    await Promise.all(closers.map(async (close) => close()));
    await admin.end({ timeout: 5 });
    await rm(folder, { recursive: true, force: true });
  });
  return {
    ...first, assembly: first, dictionary, registry, database, admin, appUrl, keysUrl, matcherUrl, keyFile, node, asker: askerOf,
    apply: async (declared) => void (await applyRegistry(admin, dictionary, { ...registry, ...declared }, 'test')),
  };
}
