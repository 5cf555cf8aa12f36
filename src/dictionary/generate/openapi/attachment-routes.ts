/** Files of requests: sent and fetched as they are. */
import { mediaTypes } from '../../media-types.ts';
import type { Dictionary, Kind } from '../../types.ts';
import { releasedExample } from './example.ts';
import { tagOf } from './kind-routes.ts';
import { answer, type Contract, operation } from './operation.ts';
import { inQuery, parameter } from './parts.ts';
import type { Schema } from './schemas.ts';

const binary: Schema = { schema: { type: 'string', format: 'binary' } };
const content: Schema = Object.fromEntries(Object.keys(mediaTypes).map((type) => [type, binary]));
const digest = (description: string): Schema => ({ name: 'Repr-Digest', in: 'header', required: false, schema: { type: 'string', maxLength: 500 }, example: 'sha-256=:xu6eM89cZxWh0Uj9c/cxiEtBrcuRYCHivA6ACl3dl/k=:', description });
const needed = (name: string, schema: Schema, description: string, example: string): Schema => ({ ...inQuery(name, schema, description), required: true, example });

function upload(kind: Kind, contract: Contract): Schema {
  const files = kind.fields.filter(({ type }) => type.name === 'AttachedFile').map(({ name }) => name);
  return operation({
    id: 'attach', tag: tagOf(kind), summary: 'Put a file to a request, or to your answer to it', scope: 'records:write',
    description: 'The body is the file as it is. Who asks puts it to all desks that were asked, or to one; a desk that was asked, to who asked. What the bytes are is looked at, and must be what `Content-Type` says.',
    parameters: [
      parameter('IdempotencyKey'), digest('SHA-256 of the file (RFC 9530), as you know it: bytes of another are refused.'),
      needed('name', { type: 'string', minLength: 1, maxLength: 200 }, 'The name of the file.', 'synthetic-letter.pdf'),
      needed('classification', contract.schemas.type('Classification'), 'The least clearance that may know that there is a file.', 'RESTRICTED'),
      inQuery('as', { type: 'string', enum: files }, 'What the file is of: it is withheld as that field is. Left out: the first.'),
      inQuery('leg', { type: 'string', format: 'uuid' }, 'The leg that it is for; left out: all of them.'),
      inQuery('question', { type: 'integer', format: 'int32', minimum: 1, maximum: 50 }, 'The number of the question that it answers.'),
    ],
    body: { required: true, content },
    responses: { 201: answer('Attached: the record of the file, as it is released to you.', contract.schemas.kind(kind), ['Location', 'ETag', 'IdempotencyReplayed'], releasedExample(kind)) },
    refused: ['NOT_FOUND', 'ERASED', 'FORBIDDEN', 'USE_DIPLOMATIC_CHANNEL', 'CONFLICT', 'ILLEGAL_MOVE', 'IDEMPOTENCY_CONFLICT', 'KEY_UNAVAILABLE'],
  }, contract);
}

function download(kind: Kind, contract: Contract): Schema {
  const text = { schema: { type: 'string' } };
  return operation({
    id: 'getAttachmentContent', tag: tagOf(kind), summary: 'Fetch a file', scope: 'records:read',
    description: 'Each stretch of it is entered in the ledger before it leaves. Bytes that end too early were taken away meanwhile: compare `Repr-Digest`.',
    responses: {
      200: {
        description: 'The file as it was put there.',
        headers: {
          'Content-Disposition': { description: 'The name of the file (RFC 6266).', ...text, example: 'attachment; filename="synthetic-letter.pdf"' },
          'Repr-Digest': { description: 'SHA-256 of the file (RFC 9530).', ...text },
        },
        content,
      },
    },
    refused: ['NOT_FOUND', 'ERASED', 'KEY_UNAVAILABLE'],
  }, contract);
}

export function attachmentPaths({ kinds }: Dictionary, contract: Contract): Readonly<Record<string, Schema>> {
  const kind = [...kinds.values()].find(({ course }) => course === 'ATTACHMENT');
  if (kind === undefined) return {};
  return {
    '/v1/requests/{id}/attachments': { parameters: [parameter('Id')], post: upload(kind, contract) },
    [`/v1/${kind.path}/{id}/content`]: { parameters: [parameter('Id')], get: download(kind, contract) },
  };
}
