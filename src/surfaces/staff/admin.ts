/** The routes of `/staff`: forms, sent by pages of this exchange alone, by somebody who is signed in and administers its own partner's staff. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { caveatMask, type Level, levelOf, purposeMask } from '../../dictionary/compartment.ts';
import { type FieldFault, Refusal } from '../../errors.ts';
import type { StaffRights } from '../../rules/staff.ts';
import { type Language, pageLanguage } from '../language.ts';
import type { Assets } from '../pages/assets.ts';
import { type Html, render } from '../pages/docs-html.ts';
import { adminPage, linkPage, notYoursPage } from './admin-page.ts';
import { cookieOf, dropCookie, sessionCookie } from './cookies.ts';
import { ownPage } from './own-page.ts';
import type { Present, StaffParts } from './parts.ts';

const form = 'application/x-www-form-urlencoded';
const config = { access: 'public', hidden: true } as const;
/** A form tells its origin only where the page's address may be told to its own site. */
const headers = {
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin', 'Cache-Control': 'no-store', Vary: 'Accept-Language',
};

const languageIn = (request: FastifyRequest): Language => pageLanguage((request.query as { readonly lang?: unknown }).lang, request.headers['accept-language']);

function show(request: FastifyRequest, reply: FastifyReply, page: Html, status = 200): FastifyReply {
  return reply.code(status).headers({ ...headers, 'Content-Language': languageIn(request) }).type('text/html; charset=utf-8').send(render(page));
}

async function presentIn({ entry }: StaffParts, request: FastifyRequest): Promise<Present | undefined> {
  const session = cookieOf(request, sessionCookie);
  return session === undefined ? undefined : entry.present(session);
}

function masked(field: string, words: readonly string[], mask: (names: readonly string[]) => number): number {
  try {
    return mask(words);
  } catch {
    throw new Refusal('INVALID', { errors: [{ field, message: 'names what is not known here', th: 'มีรายการที่ระบบไม่รู้จัก' }] });
  }
}

function rightsIn(given: URLSearchParams): StaffRights {
  const level: Level | undefined = levelOf(given.get('clearance') ?? '');
  if (level === undefined) throw new Refusal('INVALID', { errors: [{ field: 'clearance', message: 'is a level', th: 'ต้องเป็นชั้นความลับ' }] });
  const desk = given.get('desk') ?? '';
  return {
    ...(desk !== '' && { desk }), clearance: level, caveats: masked('caveats', given.getAll('caveats'), caveatMask), purposes: masked('purposes', given.getAll('purposes'), purposeMask),
    scopes: [...new Set(given.getAll('scopes'))], administrator: given.get('administrator') === 'yes',
  };
}

async function adminView(parts: StaffParts, assets: Assets, request: FastifyRequest, present: Present, wrong?: readonly FieldFault[]): Promise<Html> {
  const { administration } = parts;
  const [partner, staff, events] = await Promise.all([administration.partner(present.staff), administration.list(present.staff), administration.events(present.staff)]);
  return adminPage({ assets, language: languageIn(request), present, partner, staff, events, ...(wrong !== undefined && { wrong }) });
}

/** A session that somebody else got hold of lets nobody in. @throws Refusal INVALID, which the page tells with a way to show the passkey */
function demandPasskey({ confirmed }: Present): void {
  if (confirmed) return;
  throw new Refusal('INVALID', { errors: [{ field: 'passkey', message: 'was not shown in the last five minutes: show it again, then come back and send this once more', th: 'ไม่ได้แสดงในห้านาทีที่ผ่านมา โปรดแสดงอีกครั้ง แล้วกลับมาส่งรายการนี้ใหม่' }] });
}

type Act = (present: Present, given: URLSearchParams, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** A form's act, and the page with what was wrong where it was not done. */
const acting = (parts: StaffParts, assets: Assets, act: Act) => async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  await ownPage(request, parts.entry);
  await parts.tried(request.ip);
  const present = await presentIn(parts, request);
  if (present === undefined) return reply.redirect('/sign-in', 303);
  try {
    return await act(present, request.body instanceof URLSearchParams ? request.body : new URLSearchParams(), request, reply);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'INVALID') throw error;
    return show(request, reply, await adminView(parts, assets, request, present, error.public.errors ?? []), error.status);
  }
};

export async function addAdmin(app: FastifyInstance, assets: Assets, parts: StaffParts): Promise<void> {
  const { administration, entry } = parts;
  app.addContentTypeParser(form, { parseAs: 'string' }, async (_: FastifyRequest, body: string) => new URLSearchParams(body));
  const post = (url: string, act: Act): void => {
    app.post(url, { bodyLimit: 16 * 1024, config: { ...config, consumes: [form], bodyWithin: 10_000 } }, acting(parts, assets, act));
  };
  /** What lets others in. */
  const postConfirmed = (url: string, act: Act): void => {
    post(url, async (present, ...rest) => {
      demandPasskey(present);
      return act(present, ...rest);
    });
  };
  const link = async (request: FastifyRequest, reply: FastifyReply, secret: string): Promise<FastifyReply> =>
    show(request, reply, linkPage(assets, languageIn(request), `${(await entry.party()).origin}/staff/join#${secret}`));
  const back = (request: FastifyRequest, reply: FastifyReply): FastifyReply => reply.redirect(`/staff?lang=${languageIn(request)}`, 303);

  app.get('/staff', { config }, async (request, reply) => {
    const present = await presentIn(parts, request);
    if (present === undefined) return reply.headers(headers).redirect(`/sign-in?lang=${languageIn(request)}`, 303);
    if (!present.staff.administrator) return show(request, reply, notYoursPage(assets, languageIn(request), present), 403);
    return show(request, reply, await adminView(parts, assets, request, present));
  });
  postConfirmed('/staff/invite', async ({ staff }, given, request, reply) => {
    const [name, email] = [given.get('name')?.trim() ?? '', given.get('email')?.trim() ?? ''];
    return link(request, reply, await administration.invite(staff, { name, ...(email !== '' && { email }) }, rightsIn(given)));
  });
  const about = (given: URLSearchParams) => [given.get('id') ?? '', given.get('reason') ?? ''] as const;
  const knows = (given: URLSearchParams): boolean => given.get('knowing') === 'yes';
  post('/staff/suspend', async ({ staff }, given, request, reply) => {
    await administration.suspend(staff, ...about(given), knows(given));
    return back(request, reply);
  });
  postConfirmed('/staff/resume', async ({ staff }, given, request, reply) => {
    await administration.resume(staff, ...about(given));
    return back(request, reply);
  });
  postConfirmed('/staff/renew', async ({ staff }, given, request, reply) => link(request, reply, await administration.recover(staff, ...about(given), knows(given))));
  post('/staff/out', async (_, __, request, reply) => {
    const session = cookieOf(request, sessionCookie);
    if (session !== undefined) await entry.signOut(session);
    return reply.header('Set-Cookie', dropCookie(sessionCookie)).redirect(`/sign-in?lang=${languageIn(request)}`, 303);
  });
}
