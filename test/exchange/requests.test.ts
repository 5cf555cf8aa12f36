/** Requests: asked, received, answered, refused, taken back; who has what of them, and what is refused. Everything is synthetic. */
import t, { type Test } from 'tap';
import type { Asker } from '../../src/exchange/api.ts';
import type { Released } from '../../src/rules/release.ts';
import { keepClocks } from '../../src/exchange/requests/clocks.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';
import { later } from '../support/requests.ts';

type Fields = Readonly<Record<string, unknown>>;
const isp = { partner: 'th-demo-isp', desk: 'lawful' };
const nbtc = { partner: 'th-nbtc', desk: 'numbering' };
const asked = {
  asks: 'SUBSCRIBER_DATA', precedence: 'PRIORITY', desks: [isp], fromDesk: 'duty', subject: 'Synthetic subject', questions: ['Who had it?', 'Since when?'], classification: 'UNCLASSIFIED', channels: ['aoc-1441'],
  authority: { type: 'STATUTE', number: 'section 18' }, subscriberData: { value: '203.0.113.7', port: 51234, at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic: named by a complainant' },
};

interface Cast {
  readonly x: TestExchange;
  readonly police: Asker;
  readonly telecom: Asker;
  readonly stranger: Asker;
}

async function cast(t: Test): Promise<Cast> {
  const x = await freshExchange(t);
  const by = (partner: string, desk: string): Asker => x.asker(partner, { purpose: 'INVESTIGATION', desk });
  return { x, police: by('th-ccib', 'duty'), telecom: by('th-demo-isp', 'lawful'), stranger: by('th-dsi', 'duty') };
}

const ask = async ({ x, police }: Cast, more: Fields = {}): Promise<Released> => (await x.exchange.submit(police, 'Request', { ...asked, ...more })).record;
const move = async ({ x }: Cast, by: Asker, request: string, step: string, more: Fields = {}): Promise<Released> =>
  (await x.exchange.submit(by, 'RequestMove', { request, move: step, classification: 'UNCLASSIFIED', ...more })).record;
const legs = async ({ x }: Cast, by: Asker, request: string): Promise<readonly Released[]> => (await x.exchange.find(by, { kind: 'RequestLeg', filter: { request: { eq: request } } })).items;
const fieldsIn = (record: Released | undefined, name: string): readonly Fields[] => (record?.body[name] ?? []) as unknown as readonly Fields[];
const stateOf = async (c: Cast, by: Asker, request: string): Promise<unknown> => (await legs(c, by, request)).map(({ body }) => body['state'])[0];

t.test('asked, received, answered question by question; each side has it, and nobody else', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x: { exchange }, police, telecom, stranger } = c;
  const cursor = async (by: Asker): Promise<string> => (await exchange.changes(by, {})).cursor;
  const [ofPolice, ofTelecom, ofStranger] = [await cursor(police), await cursor(telecom), await cursor(stranger)];
  const request = await ask(c);
  t.match(request.body, { asks: 'SUBSCRIBER_DATA', desks: [isp], originator: 'th-ccib', legalBasis: { ground: 'Synthetic: named by a complainant' } });
  const [leg] = await legs(c, telecom, request.id);
  t.match(leg?.body, { request: request.id, state: 'SENT', desk: isp, asks: 'SUBSCRIBER_DATA', precedence: 'PRIORITY', steps: [{ step: 'SEND', partner: 'th-ccib', desk: 'duty', to: 'SENT' }] });
  t.strictSame(fieldsIn(leg, 'clocks').map(({ clock }) => clock), ['RECEIVE', 'ANSWER', 'LAPSE']);
  t.match((await exchange.get(telecom, 'Request', request.id)).body, { subscriberData: { value: '203.0.113.7' } });
  for (const kind of ['Request', 'RequestLeg', 'RequestMove']) t.strictSame((await exchange.find(stranger, { kind, filter: {} })).items, [], `${kind}: not to a member of the channel who was not asked`);
  t.equal(await codeOf(exchange.get(stranger, 'Request', request.id)), 'NOT_FOUND');

  await move(c, telecom, request.id, 'RECEIVE');
  t.equal(await stateOf(c, police, request.id), 'RECEIVED');
  const part = await move(c, telecom, request.id, 'ANSWER_PART', { answers: [{ question: 1, text: 'Synthetic: a shop' }], personal: 'Synthetic Person' });
  t.match(part.body, { fromState: 'RECEIVED', toState: 'PARTLY_ANSWERED', originator: 'th-demo-isp' });
  t.match(await refused(move(c, telecom, request.id, 'ANSWER', { answers: [{ question: 1, text: 'again' }] })), { code: 'INVALID', public: { errors: [{ field: 'answers', message: /question 2 is not answered/ }] } });
  await move(c, telecom, request.id, 'ANSWER', { answers: [{ question: 2, text: 'Synthetic: since spring' }] });
  t.equal(await stateOf(c, telecom, request.id), 'ANSWERED');
  const answers = (await exchange.find(police, { kind: 'RequestMove', filter: { request: { eq: request.id } } })).items;
  t.strictSame(answers.map(({ body }) => body['move']), ['ANSWER', 'ANSWER_PART', 'RECEIVE']);
  t.equal(answers[1]?.body['personal'], 'Synthetic Person', 'field by field');
  t.match((await legs(c, police, request.id))[0]?.body['steps'], [{ step: 'SEND' }, { step: 'RECEIVE' }, { step: 'ANSWER_PART', answered: [1] }, { step: 'ANSWER', answered: [2], partner: 'th-demo-isp' }]);

  const told = async (by: Asker, from: string): Promise<string[]> => (await exchange.changes(by, { cursor: from })).events.map(({ event, kind }) => `${event} ${kind}`).sort();
  t.strictSame(await told(telecom, ofTelecom), ['SHARED Request', 'SHARED RequestLeg', 'SHARED RequestMove', 'SHARED RequestMove', 'SHARED RequestMove']);
  t.strictSame(await told(police, ofPolice), await told(telecom, ofTelecom), 'both sides are told all of it');
  t.strictSame(await told(stranger, ofStranger), [], 'and nobody else anything');
  const read = (await exchange.ledger(police, {})).items.filter(({ records }) => records.includes(request.id));
  t.ok(read.some(({ partner }) => partner === 'th-demo-isp'), 'the ledger tells who asked that it was read');
  const clear = await c.x.admin<{ whole: string }[]>`select (record.*)::text as whole from record`;
  t.notOk(clear.some(({ whole }) => whole.includes('Synthetic Person')), 'what is about persons is sealed');
});

