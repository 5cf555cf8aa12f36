/** Headers that carry meaning in requests: entity tags, idempotency keys, preferences. */
import type { FastifyRequest } from 'fastify';
import { invalid, Refusal } from '../../errors.ts';
import type { Idempotency } from '../../exchange/api.ts';

const entityTag = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Whether `If-None-Match` names this tag, by weak comparison (RFC 9110 section 13.1.2). */
export function isNotModified(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined) return false;
  return header.trim() === '*' || (header.match(entityTag) ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * The one tag of `If-Match`; a weak one never matches (RFC 9110 section 13.1.1).
 * @throws Refusal PRECONDITION_REQUIRED when it is missing or `*`, which says nothing of what was read; INVALID for what is no single tag
 */
export function ifMatchOf(request: FastifyRequest): string {
  const header = request.headers['if-match']?.trim();
  if (header === undefined || header === '*') throw new Refusal('PRECONDITION_REQUIRED');
  const tags = header.match(entityTag) ?? [];
  if (tags.length !== 1 || tags[0] !== header) throw invalid('If-Match', 'must be the one ETag you read, quotes included');
  return header;
}

/**
 * The one tag of an `If-Match` that may be left out; `*`, whatever is there, is the same as leaving it out (RFC 9110 section 13.1.1).
 * @throws Refusal INVALID for what is no single tag
 */
export function ifMatchGiven(request: FastifyRequest): string | undefined {
  const header = request.headers['if-match']?.trim();
  return header === undefined || header === '*' ? undefined : ifMatchOf(request);
}

/** @throws Refusal INVALID for a key that is empty, too long, or not printable ASCII */
export function idempotencyOf(request: FastifyRequest): Idempotency | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) throw invalid('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
  return { key, body: request.bodyBytes ?? new Uint8Array() };
}

/** Whether the client asked to be answered before the work is done (RFC 7240 section 4.1). */
export const prefersAsync = (request: FastifyRequest): boolean =>
  [request.headers['prefer'] ?? []].flat().some((header) => header.split(',').some((preference) => preference.trim().toLowerCase() === 'respond-async'));
