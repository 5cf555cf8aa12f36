/**
 * Nobody learns from outside a request that it exists: two exchanges that differ in one alone give whoever has no part in it the same answers, another desk of
 * who asked and of who was asked among them; and a desk that was asked beside another learns nothing of what that one does. Everything is synthetic.
 */
import t from 'tap';
import type { Asker } from '../../src/exchange/api.ts';
import type { Released } from '../../src/rules/release.ts';
import { type Caller, freshApp } from '../support/app.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf } from '../support/refused.ts';

type Change = NonNullable<NonNullable<Parameters<typeof freshExchange>[1]>['registry']>;
/** Who asks and who is asked have desks beside those that do. */
const withDesks: Change = (demo) => {
  const [police, operator] = [demo.partners.get('th-ccib'), demo.partners.get('th-demo-isp')];
  if (police === undefined || operator === undefined) throw new Error('no such partners');
  const desk = (id: string) => ({ id, name: { en: id, th: id }, contact: `${id}@desks.example` });
  const two = (given: typeof police, ...ids: string[]) => [given.id, { ...given, desks: [...given.desks.map((one) => (ids.includes('chief') ? { ...one, escalateTo: 'chief' } : one)), ...ids.map(desk)] }] as const;
  return { ...demo, partners: new Map([...demo.partners, two(police, 'cyber'), two(operator, 'abuse', 'chief')]) };
};

const asked = {
  asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }, { partner: 'th-nbtc', desk: 'numbering' }], questions: ['Who had it?'], classification: 'UNCLASSIFIED', channels: ['aoc-1441'],
  authority: { type: 'STATUTE', number: 'section 18' }, subscriberData: { value: '203.0.113.7', at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic' },
};
const bare = (text: string): string => text.replaceAll(/"(cursor|nextCursor|at|id|createdAt|updatedAt|requestId|instance)":"[^"]*"/g, '"$1"');

/** All that somebody may ask, as it is answered. @param id of the request, there or not */
async function everything(who: Caller, id: string): Promise<string[]> {
  const move = { request: id, move: 'COMMENT', text: 'Synthetic', classification: 'UNCLASSIFIED' };
  const answers = [
    await who.get('/v1/requests'), await who.get('/v1/request-legs'), await who.get('/v1/request-moves'), await who.get('/v1/requests?asks=SUBSCRIBER_DATA'), await who.get(`/v1/request-legs?request=${id}`),
    await who.get(`/v1/requests/${id}`), await who.get(`/v1/requests/${id}/revisions`), await who.get('/v1/inbox?desk=duty'), await who.get('/v1/inbox?desk=duty&overdue=true'), await who.get('/v1/changes'),
    await who.get('/v1/changes?kinds=Request,RequestLeg,RequestMove'), await who.get('/v1/changes/digest'), await who.get('/v1/request-sums'), await who.get(`/v1/request-sums?request=${id}`), await who.get(`/v1/request-contacts?request=${id}`), await who.get('/v1/channels'), await who.post('/v1/request-moves', move),
    await who.get('/v1/inbox'), await who.post('/v1/requests', { ...asked, externalRef: 'SYN-DESK' }), await who.get('/v1/request-attachments'), await who.get(`/v1/request-attachments?request=${id}`), await who.send('POST', `/v1/requests/${id}/attachments?name=a.txt&classification=UNCLASSIFIED`, 'synthetic', { 'content-type': 'text/plain' }),
    await who.post(`/v1/requests/${id}/withdraw`, {}), await who.post('/v1/indicators', { value: 'law.example', classification: 'UNCLASSIFIED', channels: [], externalRef: 'SYN-LAW' }),
  ];
  const { data, errors } = await who.graphql('query q($id: ID!) { request(id: $id) { id } requests { nodes { id } } requestLegs { nodes { id } } inbox(desk: "duty") { items { due } } }', { id });
  const contacts = await who.graphql('query q($id: ID!) { requestContacts(request: $id) { leg contact { onCall } } }', { id });
  return [...answers.map(({ statusCode, body }) => `${statusCode} ${bare(body)}`), ...[{ data, errors }, contacts].map((told) => bare(JSON.stringify([told.data, told.errors?.map(({ message, extensions }) => [message, extensions])])))];
}