t.test('without questions an answer is whatever is said; without a precedence a request is ROUTINE, and found by it', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x: { exchange }, police, telecom } = c;
  const request = await ask(c, { questions: null, precedence: null });
  t.equal(request.body['precedence'], 'ROUTINE');
  t.match(await refused(move(c, telecom, request.id, 'ANSWER')), { code: 'INVALID', public: { errors: [{ field: 'answers', message: /or `text`/ }] } });
  await move(c, telecom, request.id, 'ANSWER', { personal: 'Synthetic Person' });
  t.equal(await stateOf(c, police, request.id), 'ANSWERED');
  const asking = await ask(c);
  t.match(await refused(move(c, telecom, asking.id, 'ANSWER', { text: 'x' })), { code: 'INVALID', public: { errors: [{ field: 'answers' }] } }, 'what was asked one by one is answered one by one');
  t.match(await refused(exchange.submit(police, 'RequestMove', { request: (await ask(c, { draft: true })).id, move: 'WITHDRAW', classification: 'UNCLASSIFIED' })), { code: 'CONFLICT', public: { detail: /draft: false/ } });
});

t.test('either side reaches the other at any hour, whoever\'s turn it is; nobody else learns how', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x: { exchange }, police, telecom, stranger } = c;
  const regulator = c.x.asker('th-nbtc', { purpose: 'INVESTIGATION', desk: 'numbering' });
  const { id } = await ask(c, { desks: [isp, nbtc] });
  const legOf = async (by: Asker): Promise<string | undefined> => (await legs(c, by, id))[0]?.id;
  const asker = { partner: 'th-ccib', desk: 'duty', contact: 'duty@ccib.example', onCall: 'night-duty@ccib.example' };
  const operator = { leg: await legOf(telecom), contact: { ...isp, contact: 'lawful@demo-isp.example', onCall: 'night-lawful@demo-isp.example' } };
  const numbering = { leg: await legOf(regulator), contact: { ...nbtc, contact: 'numbering@nbtc.example' } };
  const inOrder = (shown: readonly { readonly leg: string }[]): unknown => [...shown].sort((a, b) => (a.leg < b.leg ? -1 : 1));
  const all = inOrder([operator, numbering] as { leg: string }[]);
  t.strictSame(inOrder(await exchange.requestContacts(police, id)), all, 'who asked, of every desk, though it waits for them');
  t.strictSame(await exchange.requestContacts(police, id.toUpperCase()), await exchange.requestContacts(police, id));
  t.strictSame(await exchange.requestContacts(telecom, id), [{ leg: operator.leg, contact: asker }], 'who was asked, of who asks, and not of the other desk');
  await move(c, telecom, id, 'ANSWER', { answers: [{ question: 1, text: 'Synthetic' }, { question: 2, text: 'Synthetic' }] });
  t.strictSame(inOrder(await exchange.requestContacts(police, id)), all, 'when it is answered, too');
  t.strictSame(await exchange.requestContacts(telecom, id), [{ leg: operator.leg, contact: asker }]);
  t.strictSame(await exchange.requestContacts(police, (await ask(c, { draft: true })).id), [], 'a draft has no other side');

  const note = await exchange.submit(stranger, 'Indicator', { value: 'contacts.example', classification: 'UNCLASSIFIED', channels: [] });
  const absent = await refused(exchange.requestContacts(stranger, '01920000-0000-7000-8000-000000000001'));
  t.equal(absent.code, 'NOT_FOUND');
  const outsider = c.x.asker('kr-embassy', { purpose: 'INVESTIGATION', desk: 'consular' });
  for (const [who, what] of [[stranger, id], [outsider, id], [stranger, note.record.id], [police, operator.leg ?? ''], [police, 'x']] as const) {
    const refusal = await refused(exchange.requestContacts(who, what));
    t.strictSame([refusal.code, refusal.public], [absent.code, absent.public], 'as if it were not there');
  }
  for (const who of [police, stranger, outsider]) t.notMatch(JSON.stringify(await exchange.partners(who)), /night-/);
  const entered = (await exchange.ledger(police, {})).items.filter(({ operation, partner }) => operation === 'requestContacts' && partner === 'th-demo-isp');
  t.strictSame([...new Set(entered.flatMap(({ records }) => records))].sort(), [id, String(operator.leg)].sort(), 'who looked stands in the ledger of who asked');

  const agreement = c.x.registry.agreements.get('aoc-1441');
  if (agreement === undefined) throw new Error('no agreement');
  await c.x.apply({ agreements: new Map([...c.x.registry.agreements, ['aoc-1441', { ...agreement, status: 'SUSPENDED' }]]) });
  t.equal(await codeOf(exchange.requestContacts(telecom, id)), 'NOT_FOUND', 'who has the request no more');
});

