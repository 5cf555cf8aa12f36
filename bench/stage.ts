/** Where it all happens: a PostgreSQL of its own in a temporary folder, with fsync on, and the processes that are measured. Gone at the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { removeEmbedded, startEmbedded } from '../src/store/embedded/start.ts';
import { initDatabases } from '../src/store/migrate.ts';
import { createKeyFile } from '../src/vault/key-file.ts';

const root = resolve(import.meta.dirname, '..');
const password = 'only-for-the-bench';

export interface Database {
  readonly name: string;
  /** As the superuser, whom row-level security does not bind. */
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly keysUrl: string;
}

export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Stage {
  readonly folder: string;
  readonly keyFile: string;
  /** A fresh exchange database, with its key database. */
  database(name: string): Promise<Database>;
  /** A connection that is closed with the stage. */
  connect(url: string, max?: number): Sql;
  /** The exchange as `prasan serve` runs it in production. @param profile writes a CPU profile when it stops */
  serve(database: Database, profile?: string): Promise<Server>;
  /** Another script of this folder that listens on the port in its environment. */
  script(file: string, env: Readonly<Record<string, string>>): Promise<Server>;
  onClose(close: () => Promise<unknown>): void;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`a measured process ended at its start (${child.exitCode})`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(100);
  }
  throw new Error('a measured process is not ready after a minute');
}

async function start(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Server> {
  const port = await freePort();
  // As `npm start` does: with the flags that bin/node gives.
  const child = spawn('sh', [join('bin', 'node'), ...args], { cwd: root, env: { PATH: process.env['PATH'] ?? '', PORT: String(port), ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  let stopped: Promise<void> | undefined;
  const server = {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      stopped ??= (async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGTERM');
        await once(child, 'exit');
      })();
      return stopped;
    },
  };
  await ready(url, child).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return server;
}

const inDatabase = (server: string, name: string, user?: string): string => {
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (user !== undefined) [url.username, url.password] = [user, password];
  return url.href;
};

/** @throws EmbeddedFault when PostgreSQL cannot run here */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'prasan-bench-'));
  const cluster = join(folder, 'cluster');
  const embedded = await startEmbedded({ folder: cluster });
  const keyFile = join(folder, 'master-key.json');
  await createKeyFile(keyFile);
  const closers: (() => Promise<unknown>)[] = [async () => removeEmbedded(cluster), async () => embedded.stop()];
  const running = async (server: Promise<Server>): Promise<Server> => {
    const started = await server;
    closers.push(started.stop);
    return started;
  };
  const connect = (url: string, max = 1): Sql => {
    const sql = postgres(url, { max, onnotice: () => undefined });
    closers.push(async () => sql.end({ timeout: 5 }));
    return sql;
  };
  return {
    folder, keyFile, connect,
    async database(name) {
      const admin = connect(embedded.ownerUrl);
      for (const one of [name, `${name}_keys`]) await admin`create database ${admin(one)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`;
      const [ownerUrl, keysOwnerUrl] = [inDatabase(embedded.ownerUrl, name), inDatabase(embedded.ownerUrl, `${name}_keys`)];
      const [appUrl, keysUrl] = [inDatabase(embedded.ownerUrl, name, 'prasan_app'), inDatabase(embedded.ownerUrl, `${name}_keys`, 'prasan_keys')];
      await initDatabases({ ownerUrl, keysOwnerUrl, appUrl, keysUrl });
      return { name, ownerUrl, appUrl, keysUrl };
    },
    serve: async ({ appUrl, keysUrl }, profile) =>
      running(start([...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]), 'src/cli/main.ts', 'serve'],
        { DATABASE_URL: appUrl, KEY_DATABASE_URL: keysUrl, KEY_FILE: keyFile, METRICS_PORT: '0' })),
    script: async (file, env) => running(start([join('bench', file)], env)),
    onClose: (close) => void closers.push(close),
    close: async () => {
      for (const close of closers.toReversed()) await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The most memory a process ever held, in MiB (`VmHWM`, proc(5)). */
export async function peakMemory(pid: number): Promise<number> {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** Processor time that a process has used, in seconds (proc(5): utime and stime, in hundredths). */
async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, , , , , , , , , , , user = '0', system = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(user) + Number(system)) / 100;
}

/** Processor time of a server and of all of PostgreSQL's processes: what a busy machine cannot falsify. */
export async function processorTimes(server: Server, sql: Sql): Promise<{ readonly node: number; readonly postgres: number }> {
  const backends = await sql<{ pid: number }[]>`select pid from pg_stat_activity`;
  const times = await Promise.all(backends.map(async ({ pid }) => processorTime(pid)));
  return { node: await processorTime(server.pid), postgres: times.reduce((sum, time) => sum + time, 0) };
}

/** The one profile in a folder. */
export async function profileIn(folder: string): Promise<string | undefined> {
  const [file] = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.cpuprofile'));
  return file === undefined ? undefined : join(folder, file);
}
