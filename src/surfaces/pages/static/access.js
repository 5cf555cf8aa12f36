// Who asks: a partner chosen from the demonstration's, or a pasted token. Tokens live in this module's memory and nowhere else.
import { language, levelName, purposeName, purposeNames, textIn } from './words.js';

const element = (id) => document.getElementById(id);

function fill(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, label]) => new Option(label, value, false, value === chosen)));
}

async function json(url, options) {
  const response = await fetch(url, { cache: 'no-store', credentials: 'omit', ...options });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.title ?? response.statusText), { body });
  return body;
}

/** The partner chooser. `changed` is told of each new access: `{token, purpose}`. */
export async function demoAccess(changed) {
  const { partners, lookup } = await json('/demo/partners');
  const [partner, purpose, clearance] = ['partner', 'purpose', 'clearance'].map(element);
  const current = () => partners.find(({ id }) => id === partner.value) ?? partners[0];
  const choices = () => {
    const { purposes, clearances } = current();
    fill(purpose, purposes.map((name) => [name, purposeName(name)]), purposes.includes(purpose.value) ? purpose.value : purposes.includes('INVESTIGATION') ? 'INVESTIGATION' : purposes[0]);
    fill(clearance, clearances.map((name) => [name, levelName(name)]), clearances.at(-1));
  };
  const issue = async () => {
    const asked = { partner: current().id, purpose: purpose.value, clearance: clearance.value };
    const { token } = await json('/demo/token', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': language }, body: JSON.stringify(asked) });
    return { token, purpose: asked.purpose, lookup, renew: issue };
  };
  const update = async () => changed(await issue());
  fill(partner, partners.map(({ id, name }) => [id, `${textIn(name)} (${id})`]), partners.find(({ id }) => id === 'kr-embassy')?.id);
  choices();
  partner.addEventListener('change', () => { choices(); update(); });
  purpose.addEventListener('change', update);
  clearance.addEventListener('change', update);
  await update();
}

/** A pasted token. It is taken out of its field at once. */
export async function tokenAccess(changed) {
  const [form, field, purpose] = ['access', 'token', 'purpose'].map(element);
  let token;
  purpose.append(...purposeNames.map((name) => new Option(purposeName(name), name)));
  const update = () => { if (token !== undefined) changed({ token, purpose: purpose.value || undefined }); };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    token = field.value.trim().replace(/^Bearer\s+/i, '');
    field.value = '';
    update();
  });
  purpose.addEventListener('change', update);
}
