/** Renders refusals as RFC 9457 problems. Whatever is not a `Refusal` leaves as `INTERNAL` with constant text. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { challenges, type Code, Refusal } from '../errors.ts';
import { type Language, languageOf } from './language.ts';
import { securityHeaders } from './security-headers.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: Code;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly requestId: string;
  readonly instance: string;
  readonly [extra: string]: unknown;
}

export const problemType = 'application/problem+json; charset=utf-8';

/** What Fastify itself refuses, in our words; its own texts can carry what the caller sent. */
const framework: Readonly<Record<string, () => Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Refusal('TOO_LARGE'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Refusal('UNSUPPORTED_MEDIA_TYPE'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Refusal('INVALID', 'The body is not as long as Content-Length says'),
  FST_ERR_BAD_URL: () => new Refusal('INVALID', 'The address cannot be decoded'),
  FST_ERR_MAX_PARAM_LENGTH: () => new Refusal('NOT_FOUND'),
};

/** The refusal that a thrown thing comes down to. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return framework[code]?.() ?? new Refusal('INTERNAL', {}, error);
}

/** The page of a code, on this exchange: `/problems/not-found`. */
export const typeOf = (code: Code): string => `/problems/${code.toLowerCase().replaceAll('_', '-')}`;

export function problemOf(refusal: Refusal, language: Language, requestId: string): Problem {
  const { detail, errors, extra } = refusal.public;
  return {
    ...extra,
    type: typeOf(refusal.code),
    title: refusal.title(language),
    status: refusal.status,
    code: refusal.code,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    requestId,
    instance: `urn:uuid:${requestId}`,
  };
}

/**
 * Headers that belong to a refusal. A 401 always says how to authenticate (RFC 9110 section 11.6.1). What is found out about a token after it was read
 * (its client is suspended, it was revoked meanwhile) is refused by rooms that do not know how it was sent: the challenge is of the scheme it came by (RFC 9449 section 7.1).
 * @param authorization the request's header
 */
export function headersOf(refusal: Refusal, authorization: string | undefined): Readonly<Record<string, string>> {
  const headers = refusal.public.headers ?? {};
  if (refusal.code !== 'UNAUTHENTICATED') return headers;
  const given = headers['WWW-Authenticate'];
  if (given === undefined) return { ...headers, ...challenges.none };
  return given === challenges.badBearer['WWW-Authenticate'] && /^dpop\b/i.test(authorization ?? '') ? { ...headers, ...challenges.badDpop } : headers;
}

/** Titles are told in both languages, the sentences about one request in English: an answer with both says so (RFC 9110 section 8.5). */
const languagesOf = (refusal: Refusal, language: Language): string =>
  language === 'th' && (refusal.public.detail !== undefined || refusal.public.errors !== undefined) ? 'th, en' : language;

/** Sends what was thrown as a problem, and logs the cause of what is not the caller's doing. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) request.log.error({ err: refusal.cause ?? refusal, code: refusal.code }, 'refused');
  const language = languageOf(request.headers['accept-language']);
  return reply
    .code(refusal.status)
    .headers(securityHeaders)
    .headers({ ...headersOf(refusal, request.headers.authorization), 'Cache-Control': 'no-store', 'Content-Language': languagesOf(refusal, language), Vary: 'Accept-Language' })
    .type(problemType)
    .send(JSON.stringify(problemOf(refusal, language, request.id)));
}
