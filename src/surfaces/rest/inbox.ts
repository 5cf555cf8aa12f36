/** `GET /v1/inbox`: what waits for a desk. `GET /v1/request-contacts`: how to reach the other side. `GET /v1/request-sums`: how it stands, in sums. */
import type { FastifyInstance } from 'fastify';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Exchange } from '../../exchange/api.ts';
import { invalid } from '../../errors.ts';
import { askerOf } from '../asker.ts';
import { named, readQuery } from './query.ts';
import { sendJson } from './render.ts';

const summed = named('request', 'asks', 'from', 'to');
const oneRequest = named('request');
const known = named('desk', 'overdue', 'precedence', 'asks', 'first', 'after');

export function addInboxRoute(app: FastifyInstance, exchange: Exchange, dictionary: Dictionary): void {
  if (!dictionary.kinds.has('Request')) return;
  app.get('/v1/inbox', { config: { access: 'viewer', scope: 'records:read' } }, async (request, reply) => {
    const query = readQuery(request, known);
    const asked = { desk: query.one('desk'), overdue: query.flag('overdue'), precedence: query.one('precedence'), asks: query.one('asks') };
    return sendJson(reply, await exchange.inbox(askerOf(request), { ...asked, first: query.integer('first', 1, 500), after: query.one('after') }));
  });
  app.get('/v1/request-contacts', { config: { access: 'viewer', scope: 'records:read' } }, async (request, reply) => {
    const id = readQuery(request, oneRequest).one('request');
    if (id === undefined) throw invalid('request', 'is needed: the id of a request');
    return sendJson(reply, { items: await exchange.requestContacts(askerOf(request), id) });
  });
  app.get('/v1/request-sums', { config: { access: 'viewer', scope: 'records:read' } }, async (request, reply) => {
    const query = readQuery(request, summed);
    return sendJson(reply, await exchange.requestSums(askerOf(request), { request: query.one('request'), asks: query.one('asks'), from: query.one('from'), to: query.one('to') }));
  });
}
