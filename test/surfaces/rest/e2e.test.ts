/** The life of a record through HTTP, on a real database. Each answer is held to the contract by the caller itself. Synthetic records only. */
import t from 'tap';
import { type Caller, freshApp } from '../../support/app.ts';

interface Shown {
  readonly id: string;
  readonly [name: string]: unknown;
}

const unknown = '01890000-0000-7000-8000-000000000001';
const report = {
  value: 'hxxps://pay-verify[.]example/login', role: 'PHISHING', classification: 'RESTRICTED', channels: ['embassies-ip'], externalRef: 'SYNTHETIC-1',
  caseRefs: [{ authority: 'th-ccib', number: '12/2569' }], rationale: 'Synthetic: a forged login', location: { lat: 9.1, lon: 101.2, radiusMetres: 300 },
  observedAt: '2026-01-31T15:00:00+07:00', evaluation: { source: 'B', information: 2 }, handling: { codes: ['H1'] },
};
const codeOf = (answer: { json(): unknown }): unknown => (answer.json() as { readonly code?: unknown }).code;

t.test('the life of a record', { timeout: 120_000 }, async (t) => {
  const x = await freshApp(t);
  const police = await x.as('th-ccib');
  const korea = await x.as('kr-embassy');
  const bank = await x.as('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' });

  const made = await police.post('/v1/indicators', report, { 'idempotency-key': 'report-1' });
  t.equal(made.statusCode, 201, made.body);
  const record = made.json<Shown>();
  const url = `/v1/indicators/${record.id}`;
  t.equal(made.headers.location, url);
  t.match(record, { kind: 'Indicator', originator: 'th-ccib', type: 'URL', value: 'https://pay-verify.example/login', rawValue: report.value, observedAt: '2026-01-31T08:00:00.000Z', revision: 1, withheld: [] });

  await t.test('sent again', async (t) => {
    const again = await police.post('/v1/indicators', report, { 'idempotency-key': 'report-1' });
    t.equal(again.statusCode, 201);
    t.equal(again.headers['idempotency-replayed'], 'true');
    t.equal(again.headers.etag, made.headers.etag);
    t.same(again.json(), record);
    t.equal(codeOf(await police.post('/v1/indicators', { ...report, role: 'OTHER' }, { 'idempotency-key': 'report-1' })), 'IDEMPOTENCY_CONFLICT');
    t.match((await police.post('/v1/indicators', report)).json(), { code: 'CONFLICT', record: record.id }, 'its own number stands already');
    t.equal((await police.get('/v1/indicators')).json<{ items: unknown[] }>().items.length, 1, 'nothing was made twice');
  });

  await t.test('read, by those who may', async (t) => {
    const read = await police.get(url);
    t.same([read.statusCode, read.headers.etag, read.json()], [200, made.headers.etag, record]);
    t.equal(read.headers['cache-control'], 'no-store');
    const theirs = await korea.get(url);
    t.match(theirs.json(), { value: 'https://pay-verify.example/login', rationale: report.rationale, withheld: ['subscriber', 'collectionMethod', 'sourceDetail'] });
    t.not(theirs.headers.etag, made.headers.etag, 'the tag is of what was released');
    const same = await korea.get(url, { 'if-none-match': String(theirs.headers.etag) });
    t.same([same.statusCode, same.body], [304, '']);
    const [absent, invisible] = [await bank.get(`/v1/indicators/${unknown}`), await bank.get(url)];
    for (const refused of [absent, invisible]) t.same([refused.statusCode, codeOf(refused)], [404, 'NOT_FOUND']);
    const told = (answer: typeof absent): string => answer.body.replaceAll(String(answer.json<{ requestId: string }>().requestId), '');
    t.equal(told(absent), told(invisible), 'absent and invisible are the same');
    t.equal(codeOf(await bank.get(url, { 'if-none-match': String(theirs.headers.etag) })), 'NOT_FOUND');
    t.same((await korea.send('GET', `/v1/accounts/${record.id}`)).statusCode, 404);
  });

  await t.test('searched', async (t) => {
    const found = async (who: Caller, query: string): Promise<number> => (await who.get(`/v1/indicators?${query}`)).json<{ items: unknown[] }>().items.length;
    for (const query of ['value=pay-verify.example&within=true', 'value=hxxps%3A%2F%2Fpay-verify%5B.%5Dexample%2Flogin', 'type=URL&type=DOMAIN', 'role=PHISHING', 'externalRef=SYNTHETIC-1',
      'caseRefs.authority=th-ccib&caseRefs.number=12%2F2569', 'observedAtFrom=2026-01-31T08:00:00Z&observedAtTo=2026-01-31T08:00:00Z']) {
      t.equal(await found(korea, query), 1, query);
      t.equal(await found(bank, query), 0, `${query}: not to the bank`);
    }
    t.equal(await found(korea, 'role=C2'), 0);
    for (const [query, field] of [['caseRefs.authority=th-ccib', 'caseRefs.number'], ['caseRefs.number=1', 'caseRefs.authority'], ['colour=red', 'colour'], ['role=NOPE', 'role'],
      ['observedAtFrom=yesterday', 'observedAt'], ['first=0', 'first'], ['first=501', 'first'], ['rationale=x', 'rationale'], ['role=C2&role=', undefined]] as const) {
      const answer = await korea.get(`/v1/indicators?${query}`);
      if (field === undefined) t.equal(answer.statusCode, 200, query);
      else t.match(answer.json(), { code: 'INVALID', errors: [{ field: new RegExp(field.replace('.', '\\.')) }] }, `${query}: ${answer.body}`);
    }
  });

  await t.test('amended', async (t) => {
    t.equal(codeOf(await police.send('PATCH', url, { role: 'SCAM_SITE' })), 'PRECONDITION_REQUIRED');
    t.equal(codeOf(await police.send('PATCH', url, { role: 'SCAM_SITE' }, { 'if-match': '"other"' })), 'STALE');
    t.equal(codeOf(await korea.send('PATCH', url, { role: 'SCAM_SITE' }, { 'if-match': '"other"' })), 'FORBIDDEN');
    t.equal(codeOf(await bank.send('PATCH', url, { role: 'SCAM_SITE' }, { 'if-match': '"other"' })), 'NOT_FOUND');
    t.match((await police.send('PATCH', url, { role: 'NOPE', port: 0 }, { 'if-match': String(made.headers.etag) })).json(), { code: 'INVALID', errors: [{ field: 'role' }, { field: 'port' }] });
    const changed = await police.send('PATCH', url, { role: 'SCAM_SITE', location: { radiusMetres: 50 }, evaluation: null }, { 'if-match': String(made.headers.etag) });
    t.equal(changed.statusCode, 200, changed.body);
    t.match(changed.json(), { role: 'SCAM_SITE', revision: 2, location: { lat: 9.1, radiusMetres: 50 } });
    t.notOk('evaluation' in changed.json<Shown>());
    t.equal(codeOf(await police.send('PATCH', url, { role: 'OTHER' }, { 'if-match': String(made.headers.etag) })), 'STALE');
    const source = await police.send('PATCH', url, { sourceDetail: 'Synthetic source' }, { 'if-match': String(changed.headers.etag) });
    t.equal(source.json<Shown>()['revision'], 3);
    t.equal((await korea.get(url)).json<Shown>()['revision'], 2, 'a change in what it may not see is none');
  });

  await t.test('its history', async (t) => {
    const mine = (await police.get(`${url}/revisions`)).json<{ items: { revision: number; changed: string[]; record: Shown }[] }>().items;
    t.same(mine.map(({ revision }) => revision), [1, 2, 3], 'oldest first');
    const theirs = (await korea.get(`${url}/revisions`)).json<{ items: { revision: number; changed: string[]; record: Shown }[] }>().items;
    t.same(theirs.map(({ revision }) => revision), [1, 2]);
    t.same(theirs[1]?.changed.toSorted(), ['evaluation', 'location', 'role']);
    t.equal(theirs[0]?.record['role'], 'PHISHING');
    t.equal(codeOf(await bank.get(`${url}/revisions`)), 'NOT_FOUND');
  });

  await t.test('shared, taken out, withdrawn', async (t) => {
    const cambodia = await x.as('kh-mptc', { clearance: 'RESTRICTED' });
    t.equal((await cambodia.get(url)).statusCode, 404);
    const shared = await police.send('PUT', `${url}/channels/th-kh-investigation`);
    t.same(shared.json<Shown>()['channels'], ['embassies-ip', 'th-kh-investigation'], shared.body);
    t.match((await cambodia.get(url)).json(), { channels: ['th-kh-investigation'], withheld: ['location', 'subscriber', 'rationale', 'collectionMethod', 'sourceDetail'] });
    t.equal(codeOf(await police.send('PUT', `${url}/channels/kr-victims`)), 'NOT_FOUND', 'not a member');
    t.equal(codeOf(await police.send('PUT', `${url}/channels/no-such`)), 'NOT_FOUND');
    t.equal(codeOf(await police.send('PUT', `${url}/channels/th-kh-knowledge`)), 'FORBIDDEN');
    t.equal(codeOf(await korea.send('DELETE', `${url}/channels/embassies-ip`)), 'FORBIDDEN');
    t.same((await police.send('DELETE', `${url}/channels/th-kh-investigation`)).json<Shown>()['channels'], ['embassies-ip']);
    t.equal((await cambodia.get(url)).statusCode, 404);
    const gone = await police.post(`${url}/withdraw`);
    t.match(gone.json(), { status: 'WITHDRAWN', channels: [] });
    t.equal((await police.post(`${url}/withdraw`)).statusCode, 200, 'once more is no harm');
    t.equal((await korea.get(url)).statusCode, 404);
    t.equal(codeOf(await police.send('PATCH', url, { role: 'OTHER' }, { 'if-match': String(gone.headers.etag) })), 'CONFLICT');
    t.equal(codeOf(await police.send('PUT', `${url}/channels/embassies-ip`)), 'CONFLICT');
  });

  await t.test('who read it', async (t) => {
    const page = (await police.get(`/v1/ledger?record=${record.id}`)).json<{ items: { partner: string; operation: string; fields: string[]; records: string[] }[] }>();
    t.ok(page.items.some(({ partner, operation }) => partner === 'kr-embassy' && operation === 'get'));
    t.notOk(page.items.some(({ partner }) => partner === 'th-demo-bank'), 'who was shown nothing read nothing');
    t.notOk(page.items.filter(({ partner }) => partner === 'kh-mptc').some(({ fields }) => fields.includes('location')));
    const first = (await police.get('/v1/ledger?first=2')).json<{ items: { id: string }[]; nextCursor: string }>();
    const second = (await police.get(`/v1/ledger?first=2&after=${first.nextCursor}`)).json<{ items: { id: string }[] }>();
    t.equal(new Set([...first.items, ...second.items].map(({ id }) => id)).size, 4);
    t.equal(codeOf(await police.get('/v1/ledger?from=yesterday')), 'INVALID');
    t.equal(codeOf(await (await x.as('th-ccib', { scopes: ['records:read'] })).get('/v1/ledger')), 'INSUFFICIENT_SCOPE');
    t.same((await korea.get('/v1/ledger')).json<{ items: unknown[] }>().items, [], 'it has no records of its own');
  });
});