t.test('moves out of place, by the wrong desk, without an agreement', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x, police, telecom, stranger } = c;
  const request = await ask(c);
  t.match(await refused(move(c, police, request.id, 'ANSWER', { answers: [{ question: 1, text: 'x' }] })), { code: 'ILLEGAL_MOVE', public: { extra: { state: 'SENT', next: ['WITHDRAW', 'COMMENT'], theirs: ['RECEIVE', 'ACCEPT', 'ANSWER_PART', 'ANSWER', 'REFUSE', 'HAND_OVER', 'COMMENT'] } } });
  t.equal(await codeOf(move(c, stranger, request.id, 'COMMENT', { text: 'x' })), 'NOT_FOUND');
  t.match(await refused(move(c, telecom, request.id, 'REFUSE')), { code: 'INVALID', public: { errors: [{ field: 'ground' }] } });
  t.match(await refused(move(c, telecom, request.id, 'HAND_OVER', { toDesk: 'night' })), { code: 'INVALID', public: { errors: [{ field: 'toDesk' }] } });
  // What the other side would not have is not said.
  const regulator = x.registry.partners.get('th-nbtc');
  if (regulator === undefined) throw new Error('no regulator');
  await x.apply({ partners: new Map([...x.registry.partners, ['th-nbtc', { ...regulator, clearance: 1 }]]) });
  const ofRegulator = await ask({ ...c, police: x.asker('th-nbtc', { purpose: 'INVESTIGATION', desk: 'numbering', clearance: 'RESTRICTED' }) }, { fromDesk: 'numbering' });
  const told: readonly (readonly [by: Asker, request: string, step: string, more: Fields, field: string, why: RegExp])[] = [
    [police, request.id, 'COMMENT', { text: 'x', financial: 'Synthetic' }, 'financial', /^financial would be withheld from th-demo-isp in aoc-1441: it is C\/FINANCIAL, and what th-demo-isp is given there does not give FINANCIAL$/],
    [police, request.id, 'COMMENT', { text: 'x', markings: [{ field: 'text', level: 'SECRET' }] }, 'text', /it is S, and what th-demo-isp is given there goes up to CONFIDENTIAL/],
    [police, request.id, 'WITHDRAW', { operational: 'Synthetic' }, 'operational', /does not give OPERATIONAL/],
    [telecom, ofRegulator.id, 'ANSWER_PART', { answers: [{ question: 1, text: 'x' }], markings: [{ field: 'answers', level: 'CONFIDENTIAL' }] }, 'answers', /withheld from th-nbtc.* goes up to RESTRICTED/],
    [telecom, ofRegulator.id, 'ANSWER_PART', { answers: [{ question: 1, text: 'x' }], classification: 'CONFIDENTIAL' }, 'classification', /what th-nbtc is given in aoc-1441 goes up to RESTRICTED/],
    [telecom, ofRegulator.id, 'REFUSE', { ground: 'x', markings: [{ field: 'ground', level: 'CONFIDENTIAL' }] }, 'ground', /goes up to RESTRICTED/],
  ];
  for (const [by, id, step, more, field, message] of told) t.match(await refused(move(c, by, id, step, more)), { code: 'INVALID', public: { errors: [{ field, message }] } }, `${step}, ${field}`);
  t.strictSame([await stateOf(c, police, request.id), await stateOf(c, telecom, ofRegulator.id)], ['SENT', 'SENT'], 'nothing came of it');
  const other = x.asker('th-demo-isp', { purpose: 'INVESTIGATION' });
  t.match(await refused(move(c, other, request.id, 'RECEIVE')), { code: 'FORBIDDEN', public: { detail: /with the desk lawful/ } });
  await move(c, telecom, request.id, 'REFUSE', { ground: 'Synthetic: not kept so long' });
  t.equal(await stateOf(c, police, request.id), 'REFUSED');
  await move(c, police, request.id, 'APPEAL', { ground: 'Synthetic: it is kept a year' });
  await move(c, telecom, request.id, 'RECONSIDER');
  t.equal(await stateOf(c, police, request.id), 'ACCEPTED');

  const agreement = x.registry.agreements.get('aoc-1441');
  if (agreement === undefined) throw new Error('no agreement');
  await x.apply({ agreements: new Map([...x.registry.agreements, ['aoc-1441', { ...agreement, status: 'SUSPENDED' }]]) });
  t.equal(await codeOf(move(c, telecom, request.id, 'ACCEPT')), 'NOT_FOUND', 'who was asked has it no more');
  t.match(await refused(move(c, police, request.id, 'COMMENT', { text: 'x' })), { code: 'FORBIDDEN', public: { detail: /no clause in force .* open to you is WITHDRAW/, extra: { state: 'ACCEPTED', next: ['WITHDRAW'] } } });
  await move(c, police, request.id, 'WITHDRAW');
  t.equal(await stateOf(c, police, request.id), 'WITHDRAWN', 'who asked takes it back');
});

