/** Joining, signing in and out, recovering: what the pages' scripts call. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { Refusal } from '../../errors.ts';
import { json } from '../json-body.ts';
import { ceremonyCookie, cookieOf, dropCookie, sessionCookie, setCookie } from './cookies.ts';
import { ownPage } from './own-page.ts';
import type { StaffParts } from './parts.ts';

/** Seconds, as identity has them; a cookie that outlives what it names is good for nothing. */
const ceremonySeconds = 300;
const sessionSeconds = 8 * 3600;
const largest = 32 * 1024;

function textIn(body: unknown, field: string): string {
  const text = (typeof body === 'object' && body !== null ? body : {} as Record<string, unknown>)[field as never] as unknown;
  if (typeof text !== 'string' || text === '' || text.length > 200) throw new Refusal('INVALID', { errors: [{ field, message: 'is a text' }] });
  return text;
}

function responseIn(body: unknown): unknown {
  const { response } = (typeof body === 'object' && body !== null ? body : {}) as { readonly response?: unknown };
  if (typeof response !== 'object' || response === null) throw new Refusal('INVALID', { errors: [{ field: 'response', message: 'is what the authenticator answered' }] });
  return response;
}

/** A session that was there before ends: it may be one that somebody put there (RFC 9700 section 4.7). */
async function renew(parts: StaffParts, request: FastifyRequest, reply: FastifyReply, session: string): Promise<void> {
  const before = cookieOf(request, sessionCookie);
  if (before !== undefined) await parts.entry.signOut(before);
  reply.header('Set-Cookie', [setCookie(sessionCookie, session, sessionSeconds), dropCookie(ceremonyCookie)]);
}

export function addEntry(app: FastifyInstance, parts: StaffParts): void {
  const { entry, tried } = parts;
  const post = (url: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): void => {
    const guarded: RouteHandlerMethod = async (request, reply) => {
      await ownPage(request, entry);
      await tried(request.ip);
      return handler(request, reply.header('Cache-Control', 'no-store'));
    };
    app.post(url, { bodyLimit: largest, config: { access: 'public', hidden: true, consumes: [json], bodyWithin: 10_000 } }, guarded);
  };
  post('/staff/join/options', async ({ body }, reply) => {
    const { cookie, ...begun } = await entry.beginJoin(textIn(body, 'secret'));
    return reply.header('Set-Cookie', setCookie(ceremonyCookie, cookie, ceremonySeconds)).send(begun);
  });
  post('/staff/join', async (request, reply) => {
    const { codes, session } = await entry.join(textIn(request.body, 'secret'), cookieOf(request, ceremonyCookie) ?? '', responseIn(request.body));
    await renew(parts, request, reply, session);
    return reply.send({ codes });
  });
  post('/staff/recover', async ({ body }, reply) => reply.send({ secret: await entry.recover(textIn(body, 'code')) }));
  post('/sign-in/options', async (_, reply) => {
    const { cookie, options } = await entry.beginSignIn();
    return reply.header('Set-Cookie', setCookie(ceremonyCookie, cookie, ceremonySeconds)).send({ options });
  });
  post('/sign-in', async (request, reply) => {
    const session = await entry.signIn(cookieOf(request, ceremonyCookie) ?? '', responseIn(request.body));
    await renew(parts, request, reply, session);
    return reply.code(204).send();
  });
  post('/sign-in/out', async (request, reply) => {
    const session = cookieOf(request, sessionCookie);
    if (session !== undefined) await entry.signOut(session);
    return reply.header('Set-Cookie', dropCookie(sessionCookie)).code(204).send();
  });
  app.get('/sign-in/session', { config: { access: 'public', hidden: true } }, async (request, reply) => {
    reply.header('Cache-Control', 'no-store');
    const session = cookieOf(request, sessionCookie);
    const present = session === undefined ? undefined : await entry.present(session);
    if (present === undefined) return reply.code(204).send();
    const { name, partner, staff: { id, administrator } } = present;
    return reply.send({ id, name, partner, administrator });
  });
}
