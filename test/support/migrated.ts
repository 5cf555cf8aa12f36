/** New databases that hold all migrations already: copies of a pair that is made once on each server, since making a copy takes a tenth of the time. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { initDatabases } from '../../src/store/migrate.ts';
import { type FreshDatabase, freshDatabase, type Templates, testServer, urlOn } from './postgres.ts';

/** Roles are shared by all databases of the tests' server, and so is their password. */
export const password = 'only-for-tests';
const prefix = 'prasan_template_';
/** Of the server's own database: test processes take turns. */
const turns = 726_101;

function digest(): string {
  const hash = createHash('sha256');
  const folder = join(import.meta.dirname, '../../drizzle');
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:sql|json)$/.test(name)).sort()) hash.update(path).update(readFileSync(join(folder, path)));
  return hash.digest('hex').slice(0, 12);
}

export const rolesOn = (url: FreshDatabase['url'], database: string, keys: string): { appUrl: string; keysUrl: string; matcherUrl: string } => ({
  appUrl: url(database, 'prasan_app', password), keysUrl: url(keys, 'prasan_keys', password), matcherUrl: url(database, 'prasan_matcher', password),
});

async function make(sql: Sql, adminUrl: string, { main, keys }: Templates): Promise<void> {
  for (const database of [main, keys]) {
    await sql`drop database if exists ${sql(database)} with (force)`;
    await sql`create database ${sql(database)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`;
  }
  const url = urlOn(adminUrl, main);
  await initDatabases({ ownerUrl: url(), keysOwnerUrl: url(keys), ...rolesOn(url, main, keys) });
  for (const database of [keys, main]) await sql`alter database ${sql(database)} is_template true`;
}

async function templates(): Promise<Templates> {
  const adminUrl = await testServer();
  const main = `${prefix}${digest()}`;
  const made = { main, keys: `${main}_keys` };
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql`select pg_advisory_lock(${turns})`;
    const [there] = await sql`select from pg_database where datname = ${main} and datistemplate`;
    if (there === undefined) await make(sql, adminUrl, made);
    return made;
  } finally {
    await sql.end();
  }
}

let known: Promise<Templates> | undefined;

/** As `freshDatabase`, with roles made and all migrations done. */
export async function migratedDatabase(t: Parameters<typeof freshDatabase>[0]): Promise<FreshDatabase> {
  known ??= templates();
  return freshDatabase(t, await known);
}

/** On a server that stays when the tests are over. */
export async function dropTemplates(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    const left = await sql<{ datname: string }[]>`select datname from pg_database where starts_with(datname, ${prefix})`;
    for (const { datname } of left) {
      await sql`alter database ${sql(datname)} is_template false`;
      await sql`drop database ${sql(datname)} with (force)`;
    }
  } finally {
    await sql.end();
  }
}
