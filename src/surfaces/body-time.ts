/**
 * A body that trickles in holds a connection, and a thread of somebody's patience, for nothing: routes say how long theirs may take to arrive.
 * The framework's own limit (`handlerTimeout`) makes and aborts a signal for every request, at the cost of a tenth of a lookup.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Milliseconds for the body to arrive; undefined: as long as the server allows any request. */
    bodyWithin?: number;
  }
}

/** @throws Refusal REQUEST_TIMEOUT to a client whose body is late; the connection ends with the answer */
export function limitBodyTime(app: FastifyInstance): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const arrived = (request: FastifyRequest): void => { clearTimeout(timers.get(request)); };

  app.addHook('onRequest', async (request, reply) => {
    const { bodyWithin } = request.routeOptions.config;
    if (bodyWithin === undefined) return;
    timers.set(request, setTimeout(() => {
      if (!reply.sent) void reply.send(new Refusal('REQUEST_TIMEOUT', { headers: { Connection: 'close' } }));
    }, bodyWithin).unref());
  });
  app.addHook('preValidation', async (request) => { arrived(request); });
  app.addHook('onRequestAbort', async (request) => { arrived(request); });
  app.addHook('onResponse', async (request) => { arrived(request); });
}