t.test('what is not a request is refused, naming what is wrong', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x: { exchange }, police } = c;
  const [information, kept] = [{ asks: 'INFORMATION', subscriberData: null, authority: null }, { asks: 'PRESERVATION', subscriberData: null }];
  const cases: readonly (readonly [what: string, more: Fields, field: string, code?: string])[] = [
    ['a kind that the clause does not name', { asks: 'LOCATE', subscriberData: null, locate: { person: 'Synthetic' }, authority: { type: 'WARRANT', number: 'SYN-1' } }, 'channels', 'FORBIDDEN'],
    ['no authority', { authority: null }, 'authority.type'],
    ['an authority without its number', { authority: { type: 'STATUTE' } }, 'authority.number'],
    ['an order over nothing', { asks: 'URL_BLOCK', subscriberData: null, urlBlock: { urls: [] }, authority: { type: 'COURT_ORDER', number: 'SYN-1' } }, 'urlBlock.urls'],
    ['another kind\'s body', { urlBlock: { urls: ['https://synthetic.example'] } }, 'urlBlock'],
    ['no body', { subscriberData: null }, 'subscriberData'],
    ['a partner that is none', { desks: [{ partner: 'nobody', desk: 'duty' }] }, 'desks.0.partner'],
    ['a desk that is none', { desks: [{ partner: 'th-demo-isp', desk: 'sales' }] }, 'desks.0.desk'],
    ['its own organisation', { desks: [{ partner: 'th-ccib', desk: 'duty' }] }, 'desks.0.partner'],
    ['nobody', { desks: [] }, 'desks'],
    ['a partner of another channel', { desks: [{ partner: 'kr-embassy', desk: 'consular' }] }, 'desks.0.partner'],
    ['no channel', { channels: [] }, 'channels'],
    ['a desk of others', { fromDesk: 'lawful' }, 'fromDesk'],
    ['a partner from whom it is withheld', { asks: 'ACCOUNT_HOLD', subscriberData: null, accountHold: { accounts: [{ institution: 'SYN', number: '1234567890' }] }, desks: [isp] }, 'desks.0.partner'],
    ['nothing at all', { ...information, subject: null, questions: null }, 'questions'],
    ['nothing but a period', { ...information, subject: null, questions: null, information: { from: '2026-01-01T00:00:00Z' } }, 'questions'],
    ['a period that ends before it begins', { ...information, information: { from: '2026-02-01T00:00:00+07:00', to: '2026-01-31T16:59:59Z' } }, 'information.to'],
    ['a year of another calendar', { subscriberData: { ...asked.subscriberData, at: '2569-01-31T08:00:00Z' } }, 'subscriberData.at'],
    ['what is to be kept until it is over', { ...kept, preservation: { what: 'Synthetic logs', until: '2026-01-01T00:00:00Z' } }, 'preservation.until'],
    ['what is to be kept too long', { ...kept, preservation: { what: 'Synthetic logs', until: new Date(Date.now() + 800 * 86_400_000).toISOString() } }, 'preservation.until'],
    ['words that a desk could not read', { text: 'Synthetic', markings: [{ field: 'text', level: 'SECRET' }] }, 'desks.0.partner'],
    ['no ground', { legalBasis: null }, 'legalBasis.ground', 'GROUND_REQUIRED'],
  ];
  for (const [what, more, field, code = 'INVALID'] of cases) t.match(await refused(ask(c, more)), { code, public: { errors: [{ field }] } }, what);
  t.match(await ask(c, { ...kept, preservation: { what: 'Synthetic logs', until: new Date(Date.now() + 700 * 86_400_000).toISOString() } }), { body: { asks: 'PRESERVATION' } });
  t.match(await ask(c, { ...information, subject: null, questions: null, information: { values: ['203.0.113.7'] } }), { body: { asks: 'INFORMATION' } }, 'a value says what it is about');
  const request = await ask(c);
  const [leg] = await legs(c, police, request.id);
  t.equal(await codeOf(exchange.amend(police, 'Request', request.id, { subject: 'else' }, request.etag)), 'CONFLICT', 'what was sent is not amended');
  t.equal(await codeOf(exchange.withdraw(police, 'Request', request.id)), 'CONFLICT');
  t.equal(await codeOf(exchange.share(police, 'Request', request.id, 'th-kh-investigation')), 'CONFLICT');
  t.equal(await codeOf(exchange.unshare(police, 'Request', request.id, 'aoc-1441')), 'CONFLICT');
  t.equal(await codeOf(exchange.amend(police, 'RequestLeg', leg?.id ?? '', {}, leg?.etag)), 'CONFLICT');
  t.equal(await codeOf(exchange.submit(police, 'RequestLeg', { request: request.id, classification: 'UNCLASSIFIED' })), 'FORBIDDEN');
});

