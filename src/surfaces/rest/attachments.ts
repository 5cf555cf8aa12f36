/** `POST /v1/requests/{id}/attachments` takes a file as it is; `GET /v1/request-attachments/{id}/content` gives it back. */
import { invalid } from '../../errors.ts';
import { Readable } from 'node:stream';
import { create } from 'content-disposition';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mediaTypes } from '../../dictionary/media-types.ts';
import type { Dictionary } from '../../dictionary/types.ts';
import type { AttachmentGiven, Exchange } from '../../exchange/api.ts';
import { askerOf } from '../asker.ts';
import { sendProblem } from '../problem.ts';
import { idempotencyOf } from './headers.ts';
import { named, readQuery } from './query.ts';
import { idIn, uuid } from './records.ts';
import { sendRecord } from './render.ts';
import { drained, uploadOf } from './upload.ts';

const known = named('name', 'classification', 'as', 'leg', 'question');
const none = named();
const kindName = 'RequestAttachment';

/**
 * The SHA-256 of a `Repr-Digest` (RFC 9530), hexadecimal; other algorithms are passed over (section 3 there).
 * @throws Refusal INVALID for one that is none
 */
function digestOf(request: FastifyRequest): string | undefined {
  const header = [request.headers['repr-digest'] ?? []].flat().join(', ');
  const found = /(?:^|,)\s*sha-256=([^,]*)/.exec(header)?.[1]?.trim();
  if (found === undefined) return undefined;
  if (!/^:[A-Za-z0-9+/]{43}=:$/.test(found)) throw invalid('Repr-Digest', 'must be sha-256=: the digest in base64 :');
  return Buffer.from(found.slice(1, -1), 'base64').toString('hex');
}

/** @param sha256 hexadecimal */
const digestHeader = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;

function givenIn(request: FastifyRequest): AttachmentGiven {
  const query = readQuery(request, known);
  const [name, classification, leg] = [query.one('name'), query.one('classification'), query.one('leg')];
  if (name === undefined) throw invalid('name', 'must be given');
  if (classification === undefined) throw invalid('classification', 'must be given');
  if (leg !== undefined && !uuid.test(leg)) throw invalid('leg', 'must be the id of a leg');
  return {
    request: idIn(request), name, classification, leg: leg?.toLowerCase(), as: query.one('as'), question: query.integer('question', 1, 50), sha256: digestOf(request),
    mediaType: (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '', idempotencyKey: idempotencyOf(request)?.key,
  };
}

function addUpload(app: FastifyInstance, exchange: Exchange, path: string): void {
  const config = { access: 'viewer', scope: 'records:write', consumes: Object.keys(mediaTypes) } as const;
  app.post('/v1/requests/:id/attachments', { config }, async (request, reply) => {
    const given = givenIn(request);
    const upload = uploadOf(request.body as AsyncIterable<Uint8Array>);
    try {
      const { record, created } = await exchange.attach(askerOf(request), given, upload.stream);
      if (!created) reply.header('Idempotency-Replayed', 'true');
      return await sendRecord(reply.code(201).header('Location', `/v1/${path}/${record.id}`), record);
    } finally {
      // What fails here has failed above, or was cut off by the sender, who reads no answer.
      await upload.drain().catch(() => undefined);
    }
  });
}

function addDownload(app: FastifyInstance, exchange: Exchange, path: string): void {
  app.get(`/v1/${path}/:id/content`, { config: { access: 'viewer', scope: 'records:read' } }, async (request, reply) => {
    readQuery(request, none);
    const { name, mediaType, size, sha256, content } = await exchange.attached(askerOf(request), idIn(request));
    reply.header('Content-Disposition', create(name)).header('Content-Length', size).header('Repr-Digest', digestHeader(sha256));
    return reply.type(mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType).send(Readable.from(content, { objectMode: false }));
  });
}

/** Files of requests. Their bodies are streams, in a scope of their own. */
export async function addAttachmentRoutes(app: FastifyInstance, exchange: Exchange, { kinds }: Dictionary): Promise<void> {
  const path = kinds.get(kindName)?.path;
  if (path === undefined) return;
  addDownload(app, exchange, path);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(Object.keys(mediaTypes), async (_request: unknown, payload: AsyncIterable<Uint8Array>) => payload);
    scope.setErrorHandler(async (error, request, reply) => {
      if (request.asker !== undefined) await drained(request.raw);
      return sendProblem(error, request, reply);
    });
    addUpload(scope, exchange, path);
  });
}
