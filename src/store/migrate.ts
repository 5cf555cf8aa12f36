/** Roles, databases and migrations: what `prasan db init` does. Idempotent; two nodes at once take turns. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { migrate as Migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';

const folder = (name: string): string => fileURLToPath(new URL(`../../drizzle/${name}`, import.meta.url));
const roles = { owner: 'prasan_owner', app: 'prasan_app', keys: 'prasan_keys', matcher: 'prasan_matcher' } as const;
const migrationLock = 726_100;

const connect = (url: string): Sql => postgres(url, { max: 1, onnotice: () => undefined, connection: { application_name: 'prasan db init' } });

export interface InitTargets {
  /** Of a role that may create roles and own objects, on the exchange's database. */
  readonly ownerUrl: string;
  /** The same for the key database. */
  readonly keysOwnerUrl: string;
  /** What the nodes connect with: their role names and passwords are taken from these. */
  readonly appUrl: string;
  readonly keysUrl: string;
  /** What the victim firewall's matcher connects with; undefined: its role is made, and cannot log in. */
  readonly matcherUrl?: string | undefined;
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** PostgreSQL's answer when two sessions change one role at once. */
const concurrently = (error: unknown): boolean => error instanceof Error && /tuple concurrently (updated|deleted)/.test(error.message);

/** Roles are shared by all databases of a server, advisory locks are not: two databases that are initialised at once may meet here. */
async function untilAlone(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries >= 20 || !concurrently(error)) throw error;
    }
  }
}

async function ensureRole(sql: Sql, name: string, password: string | undefined): Promise<void> {
  const login = password === undefined ? 'nologin' : `login password ${quote(password)}`;
  await untilAlone(async () => sql.unsafe(`do $$ begin
    if not exists (select from pg_roles where rolname = ${quote(name)}) then
      begin create role ${name} noinherit nosuperuser nocreatedb nocreaterole nobypassrls; exception when duplicate_object or unique_violation then null; end;
    end if;
  end $$`));
  if (password !== undefined) await untilAlone(async () => sql.unsafe(`alter role ${name} ${login}`));
}

function credentials(url: string, expected: string): string {
  const { username, password } = new URL(url);
  if (decodeURIComponent(username) !== expected) throw new Error(`the nodes' URL must name the role ${expected}, not ${decodeURIComponent(username) || 'nobody'}`);
  return decodeURIComponent(password);
}

/**
 * Read only where something is migrated, and as CommonJS: `import` reads the package's description, of 180 KB, again for each of its hundreds of files,
 * which took as long as all else of a start.
 */
function migrator(): { drizzle: (sql: Sql) => PostgresJsDatabase; migrate: typeof Migrate } {
  const require = createRequire(import.meta.url);
  const { drizzle } = require('drizzle-orm/postgres-js') as { drizzle: (sql: Sql) => PostgresJsDatabase };
  const { migrate } = require('drizzle-orm/postgres-js/migrator') as { migrate: typeof Migrate };
  return { drizzle, migrate };
}

async function migrateOne(url: string, name: 'main' | 'keys', reader: string): Promise<void> {
  const { drizzle, migrate } = migrator();
  const sql = connect(url);
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    const [database] = await sql<{ name: string }[]>`select current_database() as name`;
    await untilAlone(async () => sql.unsafe(`grant ${roles.owner} to current_user`));
    await sql.unsafe(`grant create, usage on schema public to ${roles.owner}; revoke create on schema public from public; grant usage on schema public to ${reader}`);
    await sql.unsafe(`grant create on database "${(database?.name ?? '').replaceAll('"', '""')}" to ${roles.owner}`);
    await sql.unsafe(`set role ${roles.owner}`);
    await migrate(drizzle(sql), { migrationsFolder: folder(name), migrationsSchema: 'prasan_migrations' });
    // The nodes ask whether they fit the database (`migrationsMissing`).
    await sql.unsafe(`grant usage on schema prasan_migrations to ${reader}; grant select on prasan_migrations.__drizzle_migrations to ${reader}`);
    await sql`reset role`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** @throws Error in one sentence when a URL does not fit */
export async function initDatabases({ ownerUrl, keysOwnerUrl, appUrl, keysUrl, matcherUrl }: InitTargets): Promise<void> {
  const app = credentials(appUrl, roles.app);
  const keys = credentials(keysUrl, roles.keys);
  const matcher = matcherUrl === undefined ? undefined : credentials(matcherUrl, roles.matcher);
  for (const [url, name, password] of [[ownerUrl, roles.app, app], [ownerUrl, roles.matcher, matcher], [keysOwnerUrl, roles.keys, keys]] as const) {
    const sql = connect(url);
    try {
      await sql`select pg_advisory_lock(${migrationLock})`;
      await ensureRole(sql, roles.owner, undefined);
      await ensureRole(sql, name, password);
    } finally {
      await sql.end({ timeout: 5 });
    }
  }
  await migrateOne(ownerUrl, 'main', roles.app);
  await migrateOne(keysOwnerUrl, 'keys', roles.keys);
}

interface Journal {
  readonly entries: readonly { readonly when: number }[];
}

/**
 * Whether the database lacks a migration that this version needs. A newer database will do: versions N and N+1 run together.
 * @param sql a connection of a node
 */
export async function migrationsMissing(sql: Sql, name: 'main' | 'keys'): Promise<boolean> {
  const { entries } = JSON.parse(readFileSync(`${folder(name)}/meta/_journal.json`, 'utf8')) as Journal;
  const newest = Math.max(0, ...entries.map(({ when }) => when));
  const [there] = await sql<{ there: boolean }[]>`select to_regclass('prasan_migrations.__drizzle_migrations') is not null as there`;
  if (there?.there !== true) return true;
  const [last] = await sql<{ at: number | null }[]>`select max(created_at)::float8 as at from prasan_migrations.__drizzle_migrations`;
  return (last?.at ?? 0) < newest;
}
