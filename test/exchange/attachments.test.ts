/** Files of requests: sealed, told by their bytes, released by the same law, entered before they leave, and gone with their record. Everything is synthetic. */
import { createHash, randomBytes } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { createExchange } from '../../src/exchange/exchange.ts';
import { type Caller, freshApp, type TestApp } from '../support/app.ts';
import { codeOf } from '../support/refused.ts';

const asked = {
  asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }, { partner: 'th-nbtc', desk: 'numbering' }], questions: ['Who had it?'], classification: 'UNCLASSIFIED', channels: ['aoc-1441'],
  authority: { type: 'STATUTE', number: 'section 18' }, subscriberData: { value: '203.0.113.7', at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic' },
};
const pdf = (length = 400): Buffer => Buffer.concat([Buffer.from('%PDF-1.7\n%SYNTHETIC-CANARY-OF-A-FILE\n'), randomBytes(length)]);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const digest = (bytes: Uint8Array): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

interface Sending {
  readonly name?: string;
  readonly type?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function world() {
  const x = await freshApp(t);
  const send = async (by: Caller, request: string, bytes: Buffer, { name = 'synthetic.pdf', type = 'application/pdf', query = {}, headers = {} }: Sending = {}): Promise<LightMyRequestResponse> =>
    x.app.inject({
      method: 'POST', url: `/v1/requests/${request}/attachments?${new URLSearchParams({ name, classification: 'UNCLASSIFIED', ...query }).toString()}`,
      headers: { authorization: by.authorization, 'content-type': type, ...headers }, payload: bytes,
    });
  const fetched = async (by: Caller, id: string): Promise<LightMyRequestResponse> => x.app.inject({ method: 'GET', url: `/v1/request-attachments/${id}/content`, headers: { authorization: by.authorization } });
  const by = async (partner: string, desk: string, more = {}): Promise<Caller> => x.as(partner, { purpose: 'INVESTIGATION', desk, ...more });
  const [police, telecom, regulator, stranger] = [await by('th-ccib', 'duty'), await by('th-demo-isp', 'lawful'), await by('th-nbtc', 'numbering'), await by('th-dsi', 'duty')];
  const ask = async (more = {}): Promise<string> => {
    const made = await police.post('/v1/requests', { ...asked, ...more });
    if (made.statusCode !== 201) throw new Error(made.body);
    return made.json<{ id: string }>().id;
  };
  return { x, send, fetched, by, police, telecom, regulator, stranger, ask };
}
const made = (answer: LightMyRequestResponse): string => {
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<{ id: string }>().id;
};
const rows = async (x: TestApp): Promise<number[]> => {
  const [row] = await x.admin<{ files: number; pieces: number; records: number }[]>`select (select count(*) from attachment)::int as files, (select count(*) from attachment_piece)::int as pieces,
    (select count(*) from record where kind = 'RequestAttachment')::int as records`;
  return [row?.files ?? -1, row?.pieces ?? -1, row?.records ?? -1];
};
const set = world();

t.test('a file goes to the desks that were asked, and to nobody else', { timeout: 300_000 }, async (t) => {
  const { x, send, fetched, police, telecom, regulator, stranger, ask } = await set;
  const request = await ask();
  const cursor = async (who: Caller): Promise<string> => (await who.get('/v1/changes')).json<{ cursor: string }>().cursor;
  const [ofTelecom, ofStranger] = [await cursor(telecom), await cursor(stranger)];
  const bytes = pdf();
  const sent = await send(police, request, bytes, { name: 'หมาย ศาล.pdf', headers: { 'repr-digest': digest(bytes) } });
  const id = made(sent);
  const file = { name: 'หมาย ศาล.pdf', mediaType: 'application/pdf', size: bytes.length, sha256: sha256(bytes) };
  t.match(sent.json(), { request, asks: 'SUBSCRIBER_DATA', byDesk: 'duty', file, contentPath: `/v1/request-attachments/${id}/content` });
  t.equal(sent.headers['location'], `/v1/request-attachments/${id}`);
  for (const who of [police, telecom, regulator]) {
    t.match((await who.get(`/v1/request-attachments/${id}`)).json(), { file });
    const got = await fetched(who, id);
    t.ok(got.rawPayload.equals(bytes), 'byte for byte');
    t.match(got.headers, {
      'content-type': 'application/pdf', 'content-length': String(bytes.length), 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'repr-digest': digest(bytes),
      'content-disposition': /^attachment; filename="\?+ \?+\.pdf"; filename\*=utf-8''%E0.*\.pdf$/i,
    });
  }
  t.match((await telecom.get(`/v1/request-attachments?request=${request}`)).json(), { items: [{ id }] });
  t.match(await telecom.graphql('query q($id: ID!) { requestAttachment(id: $id) { contentPath file { name mediaType size sha256 } } }', { id }), { data: { requestAttachment: { file, contentPath: `/v1/request-attachments/${id}/content` } } });
  t.equal((await fetched(stranger, id)).statusCode, 404);
  t.equal((await fetched(stranger, id)).json<{ detail?: string }>().detail, (await fetched(stranger, '01920000-0000-7000-8000-00000000abcd')).json<{ detail?: string }>().detail, 'as one that is not there');
  t.equal((await send(stranger, request, bytes)).statusCode, 404);
  const told = async (who: Caller, from: string): Promise<string[]> => (await who.get(`/v1/changes?cursor=${encodeURIComponent(from)}`)).json<{ events: { event: string; kind: string }[] }>().events.map(({ event, kind }) => `${event} ${kind}`);
  t.ok((await told(telecom, ofTelecom)).includes('SHARED RequestAttachment'), 'the feed tells of it');
  t.strictSame(await told(stranger, ofStranger), []);
  const read = (await police.get('/v1/ledger')).json<{ items: { partner: string; operation: string; records: string[] }[] }>().items.filter(({ operation }) => operation === 'attachment');
  t.ok(['th-demo-isp', 'th-nbtc'].every((partner) => read.some((one) => one.partner === partner && one.records.includes(id))), 'and the ledger of who fetched it');
  for (const table of ['attachment', 'attachment_piece', 'record', 'outbox', 'ledger_entry']) {
    const [row] = await x.admin.unsafe<{ n: number }[]>(`select count(*)::int as n from ${table} t where t::text like '%SYNTHETIC-CANARY%' or t::text like '%${Buffer.from('SYNTHETIC-CANARY').toString('hex')}%'`);
    t.equal(row?.n, 0, `${table}: nothing of it in clear`);
  }
});

t.test('an answer\'s file goes to who asked; what is about persons is withheld as such', { timeout: 300_000 }, async (t) => {
  const { send, fetched, by, police, telecom, regulator, ask } = await set;
  const request = await ask();
  const bytes = Buffer.from('name,since\nSynthetic Person,2026\n');
  const id = made(await send(telecom, request, bytes, { name: 'answer.csv', type: 'text/csv', query: { as: 'personalFile', question: '1' } }));
  t.match((await police.get(`/v1/request-attachments/${id}`)).json(), { originator: 'th-demo-isp', question: 1, byDesk: 'lawful', personalFile: { name: 'answer.csv' } });
  t.equal((await fetched(police, id)).body, bytes.toString());
  t.equal((await fetched(police, id)).headers['content-type'], 'text/csv; charset=utf-8');
  t.equal((await fetched(regulator, id)).statusCode, 404, 'not to the other desk');
  const uncleared = await by('th-ccib', 'duty', { caveats: ['FINANCIAL'] });
  t.match((await uncleared.get(`/v1/request-attachments/${id}`)).json(), { withheld: ['personalFile', 'victimFile', 'operationalFile'] });
  t.equal((await fetched(uncleared, id)).statusCode, 404, 'a file that is withheld is none');
});

t.test('what may not be attached is refused, and leaves nothing', { timeout: 300_000 }, async (t) => {
  const { x, send, police, telecom, by, ask } = await set;
  const request = await ask();
  const before = await rows(x);
  const deskless = await x.as('th-demo-isp', { purpose: 'INVESTIGATION' });
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
  const cases: readonly (readonly [what: string, by: Caller, bytes: Buffer, sending: Sending, status: number, says: RegExp])[] = [
    ['another type than is said', police, png, {}, 415, /its bytes are image\/png/],
    ['bytes that are nothing', police, randomBytes(100), {}, 415, /its bytes are none/],
    ['text that is a picture', police, png, { name: 'a.txt', type: 'text/plain' }, 415, /its bytes are image\/png/],
    ['text that is none', police, Buffer.from('abc\0def'), { name: 'a.txt', type: 'text/plain' }, 415, /no text in UTF-8/],
    ['text in no UTF-8', police, Buffer.from([0x61, 0xff, 0xfe, 0x62]), { name: 'a.txt', type: 'text/plain' }, 415, /no text in UTF-8/],
    ['a type that is not taken', police, Buffer.from('<p>x</p>'), { name: 'a.html', type: 'text/html' }, 415, /Send one of application\/pdf/],
    ['nothing', police, Buffer.alloc(0), {}, 400, /empty/],
    ['a name that turns around', police, pdf(), { name: 'x\u202efdp.pdf' }, 400, /"name"/],
    ['a path', police, pdf(), { name: '../x.pdf' }, 400, /"name"/],
    ['a name of another type', police, pdf(), { name: 'x.exe' }, 400, /ends in \.pdf/],
    ['what is withheld from a desk that was asked', police, pdf(), { query: { as: 'financialFile' } }, 400, /"as".*financialFile would be withheld from th-demo-isp in aoc-1441: it is C\/FINANCIAL/],
    ['a level that a desk is not given', police, pdf(), { query: { classification: 'SECRET' } }, 403, /goes up to CONFIDENTIAL/],
    ['a field that holds no file', police, pdf(), { query: { as: 'asks' } }, 400, /"as"/],
    ['a question that there is not', police, pdf(), { query: { question: '2' } }, 400, /"question"/],
    ['no classification', police, pdf(), { query: { classification: '' } }, 400, /"classification"/],
    ['other bytes than were meant', police, pdf(), { headers: { 'repr-digest': digest(pdf()) } }, 400, /Repr-Digest/],
    ['by no desk', deskless, pdf(), {}, 403, /with the desk lawful/],
    ['above its clearance', await by('th-ccib', 'duty', { clearance: 'RESTRICTED' }), pdf(), { query: { classification: 'CONFIDENTIAL' } }, 403, /clearance/],
    ['about persons, by who is not cleared', await by('th-ccib', 'duty', { caveats: [] }), pdf(), { query: { as: 'personalFile' } }, 403, /personalFile/],
  ];
  for (const [what, who, bytes, sending, status, says] of cases) {
    const answer = await send(who, request, bytes, sending);
    t.equal(answer.statusCode, status, `${what}: ${answer.body}`);
    t.match(answer.body, says, what);
  }
  const small = createExchange({ ...x.deps, attachable: { largest: 300_000, types: ['application/pdf'] } });
  const asker = x.asker('th-ccib', { purpose: 'INVESTIGATION', desk: 'duty' });
  const given = { request, name: 'a.pdf', mediaType: 'application/pdf', classification: 'UNCLASSIFIED' };
  t.equal(await codeOf(small.attach(asker, given, bytesOf(pdf(300_000), 70_000))), 'TOO_LARGE');
  t.equal(await codeOf(small.attach(asker, { ...given, name: 'a.png', mediaType: 'image/png' }, bytesOf(png))), 'UNSUPPORTED_MEDIA_TYPE', 'what is configured');
  await t.rejects(small.attach(asker, given, failing(pdf(290_000))), { message: 'the sender went away' });
  await police.post('/v1/request-moves', { request, move: 'WITHDRAW', classification: 'UNCLASSIFIED' });
  t.match((await send(telecom, request, pdf())).json(), { code: 'ILLEGAL_MOVE' }, 'where nothing more is said, nothing more is attached');
  t.strictSame(await rows(x), before, 'nothing of all this is kept');
  await x.admin`insert into attachment (id, partner, request_id, begun_at) values (gen_random_uuid(), 'th-ccib', ${request}, now() - interval '25 hours'), (gen_random_uuid(), 'th-ccib', ${request}, now() - interval '1 hour')`;
  t.equal(await x.store.attachments.forgetArrivals(), 1, 'what never came to its end is forgotten after a day');
  await x.admin`delete from attachment where record_id is null`;
});

async function* bytesOf(bytes: Buffer, step = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
async function* failing(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error('the sender went away');
}

t.test('a long file passes in pieces; who loses it in the middle gets no more; damage is no file', { timeout: 300_000 }, async (t) => {
  const { x, telecom, ask } = await set;
  const request = await ask();
  const bytes = pdf(5 * 1024 * 1024 + 17);
  const [asker, reader] = [x.asker('th-ccib', { purpose: 'INVESTIGATION', desk: 'duty' }), x.asker('th-demo-isp', { purpose: 'INVESTIGATION', desk: 'lawful' })];
  let [ahead, most] = [0, 0];
  const attachments = { ...x.deps.attachments, add: async (...given: Parameters<typeof x.deps.attachments.add>): Promise<void> => {
    ahead -= given[3].length;
    return x.deps.attachments.add(...given);
  } };
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytesOf(bytes, 65_536)) {
      ahead += chunk.length;
      most = Math.max(most, ahead);
      yield chunk;
    }
  }
  const { record: { id } } = await createExchange({ ...x.deps, attachments }).attach(asker, { request, name: 'long.pdf', mediaType: 'application/pdf', classification: 'UNCLASSIFIED' }, counted());
  t.ok(most < 1024 * 1024, `no more than three pieces were held at once (${most})`);
  const read = async (): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of (await x.exchange.attached(reader, id)).content) parts.push(part);
    return Buffer.concat(parts);
  };
  t.ok((await read()).equals(bytes));
  const entries = (await x.exchange.ledger(asker, {})).items.filter(({ operation, records }) => operation === 'attachment' && records.includes(id));
  t.equal(entries.length, 3, 'an entry for each stretch');

  const agreement = x.registry.agreements.get('aoc-1441');
  if (agreement === undefined) throw new Error('no agreement');
  const { content } = await x.exchange.attached(reader, id);
  let got = 0;
  await t.rejects((async () => {
    for await (const part of content) {
      got += part.length;
      if (got === part.length) await x.apply({ agreements: new Map([...x.registry.agreements, ['aoc-1441', { ...agreement, status: 'SUSPENDED' }]]) });
    }
  })(), { code: 'NOT_FOUND' });
  t.equal(got, 8 * 256 * 1024, 'what was entered, and no byte more');
  await x.apply({ agreements: x.registry.agreements });

  const [{ id: upload } = { id: '' }] = await x.admin<{ id: string }[]>`select id from attachment where record_id = ${id}`;
  await x.admin`update attachment_piece set n = case n when 1 then 100002 else 100001 end where attachment_id = ${upload} and n in (1, 2)`;
  await x.admin`update attachment_piece set n = n - 100000 where attachment_id = ${upload} and n > 100000`;
  await t.rejects(read(), { code: 'KEY_UNAVAILABLE' }, 'pieces that changed places');
  await x.admin`delete from attachment_piece where attachment_id = ${upload} and n >= 19`;
  await x.admin`update attachment set pieces = 19 where id = ${upload}`;
  await t.rejects(read(), { code: 'KEY_UNAVAILABLE' }, 'an end that is none');
  t.equal((await telecom.get(`/v1/request-attachments/${id}`)).statusCode, 200);
});