t.test('from outside there is no request', { timeout: 230_000 }, async (t) => {
  const [here, there] = [await freshApp(t, { registry: withDesks }), await freshApp(t, { registry: withDesks })];
  const police = await here.as('th-ccib', { purpose: 'INVESTIGATION', desk: 'duty' });
  const made = await police.post('/v1/requests', { ...asked, externalRef: 'SYN-DESK' });
  t.equal(made.statusCode, 201, made.body);
  const { id } = made.json<{ id: string }>();
  await police.post('/v1/request-moves', { request: id, move: 'COMMENT', text: 'Synthetic', classification: 'UNCLASSIFIED' });
  const outside = [['th-dsi', 'INVESTIGATION', 'duty'], ['kh-mptc', 'INVESTIGATION', 'coordination'], ['th-nbtc', 'PREVENTION', undefined], ['th-demo-isp', 'INVESTIGATION', 'abuse'], ['th-ccib', 'INVESTIGATION', 'cyber']] as const;
  for (const [partner, purpose, desk] of outside) {
    const [a, b] = [await everything(await here.as(partner, { purpose, ...(desk !== undefined && { desk }) }), id), await everything(await there.as(partner, { purpose, ...(desk !== undefined && { desk }) }), id)];
    t.strictSame(a, b, `${partner}, for ${purpose}${desk === undefined ? '' : `, at the desk ${desk}`}`);
  }
  const inside = await everything(await here.as('th-nbtc', { purpose: 'INVESTIGATION' }), id);
  t.not(inside[0], (await everything(await there.as('th-nbtc', { purpose: 'INVESTIGATION' }), id))[0], 'who was asked has it');

  const [telecom, regulator] = [await here.as('th-demo-isp', { purpose: 'INVESTIGATION' }), await here.as('th-nbtc', { purpose: 'INVESTIGATION' })];
  const { cursor } = (await regulator.get('/v1/changes')).json<{ cursor: string }>();
  const before = [(await regulator.get(`/v1/request-legs?request=${id}`)).body, (await regulator.get(`/v1/requests/${id}`)).body, bare((await regulator.get('/v1/changes/digest')).body)];
  const [leg] = (await telecom.get(`/v1/request-legs?request=${id}`)).json<{ items: { id: string }[] }>().items;
  await here.admin`update request_leg set state = 'RECEIVED', steps = steps || '[{"step": "RECEIVE", "at": "2026-11-26T00:00:00.000Z", "to": "RECEIVED"}]' where record_id = ${leg?.id ?? ''}`;
  t.match((await telecom.get(`/v1/request-legs/${leg?.id}`)).json(), { state: 'RECEIVED' }, 'the leg\'s record follows');
  t.strictSame((await regulator.get(`/v1/changes?cursor=${encodeURIComponent(cursor)}`)).json<{ events: unknown[] }>().events, [], 'one desk is not told what another does');
  t.strictSame([(await regulator.get(`/v1/request-legs?request=${id}`)).body, (await regulator.get(`/v1/requests/${id}`)).body, bare((await regulator.get('/v1/changes/digest')).body)], before);
  t.equal((await regulator.get(`/v1/request-legs/${leg?.id}`)).statusCode, 404);
});

interface Seen {
  readonly request: Released | string;
  readonly legs: readonly Released[];
  readonly moves: readonly unknown[];
  readonly files: number;
  readonly waiting: readonly string[];
  readonly sums: number;
  readonly contacts: number;
}

/** What somebody has of a request. */
async function seenBy({ exchange }: TestExchange, who: Asker, id: string): Promise<Seen> {
  const of = async (kind: string): Promise<readonly Released[]> => (await exchange.find(who, { kind, filter: { request: { eq: id } } })).items;
  return {
    request: await exchange.get(who, 'Request', id).catch((error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error))),
    legs: await of('RequestLeg'), moves: (await of('RequestMove')).map(({ body }) => body['move']), files: (await of('RequestAttachment')).length,
    waiting: who.claims.desk === undefined ? [] : (await exchange.inbox(who, {})).items.map(({ request }) => request.id), sums: (await exchange.requestSums(who, { request: id })).executors.length,
    contacts: (await exchange.requestContacts(who, id).catch(() => [])).length,
  };
}
const nothing: Seen = { request: 'NOT_FOUND', legs: [], moves: [], files: 0, waiting: [], sums: 0, contacts: 0 };

