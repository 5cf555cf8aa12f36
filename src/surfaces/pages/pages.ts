/** The pages a person opens: the landing page and GraphiQL. Public and static: what they show, they ask for with the reader's own token. */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type Language, pageLanguage } from '../language.ts';
import { addAssets } from './assets.ts';
import { addDemo, type Demo } from './demo.ts';
import { type Html, render } from './docs-html.ts';
import { graphiqlPage } from './graphiql-page.ts';
import { landingPage } from './landing-page.ts';
import { addAdmin } from '../staff/admin.ts';
import { addEntry } from '../staff/entry-routes.ts';
import { joinPage, recoverPage, signInPage } from '../staff/frame.ts';
import type { StaffParts } from '../staff/parts.ts';

export { type Demo, demoOf } from './demo.ts';

export interface PagesParts {
  /** Embedded mode: partners to choose from, and tokens for them. Without it persons sign in. */
  readonly demo?: Demo;
  /** Persons who sign in with passkeys, wherever a built-in issuer is in force. */
  readonly staff?: StaffParts;
}

const config = { access: 'public', hidden: true } as const;
const closed = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** The one style GraphiQL writes into the page: that which keeps the page still below an open dialog (react-remove-scroll-bar). */
const stillBelowDialog = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='";
/** GraphiQL's fonts are in its style sheet as `data:` addresses. No script or style stands in the page itself. */
const graphiqlPolicy = [
  "default-src 'none'", "script-src 'self'", `style-src 'self' ${stillBelowDialog}`, "connect-src 'self'", "img-src 'self' data:", "font-src 'self' data:", closed,
].join('; ');
const staffPolicy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; ${closed}`;
const landingPolicy = `default-src 'none'; style-src 'self'; img-src 'self'; ${closed}`;

function page(app: FastifyInstance, url: string, policy: string, make: (language: Language) => Html): void {
  const made = new Map<Language, string>();
  const inLanguage = (language: Language): string => {
    const text = made.get(language) ?? render(make(language));
    made.set(language, text);
    return text;
  };
  app.get(url, { config }, async (request: FastifyRequest, reply: FastifyReply) => {
    const { lang } = request.query as { readonly lang?: unknown };
    const language = pageLanguage(lang, request.headers['accept-language']);
    reply.headers({ 'Content-Security-Policy': policy, 'Content-Language': language, Vary: 'Accept-Language', 'Cache-Control': 'no-cache' });
    return reply.type('text/html; charset=utf-8').send(inLanguage(language));
  });
}

/** Makes the plugin that serves `/`, `/graphiql`, their files, and in embedded mode `/demo/...`. */
export const pagesSurface = ({ demo, staff }: PagesParts = {}): FastifyPluginAsync => async (app) => {
  const assets = addAssets(app);
  page(app, '/', landingPolicy, (language) => landingPage(assets, language, demo !== undefined));
  page(app, '/graphiql', graphiqlPolicy, (language) => graphiqlPage(assets, language, demo !== undefined));
  if (demo !== undefined) addDemo(app, demo);
  if (staff === undefined) return;
  page(app, '/sign-in', staffPolicy, (language) => signInPage(assets, language));
  page(app, '/staff/join', staffPolicy, (language) => joinPage(assets, language));
  page(app, '/staff/recover', staffPolicy, (language) => recoverPage(assets, language));
  addEntry(app, staff);
  await app.register(async (scope) => addAdmin(scope, assets, staff));
};
