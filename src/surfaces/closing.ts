/** The end of a process: requests in flight are finished, new ones are sent to another node. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';

/** @returns whether the app has begun to close */
export function refuseWhenClosing(app: FastifyInstance): () => boolean {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async () => {
    if (closing) throw new Refusal('UNAVAILABLE', { detail: 'This node is shutting down', headers: { Connection: 'close', 'Retry-After': '1' } });
  });
  return () => closing;
}
