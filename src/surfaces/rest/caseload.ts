/** `GET /v1/caseload`: the open cases of a desk. */
import { invalid } from '../../errors.ts';
import type { FastifyInstance } from 'fastify';
import type { Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { named, readQuery } from './query.ts';
import { sendJson } from './render.ts';

const known = named('desk', 'stage', 'dueWithin', 'first', 'after');

export function addCaseRoute(app: FastifyInstance, exchange: Exchange): void {
  app.get('/v1/caseload', { config: { access: 'viewer', scope: 'records:read' } }, async (request, reply) => {
    const query = readQuery(request, known);
    const desk = query.one('desk');
    if (desk === undefined) throw invalid('desk', 'must be given');
    const asked = { desk, stage: query.one('stage'), dueWithin: query.one('dueWithin'), first: query.integer('first', 1, 500), after: query.one('after') };
    return sendJson(reply, await exchange.caseload(askerOf(request), asked));
  });
}
