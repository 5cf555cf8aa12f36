/** The process: listens, and stops without cutting anybody off. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { buildMetricsApp, type Metrics } from './surfaces/metrics.ts';

/** Why the exchange cannot start. `message` is one line for the person at the terminal, and says what to do. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
}

type Listening = Pick<Config, 'host' | 'port' | 'metricsHost' | 'metricsPort'>;

const isErrno = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

function listenFault(error: unknown, host: string, port: number, setting: string): unknown {
  const remedy = setting === 'METRICS_PORT' ? 'set METRICS_PORT to another port, or to 0 for none' : 'stop what listens there, or set PORT to another port';
  if (isErrno(error, 'EADDRINUSE')) return new StartFault(`port ${port} of ${host} is in use: ${remedy}`);
  if (isErrno(error, 'EACCES')) return new StartFault(`port ${port} may not be opened by this user: set ${setting} to one above 1023`);
  if (isErrno(error, 'EADDRNOTAVAIL') || isErrno(error, 'ENOTFOUND')) return new StartFault(`${host} is no address of this machine: set ${setting.replace('PORT', 'HOST')} to one that is`);
  return error;
}

async function tryPort(host: string, port: number, setting: string): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ host, port, exclusive: true });
    await once(probe, 'listening');
  } catch (error) {
    throw listenFault(error, host, port, setting);
  } finally {
    if (probe.listening) {
      probe.close();
      await once(probe, 'close');
    }
  }
}

/** Fails early, before a database is started for nothing. @throws StartFault when a port cannot be had */
export async function tryPorts({ host, port, metricsHost, metricsPort }: Listening): Promise<void> {
  if (port !== 0) await tryPort(host, port, 'PORT');
  if (metricsPort !== 0) await tryPort(metricsHost, metricsPort, 'METRICS_PORT');
}

export interface Running {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Takes no new requests, finishes those in flight within the grace, then ends. Idempotent. */
  stop(): Promise<void>;
}

export interface ServerParts {
  readonly app: FastifyInstance;
  readonly metrics: Metrics | undefined;
  readonly config: Listening & Pick<Config, 'shutdownGraceSeconds'>;
  readonly log: Logger;
}

/** Closes the app; what is still unanswered after the grace is cut off. */
async function closeWithin(app: FastifyInstance, seconds: number, log: Logger): Promise<void> {
  const patience = setTimeout(() => {
    log.warn({ seconds }, 'requests were still in flight at the end of the grace: cut off');
    app.server.closeAllConnections();
  }, seconds * 1000);
  await app.close();
  clearTimeout(patience);
}

/** @throws StartFault when a port cannot be had; the app is closed then */
export async function listen({ app, metrics, config, log }: ServerParts): Promise<Running> {
  const { host, port, metricsHost, metricsPort, shutdownGraceSeconds } = config;
  const measured = metrics === undefined || metricsPort === 0 ? undefined : buildMetricsApp(metrics);
  try {
    await measured?.listen({ host: metricsHost, port: metricsPort }).catch((error: unknown) => { throw listenFault(error, metricsHost, metricsPort, 'METRICS_PORT'); });
    await app.listen({ host, port }).catch((error: unknown) => { throw listenFault(error, host, port, 'PORT'); });
  } catch (error) {
    await Promise.all([app.close(), measured?.close()]);
    throw error;
  }
  const address = app.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${shownHost}:${bound}`,
    stop: async () => {
      stopping ??= closeWithin(app, shutdownGraceSeconds, log).then(async () => measured?.close());
      return stopping;
    },
  };
}
