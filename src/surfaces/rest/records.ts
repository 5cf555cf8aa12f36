/** The routes every record kind has: search, submit, read, amend, withdraw, revisions, share, unshare, view-as. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isAmended, isSubmitted } from '../../dictionary/course.ts';
import type { Kind } from '../../dictionary/types.ts';
import { invalid, maskedNotFound, Refusal } from '../../errors.ts';
import type { Exchange, ViewAsQuery } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { json, mergePatch } from '../json-body.ts';
import { idempotencyOf, ifMatchOf, isNotModified } from './headers.ts';
import { named, type Query, readQuery } from './query.ts';
import { sendJson, sendPage, sendRecord } from './render.ts';
import { asParameters, filterOf, searchParameters } from './search-parameters.ts';

const read = { access: 'viewer', scope: 'records:read' } as const;
/** A body that does not arrive in this time holds a connection for nothing. */
export const bodyWithin = 60_000;
const write = { access: 'viewer', scope: 'records:write', consumes: [json], bodyWithin } as const;
/** Without a body. */
const act = { access: 'viewer', scope: 'records:write' } as const;
const patch = { access: 'viewer', scope: 'records:write', consumes: [mergePatch, json], bodyWithin } as const;
const none = named();
const looking = named('partner', 'purpose', 'clearance');
const lookingOn = named('partner', 'purpose', 'clearance', 'first', 'after');
const confirming = named('confirmKnownGood');
const confirmable = ({ course }: Kind): ReadonlySet<string> => (course === undefined ? confirming : none);

export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id in the path. What cannot be an id is answered as an id that nobody has. */
export function idIn(request: FastifyRequest): string {
  const { id } = request.params as { readonly id: string };
  if (!uuid.test(id)) throw maskedNotFound();
  return id.toLowerCase();
}

function channelIn(request: FastifyRequest): string {
  const { channel } = request.params as { readonly channel: string };
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(channel)) throw maskedNotFound();
  return channel;
}

/** @throws Refusal INVALID when there is no body */
export function bodyOf(request: FastifyRequest): unknown {
  if (request.body === undefined || request.body === null) throw new Refusal('INVALID', 'The body is empty');
  return request.body;
}

/** Through whose eyes. */
function viewAsIn(query: Query): ViewAsQuery {
  const [partner, purpose] = [query.one('partner'), query.one('purpose')];
  if (partner === undefined || purpose === undefined) throw invalid(partner === undefined ? 'partner' : 'purpose', 'must be given');
  return { partner, purpose, clearance: query.one('clearance') };
}

function viewAsRoutes(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  app.get(`/v1/${kind.path}/view-as`, { config: read }, async (request, reply) => {
    const query = readQuery(request, lookingOn);
    return sendJson(reply, await exchange.viewAsPage(askerOf(request), kind.name, { ...viewAsIn(query), first: query.integer('first', 1, 500), after: query.one('after') }));
  });
  app.get(`/v1/${kind.path}/:id/view-as`, { config: read }, async (request, reply) => {
    const query = viewAsIn(readQuery(request, looking));
    return sendJson(reply, await exchange.viewAs(askerOf(request), kind.name, idIn(request), query));
  });
}

function collectionRoutes(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  const base = `/v1/${kind.path}`;
  const parameters = searchParameters(kind);
  const known = named('first', 'after', ...parameters.flatMap(({ names }) => names));

  app.get(base, { config: read }, async (request, reply) => {
    const query = readQuery(request, known);
    const page = { first: query.integer('first', 1, 500), after: query.one('after') };
    const search = exchange.find(askerOf(request), { kind: kind.name, filter: filterOf(parameters, query), ...page });
    return sendPage(reply, await asParameters(parameters, search));
  });

  if (!isSubmitted(kind)) return;
  app.post(base, { config: write }, async (request, reply) => {
    const confirmKnownGood = readQuery(request, confirmable(kind)).flag('confirmKnownGood');
    const options = { idempotency: idempotencyOf(request), confirmKnownGood };
    const { record, created } = await exchange.submit(askerOf(request), kind.name, bodyOf(request), options);
    if (!created) reply.header('Idempotency-Replayed', 'true');
    return sendRecord(reply.code(201).header('Location', `${base}/${record.id}`), record);
  });
}

function recordRoutes(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  const one = `/v1/${kind.path}/:id`;

  app.get(one, { config: read }, async (request, reply) => {
    readQuery(request, none);
    const record = await exchange.get(askerOf(request), kind.name, idIn(request));
    // Whoever learns that nothing changed has read it: the ledger has its entry by now.
    if (isNotModified(request, record.etag)) return reply.code(304).header('ETag', record.etag).send();
    return sendRecord(reply, record);
  });

  if (kind.fields.some(({ decided }) => decided !== undefined)) {
    app.post(`${one}/decisions`, { config: write }, async (request, reply) => {
      readQuery(request, none);
      const id = idIn(request);
      return sendRecord(reply, await exchange.decide(askerOf(request), kind.name, id, bodyOf(request)));
    });
  }

  app.get(`${one}/revisions`, { config: read }, async (request, reply) => {
    readQuery(request, none);
    return sendJson(reply, { items: await exchange.revisions(askerOf(request), kind.name, idIn(request)) });
  });
}

function amendingRoutes(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  const one = `/v1/${kind.path}/:id`;
  app.patch(one, { config: patch }, async (request, reply) => {
    const confirmKnownGood = readQuery(request, confirmable(kind)).flag('confirmKnownGood');
    const id = idIn(request);
    return sendRecord(reply, await exchange.amend(askerOf(request), kind.name, id, bodyOf(request), ifMatchOf(request), { confirmKnownGood }));
  });
  app.post(`${one}/withdraw`, { config: act }, async (request, reply) => {
    readQuery(request, none);
    return sendRecord(reply, await exchange.withdraw(askerOf(request), kind.name, idIn(request)));
  });
}

function channelRoutes(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  const url = `/v1/${kind.path}/:id/channels/:channel`;
  app.put(url, { config: act }, async (request, reply) => {
    readQuery(request, none);
    return sendRecord(reply, await exchange.share(askerOf(request), kind.name, idIn(request), channelIn(request)));
  });
  app.delete(url, { config: act }, async (request, reply) => {
    readQuery(request, none);
    return sendRecord(reply, await exchange.unshare(askerOf(request), kind.name, idIn(request), channelIn(request)));
  });
}

/** Registers the routes of one kind. */
export function addRecordRoutes(app: FastifyInstance, exchange: Exchange, kind: Kind): void {
  collectionRoutes(app, exchange, kind);
  recordRoutes(app, exchange, kind);
  if (isAmended(kind)) {
    amendingRoutes(app, exchange, kind);
    channelRoutes(app, exchange, kind);
  }
  viewAsRoutes(app, exchange, kind);
}
