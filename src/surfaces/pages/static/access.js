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

/** The partner chooser. `changed` is told of each new access: `{token, purpose}`; `failed`, that there is none. */
export async function demoAccess(changed, failed) {
  const { partners, lookup } = await json('/demo/partners');
  const [partner, purpose, clearance] = ['partner', 'purpose', 'clearance'].map(element);
  const current = () => partners.find(({ id }) => id === partner.value) ?? partners[0];
  const choices = () => {
    const { purposes, clearances } = current();
    const usual = [purpose.value, 'INVESTIGATION', purposes[0]].find((name) => purposes.includes(name));
    fill(purpose, purposes.map((name) => [name, purposeName(name)]), usual);
    fill(clearance, clearances.map((name) => [name, levelName(name)]), clearances.at(-1));
  };
  const issue = async () => {
    const asked = { partner: current().id, purpose: purpose.value, clearance: clearance.value };
    const headers = { 'Content-Type': 'application/json', 'Accept-Language': language };
    const { token } = await json('/demo/token', { method: 'POST', headers, body: JSON.stringify(asked) });
    return { token, purpose: asked.purpose, lookup, renew: issue };
  };
  let turn = 0;
  const update = async () => {
    turn += 1;
    const mine = turn;
    try {
      const access = await issue();
      // Chosen again meanwhile: the later choice shows itself.
      if (mine === turn) await changed(access);
    } catch {
      failed();
    }
  };
  fill(partner, partners.map(({ id, name }) => [id, `${textIn(name)} (${id})`]), partners.find(({ id }) => id === 'kr-embassy')?.id);
  choices();
  partner.addEventListener('change', () => { choices(); void update(); });
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
