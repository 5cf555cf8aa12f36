// Who asks: a partner chosen from the demonstration's. Tokens live in this module's memory and nowhere else.
import { language, levelName, purposeName, textIn } from './words.js';

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

const post = (token, body, headers) => fetch('/graphql', { method: 'POST', cache: 'no-store', credentials: 'omit', headers: { ...headers, Authorization: `Bearer ${token}` }, body });

/** The partner chooser. `changed` is told of each new access: `{purpose, ask}`; `failed`, that there is none. */
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
    const get = async () => (await json('/demo/token', { method: 'POST', headers, body: JSON.stringify(asked) })).token;
    let token = await get();
    // A demonstration token lives an hour; a page may stay open longer.
    const ask = async (body, sent) => {
      const answer = await post(token, body, sent);
      if (answer.status !== 401) return answer;
      token = await get();
      return post(token, body, sent);
    };
    return { ask, purpose: asked.purpose, lookup };
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
