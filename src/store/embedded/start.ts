import { existsSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresAccount } from './account.ts';
import { binaries } from './binaries.ts';
import { dataOf, endLeftover, makeCluster, superuser } from './cluster.ts';
import { EmbeddedFault, isErrno, reasonOf } from './fault.ts';
import { holderOf, takeLock } from './lock.ts';
import type { Memory } from './place.ts';
import { memoryOf, openFolder, outsidePlaces, readMemory, spareFolder, writeMemory } from './place.ts';
import type { Postmaster, PostmasterOptions } from './postmaster.ts';
import { startPostmaster } from './postmaster.ts';

export interface EmbeddedOptions {
  /** Where everything is kept (`.prasan`); made if absent. */
  readonly folder: string;
  readonly log?: (line: string) => void;
  /** `false` for tests: no fsync. */
  readonly durable?: boolean;
}

export interface Embedded {
  /** The superuser's URL of database `postgres`. It carries the password: never log it. */
  readonly ownerUrl: string;
  /** Fast shutdown; when it resolves no process is left. */
  stop(): Promise<void>;
}

const urlOf = (memory: Memory, port: number): string => `postgres://${superuser}:${memory.password}@127.0.0.1:${port}/postgres`;

/** Starts, and tries again where that can help: the port was taken meanwhile, or a killed server's backends are still ending. */
const startPatiently = async (options: PostmasterOptions): Promise<Postmaster> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startPostmaster(options);
    } catch (error) {
      const passing = /could not create any TCP|still in use|lock file/.test(reasonOf(error));
      if (!passing || attempt === 20) throw error;
      await delay(Math.min(300 * attempt, 3000));
    }
  }
};

/** Milliseconds before what did not come back is tried once more. */
const pause = 5_000;

/** Keeps it running: if PostgreSQL itself is killed it comes back on the same port, however long that takes, and whoever asks has a new connection. */
const keep = async (first: Postmaster, options: PostmasterOptions): Promise<{ stop(): Promise<void> }> => {
  const stopping = new AbortController();
  let current: Promise<Postmaster | undefined> = Promise.resolve(first);
  const comesBack = async (): Promise<Postmaster | undefined> => {
    while (!stopping.signal.aborted) {
      try {
        await endLeftover(options.data);
        return await startPatiently({ ...options, port: first.port });
      } catch (error) {
        options.log(`PostgreSQL does not come back, and is tried again: ${reasonOf(error)}`);
        await delay(pause, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
      }
    }
    return undefined;
  };
  const watch = (postmaster: Postmaster | undefined): void => {
    void postmaster?.ended.then(() => {
      if (stopping.signal.aborted) return;
      options.log('PostgreSQL ended by itself: starting it again');
      current = comesBack();
      void current.then(watch);
    });
  };
  watch(first);
  return {
    stop: async () => {
      stopping.abort();
      await (await current)?.stop();
    },
  };
};

/**
 * Starts the PostgreSQL that came with `npm ci` on the cluster in `folder`, making it first if needed.
 * As root, PostgreSQL runs as an unprivileged account. It listens on a free loopback port, for whoever knows the random password.
 * @throws EmbeddedFault with one line: folder in use or unwritable, platform unsupported, PostgreSQL's own reason
 */
export const startEmbedded = async ({ folder, log = () => undefined, durable = true }: EmbeddedOptions): Promise<Embedded> => {
  const account = postgresAccount();
  const real = openFolder(folder, account);
  const lock = await takeLock(real);
  try {
    const bin = binaries(account, () => spareFolder(account, real));
    const memory = memoryOf(account, real);
    const data = dataOf(memory);
    makeCluster(account, bin, memory, durable);
    await endLeftover(data);
    const options = { account, bin, data, durable, log };
    const first = await startPatiently(options);
    const running = await keep(first, options);
    writeMemory({ ...memory, port: first.port });
    return {
      ownerUrl: urlOf(memory, first.port),
      stop: async () => {
        await running.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error instanceof EmbeddedFault ? error : new EmbeddedFault(`the embedded PostgreSQL cannot run in ${real}: ${reasonOf(error)}`, error);
  }
};

/** The URL of the instance that runs in this folder now, if one does (for commands beside a running exchange). */
export const runningEmbedded = async (folder: string): Promise<string | undefined> => {
  try {
    const real = realpathSync(folder);
    if (await holderOf(real) === undefined) return undefined;
    const memory = readMemory(real);
    return memory?.port === undefined ? undefined : urlOf(memory, memory.port);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EACCES')) return undefined;
    throw error;
  }
};

/** Deletes the cluster and whatever else belongs to it. Only when nothing runs in it. */
export const removeEmbedded = async (folder: string): Promise<void> => {
  const real = existsSync(folder) ? realpathSync(folder) : resolve(folder);
  const lock = await takeLock(real);
  try {
    for (const place of [join(real, 'postgres'), ...outsidePlaces(real)].filter((path) => existsSync(path))) {
      await endLeftover(join(place, 'data'));
      await rm(place, { recursive: true, force: true, maxRetries: 5 });
    }
    await rm(real, { recursive: true, force: true, maxRetries: 5 });
  } finally {
    await lock.release();
  }
};

export { EmbeddedFault };
