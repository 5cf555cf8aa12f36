/**
 * Holds the one PostgreSQL that all test processes of a run share. Started by the first that needs it (postgres.ts); each
 * keeps a connection here while it lives; when none has been left for a while, the server is stopped and deleted.
 */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { removeEmbedded, startEmbedded } from '../../src/store/embedded/start.ts';
import { clusterFolder, keeperName } from './keeper-name.ts';

/** Longer than the next test process takes to come, also on a machine that is busy; the end of a run says so itself. */
const lingers = 20_000;

const start = async (): Promise<{ stop(): Promise<void> }> => {
  for (let attempt = 0; ; attempt++) {
    try {
      await removeEmbedded(clusterFolder);
      return await startEmbedded({ folder: clusterFolder, durable: false });
    } catch (error) {
      // The keeper before us is still stopping.
      if (attempt === 100 || !String(error).includes('already runs')) throw error;
      await delay(100);
    }
  }
};

const clients = new Set<Socket>();
const started = Promise.withResolvers<{ stop(): Promise<void> }>();
started.promise.catch(() => undefined); // Each client is told.
let leaving: NodeJS.Timeout | undefined;
let stopping = false;

const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  server.close();
  const embedded = await started.promise.catch(() => undefined);
  await embedded?.stop();
  if (embedded !== undefined) await removeEmbedded(clusterFolder);
  process.exit(0);
};

const rest = (): void => {
  clearTimeout(leaving);
  if (clients.size === 0) leaving = setTimeout(() => { void stop(); }, lingers);
};

/** After a run. Another run may still be using the server: then it stays, and this one need not wait. */
const stopUnlessUsed = (asker: Socket): void => {
  clients.delete(asker);
  // The last test's own connection may be seen to close a moment later.
  setTimeout(() => { if (clients.size === 0) void stop(); else asker.end(); }, clients.size === 0 ? 0 : 300);
};

const server = createServer((socket) => {
  clients.add(socket);
  rest();
  socket.on('error', () => socket.destroy());
  socket.on('close', () => { clients.delete(socket); rest(); });
  socket.on('data', (chunk) => { if (chunk.toString('utf8') === 'stop') stopUnlessUsed(socket); });
  started.promise.then(
    () => { socket.write('ready\n'); },
    (error: unknown) => { socket.end(`${String(error)}\n`); },
  );
});

server.on('error', () => process.exit(0)); // Another keeper was first.
server.listen(keeperName, () => {
  rest();
  start().then(started.resolve, started.reject);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => { void stop(); });
