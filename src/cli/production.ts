/** What must hold before production serves anybody. Each fault is one line that says what to do. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { hasDemoKey, isDemoIssuer } from '../identity/builtin-issuer.ts';
import type { Registry } from '../rules/registry.ts';
import { StartFault } from '../server.ts';
import { migrationsMissing } from '../store/migrate.ts';
import { passageTo } from '../store/pooler.ts';
import { loadRegistry } from '../store/registry.ts';
import { readKeyFile } from '../vault/key-file.ts';
import { unforeseen } from './unforeseen.ts';

export interface Place {
  /** The setting that has the URL. */
  readonly setting: string;
  readonly url: string;
  readonly role: string;
  /** Whose migrations it needs; undefined: another setting's. */
  readonly migrations?: 'main' | 'keys';
  /** Where callers reach the exchange: a built-in issuer is named by it. */
  readonly publicUrl?: string | undefined;
}

interface Role {
  readonly name: string;
  readonly powerful: boolean;
  readonly owns: boolean;
}

/** Row-level security does not bind superusers, BYPASSRLS and, but for FORCE, owners: none of them may serve. */
async function roleFaults(sql: Sql, { setting, role }: Place): Promise<string[]> {
  const [found] = await sql<Role[]>`
    select current_user::text as name, rolsuper or rolbypassrls or rolcreaterole as powerful,
      exists (select from pg_roles o where o.rolname = 'prasan_owner' and pg_has_role(current_user, o.oid, 'MEMBER')) as owns
    from pg_roles where rolname = current_user`;
  const remedy = `use the role ${role} that \`prasan db init\` makes`;
  if (found?.powerful !== false) return [`${setting} names ${found?.name ?? 'a role'}, which row-level security does not bind: ${remedy}`];
  return found.owns ? [`${setting} names ${found.name}, which owns the tables: ${remedy}`] : [];
}

function builtinFaults({ issuers, signingKeys }: Pick<Registry, 'issuers' | 'signingKeys'>, publicUrl: string | undefined): string[] {
  const builtin = [...issuers.values()].find(({ jwks, status }) => 'builtin' in jwks && status === 'ACTIVE');
  if (builtin === undefined) return [];
  return [
    ...(publicUrl === builtin.issuer ? [] : [`PUBLIC_URL must be the built-in issuer's name: set it to ${builtin.issuer}, or declare the issuer under the address that callers use`]),
    ...(signingKeys.length === 0 ? ['the built-in issuer has no key to sign with: `prasan issuer rotate` makes one'] : []),
  ];
}

const algorithms: ReadonlySet<unknown> = new Set(['EdDSA', 'ES256', 'ES384', 'PS256', 'RS256']);

/**
 * What in a registry no production may trust. A document that was not put in force by `apply` may be of any shape.
 * @param publicUrl where callers reach the exchange
 */
export function registryFaults(registry: Pick<Registry, 'issuers' | 'clients' | 'signingKeys'>, publicUrl?: string): string[] {
  const { issuers, clients } = registry;
  const active = [...issuers.values()].filter(({ status }) => status === 'ACTIVE');
  const pinned = (given: unknown): boolean => Array.isArray(given) && given.length > 0 && given.every((one) => algorithms.has(one));
  return [
    ...(issuers.size === 0 ? ['no token issuer is declared: declare one in YAML and put it in force with `prasan apply <folder>`'] : []),
    ...builtinFaults(registry, publicUrl),
    ...active.filter(isDemoIssuer).map(({ issuer }) => `the registry trusts the demonstration's issuer (${issuer}): it must not in production: suspend it with \`prasan suspend issuer <id> --reason TEXT\``),
    ...active.filter((issuer) => !pinned(issuer.algorithms)).map(({ issuer }) => `the issuer ${issuer} has no pinned algorithms: name them in its \`algorithms\` and run \`prasan apply <folder>\``),
    ...[...clients.values()].filter(({ status, jwks }) => status === 'ACTIVE' && hasDemoKey(jwks)).map(({ id }) => `the client ${id} has a key of the demonstration: declare its own in YAML and run \`prasan apply <folder>\``),
  ];
}