t.test('a desk has what it asks and is asked; handed over, the new desk has all of it, and the former what it did', { timeout: 230_000 }, async (t) => {
  const x = await freshExchange(t, { registry: withDesks });
  const { exchange } = x;
  const at = (partner: string, desk?: string): Asker => x.asker(partner, { purpose: 'INVESTIGATION', ...(desk !== undefined && { desk }) });
  const [duty, cyber, police] = [at('th-ccib', 'duty'), at('th-ccib', 'cyber'), at('th-ccib')];
  const [lawful, abuse, chief, operator] = [at('th-demo-isp', 'lawful'), at('th-demo-isp', 'abuse'), at('th-demo-isp', 'chief'), at('th-demo-isp')];
  const move = async (by: Asker, request: string, step: string, more: object = {}) => exchange.submit(by, 'RequestMove', { request, move: step, classification: 'UNCLASSIFIED', ...more });
  const words = { desks: [{ partner: 'th-demo-isp', desk: 'lawful' }], questions: ['Who had it?'] };

  const { record: { id } } = await exchange.submit(cyber, 'Request', { ...asked, ...words, draft: true });
  t.equal((await exchange.get(cyber, 'Request', id)).id, id);
  t.equal((await exchange.get(police, 'Request', id)).id, id, 'who sits at no desk reads as the organisation');
  for (const who of [duty, lawful, operator]) t.strictSame(await seenBy(x, who, id), nothing, 'a draft is its desk\'s');
  await exchange.amend(cyber, 'Request', id, { fromDesk: 'duty' }, '*');
  t.match(await seenBy(x, duty, id), { request: { id } }, 'put into another desk\'s name, it is that one\'s too');
  await exchange.amend(duty, 'Request', id, { draft: false }, '*');
  for (const who of [duty, cyber, police, lawful, chief, operator]) t.match(await seenBy(x, who, id), { request: { id, body: { desks: words.desks } }, legs: [{}], sums: 1, contacts: 1 });
  const stranger = at('th-demo-isp', 'nowhere');
  for (const who of [abuse, at('th-ccib', 'nowhere')]) t.strictSame(await seenBy(x, who, id).catch(async () => ({ ...nothing, request: await codeOf(exchange.get(who, 'Request', id)) })), nothing);
  t.equal(await codeOf(exchange.submit(at('th-ccib', 'nowhere'), 'Request', asked)), 'FORBIDDEN');
  t.equal(await codeOf(exchange.get(stranger, 'Request', id)), 'NOT_FOUND', 'a token of a desk that there is not reads nobody\'s requests');

  await move(lawful, id, 'RECEIVE');
  await move(duty, id, 'COMMENT', { text: 'Synthetic' });
  const file = { request: id, name: 'synthetic.txt', mediaType: 'text/plain', classification: 'UNCLASSIFIED' };
  await exchange.attach(lawful, file, (async function* bytes() { yield Buffer.from('synthetic'); })());
  t.strictSame(await seenBy(x, abuse, id), nothing);
  t.match(await exchange.inbox(lawful, {}), { items: [{ request: { id } }] });
  t.equal(await codeOf(exchange.inbox(abuse, { desk: 'lawful' })), 'INVALID', 'nor the inbox of another desk');
  const [ofAbuse, ofLawful] = [(await exchange.changes(abuse, {})).cursor, (await exchange.changes(lawful, {})).cursor];
  t.equal(await codeOf(exchange.changes(abuse, { cursor: ofLawful })), 'BAD_CURSOR', 'a cursor is of the desk that it was made for');

  await move(lawful, id, 'HAND_OVER', { toDesk: 'abuse' });
  const has = { request: { id, body: { desks: words.desks, questions: words.questions } }, legs: [{ body: { desk: { desk: 'abuse' } } }], moves: ['HAND_OVER', 'COMMENT', 'RECEIVE'], files: 1, sums: 1, contacts: 1 };
  t.match(await seenBy(x, abuse, id), { ...has, waiting: [id] }, 'the new desk has the whole of it');
  t.match(await seenBy(x, lawful, id), { ...has, waiting: [] }, 'and the former one what it is a party to');
  const told = async (who: Asker, cursor: string): Promise<unknown[]> => (await exchange.changes(who, { cursor })).events.map(({ event, kind }) => `${kind} ${event}`).sort();
  t.strictSame(await told(abuse, ofAbuse), ['Request SHARED', 'RequestAttachment SHARED', 'RequestLeg SHARED', 'RequestMove SHARED', 'RequestMove SHARED', 'RequestMove SHARED']);
  t.strictSame(await told(lawful, ofLawful), ['RequestLeg REVISED', 'RequestMove SHARED'], 'who keeps what it had is told of no end');
  t.equal(await codeOf(move(lawful, id, 'COMMENT', { text: 'Synthetic' })), 'FORBIDDEN');
  await move(abuse, id, 'ANSWER', { answers: [{ question: 1, text: 'Synthetic: nobody' }] });
  for (const who of [duty, cyber, police, lawful, abuse, operator]) t.equal((await seenBy(x, who, id)).moves[0], 'ANSWER', 'those who have it go on having it');

  const both = [{ partner: 'th-demo-isp', desk: 'lawful' }, { partner: 'th-demo-isp', desk: 'abuse' }];
  const { record: { id: beside } } = await exchange.submit(duty, 'Request', { ...asked, desks: both, externalRef: 'SYN-BOTH' });
  for (const [who, its] of [[lawful, both[0]], [abuse, both[1]]] as const) t.match(await seenBy(x, who, beside), { request: { body: { desks: [its] } }, legs: [{ body: { desk: its } }], sums: 1 }, 'asked beside another, a desk sees itself');
  t.same(((await seenBy(x, abuse, beside)).request as Released).body['desks'], [both[1]]);
  t.equal((await seenBy(x, operator, beside)).legs.length, 2);
  t.ok((await exchange.submit(cyber, 'Request', { ...asked, desks: both, externalRef: 'SYN-BOTH' })).created, 'a desk\'s own numbers are no other desk\'s');
  t.equal(await codeOf(exchange.submit(duty, 'Request', { ...asked, desks: both, externalRef: 'SYN-BOTH' })), 'CONFLICT');
});