t.test('of a channel that is not the asker\'s every answer is that there is none', { timeout: 300_000 }, async (t) => {
  const { x } = await cast(t);
  const outsider = x.asker('kr-embassy', { purpose: 'INVESTIGATION', desk: 'police-attache' });
  const answer = async (more: Fields): Promise<Fields> => {
    const { code, public: shown } = await refused(x.exchange.submit(outsider, 'Request', { ...asked, authority: { type: 'COURT_ORDER', number: 'SYN-1' }, fromDesk: 'police-attache', ...more }));
    return { code, shown };
  };
  const none = await answer({ channels: ['nowhere'] });
  t.match(none, { code: 'NOT_FOUND', shown: { errors: [{ field: 'channels', message: 'you are a member of no such channel' }] } });
  const probes: readonly (readonly [what: string, more: Fields])[] = [
    ['a member that a clause lets be asked', {}],
    ['a member that no clause lets be asked it', { desks: [{ partner: 'th-demo-bank', desk: 'fraud' }] }],
    ['no member', { desks: [{ partner: 'jp-embassy', desk: 'consular' }] }],
    ['a kind that no clause names', { asks: 'LOCATE', subscriberData: null, locate: { person: 'Synthetic' } }],
    ['by an embassy', { via: { partner: 'th-embassy-phnom-penh', desk: 'diplomatic' } }],
    ['where a clause routes', { channels: ['th-kh-investigation'], desks: [{ partner: 'kh-mptc', desk: 'coordination' }], classification: 'CONFIDENTIAL' }],
    ['a draft', { draft: true, desks: [{ partner: 'jp-embassy', desk: 'consular' }] }],
  ];
  for (const [what, more] of probes) t.strictSame(await answer(more), none, what);
});

