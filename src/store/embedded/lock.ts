import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedFault, isErrno } from './fault.ts';

/**
 * One running instance a folder. The lock is a name in Linux's abstract socket namespace: taken atomically, and let go by
 * the kernel however its holder dies, so a lock is never stale.
 */
const nameOf = (folder: string): string => `\0prasan-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;

export interface Lock {
  release(): Promise<void>;
}

/** The process that holds the folder, as it says itself; `undefined` if nobody does. */
export const holderOf = async (folder: string): Promise<string | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  let answer = '';
  const socket = connect(nameOf(folder));
  socket.setTimeout(2000, () => socket.destroy());
  socket.on('data', (chunk) => { answer += chunk.toString('utf8'); });
  socket.on('error', (error) => { if (isErrno(error, 'ECONNREFUSED', 'ECONNRESET', 'ENOENT')) resolve(undefined); else reject(error); });
  socket.on('close', () => { resolve(answer === '' ? 'unknown' : answer); });
  return promise;
};

const listenOn = async (name: string): Promise<Server | undefined> => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(String(process.pid));
  });
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  server.once('error', (error) => { if (isErrno(error, 'EADDRINUSE')) resolve(undefined); else reject(error); });
  server.listen(name, () => { resolve(server); });
  return promise;
};

/** @throws EmbeddedFault when another living process has this folder */
export const takeLock = async (folder: string): Promise<Lock> => {
  for (let attempt = 1; ; attempt++) {
    const server = await listenOn(nameOf(folder));
    if (server !== undefined) {
      server.unref();
      return {
        release: async () => {
          const closed = Promise.withResolvers<void>();
          server.close(() => { closed.resolve(); });
          await closed.promise;
        },
      };
    }
    const holder = await holderOf(folder);
    // Nobody answers: the holder is just dying, and the kernel lets go of the name in a moment.
    if (holder === undefined && attempt < 50) await delay(100);
    else throw new EmbeddedFault(`Prasan already runs in ${folder} (process ${holder ?? 'unknown'}): stop it first, or set PRASAN_FOLDER to another folder`);
  }
};
