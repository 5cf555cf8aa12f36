/** What a viewer may know of itself, of partners, agreements and channels, and of who read its records. */
import { invalid } from '../../errors.ts';
import type { FastifyInstance } from 'fastify';
import { instantMs } from '../../dictionary/normalise/instant.ts';
import type { Exchange, LedgerQuery } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { named, type Query, readQuery } from './query.ts';
import { sendJson } from './render.ts';

const none = named();

/** An RFC 3339 instant. */
function instantIn(query: Query, name: string): string | undefined {
  // An unescaped `+` of an offset arrives as a space.
  const text = query.one(name)?.replace(/ (?=\d{2}:\d{2}$)/, '+');
  if (text !== undefined && instantMs(text) === undefined) throw invalid(name, 'must be an RFC 3339 instant with its zone: 2026-01-31T08:00:00Z');
  return text;
}

function ledgerQuery(query: Query): LedgerQuery {
  return {
    record: query.one('record'),
    from: instantIn(query, 'from'),
    to: instantIn(query, 'to'),
    first: query.integer('first', 1, 500),
    after: query.one('after'),
    cursor: query.one('cursor'),
  };
}

export function addRegistryRoutes(app: FastifyInstance, exchange: Exchange): void {
  const config = { access: 'viewer' } as const;
  app.get('/v1/me', { config }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply, await exchange.me(askerOf(request)));
  });
  for (const what of ['partners', 'agreements', 'channels'] as const) {
    app.get(`/v1/${what}`, { config }, async (request, reply) => {
      readQuery(request, none);
      return sendJson(reply, { items: await exchange[what](askerOf(request)) });
    });
  }
  const known = named('record', 'from', 'to', 'first', 'after', 'cursor');
  app.get('/v1/ledger', { config: { access: 'viewer', scope: 'ledger:read' } }, async (request, reply) => {
    const query = ledgerQuery(readQuery(request, known));
    return sendJson(reply, await exchange.ledger(askerOf(request), query));
  });
}
