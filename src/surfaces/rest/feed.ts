/** `GET /v1/changes` and its digest: the feed. */
import { invalid } from '../../errors.ts';
import type { FastifyInstance } from 'fastify';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { named, type Query, readQuery } from './query.ts';
import { sendJson } from './render.ts';

const config = { access: 'viewer', scope: 'records:read' } as const;

/** @throws Refusal INVALID for a word that is no kind */
function kindsOf(query: Query, dictionary: Dictionary): readonly string[] | undefined {
  const kinds = query.many('kinds').flatMap((words) => words.split(','));
  if (kinds.some((kind) => !dictionary.kinds.has(kind))) throw invalid('kinds', `must be of ${[...dictionary.kinds.keys()].join(', ')}`);
  return kinds.length === 0 ? undefined : kinds;
}

export function addFeedRoutes(app: FastifyInstance, exchange: Exchange, dictionary: Dictionary): void {
  const known = named('cursor', 'first', 'kinds');
  app.get('/v1/changes', { config }, async (request, reply) => {
    const query = readQuery(request, known);
    const asked = { cursor: query.one('cursor'), first: query.integer('first', 1, 1000), kinds: kindsOf(query, dictionary) };
    return sendJson(reply, await exchange.changes(askerOf(request), asked));
  });
  const ofDigest = named('kinds');
  app.get('/v1/changes/digest', { config }, async (request, reply) => {
    const kinds = kindsOf(readQuery(request, ofDigest), dictionary);
    return sendJson(reply, await exchange.digest(askerOf(request), kinds));
  });
}
