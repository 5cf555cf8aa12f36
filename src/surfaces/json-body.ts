/**
 * Bodies: JSON read strictly. UTF-8 only, no prototype poisoning, no text a database or another partner's parser would read otherwise:
 * NUL, lone surrogates, integers past 2^53, which JSON.parse would round without a word, and two members of one name, of which it would drop one.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import sjson from 'secure-json-parse';
import { jsonFaults } from '../dictionary/validate/json.ts';
import { memberTwice } from '../dictionary/validate/twice.ts';
import { Refusal } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The exact bytes of a JSON body, for Idempotency-Key. */
    bodyBytes: Uint8Array | undefined;
  }
}

export const json = 'application/json';
export const mergePatch = 'application/merge-patch+json';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const mostFaults = 20;
/** Only texts that hold one of these are walked: escapes of NUL and surrogates, long digits, exponents. */
const suspect = /\\u(?:0000|d[89a-f])|\d{16}|\d[eE]/i;

function parse(text: string): unknown {
  try {
    return sjson.parse(text, undefined, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    // The parser's own message quotes the body.
    throw new Refusal('INVALID', 'The body is not JSON that can be read here');
  }
}

/**
 * @param anyText whether text that cannot be kept may pass: its reader answers for it
 * @returns the parsed value; undefined for an empty body
 * @throws Refusal INVALID, saying what is wrong without quoting the body
 */
export function parseJson(bytes: Uint8Array, anyText = false): unknown {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new Refusal('INVALID', 'The body is not UTF-8');
  }
  const value = parse(text);
  const twice = memberTwice(text, value);
  if (twice !== undefined) throw new Refusal('INVALID', { errors: [{ field: twice, message: 'stands twice in its object: leave one out' }] });
  const errors = !anyText && suspect.test(text) ? jsonFaults(value, mostFaults) : [];
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
  return value;
}

const jsonParser = async (request: FastifyRequest, bytes: Buffer): Promise<unknown> => {
  request.bodyBytes = bytes;
  return parseJson(bytes, request.routeOptions.config.readsAnyText === true);
};

/** Replaces Fastify's parsers by ours; other media types are refused. */
export function addJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.decorateRequest('bodyBytes', undefined);
  app.addContentTypeParser([json, mergePatch], { parseAs: 'buffer' }, jsonParser);
}

const essence = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();

/** RFC 8259 section 8.1 knows no charset but UTF-8; whoever states another means something else. */
const foreignCharset = (contentType: string): boolean => /;\s*charset\s*=/i.test(contentType) && !/;\s*charset\s*=\s*"?utf-?8"?\s*(?:;|$)/i.test(contentType);

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');
}

/** Refuses, before it is read, a body whose media type its route does not take. */
export function checkMediaTypes(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { consumes } = request.routeOptions.config;
    if (consumes === undefined || !hasBody(request)) return;
    const type = request.headers['content-type'] ?? '';
    const headers = request.method === 'PATCH' ? { 'Accept-Patch': consumes.join(', ') } : { Accept: consumes.join(', ') };
    if (!consumes.includes(essence(type)) || foreignCharset(type)) {
      throw new Refusal('UNSUPPORTED_MEDIA_TYPE', { detail: `Send one of ${consumes.join(', ')}, in UTF-8`, headers });
    }
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (consumes.includes(json) && encoding !== 'identity') {
      throw new Refusal('UNSUPPORTED_MEDIA_TYPE', { detail: 'Send this body without Content-Encoding', headers: { 'Accept-Encoding': 'identity' } });
    }
  });
}
