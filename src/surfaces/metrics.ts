/**
 * Prometheus metrics, on a listener of their own: what they tell of the load is not for callers. Labels are route templates, methods and
 * statuses, never a value of a request.
 */
import fastify, { type FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { guardRoutes } from './boot-guard.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Counts the requests of an app from here on. */
  watch(app: FastifyInstance): void;
  /** Adds gauges read at each scrape: `{prasan_pool_busy: () => 3}`. */
  gauges(read: Readonly<Record<string, { readonly help: string; readonly value: () => number }>>): void;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({ name: 'prasan_http_requests_total', help: 'Requests answered', labelNames, registers: [registry] });
  const seconds = new Histogram({
    name: 'prasan_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    registry,
    watch: (app) => {
      app.addHook('onResponse', async (request, reply) => {
        const method = methods.has(request.method) ? request.method : 'other';
        const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
        requests.inc({ method, route, status: reply.statusCode });
        seconds.observe({ method, route }, reply.elapsedTime / 1000);
      });
    },
    gauges: (read) => {
      for (const [name, { help, value }] of Object.entries(read)) {
        new Gauge({ name, help, registers: [registry], collect() { this.set(value()); } });
      }
    },
  };
}

/** The app of the metrics listener. */
export function buildMetricsApp({ registry }: Metrics): FastifyInstance {
  const app = fastify({ logger: false });
  guardRoutes(app);
  app.get('/metrics', { config: { access: 'public', hidden: true } }, async (_request, reply) => {
    reply.type(registry.contentType).header('Cache-Control', 'no-store');
    return registry.metrics();
  });
  return app;
}
