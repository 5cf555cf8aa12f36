/** `GET /v1/statistics`: the tables that a viewer may ask for, and their counts. A table and a period are all that can be said. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { named, readQuery } from './query.ts';
import { sendJson } from './render.ts';

const config = { access: 'viewer', scope: 'statistics' } as const;
const none = named();
const period = named('period');

const tableIn = (request: FastifyRequest): string => (request.params as { readonly table: string }).table;

export function addStatisticRoutes(app: FastifyInstance, exchange: Exchange): void {
  app.get('/v1/statistics', { config }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply, { items: await exchange.statisticTables(askerOf(request)) });
  });
  app.get('/v1/statistics/:table', { config }, async (request, reply) => {
    const query = readQuery(request, period);
    return sendJson(reply, await exchange.statistics(askerOf(request), tableIn(request), query.one('period')));
  });
}
