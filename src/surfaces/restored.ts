/** After a restore nobody is served before what happened since the backup is done again: else what was erased, or taken back, could be read. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';

/** @param open whether that is done, as far as this node can tell */
export function refuseWhileRestored(app: FastifyInstance, open: () => boolean): void {
  app.addHook('onRequest', async (request) => {
    if (!open() && request.routeOptions.config.access === 'viewer') throw new Refusal('UNAVAILABLE', { detail: 'The exchange is being restored', headers: { 'Retry-After': '10' } });
  });
}
