import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { corkedSocket } from '../../src/store/corked-socket.ts';
import { runningEmbedded } from '../../src/store/embedded/start.ts';
import { clusterFolder, keeperName } from './keeper-name.ts';

export interface FreshDatabase {
  /** A superuser's URL of the server's own database. */
  readonly adminUrl: string;
  /** The new, empty database. Every database and role whose name begins with this one is dropped when the test ends. */
  readonly name: string;
  /** A second new, empty database (for keys). */
  readonly keysName: string;
  /** URL of a database on this server (default: the new one), as the superuser or as somebody else. */
  url(database?: string, user?: string, password?: string): string;
}

/** Asks the keeper once. @returns what it says, or `undefined` when there is none, or it is just leaving */
const ask = async (): Promise<string | undefined> => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect(keeperName);
  socket.once('data', (chunk) => {
    socket.unref(); // Stays open as long as this process lives: so the keeper knows.
    resolve(chunk.toString('utf8').trim());
  });
  socket.on('error', () => { resolve(undefined); });
  socket.on('close', () => { resolve(undefined); });
  return promise;
};

const startKeeper = (): void => {
  spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts')], { detached: true, stdio: 'ignore' }).unref();
};

const sharedCluster = async (): Promise<string> => {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await ask();
    if (answer === 'ready') {
      const url = await runningEmbedded(clusterFolder);
      if (url !== undefined) return url;
    } else if (answer !== undefined) {
      throw new Error(answer);
    }
    if (attempt % 20 === 0) startKeeper();
    await delay(100);
  }
  throw new Error('the test cluster does not start');
};

let server: Promise<string> | undefined;

/** URL of the superuser on the server the tests use: `TEST_DATABASE_URL`, else one embedded PostgreSQL for all test processes. */
export const testServer = async (): Promise<string> => {
  server ??= process.env['TEST_DATABASE_URL'] === undefined ? sharedCluster() : Promise.resolve(process.env['TEST_DATABASE_URL']);
  return server;
};

/** PostgreSQL ends who is still connected, and gives them five seconds: on a busy machine some need longer. */
const dropDatabase = async (sql: postgres.Sql, name: string): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await sql`drop database if exists ${sql(name)} with (force)`;
      return;
    } catch (error) {
      if (!(error instanceof postgres.PostgresError) || error.code !== '55006' || attempt === 6) throw error;
    }
  }
};

const drop = async (sql: postgres.Sql, name: string): Promise<void> => {
  const databases = await sql<{ datname: string }[]>`select datname from pg_database where starts_with(datname, ${name})`;
  for (const { datname } of databases) await dropDatabase(sql, datname);
  const roles = await sql<{ rolname: string }[]>`select rolname from pg_roles where starts_with(rolname, ${name})`;
  for (const { rolname } of roles) await sql`drop role ${sql(rolname)}`;
};

let socket: Socket | undefined;
let shared: postgres.Sql | undefined;
let users = 0;
const administrator = {
  max: 1, max_lifetime: null, fetch_types: false, onnotice: () => undefined,
  socket: async (target: Parameters<typeof corkedSocket>[0]) => (socket = await corkedSocket(target)),
} as const;

/** The superuser's connection that this process makes and drops databases on: one, since each costs PostgreSQL as much as a new database. The process lives no longer for it. */
const asAdministrator = async <T>(adminUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
  shared ??= postgres(adminUrl, administrator);
  users += 1;
  socket?.ref();
  try {
    return await work(shared);
  } finally {
    users -= 1;
    if (users === 0) socket?.unref();
  }
};

/** What new databases are copies of. */
export interface Templates {
  readonly main: string;
  readonly keys: string;
}

/** URLs on that server; of this database unless another is named. */
export const urlOn = (adminUrl: string, name: string): FreshDatabase['url'] => (database = name, user, password) => {
  const made = new URL(adminUrl);
  made.pathname = `/${database}`;
  if (user !== undefined) made.username = encodeURIComponent(user);
  if (user !== undefined) made.password = encodeURIComponent(password ?? '');
  return made.href;
};

/**
 * Two new databases on a real PostgreSQL, empty unless copied, gone when `t` ends.
 * @param t the test that owns them
 */
export const freshDatabase = async (t: { teardown(done: () => Promise<void>): unknown }, templates?: Templates): Promise<FreshDatabase> => {
  const adminUrl = await testServer();
  const name = `prasan_test_${randomBytes(5).toString('hex')}`;
  const keysName = `${name}_keys`;
  t.teardown(async () => asAdministrator(adminUrl, async (sql) => drop(sql, name)));
  await asAdministrator(adminUrl, async (sql) => {
    for (const [database, template] of [[name, templates?.main], [keysName, templates?.keys]] as const) {
      // Its files are copied: block by block through the log, as PostgreSQL does by itself, costs three times as much.
      if (template === undefined) await sql`create database ${sql(database)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' strategy file_copy`;
      else await sql`create database ${sql(database)} template ${sql(template)} strategy file_copy`;
    }
  });
  return { adminUrl, name, keysName, url: urlOn(adminUrl, name) };
};