t.test('drafts are their writer\'s alone, are amended, and sent', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x: { exchange }, police, telecom } = c;
  const draft = await ask(c, { draft: true, desks: [isp, nbtc] });
  t.strictSame(await legs(c, police, draft.id), []);
  t.equal(await codeOf(exchange.get(telecom, 'Request', draft.id)), 'NOT_FOUND');
  t.equal(await codeOf(move(c, police, draft.id, 'COMMENT', { text: 'x' })), 'CONFLICT');
  const better = await exchange.amend(police, 'Request', draft.id, { subject: 'Synthetic: better' }, draft.etag);
  await exchange.amend(police, 'Request', draft.id, { draft: false }, better.etag);
  t.strictSame((await legs(c, police, draft.id)).map(({ body }) => String((body['desk'] as Fields)['partner'])).sort(), ['th-demo-isp', 'th-nbtc'], 'who asks sees every leg');
  t.strictSame((await legs(c, telecom, draft.id)).map(({ body }) => (body['desk'] as Fields)['partner']), ['th-demo-isp'], 'each desk its own');
  t.match((await exchange.get(telecom, 'Request', draft.id)).body, { desks: [isp], subject: 'Synthetic: better' }, 'and of whom it was sent to, itself');
  t.equal(((await exchange.get(telecom, 'Request', draft.id)).body['desks'] as unknown[]).length, 1);
  const both = (await legs(c, police, draft.id)).map(({ id }) => id).sort();
  const withdrawn = await move(c, police, draft.id, 'WITHDRAW');
  t.strictSame([...(withdrawn.body['legs'] as readonly string[])].sort(), both, 'the answer names every leg that was moved');
  for (const { body, withheld } of (await exchange.find(telecom, { kind: 'RequestMove', filter: { request: { eq: draft.id } } })).items) t.strictSame([body['legs'], withheld.includes('legs')], [undefined, true], 'and no desk learns of another\'s');
  t.strictSame((await legs(c, police, draft.id)).map(({ body }) => body['state']), ['WITHDRAWN', 'WITHDRAWN'], 'all of it is taken back at once');
});