/** A proxy that does not give each connection a session of its own, as it was asked for. */
async function proxyFaults({ setting, url, role }: Place): Promise<string[]> {
  const passage = await passageTo(url);
  if (passage === 'TRANSACTIONS') return [`${setting} goes through a proxy that pools transactions: connect to PostgreSQL itself, or let the proxy pool sessions (PgBouncer: pool_mode = session)`];
  return passage === 'SESSION' ? [] : [`${setting} goes through a proxy that does not pass settings of a connection on: connect to PostgreSQL itself, or make statement_timeout and jit settings of the role ${role} (docs/install.md)`];
}

/** What the rows themselves tell. */
async function contentFaults(sql: Sql, { setting, migrations, publicUrl }: Place): Promise<string[]> {
  if (migrations === undefined) return [];
  if (await migrationsMissing(sql, migrations)) return [`the database of ${setting} is not up to date: run \`prasan db init\``];
  return migrations === 'main' ? registryFaults(await loadRegistry(sql), publicUrl) : [];
}

/** One database: who connects, whether a connection is a session, whether it is up to date, and what its registry says. */
export async function databaseFaults(place: Place): Promise<string[]> {
  const sql = postgres(place.url, { max: 1, onnotice: () => undefined, connect_timeout: 10, prepare: false });
  try {
    const faults = [...(await roleFaults(sql, place)), ...(await proxyFaults(place))];
    // A role that may not serve may not look either: what it is told then is not about the rows.
    const found = await contentFaults(sql, place).catch((error: unknown) => { if (faults.length > 0) return []; throw error; });
    return [...faults, ...found];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** @param path of the master key file */
export async function keyFileFaults(path: string): Promise<string[]> {
  const folder = dirname(path);
  // Whoever ran the demonstration may have its folder at hand: its keys have been on a machine that hands tokens to everybody.
  if (['roles.json', 'issuer-key.json'].every((name) => existsSync(join(folder, name)))) return [`KEY_FILE is the demonstration's (${folder}): name another place, and \`prasan db init\` makes one`];
  return readKeyFile(path).then(() => [], (error: unknown) => [error instanceof Error ? error.message : String(error)]);
}

export interface Production {
  readonly databaseUrl: string;
  readonly keyDatabaseUrl: string;
  readonly matcherDatabaseUrl?: string | undefined;
  readonly keyFile: string;
  readonly publicUrl?: string | undefined;
}

export const placesOf = ({ databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, publicUrl }: { readonly [K in keyof Production]?: Production[K] | undefined }): Place[] => [
  ...(databaseUrl === undefined ? [] : [{ setting: 'DATABASE_URL', url: databaseUrl, role: 'prasan_app', migrations: 'main' as const, publicUrl }]),
  ...(keyDatabaseUrl === undefined ? [] : [{ setting: 'KEY_DATABASE_URL', url: keyDatabaseUrl, role: 'prasan_keys', migrations: 'keys' as const }]),
  ...(matcherDatabaseUrl === undefined ? [] : [{ setting: 'MATCHER_DATABASE_URL', url: matcherDatabaseUrl, role: 'prasan_matcher' }]),
];

/** All that keeps it from starting; a database that cannot be asked is one fault, with the setting that names it. */
export async function productionFaults({ keyFile, ...databases }: { readonly [K in keyof Production]?: Production[K] | undefined }): Promise<string[]> {
  const found = placesOf(databases).map(async (place) => databaseFaults(place).catch((error: unknown) => [`${place.setting}: ${unforeseen(error)}`]));
  return [keyFile === undefined ? [] : await keyFileFaults(keyFile), ...(await Promise.all(found))].flat();
}

/** @throws StartFault with every fault, each in one line saying what to do, as `prasan doctor` tells them */
export async function checkProduction(production: Production): Promise<void> {
  const faults = await productionFaults(production);
  if (faults.length > 0) throw new StartFault(faults.join('\n'));
}
