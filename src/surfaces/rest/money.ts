/** `GET /v1/transfers/from`: the way of money. `POST /v1/hold-proposals`: holds along it. */
import type { FastifyInstance } from 'fastify';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { json } from '../json-body.ts';
import { named, readQuery } from './query.ts';
import { bodyOf, bodyWithin } from './records.ts';
import { sendJson } from './render.ts';

const none = named();
const known = named('account', 'number', 'cryptoAddress', 'scheme', 'bic', 'code', 'since', 'hops');

export function addMoneyRoute(app: FastifyInstance, exchange: Exchange, dictionary: Dictionary): void {
  const kind = dictionary.kinds.get('Transfer');
  if (kind === undefined) return;
  app.get(`/v1/${kind.path}/from`, { config: { access: 'viewer', scope: 'records:read' } }, async (request, reply) => {
    const query = readQuery(request, known);
    const [account, number, cryptoAddress, bic, code, since] = ['account', 'number', 'cryptoAddress', 'bic', 'code', 'since'].map((name) => query.one(name));
    const asked = { account, number, cryptoAddress, bic, code, since, scheme: query.word('scheme', dictionary.enums.get('AccountScheme') ?? []), hops: query.integer('hops', 1, 6) };
    return sendJson(reply, await exchange.transfersFrom(askerOf(request), asked));
  });
  if (!dictionary.kinds.has('Request')) return;
  app.post('/v1/hold-proposals', { config: { access: 'viewer', scope: 'records:write', consumes: [json], bodyWithin } }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply.code(201), await exchange.proposeHolds(askerOf(request), bodyOf(request)));
  });
}