const lastStep = (leg: Released | undefined): unknown => fieldsIn(leg, 'steps').at(-1);

t.test('clocks run by the database: told, escalated, expired, each once on several nodes, late as in time', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x, police, telecom } = c;
  const second = await x.node();
  const request = await ask(c);
  t.equal(await keepClocks(x.store.requests), 0, 'nothing is due');
  const from = (await x.exchange.changes(police, {})).cursor;
  await later(x.admin, '1 day 1 hour');
  const both = await Promise.all([keepClocks(x.store.requests), keepClocks(second.store.requests)]);
  t.equal(both[0] + both[1], 1, 'two nodes, once');
  const [leg] = await legs(c, telecom, request.id);
  t.match(lastStep(leg), { step: 'ESCALATE', clock: 'RECEIVE', to: 'SENT' });
  t.match(fieldsIn(leg, 'clocks')[0], { clock: 'RECEIVE', fired: /Z$/ });
  t.equal(await keepClocks(x.store.requests), 0, 'and not again');
  t.ok((await x.exchange.changes(police, { cursor: from })).events.some(({ event, kind }) => `${event} ${kind}` === 'REVISED RequestLeg'), 'the sides are told by their feeds');
  t.match((await x.exchange.inbox(telecom, { overdue: true })).items, [{ overdue: true, escalated: false, leg: { id: leg?.id } }], 'it is escalated from here, and not to here');

  await move(c, telecom, request.id, 'RECEIVE');
  t.match((await x.exchange.inbox(telecom, {})).items, [{ overdue: false }], 'what was received is in time again');
  await later(x.admin, '100 days');
  t.equal(await keepClocks(second.store.requests), 1, 'all that ran out while nobody looked, in one');
  const [over] = await legs(c, police, request.id);
  t.match(over?.body, { state: 'EXPIRED' });
  t.strictSame(fieldsIn(over, 'steps').map(({ step }) => step), ['SEND', 'ESCALATE', 'RECEIVE', 'ESCALATE', 'EXPIRE']);
  t.strictSame((await x.exchange.inbox(telecom, {})).items, []);
  t.equal(await codeOf(move(c, telecom, request.id, 'ACCEPT')), 'ILLEGAL_MOVE');
});

