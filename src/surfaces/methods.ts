/** What no route answers: an unknown address, a wrong method, a question for the methods. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../errors.ts';
import type { Route } from './boot-guard.ts';

interface Known {
  readonly path: RegExp;
  readonly methods: string[];
}

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
const segment = (part: string): string => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : escaped(part));

function knownPaths(routes: readonly Route[]): Known[] {
  const byUrl = new Map<string, string[]>();
  for (const { url, method } of routes) byUrl.set(url, [...(byUrl.get(url) ?? []), method]);
  return [...byUrl].map(([url, methods]) => ({ path: new RegExp(`^${url.split('/').map(segment).join('/')}$`), methods }));
}

/**
 * Answers before any body is read: `OPTIONS` on a known path with `204` and `Allow`, another wrong method with METHOD_NOT_ALLOWED
 * (RFC 9110 section 15.5.6 wants `Allow`), an unknown path with NOT_FOUND. What is allowed is in the public contract, so no token is asked for.
 */
export function answerUnrouted(app: FastifyInstance, routes: readonly Route[]): void {
  let known: Known[] | undefined;
  const allowOn = (path: string): string => {
    known ??= knownPaths(routes);
    const methods = new Set(known.filter((entry) => entry.path.test(path)).flatMap((entry) => entry.methods));
    return methods.size === 0 ? '' : [...methods, 'OPTIONS'].sort().join(', ');
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (!request.is404) return undefined;
    const Allow = allowOn(request.url.split('?', 1)[0] ?? '');
    if (Allow === '') throw new Refusal('NOT_FOUND');
    if (request.method === 'OPTIONS') return reply.code(204).headers({ Allow }).send();
    throw new Refusal('METHOD_NOT_ALLOWED', { headers: { Allow } });
  };
  app.addHook('onRequest', answer);
  // Only methods that Node knows and Fastify does not route come this far.
  app.setNotFoundHandler(async (request, reply) => (await answer(request, reply)) ?? reply);
}
