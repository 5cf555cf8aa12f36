/** For load balancers and orchestrators: is the process alive, may it be sent requests. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';

/** @param ready false while migrating, without a database, or when closing; what it throws counts as false */
export function addHealth(app: FastifyInstance, ready: () => Promise<boolean>): void {
  const config = { access: 'public' } as const;
  app.get('/healthz', { config, logLevel: 'silent' }, async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
    return { status: 'ok' };
  });
  app.get('/readyz', { config, logLevel: 'silent' }, async (_request, reply) => {
    if (!(await ready().catch(() => false))) throw new Refusal('UNAVAILABLE', { detail: 'Not ready', headers: { 'Retry-After': '1' } });
    reply.header('Cache-Control', 'no-store');
    return { status: 'ready' };
  });
}
