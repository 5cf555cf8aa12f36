// The GraphiQL page: who asks, the ready examples, the editor, and in one sentence what an answer released and withheld.
import { demoAccess } from './access.js';
import { examples, hint } from './examples.js';
import { meOf, meQuery } from './me.js';
import { openable } from './request-examples.js';
import { Ended } from './session.js';
import { signedInAccess } from './signed-in.js';
import { caveatName, language, levelName, purposeName, textIn, words } from './words.js';

const { createElement } = globalThis.React;
const host = document.getElementById('graphiql');
const said = document.getElementById('said');
const viewer = document.getElementById('viewer');
const root = globalThis.ReactDOM.createRoot(host);

/** What GraphiQL would keep in the browser's storage holds names and numbers of persons: it is kept in memory alone. */
function memory() {
  const kept = new Map();
  return {
    get length() { return kept.size; },
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => { kept.set(key, value); },
    removeItem: (key) => { kept.delete(key); },
    clear: () => { kept.clear(); },
  };
}

const state = { access: undefined, me: undefined, query: '', variables: '', generation: 0, turn: 0, cursors: new Map(), example: undefined, closed: undefined };

async function post(operation, access = state.access) {
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/graphql-response+json',
    'Accept-Language': language,
    ...(access.purpose === undefined ? {} : { 'Exchange-Purpose': access.purpose }),
  };
  return (await access.ask(JSON.stringify(operation), headers)).json();
}

/** Every released record in an answer: what has a list of withheld fields. */
function recordsIn(value, found = []) {
  if (Array.isArray(value)) value.forEach((one) => recordsIn(one, found));
  else if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value.withheld)) found.push(value);
    Object.values(value).forEach((one) => recordsIn(one, found));
  }
  return found;
}

/** Every list in an answer. */
const listsIn = (value) => (Array.isArray(value) ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(listsIn) : []);

/** Of an answer without records: that there is nothing, or that what was sent is taken. */
function sayBare(data, wrote) {
  const lists = listsIn(data);
  const bare = lists.length > 0 && lists.every((list) => list.length === 0) ? words.nothing : '';
  said.textContent = data?.lookup?.[0]?.nothing?.message ?? (wrote ? words.done : bare);
}

function sayRefused({ message, extensions = {} }) {
  const details = [extensions.detail, ...(extensions.errors ?? []).map((fault) => `${fault.field} ${fault.message}`)].filter(Boolean).join('; ');
  said.textContent = words.refused(message, details === '' ? '' : `: ${details}`);
  said.dataset.kind = 'refused';
}

function say({ data, errors }, wrote) {
  if (errors?.length > 0) return sayRefused(errors[0]);
  const records = recordsIn(data);
  delete said.dataset.kind;
  if (records.length === 0) { sayBare(data, wrote); return; }
  const closed = records.filter(({ withheld }) => withheld.length > 0);
  state.closed = closed.find((one) => one.id !== undefined && ![undefined, state.me?.partner.id].includes(one.originator) && openable(one).length > 0) ?? state.closed;
  const fields = [...new Set(closed.flatMap(({ withheld }) => withheld))].join(', ');
  const whom = [...new Set(closed.map(({ originator }) => originator).filter((one) => ![undefined, state.me?.partner.id].includes(one)))].join(', ');
  said.textContent = `${words.released(records.length)} ${closed.length === 0 ? words.allShown : words.withheld(fields, whom)}`;
}

/** A cursor of the feed goes on for the same partner, purpose and kinds alone. */
const cursorName = (kinds) => JSON.stringify([state.me?.partner.id, state.access?.purpose, kinds]);

async function fetcher(operation) {
  try {
    const answer = await post(operation);
    if (operation.operationName !== 'IntrospectionQuery') say(answer, /^\s*mutation\b/mu.test(operation.query));
    const cursor = answer.data?.changes?.cursor;
    if (cursor !== undefined) state.cursors.set(cursorName(operation.variables?.kinds), cursor);
    return answer;
  } catch (error) {
    if (error instanceof Ended) return { errors: [{ message: words.ended }] };
    sayRefused({ message: words.cannotReach });
    return { errors: [{ message: words.cannotReach }] };
  }
}

