/** Erasing a record of one's own, and legal holds. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Kind } from '../../dictionary/types.ts';
import { maskedNotFound, Refusal } from '../../errors.ts';
import type { Exchange, HoldWords } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { json } from '../json-body.ts';
import { ifMatchGiven } from './headers.ts';
import { named, readQuery } from './query.ts';
import { bodyOf, bodyWithin, idIn, uuid } from './records.ts';
import { sendJson } from './render.ts';

const none = named();
const read = { access: 'viewer', scope: 'records:read' } as const;
const erasing = { access: 'viewer', scope: 'records:erase', consumes: [json], bodyWithin } as const;

/** Members of a small body. @throws Refusal INVALID for what is no object, or has members that are not known */
function membersOf(request: FastifyRequest, known: readonly string[]): Readonly<Record<string, unknown>> {
  const body = bodyOf(request);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal('INVALID', 'The body is a JSON object');
  const errors = Object.keys(body).filter((name) => !known.includes(name)).map((field) => ({ field, message: `is not known here: ${known.join(', ')}` }));
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
  return body as Readonly<Record<string, unknown>>;
}

const wordsIn = (request: FastifyRequest): HoldWords => {
  const { authority, reason } = membersOf(request, ['authority', 'reason']);
  return { authority, reason };
};

function holdIn(request: FastifyRequest): string {
  const { hold } = request.params as { readonly hold: string };
  if (!uuid.test(hold)) throw maskedNotFound();
  return hold.toLowerCase();
}

/** Registers the routes of one kind by which its originator erases a record, or keeps it from being erased. */
export function addErasureRoutes(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  const one = `/v1/${kind.path}/:id`;
  app.post(`${one}/erase`, { config: erasing }, async (request, reply) => {
    readQuery(request, none);
    const { reason } = membersOf(request, ['reason']);
    return sendJson(reply, await exchange.erase(askerOf(request), kind.name, idIn(request), reason, ifMatchGiven(request)));
  });
  app.get(`${one}/holds`, { config: read }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply, { items: await exchange.holds(askerOf(request), kind.name, idIn(request)) });
  });
  app.post(`${one}/holds`, { config: erasing }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply.code(201), await exchange.hold(askerOf(request), kind.name, idIn(request), wordsIn(request)));
  });
  app.post(`${one}/holds/:hold/release`, { config: erasing }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply, await exchange.releaseHold(askerOf(request), kind.name, idIn(request), holdIn(request), wordsIn(request)));
  });
}
