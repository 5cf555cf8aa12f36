/** The GraphiQL page's frame. Its scripts fill it: which partners there are, who the reader is, the editor. */
import type { Language } from '../language.ts';
import type { Assets } from './assets.ts';
import { html, type Html } from './docs-html.ts';
import { type PageWords, pageWords } from './page-words.ts';

const demoAccess = (words: PageWords): Html => html`
<form id="access" class="access" aria-label="${words.access}">
<label>${words.partner}<select id="partner" name="partner" autocomplete="off"></select></label>
<label>${words.purpose}<select id="purpose" name="purpose" autocomplete="off"></select></label>
<label>${words.clearance}<select id="clearance" name="clearance" autocomplete="off"></select></label>
</form>`;

const tokenAccess = (words: PageWords): Html => html`
<form id="access" class="access" aria-label="${words.access}">
<label class="wide">${words.token}<input id="token" type="password" autocomplete="off" spellcheck="false" required></label>
<label>${words.purpose}<select id="purpose" name="purpose" autocomplete="off"><option value="">${words.onlyPurpose}</option></select></label>
<button type="submit">${words.useToken}</button>
<p class="note">${words.tokenNote}</p>
</form>`;

/** @param demo whether partners may be chosen from; else a token is pasted */
export function graphiqlPage(assets: Assets, language: Language, demo: boolean): Html {
  const words = pageWords(language);
  const other = language === 'th' ? 'en' : 'th';
  return html`<!doctype html>
<html lang="${language}" data-mode="${demo ? 'demo' : 'token'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prasan: GraphiQL</title><link rel="icon" href="${assets.url('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.url('graphiql.css')}"><link rel="stylesheet" href="${assets.url('pages.css')}"><link rel="stylesheet" href="${assets.url('console.css')}">
<script defer src="${assets.url('react.js')}"></script><script defer src="${assets.url('react-dom.js')}"></script><script defer src="${assets.url('graphiql.js')}"></script>
<script type="module" src="${assets.url('console.js')}"></script></head>
<body class="console"><a class="skip" href="#graphiql">${words.skip}</a>
<header><a class="brand" href="/?lang=${language}">Prasan <span lang="th">ประสาน</span></a>
<dl id="viewer" class="viewer" aria-live="polite"></dl>
<nav aria-label="${words.elsewhere}"><a href="/docs?lang=${language}">${words.reference}</a> <a href="/graphiql?lang=${other}" lang="${other}" hreflang="${other}">${words.other}</a></nav></header>
${demo ? demoAccess(words) : tokenAccess(words)}
<div id="examples" class="examples" role="group" aria-label="${words.examples}"></div>
<p id="said" class="said" role="status"></p>
<main id="graphiql"><noscript><p class="plain">${words.noScript}</p></noscript><p class="plain">${demo ? words.loading : words.pasteToken}</p></main>
</body></html>`;
}
