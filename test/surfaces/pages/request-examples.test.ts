/** The ready examples for those who ask and answer: each runs as it stands, in both languages. Synthetic records only. */
import t from 'tap';
import { type Caller, freshApp } from '../../support/app.ts';

interface Example {
  readonly id: string;
  readonly title: readonly [string, string];
  readonly query: string;
  variables(me: unknown, about?: unknown): Readonly<Record<string, unknown>>;
}

t.test('each runs, for who asks and for who is asked', { timeout: 200_000 }, async (t) => {
  Object.assign(globalThis, { document: { documentElement: { lang: 'th' } } });
  // Typed nowhere: it is a script of the page.
  const { requestExamples } = (await import('../../../src/surfaces/pages/static/request-examples.js' as string)) as { requestExamples: readonly Example[] };
  const { meOf, meQuery } = (await import('../../../src/surfaces/pages/static/me.js' as string)) as { meOf(data: unknown): unknown; readonly meQuery: string };
  const x = await freshApp(t);
  const run = async (who: Caller, id: string, record = '', closed?: object): Promise<Readonly<Record<string, unknown>>> => {
    const example = requestExamples.find((one) => one.id === id);
    if (example === undefined) throw new Error(`no example ${id}`);
    t.match(example.title, [/^[A-Z]/, /[\u0e00-\u0e7f]/], `${id} has a title in both languages`);
    t.match(example.query, /^# .*[\u0e00-\u0e7f]/, `${id} is explained in the page's language`);
    const { data: known } = await who.graphql<object>(meQuery);
    const variables = JSON.parse(JSON.stringify(example.variables(meOf(known), { closed })).replaceAll('01920000-0000-7000-8000-000000000001', record)) as Readonly<Record<string, unknown>>;
    const answer = await who.graphql<Record<string, unknown>>(example.query, variables);
    t.notOk(answer.errors, `${id}: ${JSON.stringify(answer.errors)}`);
    return JSON.parse(JSON.stringify(answer.data ?? {})) as Record<string, unknown>;
  };
  const [police, financial] = [await x.as('th-ccib', { purpose: 'INVESTIGATION' }), await x.as('th-ccib', { purpose: 'FINANCIAL_INTELLIGENCE' })];
  const ministry = await x.as('th-mfa', { purpose: 'EXTRADITION' });
  const { data: known } = await ministry.graphql<object>(meQuery);
  for (const { id, variables } of requestExamples) t.notMatch(JSON.stringify(variables(meOf(known)), (_, value: unknown) => (value === undefined ? 'nothing' : value)), /"channels?":(\[?(null|"nothing"))/, `${id}: names a channel for whoever may ask nothing`);
  const [telecom, bank] = [await x.as('th-demo-isp', { purpose: 'INVESTIGATION' }), await x.as('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' })];
  t.match(await run(police, 'ask-address'), { submitRequest: { asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp' }] } });
  t.match(await run(financial, 'hold-account'), { submitRequest: { accountHold: { accounts: [{ number: '1234567890' }] } } });
  t.match(await run(telecom, 'who-waits'), { inbox: { items: [{ overdue: false, contact: { partner: 'th-ccib' }, request: { asks: 'SUBSCRIBER_DATA' }, leg: { state: 'SENT' } }] } });
  await run(await x.as('kh-mptc', { purpose: 'INVESTIGATION' }), 'who-waits'); // whatever its desks are called
  t.match(await run(bank, 'who-waits'), { inbox: { items: [{ side: 'ASKED', request: { asks: 'ACCOUNT_HOLD', precedence: 'FLASH' } }] } });
  const moved = { from: { scheme: 'BANK', institution: { code: 'SYN', country: 'TH' }, number: '2022222222' }, to: { scheme: 'BANK', institution: { code: 'SYN', country: 'TH' }, number: '3033333333' }, amount: '300000', currency: 'THB', at: '2026-10-01T00:00:00Z' };
  t.equal((await bank.post('/v1/transfers', { ...moved, classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' } })).statusCode, 201);
  const drafted = { proposeHolds: { requests: [{ draft: true, desks: [{ partner: 'th-demo-bank', desk: 'fraud' }], accountHold: { accounts: [{ number: '3033333333', amount: { amount: '300000' } }] } }], left: [], cut: false } };
  t.match(await run(financial, 'follow-with-holds'), drafted);
  const shared = await police.post('/v1/indicators', { value: 'withheld.example', type: 'DOMAIN', classification: 'UNCLASSIFIED', channels: ['embassies-ip'], subscriber: { name: 'Synthetic Person' } });
  const record = shared.json<{ id: string }>().id;
  const embassy = await x.as('kr-embassy', { purpose: 'INVESTIGATION' });
  t.match(await run(embassy, 'ask-address'), { submitRequest: { asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-ccib', desk: 'duty' }] } }, 'from abroad by a treaty, and of the police');
  const closed = (await embassy.get(`/v1/indicators/${record}`)).json<object>();
  t.match(await run(embassy, 'ask-withheld', '', { ...closed, withheld: ['collectionMethod'] }), { submitRequest: { disclosure: { record, fields: ['collectionMethod'], purpose: 'INVESTIGATION' }, desks: [{ partner: 'th-ccib', desk: 'duty' }] } }, 'of the record that the page showed last');
  t.match(await run(embassy, 'ask-withheld', record), { submitRequest: { disclosure: { record, fields: ['subscriber'], purpose: 'INVESTIGATION' }, desks: [{ partner: 'th-ccib' }] } });
  const terms = { classification: 'UNCLASSIFIED', authority: { type: 'STATUTE', number: 'section 18' }, legalBasis: { ground: 'Synthetic' } };
  const byRest = await financial.post('/v1/hold-proposals', { number: '2022222222', code: 'SYN', channel: 'aoc-1441', request: terms });
  t.equal(byRest.statusCode, 201);
  t.match(byRest.json(), drafted.proposeHolds);
  t.match(await run(financial, 'how-long'), { requestSums: { executors: [{ side: 'ASKER', asks: 'ACCOUNT_HOLD', partner: 'th-demo-bank', legs: 1, done: 0 }, { asks: 'SUBSCRIBER_DATA' }], cut: false } });
  t.strictSame((await bank.get('/v1/request-sums?asks=ACCOUNT_HOLD')).json(), { ...(await bank.graphql<{ requestSums: object }>('{ requestSums(asks: ACCOUNT_HOLD) { executors { side asks partner legs states { state legs } overdue done } requests { request side asks partner legs states { state legs } overdue done } cut } }')).data?.requestSums });
  const [{ id: hold } = { id: '' }] = (await bank.get('/v1/requests')).json<{ items: { id: string }[] }>().items;
  const reached = (await bank.get(`/v1/request-contacts?request=${hold}`)).json<{ items: object[] }>();
  t.match(reached, { items: [{ contact: { partner: 'th-ccib', desk: 'duty', onCall: 'night-duty@ccib.example' } }] });
  t.strictSame(reached.items, JSON.parse(JSON.stringify((await bank.graphql<{ requestContacts: object[] }>('query Q($id: ID!) { requestContacts(request: $id) { leg contact { partner desk contact onCall } } }', { id: hold })).data?.requestContacts)));
  t.match((await bank.get('/v1/request-contacts')).json(), { code: 'INVALID', errors: [{ field: 'request' }] });
  t.strictSame((await bank.get('/v1/inbox?desk=fraud')).json<{ items: { request: { id: string } }[] }>().items.map(({ request }) => request.id),
    ((await run(bank, 'who-waits'))['inbox'] as { items: { request: { id: string } }[] }).items.map(({ request }) => request.id), 'REST says the same');
});
