/** `/graphql`: GraphQL over HTTP (draft of the GraphQL foundation), POST, and GET for queries. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../errors.ts';
import type { Asker, Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { parseJson } from '../json-body.ts';
import { languageOf } from '../language.ts';
import { headersOf, refusalOf } from '../problem.ts';
import type { Scope } from './context.ts';
import { fieldError, type PublicError, refusalError, requestError } from './errors.ts';
import type { Run } from './execute.ts';
import { graphqlResponse, json, type MediaType, negotiate } from './negotiate.ts';
import { type Parameters, parametersOf, parametersOfQuery } from './parameters.ts';
import { type Prepared, RequestErrors } from './prepare.ts';

export interface Parts {
  readonly exchange: Exchange;
  readonly prepare: (parameters: Parameters) => Prepared;
  readonly run: Run;
  readonly scopesOf: (prepared: Prepared) => ReadonlySet<Scope>;
}

/** Bytes of a request: a lookup of 10,000 values fits. */
const bodyLimit = 4 * 1024 * 1024;

const mediaOf = (request: FastifyRequest): MediaType => negotiate(request.headers.accept) ?? json;

function send(reply: FastifyReply, media: MediaType, status: number, body: { data?: unknown; errors?: readonly PublicError[] }): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-type': `${media}; charset=utf-8`, 'cache-control': 'no-store', vary: 'Accept' })
    .send(JSON.stringify(body));
}

/** A refusal of the HTTP request itself: its own status, whatever the media type. */
function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const about = { requestId: request.id, language: languageOf(request.headers['accept-language']) };
  return send(reply.headers(headersOf(refusal, request.headers.authorization)), mediaOf(request), refusal.status, { errors: [refusalError(refusal, about)] });
}

function parametersIn(request: FastifyRequest): Parameters {
  if (request.method === 'POST') return parametersOf(request.body);
  return parametersOfQuery(request.query, (name, text) => {
    try {
      return parseJson(Buffer.from(text));
    } catch (error) {
      const { errors } = refusalOf(error).public;
      throw new Refusal('INVALID', { errors: errors?.map(({ field, message }) => ({ field: `${name}.${field}`, message })) ?? [{ field: name, message: 'JSON is needed' }] });
    }
  });
}

function prepared(request: FastifyRequest, parameters: Parameters, { prepare }: Parts): Prepared {
  const operation = prepare(parameters);
  if (request.method !== 'POST' && operation.type !== 'query') {
    throw new Refusal('METHOD_NOT_ALLOWED', { headers: { Allow: 'POST' }, detail: 'Send mutations by POST.' });
  }
  operation.holdCost(parameters.variables ?? {});
  return operation;
}

/** What graphql-js, or a limit, has against the operation: 200 in `application/json`, 400 in `application/graphql-response+json`. */
function requestFailed(request: FastifyRequest, reply: FastifyReply, asker: Asker, error: unknown): FastifyReply {
  const media = mediaOf(request);
  const ofOperation = error instanceof RequestErrors
    ? error.errors.map((one) => requestError(one, asker))
    : error instanceof Refusal && (error.code === 'INVALID' || error.code === 'TOO_COMPLEX') ? [refusalError(error, asker)] : undefined;
  if (ofOperation === undefined) throw error;
  return send(reply, media, media === json ? 200 : 400, { errors: ofOperation });
}

async function serve(request: FastifyRequest, reply: FastifyReply, parts: Parts): Promise<FastifyReply> {
  const asker = askerOf(request);
  if (negotiate(request.headers.accept) === undefined) {
    throw new Refusal('NOT_ACCEPTABLE', { errors: [{ field: 'Accept', message: `${graphqlResponse} or ${json}, in UTF-8` }] });
  }
  const parameters = parametersIn(request);
  try {
    const operation = prepared(request, parameters, parts);
    for (const scope of parts.scopesOf(operation)) if (scope !== 'any') await parts.exchange.admit(asker, scope);
    const { data, errors } = await parts.run(operation, { exchange: parts.exchange, asker }, parameters.variables ?? {});
    const unexpected = (cause: unknown): void => request.log.error({ err: cause }, 'a GraphQL field failed');
    const told = errors.map((one) => fieldError(one, asker, unexpected));
    return await send(reply, mediaOf(request), 200, { ...(told.length > 0 ? { errors: told } : {}), data });
  } catch (error) {
    return requestFailed(request, reply, asker, error);
  }
}

/** Adds the route to an encapsulated instance: the error handler is GraphQL's alone. */
export function route(app: FastifyInstance, parts: Parts): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) request.log.error({ err: refusal.cause ?? refusal, code: refusal.code }, 'refused');
    return sendRefusal(request, reply, refusal);
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    bodyLimit,
    config: { access: 'viewer', consumes: [json], bodyWithin: 60_000 },
    handler: (request, reply) => serve(request, reply, parts),
  });
}
