/** Who is asking: token and headers make an `Asker`, before a body is read. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { challenges, Refusal } from '../errors.ts';
import type { Asker, Exchange } from '../exchange/api.ts';
import type { Claims } from '../rules/viewer.ts';
import { languageOf } from './language.ts';
import type { Enter } from './limits.ts';

/** A request as its sender's proof must speak of it (RFC 9449). */
export interface Presented {
  readonly method: string;
  /** As its sender wrote it: `https://exchange.example.org/v1/me`, with or without query. */
  readonly url: string;
  /** The `DPoP` header. */
  readonly proof: string | undefined;
}

/** Verifies an `Authorization` header, and the proof that goes with it. @throws Refusal UNAUTHENTICATED */
export type Authenticate = (authorization: string, presented: Presented) => Promise<Claims>;

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

/** @param publicUrl where callers reach the exchange; where it is not set (a demonstration), what they say they called */
function presentedBy(request: FastifyRequest, publicUrl: string | undefined): Presented {
  const { dpop } = request.headers;
  const url = `${publicUrl ?? `${request.protocol}://${request.host}`}${request.raw.url ?? ''}`;
  return { method: request.method, url, proof: Array.isArray(dpop) ? dpop.join(',') : dpop };
}

/**
 * The asker of these headers.
 * @throws Refusal UNAUTHENTICATED
 */
export async function authenticateRequest(request: FastifyRequest, authenticate: Authenticate, publicUrl: string | undefined): Promise<Asker> {
  const { authorization, 'exchange-purpose': purpose, 'exchange-case': named, 'accept-language': accept } = request.headers;
  if (authorization === undefined) throw new Refusal('UNAUTHENTICATED', { headers: challenges.none });
  const claims = await authenticate(authorization, presentedBy(request, publicUrl));
  return { claims, purpose: Array.isArray(purpose) ? purpose.join(',') : purpose, case: Array.isArray(named) ? named.join(',') : named, requestId: request.id, language: languageOf(accept) };
}

export interface AskerDeps {
  readonly authenticate: Authenticate;
  readonly exchange: Pick<Exchange, 'admit'>;
  readonly publicUrl: string | undefined;
  /** Undefined: nobody is limited. */
  readonly enter: Enter | undefined;
}

/** Puts an asker on every request to a `viewer` route, and turns the others away. */
export function addAsker(app: FastifyInstance, { authenticate, exchange, publicUrl, enter }: AskerDeps): void {
  app.decorateRequest('asker', undefined);
  app.addHook('onRequest', async (request, reply) => {
    const { access, scope } = request.routeOptions.config;
    if (access === 'public') return;
    const asker = await authenticateRequest(request, authenticate, publicUrl);
    request.asker = asker;
    await enter?.(request, reply, asker);
    // Nothing that was sent is looked at for those who may not ask. The use case checks again, in the snapshot that answers.
    if (scope !== undefined) await exchange.admit(asker, scope);
  });
}
