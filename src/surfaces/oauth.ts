/** The built-in issuer's endpoints, and the documents that tell clients where they are (RFC 8414, RFC 9728). */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { proofAlgorithms, Refusal } from '../errors.ts';

export interface OauthParts {
  /** Answers in the library's words. @returns undefined where no built-in issuer is in force */
  answer(request: { readonly method: string; readonly url: string; readonly headers: FastifyRequest['headers']; readonly body: Buffer | undefined }): Promise<
    { readonly status: number; readonly headers: Readonly<Record<string, string | string[]>>; readonly body: Buffer } | undefined
  >;
  /** The built-in issuer's name, when one is in force. */
  issuer(): Promise<string | undefined>;
  readonly paths: { readonly token: string; readonly revocation: string; readonly jwks: string; readonly authorization: string };
  /** Counts a try of this address. @throws Refusal RATE_LIMITED */
  readonly tried: (address: string) => Promise<void>;
  readonly metadataPath: string;
  readonly scopes: readonly string[];
  readonly publicUrl: string | undefined;
}

const form = 'application/x-www-form-urlencoded';
const config = { access: 'public', hidden: true } as const;
const largest = 32 * 1024;
const resourcePath = '/.well-known/oauth-protected-resource';

async function pass(parts: OauthParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  const answered = await parts.answer({ method: request.method, url: request.raw.url ?? '/', headers: request.headers, body });
  if (answered === undefined) throw new Refusal('NOT_FOUND');
  return reply.code(answered.status).headers(answered.headers).send(answered.body);
}

/** RFC 9728 section 2. Of the issuers that are believed it names its own alone: who the others are is for the partners. */
async function resourceMetadata(parts: OauthParts, request: FastifyRequest): Promise<object> {
  const issuer = await parts.issuer();
  const resource = parts.publicUrl ?? issuer ?? `${request.protocol}://${request.host}`;
  return {
    resource,
    ...(issuer === undefined ? {} : { authorization_servers: [issuer] }),
    scopes_supported: parts.scopes,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: proofAlgorithms,
    dpop_bound_access_tokens_required: false,
    resource_name: 'Prasan',
    'resource_name#th': 'ประสาน',
    resource_documentation: `${resource}/docs`,
  };
}

export const oauthSurface = (parts: OauthParts): FastifyPluginAsync => async (app: FastifyInstance) => {
  app.addContentTypeParser(form, { parseAs: 'buffer' }, async (_: FastifyRequest, bytes: Buffer) => bytes);
  for (const url of [parts.paths.token, parts.paths.revocation]) {
    app.post(url, { bodyLimit: largest, config: { ...config, consumes: [form], bodyWithin: 10_000 } }, async (request, reply) => pass(parts, request, reply.header('Cache-Control', 'no-store')));
  }
  for (const url of [parts.paths.jwks, parts.metadataPath]) app.get(url, { config }, async (request, reply) => pass(parts, request, reply));
  // Whoever asks here is not known yet, and leaves something behind in the database.
  app.get(parts.paths.authorization, { config }, async (request, reply) => {
    await parts.tried(request.ip);
    return pass(parts, request, reply.header('Cache-Control', 'no-store'));
  });
  app.get(resourcePath, { config }, async (request) => resourceMetadata(parts, request));
};
