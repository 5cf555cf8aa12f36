import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Account } from './account.ts';
import { childEnv } from './account.ts';
import { EmbeddedFault, reasonOf } from './fault.ts';

/**
 * PostgreSQL is exec'ed beside a guard that reads a pipe from us: when we end, however we end (kill -9 too), the pipe closes
 * and the guard asks PostgreSQL for a fast shutdown. The guard is orphaned at birth, so the postmaster has no child it does not know.
 */
const guarded = 'pg=$$; ( { cat >/dev/null; kill -INT "$pg" 2>/dev/null; } <&3 & ); exec "$@" </dev/null 3<&-';

const settings = (port: number, durable: boolean): readonly string[] => Object.entries({
  listen_addresses: '127.0.0.1',
  port,
  unix_socket_directories: '',
  max_connections: durable ? 100 : 300,
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '128MB',
  max_wal_size: durable ? '2GB' : '512MB',
  random_page_cost: 1.1,
  jit: 'off',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Errors quote values, and no log may hold a stored one: only the server's own affairs are logged.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
}).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

export interface Postmaster {
  readonly port: number;
  /** Resolves when the server and all its processes are gone. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface PostmasterOptions {
  readonly account: Account;
  readonly bin: string;
  readonly data: string;
  readonly durable: boolean;
  /** Ask for this port (a restart keeps its port); without it any free one. */
  readonly port?: number | undefined;
  readonly log: (line: string) => void;
}

/** Milliseconds without a word of it. One that recovers what a crash left says every ten seconds how far it is, and takes the time it takes. */
const silence = 120_000;

/** Resolves once it accepts connections; rejects with its last words if it ends before, or says nothing for long. */
const ready = async (child: ChildProcess, log: (line: string) => void): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const last: string[] = [];
  const timer = setTimeout(() => { reject(new EmbeddedFault(`PostgreSQL was not ready, and has said nothing for ${silence / 1000} seconds`)); }, silence);
  if (child.stderr === null) throw new Error('no stderr');
  createInterface(child.stderr).on('line', (line) => {
    log(line);
    // What it tells those who come too early is no news of itself.
    if (!line.includes('FATAL')) timer.refresh();
    if (last.push(line) > 20) last.shift();
    if (line.includes('database system is ready to accept connections')) resolve();
  });
  child.once('error', reject);
  child.once('close', () => {
    const fatal = last.findLast((line) => line.includes('FATAL')) ?? last.at(-1) ?? '';
    reject(new EmbeddedFault(`PostgreSQL did not start: ${fatal.replace(/^.*FATAL:\s*/, '')}`, last.join('\n')));
  });
  await promise.finally(() => { clearTimeout(timer); });
};

/** Starts `postgres` on the cluster and waits until it is ready. */
export const startPostmaster = async (options: PostmasterOptions): Promise<Postmaster> => {
  const port = options.port ?? await freePort();
  const command = [join(options.bin, 'postgres'), '-D', options.data, ...settings(port, options.durable)];
  const child = spawn('/bin/sh', ['-c', guarded, 'sh', ...command], {
    ...options.account,
    cwd: '/',
    env: childEnv,
    detached: true, // Ctrl-C at the terminal reaches us alone: requests in flight still need their database.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const guard = child.stdio[3];
  guard?.on('error', () => undefined);
  child.once('exit', () => guard?.destroy());
  // `close` comes when nobody holds the pipes any more: backends and guard are gone too. An error (a signal that cannot be sent) is no end.
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  child.once('close', () => { end(); });
  try {
    await ready(child, options.log);
  } catch (error) {
    // Nobody else would end it, and it holds the cluster.
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGQUIT');
    throw error;
  }
  child.on('error', (error) => { options.log(`PostgreSQL, process ${child.pid}: ${reasonOf(error)}`); });
  // We may end without stop(): the guard then stops it.
  child.unref();
  for (const stream of [child.stderr, guard]) if (stream !== null && stream !== undefined && 'unref' in stream) (stream as { unref(): void }).unref();
  return {
    port,
    ended,
    stop: async () => {
      child.ref();
      const patience = setTimeout(() => { child.kill('SIGQUIT'); }, 30_000);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await ended;
      clearTimeout(patience);
    },
  };
};