function showViewer({ partner, purpose, clearance, caveats }) {
  const facts = [
    ['partner', words.partner, textIn(partner.name)], ['purpose', words.purpose, purposeName(purpose)], ['clearance', words.clearance, levelName(clearance)],
    ['caveats', words.caveats, caveats.map(caveatName).join(', ') || words.none],
  ];
  viewer.dataset.partner = partner.id;
  viewer.replaceChildren(...facts.map(([name, label, value]) => {
    const [pair, term, detail] = ['div', 'dt', 'dd'].map((tag) => document.createElement(tag));
    term.textContent = label;
    detail.textContent = value;
    pair.dataset.fact = name;
    pair.append(term, detail);
    return pair;
  }));
}

/** A new generation is a new editor: no answer of one viewer stays on the page of another. */
function show() {
  state.generation += 1;
  root.render(createElement(globalThis.GraphiQL, {
    key: state.generation,
    fetcher,
    storage: memory(),
    query: state.query,
    variables: state.variables,
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
    defaultEditorToolsVisibility: 'variables',
    visiblePlugin: globalThis.innerWidth > 1100 ? 'Documentation Explorer' : undefined,
    onEditQuery: (query) => { state.query = query; },
    onEditVariables: (variables) => { state.variables = variables; },
  }));
}

/** Before anything is asked: why this would bring nothing. */
function sayWhy() {
  said.textContent = hint(state.example, state.me);
  delete said.dataset.kind;
}

function open(example) {
  const about = { lookup: state.access.lookup, cursor: state.cursors.get(cursorName(example.kinds)), closed: state.closed };
  state.example = example;
  state.query = example.query;
  state.variables = JSON.stringify(example.variables(state.me, about), null, 2);
  sayWhy();
  show();
}

function showExamples() {
  document.getElementById('examples').replaceChildren(...examples.map((example) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = example.title;
    button.dataset.example = example.id;
    button.addEventListener('click', () => open(example));
    return button;
  }));
}

async function askWho() {
  try {
    return await post({ query: meQuery });
  } catch (error) {
    if (error instanceof Ended) throw error;
    return { errors: [{ message: words.cannotReach }] };
  }
}

async function changed(access) {
  state.access = access;
  state.closed = undefined;
  state.turn += 1;
  const { turn } = state;
  said.textContent = '';
  const { data, errors } = await askWho();
  // Chosen again meanwhile: the later choice shows itself.
  if (turn !== state.turn) return;
  if (errors?.length > 0) { viewer.replaceChildren(); sayRefused(errors[0]); return; }
  const first = state.me === undefined;
  state.me = meOf(data);
  showViewer(data.me);
  if (!first) { sayWhy(); show(); return; }
  showExamples();
  open(examples[0]);
}

/** Nothing of what was shown stays on the page of somebody who may not see it any more. */
function ended(text) {
  state.turn += 1;
  state.me = undefined;
  state.closed = undefined;
  viewer.replaceChildren();
  document.getElementById('examples').replaceChildren();
  root.render(null);
  said.textContent = text;
  said.dataset.kind = 'refused';
}

const failed = () => sayRefused({ message: words.cannotReach });

/** @returns whether anybody is signed in, or can be */
async function maySignIn(demo) {
  try {
    return await signedInAccess(changed, ended, demo ? words.orSignIn : words.signedOut);
  } catch (error) {
    if (!demo) throw error;
    return false;
  }
}

/** Who is signed in; in a demonstration, where nobody is, whom the reader chooses. */
async function begin() {
  const demo = document.documentElement.dataset.mode === 'demo';
  try {
    const may = await maySignIn(demo);
    if (demo && state.access === undefined) {
      document.getElementById('access').hidden = false;
      await demoAccess(changed, failed);
    } else if (!may) sayRefused({ message: words.noIssuer });
  } catch (error) {
    if (error.address !== undefined) sayRefused({ message: words.elsewhere(error.address) });
    else if (!(error instanceof Ended)) failed();
  }
}

void begin();
