/** Limits on requests, as callers meet them: `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers), `Retry-After`, 429. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Asker } from '../exchange/api.ts';
import type { Admission, Limiter } from '../exchange/limits/limiter.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined where nothing is limited. */
    admission: Admission | undefined;
  }
}

/** Before anything is done for who asks. @throws Refusal RATE_LIMITED */
export type Enter = (request: FastifyRequest, reply: FastifyReply, asker: Asker) => Promise<void>;

/** @returns counts a request from here on, until its answer is out or its caller has gone */
export function limitRequests(app: FastifyInstance, limiter: Pick<Limiter, 'admit'>): Enter {
  app.decorateRequest('admission', undefined);
  app.addHook('onResponse', async (request) => { request.admission?.leave(); });
  return async (request, reply, { claims }) => {
    request.admission = await limiter.admit(claims);
    reply.headers(request.admission.headers);
  };
}