t.test('an inbox: by due date, by pages, handed over, told to the desk that is escalated to', { timeout: 300_000 }, async (t) => {
  const x = await freshExchange(t, {
    registry: (demo) => {
      const operator = demo.partners.get('th-demo-isp');
      if (operator === undefined) throw new Error('no operator');
      const desks = [...operator.desks.map((desk) => ({ ...desk, escalateTo: 'chief' })), { id: 'chief', name: { en: 'Chief', th: 'หัวหน้า' }, contact: 'chief@demo-isp.example' }];
      const police = demo.partners.get('th-ccib');
      if (police === undefined) throw new Error('no police');
      const onCall = { ...police, desks: police.desks.map((desk) => ({ ...desk, onCall: '+66 2 000 0000' })) };
      return { ...demo, partners: new Map([...demo.partners, [operator.id, { ...operator, desks }], [police.id, onCall]]) };
    },
  });
  const at = (partner: string, desk: string): Asker => x.asker(partner, { purpose: 'INVESTIGATION', desk });
  const c: Cast = { x, police: at('th-ccib', 'duty'), telecom: at('th-demo-isp', 'lawful'), stranger: at('th-dsi', 'duty') };
  const chief = at('th-demo-isp', 'chief');
  const made: string[] = [];
  for (const precedence of ['ROUTINE', 'FLASH', 'PRIORITY', 'IMMEDIATE', 'ROUTINE']) made.push((await ask(c, { precedence })).id);
  const [routine, flash, priority, immediate, last] = made;
  const ids = async (by: Asker, more: object = {}): Promise<string[]> => (await x.exchange.inbox(by, more)).items.map(({ request }) => request.id);
  t.strictSame(await ids(c.telecom), [flash, immediate, priority, routine, last]);
  t.strictSame(await ids(c.telecom, { precedence: 'ROUTINE' }), [routine, last]);
  t.strictSame(await ids(c.telecom, { asks: 'URL_BLOCK' }), []);
  t.match((await x.exchange.inbox(c.telecom, { first: 1 })).items, [{ contact: { partner: 'th-ccib', desk: 'duty', contact: 'duty@ccib.example', onCall: '+66 2 000 0000' } }]);
  for (const who of [c.telecom, c.stranger]) t.notMatch(JSON.stringify(await x.exchange.partners(who)), /000 0000/, 'and nobody else learns how, nor by another way');
  const pages: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await x.exchange.inbox(c.telecom, { first: 2, after });
    pages.push(...page.items.map(({ request }) => request.id));
    after = page.nextCursor;
    if (after === undefined) break;
  }
  t.strictSame(pages, made.length === 5 ? [flash, immediate, priority, routine, last] : [], 'page by page, each once');
  t.strictSame(await ids(c.police), [], 'who asked waits, and is not waited for');
  t.strictSame(await ids(chief), []);
  t.equal(await codeOf(x.exchange.inbox(c.telecom, { desk: 'duty' })), 'INVALID');
  t.equal(await codeOf(x.exchange.inbox(c.stranger, { after: (await x.exchange.inbox(c.telecom, { first: 2 })).nextCursor })), 'BAD_CURSOR');

  await later(x.admin, '1 hour');
  await keepClocks(x.store.requests);
  t.strictSame(await ids(chief), [flash], 'what nobody received in its time is told to the chief');
  const escalated = async (by: Asker): Promise<unknown> => (await x.exchange.inbox(by, {})).items.find(({ request }) => request.id === flash)?.escalated;
  t.strictSame([await escalated(chief), await escalated(c.telecom)], [true, false], 'escalated to the chief, and not to the desk that let the clock run out');
  await move(c, c.telecom, priority ?? '', 'HAND_OVER', { toDesk: 'chief' });
  t.strictSame(await ids(chief), [flash, priority]);
  t.notOk((await ids(c.telecom)).includes(priority ?? ''));
  t.equal(await codeOf(move(c, c.telecom, priority ?? '', 'RECEIVE')), 'FORBIDDEN');
  t.equal(await codeOf(move(c, chief, priority ?? '', 'HAND_OVER', { toDesk: 'chief' })), 'INVALID');
  await move(c, chief, priority ?? '', 'HAND_OVER', { toDesk: 'chief', text: 'Synthetic: the night shift has the file' });
  t.ok((await ids(chief)).includes(priority ?? ''), 'to the next shift of the same desk, in words');
  await move(c, chief, priority ?? '', 'RECEIVE');
});
