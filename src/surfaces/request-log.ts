/** One line a request: its id, route template, status, who asked for what purpose, how long it took. */
import type { FastifyInstance } from 'fastify';

export function logRequests(app: FastifyInstance): void {
  // The line is made of the exchange's own words alone, so it goes without the redaction that costs several times the line itself.
  const lines = app.log.child({}, { redact: [] });
  app.addHook('onResponse', async (request, reply) => {
    const { asker } = request;
    lines.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.is404 ? undefined : request.routeOptions.url,
        status: reply.statusCode,
        ...(asker === undefined ? {} : { partner: asker.claims.partner }),
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
  });
  app.addHook('onRequestAbort', async (request) => {
    request.log.info({ method: request.method, route: request.routeOptions.url }, 'aborted');
  });
}
