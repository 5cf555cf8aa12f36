/** The GraphiQL page's frame. Its scripts fill it: which partners there are, who the reader is, the editor. */
import type { Language } from '../language.ts';
import type { Assets } from './assets.ts';
import { html, type Html } from './docs-html.ts';
import { type PageWords, pageWords } from './page-words.ts';

const demoAccess = (words: PageWords): Html => html`
<form id="access" class="access" aria-label="${words.access}" hidden>
<label>${words.partner}<select id="partner" name="partner" autocomplete="off"></select></label>
<label>${words.purpose}<select id="purpose" name="purpose" autocomplete="off"></select></label>
<label>${words.clearance}<select id="clearance" name="clearance" autocomplete="off"></select></label>
</form>`;

/** Shown by the script: what belongs to somebody who is signed in, or the way to sign in. */
const session = (words: PageWords, language: Language): Html => html`
<section id="session" class="access session" aria-label="${words.session}" data-state="out" hidden>
<p id="session-note" class="who"></p>
<label>${words.purpose}<select id="session-purpose" autocomplete="off"></select></label>
<label>${words.clearance}<select id="session-clearance" autocomplete="off"></select></label>
<a id="administer" href="/staff?lang=${language}" hidden>${words.administer}</a>
<button id="sign-out" type="button">${words.signOut}</button>
<button id="sign-in" type="button">${words.signIn}</button>
</section>`;

/** @param demo whether partners may be chosen from by whoever is not signed in */
export function graphiqlPage(assets: Assets, language: Language, demo: boolean): Html {
  const words = pageWords(language);
  const other = language === 'th' ? 'en' : 'th';
  return html`<!doctype html>
<html lang="${language}" data-mode="${demo ? 'demo' : 'sign-in'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prasan: GraphiQL</title><link rel="icon" href="${assets.url('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.url('graphiql.css')}"><link rel="stylesheet" href="${assets.url('pages.css')}"><link rel="stylesheet" href="${assets.url('console.css')}">
<script defer src="${assets.url('react.js')}"></script><script defer src="${assets.url('react-dom.js')}"></script><script defer src="${assets.url('graphiql.js')}"></script>
<script type="module" src="${assets.url('console.js')}"></script></head>
<body class="console"><a class="skip" href="#graphiql">${words.skip}</a>
<header><a class="brand" href="/?lang=${language}">Prasan <span lang="th">ประสาน</span></a>
<dl id="viewer" class="viewer" aria-live="polite"></dl>
<nav aria-label="${words.elsewhere}"><a href="/docs?lang=${language}">${words.reference}</a> <a href="/graphiql?lang=${other}" lang="${other}" hreflang="${other}">${words.other}</a></nav></header>
${session(words, language)}${demo ? demoAccess(words) : undefined}
<div id="examples" class="examples" role="group" aria-label="${words.examples}"></div>
<p id="said" class="said" role="status"></p>
<main id="graphiql"><noscript><p class="plain">${words.noScript}</p></noscript><p class="plain">${demo ? words.loading : words.signInFirst}</p></main>
</body></html>`;
}
