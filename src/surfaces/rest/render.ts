/** Rendering what was released. A record is sent as it was released; nothing is added to it and nothing taken away. */
import type { FastifyReply } from 'fastify';
import type { Found, LookupAnswer } from '../../exchange/api.ts';
import type { Released } from '../../rules/release.ts';

const jsonType = 'application/json; charset=utf-8';

/** JSON that holds released records: they serialise as their bodies. */
export const sendJson = (reply: FastifyReply, value: unknown): FastifyReply => reply.type(jsonType).send(JSON.stringify(value));

export const sendRecord = (reply: FastifyReply, record: Released): FastifyReply => reply.type(jsonType).header('ETag', record.etag).send(record.json);

/** A page's records as text that was made already, without a second pass over them. */
export function sendPage(reply: FastifyReply, { items, matches, nextCursor }: Found): FastifyReply {
  const next = nextCursor === undefined ? '' : `,"nextCursor":${JSON.stringify(nextCursor)}`;
  const why = matches === undefined ? '' : `,"matches":${JSON.stringify(matches)}`;
  return reply.type(jsonType).send(`{"items":[${items.map((item) => item.json).join(',')}]${why}${next}}`);
}

/** A record may answer many values: its text is made once. */
function lookupText({ claims, mentions, ...said }: LookupAnswer): string {
  const found = mentions.map(({ record, fields }) => `{"record":${record.json},"fields":${JSON.stringify(fields)}}`);
  return `${JSON.stringify(said).slice(0, -1)},"claims":[${claims.map(({ json }) => json).join(',')}],"mentions":[${found.join(',')}]}`;
}

export const sendLookups = (reply: FastifyReply, answers: readonly LookupAnswer[]): FastifyReply => reply.type(jsonType).send(`{"items":[${answers.map(lookupText).join(',')}]}`);
