/** `/`: what this is, and where to go. */
import type { Language } from '../language.ts';
import type { Assets } from './assets.ts';
import { html, type Html } from './docs-html.ts';
import { pageWords } from './page-words.ts';

/** @param demo whether this is the demonstration */
export function landingPage(assets: Assets, language: Language, demo: boolean): Html {
  const words = pageWords(language);
  const other = language === 'th' ? 'en' : 'th';
  const doors = [
    ['/graphiql', words.doorGraphiql, words.doorGraphiqlText], ['/docs', words.doorDocs, words.doorDocsText],
    ['/openapi.yaml', words.doorContract, words.doorContractText],
  ] as const;
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prasan ประสาน</title><meta name="description" content="${words.whatItIs}"><link rel="icon" href="${assets.url('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.url('pages.css')}"></head>
<body class="landing"><a class="skip" href="#content">${words.skip}</a>
<header><span class="brand">Prasan <span lang="th">ประสาน</span></span>
<nav aria-label="${words.elsewhere}"><a href="/?lang=${other}" lang="${other}" hreflang="${other}">${words.other}</a></nav></header>
<main id="content"><h1>${words.headline}</h1><p class="lead">${words.whatItIs}</p>
${demo ? html`<p class="banner">${words.demoNote}</p>` : undefined}
<ul class="doors">${doors.map(([url, name, text]) => html`<li><a href="${url === '/openapi.yaml' ? url : `${url}?lang=${language}`}"><strong>${name}</strong><span>${text}</span></a></li>`)}</ul>
<section><h2>${words.howHeading}</h2><ul>${words.how.map((point) => html`<li>${point}</li>`)}</ul></section>
<section><h2>${words.programHeading}</h2><p>${words.programText}</p>
<pre><code>curl -H 'Authorization: Bearer …' -H 'Exchange-Purpose: INVESTIGATION' \\
  -H 'Content-Type: application/json' \\
  -d '{"values": [{"value": "pay-verify[.]example"}]}' /v1/lookups</code></pre>
${demo ? html`<p>${words.demoToken}</p><pre><code>npm run -s token -- kr-embassy --purpose INVESTIGATION</code></pre>` : undefined}</section></main></body></html>`;
}