t.test('sent twice under one key it is there once; put to a draft it goes with it; erased it is gone', { timeout: 300_000 }, async (t) => {
  const { x, send, fetched, police, telecom, ask } = await set;
  const request = await ask();
  const [bytes, headers] = [pdf(), { 'idempotency-key': 'synthetic-1' }];
  const before = await rows(x);
  const id = made(await send(police, request, bytes, { headers }));
  const again = await send(police, request, bytes, { headers });
  t.equal(made(again), id);
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.match((await send(police, request, pdf(), { headers })).json(), { code: 'IDEMPOTENCY_CONFLICT' });
  t.strictSame(await rows(x), before.map((n) => n + 1), 'one of each');
  await police.post('/v1/request-moves', { request, move: 'WITHDRAW', classification: 'UNCLASSIFIED' });
  t.equal(made(await send(police, request, bytes, { headers })), id, 'what was taken is told again, wherever the request went since');

  const draft = await ask({ draft: true });
  const early = made(await send(police, draft, bytes));
  t.equal((await fetched(telecom, early)).statusCode, 404);
  const { headers: { etag } } = await police.get(`/v1/requests/${draft}`);
  const sent = await police.send('PATCH', `/v1/requests/${draft}`, { draft: false }, { 'if-match': String(etag) });
  t.equal(sent.statusCode, 200, sent.body);
  t.ok((await fetched(telecom, early)).rawPayload.equals(bytes), 'it went with the draft');

  const readdressed = await ask({ draft: true, desks: [{ partner: 'th-nbtc', desk: 'numbering' }] });
  const closer = made(await send(police, readdressed, bytes, { query: { as: 'operationalFile' } }));
  const patched = async (body: object): Promise<LightMyRequestResponse> => police.send('PATCH', `/v1/requests/${readdressed}`, body, { 'if-match': String((await police.get(`/v1/requests/${readdressed}`)).headers['etag']) });
  t.equal((await patched({ desks: asked.desks })).statusCode, 200);
  t.match((await patched({ draft: false })).json(), { code: 'INVALID', errors: [{ field: 'desks', message: /operationalFile would be withheld from th-demo-isp/ }] }, 'a file does not go where it is withheld');
  t.equal((await fetched(telecom, closer)).statusCode, 404);

  const erased = await police.post(`/v1/request-attachments/${id}/erase`, { reason: 'OTHER' });
  t.equal(erased.statusCode, 200, erased.body);
  t.equal((await fetched(telecom, id)).statusCode, 410);
  const [kept] = await x.admin<{ n: number }[]>`select count(*)::int as n from attachment where record_id = ${id}`;
  t.equal(kept?.n, 0);
  t.strictSame(await rows(x), before.map((n) => n + 2), 'its pieces with it');
});
