/** `/docs`: the REST reference, and what the types of problems point to. Every byte comes from here; nothing runs in the reader's browser. */
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { codes, Refusal } from '../../errors.ts';
import { type Language, pageLanguage } from '../language.ts';
import { typeOf } from '../problem.ts';
import type { Contract } from './contract.ts';
import { render } from './docs-html.ts';
import { docsPage } from './docs-page.ts';

const config = { access: 'public', hidden: true } as const;
const policy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function addDocs(app: FastifyInstance, contract: Contract): void {
  const style = readFileSync(new URL('docs.css', import.meta.url), 'utf8');
  const pages = new Map<Language, string>();
  const pageIn = (language: Language): string => {
    const page = pages.get(language) ?? render(docsPage(contract, language));
    pages.set(language, page);
    return page;
  };

  app.get('/docs', { config }, async (request, reply) => {
    const { lang } = request.query as { readonly lang?: unknown };
    const language = pageLanguage(lang, request.headers['accept-language']);
    reply.headers({ 'Content-Security-Policy': policy, 'Content-Language': language, Vary: 'Accept-Language', 'Cache-Control': 'no-cache' });
    return reply.type('text/html; charset=utf-8').send(pageIn(language));
  });
  app.get('/docs/style.css', { config }, async (_request, reply) => reply.header('Cache-Control', 'public, max-age=3600').type('text/css; charset=utf-8').send(style));

  const anchors = new Set(codes.map(typeOf));
  app.get('/problems/:problem', { config }, async (request, reply) => {
    const { problem } = request.params as { readonly problem: string };
    if (!anchors.has(`/problems/${problem}`)) throw new Refusal('NOT_FOUND');
    return reply.redirect(`/docs#problem-${problem}`, 302);
  });
}
