/** The frame of the pages of staff, and those that need nobody to be known: signing in, joining, recovering. */
import type { Language } from '../language.ts';
import type { Assets } from '../pages/assets.ts';
import { html, type Html } from '../pages/docs-html.ts';
import { staffWords, type StaffWords } from './words.ts';

/** @param script a file of the exchange's own, or none */
export function frame(assets: Assets, language: Language, path: string, title: string, script: string | undefined, content: Html): Html {
  const words = staffWords(language);
  const other = language === 'th' ? 'en' : 'th';
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Prasan ประสาน</title><link rel="icon" href="${assets.url('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.url('pages.css')}"><link rel="stylesheet" href="${assets.url('staff.css')}">
${script === undefined ? undefined : html`<script type="module" src="${assets.url(script)}"></script>`}</head>
<body class="landing staff"><a class="skip" href="#content">${words.skip}</a>
<header><a class="brand" href="/?lang=${language}">Prasan <span lang="th">ประสาน</span></a>
<nav aria-label="${words.elsewhere}"><a id="language" href="${path}?lang=${other}" lang="${other}" hreflang="${other}">${words.other}</a></nav></header>
<main id="content"><h1>${title}</h1>${content}</main></body></html>`;
}

/** What the scripts say, for them to show: none of it stands in a script. */
const said = (words: StaffWords): Html => html`<p id="said" role="status" data-waiting="${words.waiting}" data-refused="${words.refused}" data-limited="${words.limited}" data-unsupported="${words.unsupported}" data-nolink="${words.noLink}"></p>
<noscript><p>${words.noScript}</p></noscript>`;

export function signInPage(assets: Assets, language: Language): Html {
  const words = staffWords(language);
  return frame(assets, language, '/sign-in', words.signIn, 'sign-in.js', html`<p class="lead">${words.signInText}</p>
<p><button id="passkey" type="button">${words.usePasskey}</button></p>${said(words)}<p><a href="/staff/recover?lang=${language}">${words.lost}</a></p>`);
}

export function joinPage(assets: Assets, language: Language): Html {
  const words = staffWords(language);
  return frame(assets, language, '/staff/join', words.join, 'join.js', html`<section id="invited"><p class="lead">${words.joinText}</p>
<p id="who" hidden>${words.as} <strong id="name"></strong>, ${words.of} <strong id="partner"></strong></p>
<p><button id="passkey" type="button" disabled>${words.makePasskey}</button></p></section>${said(words)}
<section id="joined" hidden><h2>${words.codes}</h2><p>${words.codesText}</p><ul id="codes" class="codes"></ul><p><a class="button" href="/graphiql?lang=${language}">${words.goOn}</a></p></section>`);
}

export function recoverPage(assets: Assets, language: Language): Html {
  const words = staffWords(language);
  return frame(assets, language, '/staff/recover', words.recover, 'recover.js', html`<p class="lead">${words.recoverText}</p>
<form id="recover"><label>${words.code}<input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" required></label>
<p><button type="submit">${words.useCode}</button></p></form>${said(words)}`);
}
