/**
 * Nobody learns from outside a request that it exists: two exchanges that differ in one alone give whoever has no part in it the same answers; and a desk that
 * was asked beside another learns nothing of what that one does. Everything is synthetic.
 */
import t from 'tap';
import { type Caller, freshApp } from '../support/app.ts';

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
    await who.get('/v1/request-attachments'), await who.get(`/v1/request-attachments?request=${id}`), await who.send('POST', `/v1/requests/${id}/attachments?name=a.txt&classification=UNCLASSIFIED`, 'synthetic', { 'content-type': 'text/plain' }),
    await who.post(`/v1/requests/${id}/withdraw`, {}), await who.post('/v1/indicators', { value: 'law.example', classification: 'UNCLASSIFIED', channels: [], externalRef: 'SYN-LAW' }),
  ];
  const { data, errors } = await who.graphql('query q($id: ID!) { request(id: $id) { id } requests { nodes { id } } requestLegs { nodes { id } } inbox(desk: "duty") { items { due } } requestContacts(request: $id) { leg contact { onCall } } }', { id });
  return [...answers.map(({ statusCode, body }) => `${statusCode} ${bare(body)}`), bare(JSON.stringify([data, errors?.map(({ message, extensions }) => [message, extensions])]))];
}

t.test('from outside there is no request', { timeout: 230_000 }, async (t) => {
  const [here, there] = [await freshApp(t), await freshApp(t)];
  const police = await here.as('th-ccib', { purpose: 'INVESTIGATION' });
  const made = await police.post('/v1/requests', asked);
  t.equal(made.statusCode, 201, made.body);
  const { id } = made.json<{ id: string }>();
  await police.post('/v1/request-moves', { request: id, move: 'COMMENT', text: 'Synthetic', classification: 'UNCLASSIFIED' });
  for (const [partner, purpose] of [['th-dsi', 'INVESTIGATION'], ['th-pct', 'INVESTIGATION'], ['kh-mptc', 'INVESTIGATION'], ['th-nbtc', 'PREVENTION']] as const) {
    const [a, b] = [await everything(await here.as(partner, { purpose }), id), await everything(await there.as(partner, { purpose }), id)];
    t.strictSame(a, b, `${partner}, for ${purpose}`);
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
