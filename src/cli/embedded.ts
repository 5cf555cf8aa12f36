/** The databases of embedded mode: a PostgreSQL of its own under `.prasan`, roles with random passwords, a key file. */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { initDatabases } from '../store/migrate.ts';
import { runningEmbedded, startEmbedded } from '../store/embedded/start.ts';
import { createKeyFile } from '../vault/key-file.ts';
import { Fault } from './fault.ts';

export interface EmbeddedDatabases {
  /** A superuser's URL of the exchange's database. It carries the password: never log it. */
  readonly ownerUrl: string;
  readonly keysOwnerUrl: string;
  readonly databaseUrl: string;
  readonly keyDatabaseUrl: string;
  readonly matcherDatabaseUrl: string;
  readonly keyFile: string;
  stop(): Promise<void>;
}

const names = { main: 'prasan', keys: 'prasan_keys' } as const;

interface Passwords {
  readonly app: string;
  readonly keys: string;
}

/** Made once, whole or not at all; mode 0600. */
async function passwordsIn(folder: string): Promise<Passwords> {
  const path = join(folder, 'roles.json');
  if (!existsSync(path)) {
    const half = `${path}.${process.pid}`;
    const handle = await open(half, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ app: randomBytes(24).toString('base64url'), keys: randomBytes(24).toString('base64url') })}\n`);
      await handle.sync();
      await link(half, path);
    } finally {
      await handle.close();
      await rm(half, { force: true });
    }
  }
  return JSON.parse(await readFile(path, 'utf8')) as Passwords;
}

/** The demonstration is one process, and its folder may be older than the matcher: its password follows from another. */
const matcherPassword = ({ app }: Passwords): string => createHmac('sha256', app).update('prasan_matcher').digest('base64url');

function urlOf(server: string, database: string, user?: string, password?: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = password;
  return url.href;
}

async function createDatabases(server: string): Promise<void> {
  const sql = postgres(server, { max: 1, onnotice: () => undefined });
  try {
    const there = await sql<{ name: string }[]>`select datname as name from pg_database where datname in ${sql(Object.values(names))}`;
    for (const name of Object.values(names)) {
      if (there.some((one) => one.name === name)) continue;
      await sql`create database ${sql(name)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`;
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Starts the embedded PostgreSQL and brings its databases up to date.
 * @throws EmbeddedFault with one line
 */
export async function openEmbedded(folder: string, log: (line: string) => void): Promise<EmbeddedDatabases> {
  const server = await startEmbedded({ folder, log });
  try {
    const passwords = await passwordsIn(folder);
    await createDatabases(server.ownerUrl);
    const ownerUrl = urlOf(server.ownerUrl, names.main);
    const databaseUrl = urlOf(server.ownerUrl, names.main, 'prasan_app', passwords.app);
    const keyDatabaseUrl = urlOf(server.ownerUrl, names.keys, 'prasan_keys', passwords.keys);
    const matcherDatabaseUrl = urlOf(server.ownerUrl, names.main, 'prasan_matcher', matcherPassword(passwords));
    const keysOwnerUrl = urlOf(server.ownerUrl, names.keys);
    await initDatabases({ ownerUrl, keysOwnerUrl, appUrl: databaseUrl, keysUrl: keyDatabaseUrl, matcherUrl: matcherDatabaseUrl });
    const keyFile = join(folder, 'master-key.json');
    await createKeyFile(keyFile);
    return { ownerUrl, keysOwnerUrl, databaseUrl, keyDatabaseUrl, matcherDatabaseUrl, keyFile, stop: async () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The owner's URL of the embedded exchange in this folder; its PostgreSQL is started for the command when nobody runs it. @throws Fault when there is none */
export async function embeddedOwner(folder: string): Promise<Pick<EmbeddedDatabases, 'ownerUrl' | 'keysOwnerUrl' | 'stop'>> {
  const running = await runningEmbedded(folder);
  if (running !== undefined) return { ownerUrl: urlOf(running, names.main), keysOwnerUrl: urlOf(running, names.keys), stop: async () => undefined };
  if (!existsSync(join(folder, 'roles.json'))) throw new Fault(`there is no exchange in ${folder}: start it once with \`npm start\`, or set DATABASE_OWNER_URL`);
  return openEmbedded(folder, () => undefined);
}
