/** The victim firewall: a protection desk's alerts, confirmations of cases, agreements to be named. */
import type { FastifyInstance } from 'fastify';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { json } from '../json-body.ts';
import { ifMatchGiven } from './headers.ts';
import { named, readQuery } from './query.ts';
import { bodyOf, bodyWithin, idIn } from './records.ts';
import { sendJson, sendRecord } from './render.ts';

const none = named();
const paged = named('first', 'after');
const read = { access: 'viewer', scope: 'records:read' } as const;
const write = { access: 'viewer', scope: 'records:write', consumes: [json], bodyWithin } as const;

export function addFirewallRoutes(app: FastifyInstance, exchange: Exchange, dictionary: Dictionary): void {
  app.get('/v1/protection-alerts', { config: read }, async (request, reply) => {
    const query = readQuery(request, paged);
    return sendJson(reply, await exchange.protectionAlerts(askerOf(request), { first: query.integer('first', 1, 500), after: query.one('after') }));
  });
  app.get('/v1/protection-referrals', { config: read }, async (request, reply) => {
    const query = readQuery(request, paged);
    return sendJson(reply, await exchange.protectionReferrals(askerOf(request), { first: query.integer('first', 1, 500), after: query.one('after') }));
  });
  app.get('/v1/naming-agreements', { config: read }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply, { items: await exchange.namingAgreements(askerOf(request)) });
  });
  app.post('/v1/naming-agreements', { config: write }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply.code(201), await exchange.agreeToBeNamed(askerOf(request), bodyOf(request)));
  });
  for (const kind of dictionary.kinds.values()) {
    if (!kind.fields.some(({ alertWhile }) => alertWhile !== undefined)) continue;
    app.post(`/v1/${kind.path}/:id/confirmations`, { config: write }, async (request, reply) => {
      readQuery(request, none);
      const id = idIn(request);
      return sendRecord(reply, await exchange.confirmCase(askerOf(request), kind.name, id, bodyOf(request), ifMatchGiven(request)));
    });
  }
}
