/** `/staff`: who of one's own organisation may sign in, for those who administer it. Plain forms, no script. */
import { caveatsIn, levelName, levels, purposesIn } from '../../dictionary/compartment.ts';
import type { FieldFault } from '../../errors.ts';
import type { Partner } from '../../rules/registry.ts';
import type { Staff } from '../../rules/staff.ts';
import type { Language } from '../language.ts';
import type { Assets } from '../pages/assets.ts';
import { html, type Html } from '../pages/docs-html.ts';
import { frame } from './frame.ts';
import type { Administration, Person, Present } from './parts.ts';
import { staffWords, type StaffWords } from './words.ts';

export interface AdminView {
  readonly assets: Assets;
  readonly language: Language;
  readonly present: Present;
  readonly partner: Partner;
  readonly staff: readonly (Staff & Person)[];
  readonly events: Awaited<ReturnType<Administration['events']>>;
  /** What was not done, and why. */
  readonly wrong?: readonly FieldFault[];
}

const hidden = (name: string, value: string): Html => html`<input type="hidden" name="${name}" value="${value}">`;

function actions(words: StaffWords, { id, status }: Staff, language: Language): Html {
  const reason = html`<label>${words.reason}<input name="reason" required maxlength="500" autocomplete="off"></label>`;
  const knowing = html`<label><input type="checkbox" name="knowing" value="yes"> ${words.knowing}</label>`;
  const form = (act: string, button: string, more?: Html): Html =>
    html`<form method="post" action="/staff/${act}?lang=${language}">${hidden('id', id)}${reason}${more}<button class="quiet" type="submit">${button}</button></form>`;
  return html`<details><summary>${words.actions}</summary>${status === 'SUSPENDED'
    ? form('resume', words.resume)
    : html`${form('suspend', words.suspend, knowing)}${form('renew', words.renew, knowing)}`}</details>`;
}

const row = (words: StaffWords, view: AdminView, one: Staff & Person): Html => html`<tr><th scope="row">${one.name}${one.id === view.present.staff.id ? ` (${words.you})` : ''}<br>${one.email}</th>
<td>${words[one.status]}</td><td>${one.desk ?? ''}</td><td>${levelName(one.clearance)}<br>${caveatsIn(one.caveats).join(' ')}</td><td>${purposesIn(one.purposes).join(' ')}</td>
<td>${one.administrator ? words.administrator : ''}</td><td>${actions(words, one, view.language)}</td></tr>`;

const boxes = (name: string, title: string, all: readonly string[]): Html =>
  html`<fieldset><legend>${title}</legend>${all.map((one) => html`<label><input type="checkbox" name="${name}" value="${one}"> ${one}</label>`)}</fieldset>`;

function inviteForm(words: StaffWords, { partner, language }: AdminView): Html {
  const desks = partner.desks.map(({ id, name }) => html`<option value="${id}">${name[language]}</option>`);
  const clearances = levels.slice(0, partner.clearance + 1).map((level) => html`<option>${level}</option>`);
  return html`<section id="invite"><h2>${words.invite}</h2><p>${words.inviteText}</p><form method="post" action="/staff/invite?lang=${language}">
<label>${words.name}<input name="name" required maxlength="120" autocomplete="off"></label><label>${words.email}<input type="email" name="email" maxlength="120" autocomplete="off"></label>
<label>${words.desk}<select name="desk"><option value="">${words.none}</option>${desks}</select></label><label>${words.clearance}<select name="clearance">${clearances}</select></label>
${boxes('caveats', words.caveats, caveatsIn(partner.caveats))}${boxes('purposes', words.purposes, purposesIn(partner.purposes))}${boxes('scopes', words.scopes, partner.scopes)}
<label><input type="checkbox" name="administrator" value="yes"> ${words.administrator}</label><p><button type="submit">${words.sendInvitation}</button></p></form></section>`;
}

const history = (words: StaffWords, { events }: AdminView): Html => html`<section><h2>${words.history}</h2><div class="wide"><table><thead><tr><th>${words.when}</th><th>${words.whom}</th><th>${words.what}</th><th>${words.by}</th><th>${words.reason}</th></tr></thead>
<tbody>${events.map(({ at, name, act, by, reason }) => html`<tr><td>${at.toISOString().slice(0, 16).replace('T', ' ')}Z</td><td>${name}</td><td>${words.acts[act] ?? act}</td><td>${by}</td><td>${reason}</td></tr>`)}</tbody></table></div></section>`;

const signOut = (words: StaffWords, language: Language): Html => html`<form method="post" action="/staff/out?lang=${language}"><button class="quiet" type="submit">${words.signOut}</button></form>`;

const faultLine = (words: StaffWords, language: Language, { field, message, th }: FieldFault): Html => {
  const labels: Readonly<Record<string, string>> = { name: words.name, email: words.email, desk: words.desk, clearance: words.clearance, caveats: words.caveats, purposes: words.purposes, scopes: words.scopes, reason: words.reason, id: words.whom, passkey: words.passkey };
  const label = labels[field];
  const told = language === 'th' ? (th ?? message) : message;
  return html`<li>${label === undefined ? told : `${label}: ${told}`}</li>`;
};

export function adminPage(view: AdminView): Html {
  const { assets, language, present, staff, wrong } = view;
  const words = staffWords(language);
  const heads = [words.name, words.status, words.desk, words.clearance, words.purposes, words.administrator, words.actions];
  return frame(assets, language, '/staff', `${words.staff}: ${present.partner.name[language]}`, undefined, html`<p>${present.name}</p>${signOut(words, language)}
${wrong === undefined ? undefined : html`<div class="wrong" role="alert"><p>${words.wrong}</p><ul>${wrong.map((fault) => faultLine(words, language, fault))}</ul></div>`}
${present.confirmed ? undefined : html`<p id="confirm">${words.confirm} <a class="button" href="/sign-in?lang=${language}">${words.showPasskey}</a></p>`}
<div class="wide"><table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${staff.map((one) => row(words, view, one))}</tbody></table></div>
${inviteForm(words, view)}${history(words, view)}`);
}

/** The one page that shows an invitation's secret. */
export function linkPage(assets: Assets, language: Language, link: string): Html {
  const words = staffWords(language);
  return frame(assets, language, '/staff', words.invite, undefined, html`<p>${words.link}</p><p class="secret" id="link">${link}</p><p><a href="/staff?lang=${language}">${words.back}</a></p>`);
}

export function notYoursPage(assets: Assets, language: Language, { name }: Present): Html {
  const words = staffWords(language);
  return frame(assets, language, '/staff', words.staff, undefined, html`<p>${name}</p><p>${words.notYours}</p>${signOut(words, language)}<p><a href="/graphiql?lang=${language}">GraphiQL</a></p>`);
}
