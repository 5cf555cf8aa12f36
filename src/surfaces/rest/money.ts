/** `GET /v1/transfers/from`: the way of money. */
import type { FastifyInstance } from 'fastify';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { named, readQuery } from './query.ts';
import { sendJson } from './render.ts';

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
}
