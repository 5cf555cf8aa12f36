/** Who is asking: token and headers make an `Asker`, before a body is read. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../errors.ts';
import type { Asker, Exchange } from '../exchange/api.ts';
import type { Claims } from '../rules/viewer.ts';
import { languageOf } from './language.ts';

/** Verifies an `Authorization` header. @throws Refusal UNAUTHENTICATED */
export type Authenticate = (authorization: string) => Promise<Claims>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined on public routes: ask with `askerOf`. */
    asker: Asker | undefined;
  }
}

/** The asker of a `viewer` route. @throws Error on a public route, where there is none */
export function askerOf(request: FastifyRequest): Asker {
  if (request.asker === undefined) throw new Error(`${request.routeOptions.url ?? 'a route'} is public: it has no asker`);
  return request.asker;
}

/**
 * The asker of these headers.
 * @throws Refusal UNAUTHENTICATED
 */
export async function authenticateRequest(request: FastifyRequest, authenticate: Authenticate): Promise<Asker> {
  const { authorization, 'exchange-purpose': purpose, 'exchange-case': named, 'accept-language': accept } = request.headers;
  // RFC 6750 section 3.1: who sent no token learns how to, and no error code.
  if (authorization === undefined) throw new Refusal('UNAUTHENTICATED', { headers: { 'WWW-Authenticate': 'Bearer realm="prasan"' } });
  const claims = await authenticate(authorization);
  return { claims, purpose: Array.isArray(purpose) ? purpose.join(',') : purpose, case: Array.isArray(named) ? named.join(',') : named, requestId: request.id, language: languageOf(accept) };
}

/** Puts an asker on every request to a `viewer` route, and turns the others away. */
export function addAsker(app: FastifyInstance, authenticate: Authenticate, exchange: Pick<Exchange, 'admit'>): void {
  app.decorateRequest('asker', undefined);
  app.addHook('onRequest', async (request) => {
    const { access, scope } = request.routeOptions.config;
    if (access === 'public') return;
    request.asker = await authenticateRequest(request, authenticate);
    // Nothing that was sent is looked at for those who may not ask. The use case checks again, in the snapshot that answers.
    if (scope !== undefined) await exchange.admit(request.asker, scope);
  });
}
