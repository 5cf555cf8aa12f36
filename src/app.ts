/** `buildApp`: the one Fastify app. The server listens with it and the tests inject into it; there is no other. */
import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Dictionary } from './dictionary/types.ts';
import type { Exchange } from './exchange/api.ts';
import type { Limiter } from './exchange/limits/index.ts';
import { addAsker, type Authenticate } from './surfaces/asker.ts';
import { guardRoutes, type Route } from './surfaces/boot-guard.ts';
import { answerBadRequest } from './surfaces/client-error.ts';
import { refuseWhenClosing } from './surfaces/closing.ts';
import { addHealth } from './surfaces/health.ts';
import { addJsonBodies, checkMediaTypes } from './surfaces/json-body.ts';
import { answerUnrouted } from './surfaces/methods.ts';
import type { Metrics } from './surfaces/metrics.ts';
import { addContract, type Contract } from './surfaces/pages/contract.ts';
import { addDocs } from './surfaces/pages/docs.ts';
import { sendProblem } from './surfaces/problem.ts';
import { logLazily } from './surfaces/lazy-log.ts';
import { refuseWhileRestored } from './surfaces/restored.ts';
import { logRequests } from './surfaces/request-log.ts';
import { limitRequests } from './surfaces/limits.ts';
import { limitBodyTime } from './surfaces/body-time.ts';
import { addRest } from './surfaces/rest/rest.ts';
import { addSecurityHeaders } from './surfaces/security-headers.ts';

export interface AppConfig {
  /** Where callers reach the exchange; a https address turns HSTS on. */
  readonly publicUrl?: string | undefined;
  /** Addresses of proxies whose `X-Forwarded-*` count; none unless given. */
  readonly trustProxy?: readonly string[] | undefined;
  /** Bytes of a JSON body; default 1 MiB. Lookups have their own. */
  readonly bodyLimit?: number | undefined;
  /** Milliseconds in which a whole request, an import's included, must have arrived; default six hours. */
  readonly requestTimeout?: number | undefined;
  /** Milliseconds in which the head of a request must have arrived; default 20 seconds. */
  readonly headersTimeout?: number | undefined;
}

export interface AppDependencies {
  readonly exchange: Exchange;
  readonly dictionary: Dictionary;
  readonly authenticate: Authenticate;
  readonly config: AppConfig;
  readonly log: Logger;
  /** Whether requests can be answered now. */
  readonly ready: () => Promise<boolean>;
  /** Whether anybody may be served at all; false until what happened since a restored backup is done again. Always, unless given. */
  readonly open?: (() => boolean) | undefined;
  readonly contract: Contract;
  readonly metrics?: Metrics | undefined;
  /** Undefined: nobody is limited. */
  readonly limiter?: Pick<Limiter, 'admit'> | undefined;
  /** Further surfaces: GraphQL, GraphiQL, the demonstration's own pages. Each route of theirs says who may call it. */
  readonly plugins?: readonly FastifyPluginAsync[] | undefined;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every registered route. */
    routes: readonly Route[];
  }
}

function bareApp({ config, log }: AppDependencies): FastifyInstance {
  const headersTimeout = config.headersTimeout ?? 20_000;
  return fastify({
    // Of all that a client sends before it is known: 16 KiB of headers, and not drop by drop.
    http: { maxHeaderSize: 16 * 1024, headersTimeout, connectionsCheckingInterval: headersTimeout / 2 },
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: config.trustProxy === undefined ? false : [...config.trustProxy],
    bodyLimit: config.bodyLimit ?? 1024 * 1024,
    requestTimeout: config.requestTimeout ?? 6 * 3600 * 1000,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: answerBadRequest,
  }) as unknown as FastifyInstance;
}

/**
 * @returns the app, ready to listen or to be injected into; closing it finishes what is in flight
 * @throws Error naming a route that does not say who may call it
 */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { exchange, dictionary, authenticate, config, ready, contract, metrics, limiter, plugins = [] } = dependencies;
  const app = bareApp(dependencies);
  const routes = guardRoutes(app);
  app.decorate('routes', routes);
  app.setErrorHandler(sendProblem);

  logLazily(app);
  logRequests(app);
  limitBodyTime(app);
  metrics?.watch(app);
  addSecurityHeaders(app, config.publicUrl);
  const closing = refuseWhenClosing(app);
  const open = dependencies.open ?? (() => true);
  refuseWhileRestored(app, open);
  answerUnrouted(app, routes);
  addAsker(app, { authenticate, exchange, publicUrl: config.publicUrl, enter: limiter === undefined ? undefined : limitRequests(app, limiter) });
  checkMediaTypes(app);
  addJsonBodies(app);

  addHealth(app, async () => !closing() && open() && ready());
  await addRest(app, exchange, dictionary);
  addContract(app, contract);
  addDocs(app, contract);
  for (const plugin of plugins) await app.register(plugin);
  await app.ready();
  return app;
}
