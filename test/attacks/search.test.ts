/** Search oracles, against the whole app on a real PostgreSQL. Which are known stands in README.md beside. Synthetic records only. */
import t from 'tap';
import { type Caller, freshApp } from '../support/app.ts';

const unknown = '01890000-0000-7000-8000-000000000001';
const told = ({ statusCode, body }: { readonly statusCode: number; readonly body: string }): string => `${statusCode} ${body.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'ID')}`;
const count = async (who: Caller, query: string, path = 'indicators'): Promise<number> => (await who.get(`/v1/${path}?${query}`)).json<{ items: unknown[] }>().items.length;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

t.setTimeout(300_000);
t.test('search oracles', { timeout: 300_000 }, async (t) => {
  const x = await freshApp(t);
  const police = await x.as('th-ccib');
  const bank = await x.as('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' });
  const cambodia = await x.as('kh-mptc', { clearance: 'RESTRICTED' });
  const make = async (path: string, body: object, who = police): Promise<string> => {
    const answer = await who.post(`/v1/${path}`, body);
    if (answer.statusCode !== 201) throw new Error(answer.body);
    return answer.json<{ id: string }>().id;
  };
  const shared = { classification: 'RESTRICTED', channels: ['th-kh-investigation'] };
  const person = await make('identities', { ...shared, identityStatus: 'UNDETERMINED', names: [{ full: 'Synthetic Hidden', script: 'Latn' }], documents: [{ type: 'PASSPORT', number: 'SYN123456', issuer: 'TH' }], phones: ['+12025550143'], emails: ['hidden@person.example'] });

  await t.test('filter on a withheld field', async (t) => {
    t.ok((await cambodia.get(`/v1/identities/${person}`)).json<{ withheld: string[] }>().withheld.includes('documents'), 'it sees the record, and not these');
    for (const query of ['documents.number=SYN123456', 'phones=%2B12025550143', 'emails=hidden@person.example', 'names=Synthetic%20Hidden']) {
      t.equal(await count(police, query, 'identities'), 1, `${query}: its originator finds it`);
      const [right, wrong] = [await cambodia.get(`/v1/identities?${query}`), await cambodia.get(`/v1/identities?${query.replace(/[0-9a-zA-Z]$/u, '9')}`)];
      t.equal(told(right), told(wrong), `${query}: what is right is as what is wrong`);
    }
    const lookup = async (value: string): Promise<string> => told(await cambodia.post('/v1/lookups', { values: [{ type: 'PHONE', value }, { value }] })).replaceAll(value, 'VALUE');
    t.equal(await lookup('+12025550143'), await lookup('+12025550144'));
  });

  await t.test('sort on a withheld field', async (t) => {
    for (const query of ['sort=names', 'orderBy=birthDate', 'order=asc', 'sort=-documents.number']) t.match((await cambodia.get(`/v1/identities?${query}`)).json(), { code: 'INVALID', errors: [{ field: query.split('=')[0] }] }, 'there is one order: that of submission');
    for (const name of ['orderBy', 'sort', 'order']) t.match(await cambodia.graphql(`{ identities(${name}: "names") { nodes { id } } }`), { errors: [{ extensions: { code: 'INVALID' } }] });
  });

  await t.test('count of what is withheld', async (t) => {
    const before = told(await cambodia.get('/v1/identities?identityStatus=UNDETERMINED&documents.number=SYN123456'));
    await make('identities', { classification: 'CONFIDENTIAL', channels: [], identityStatus: 'UNDETERMINED', documents: [{ type: 'PASSPORT', number: 'SYN123456', issuer: 'TH' }] });
    t.equal(told(await cambodia.get('/v1/identities?identityStatus=UNDETERMINED&documents.number=SYN123456')), before, 'one more that it may not see changes nothing');
  });

  await t.test('range on a withheld field', async (t) => {
    const seen = await make('indicators', { ...shared, value: 'range.example', observedAt: '2026-01-31T08:00:00Z' });
    const hidden = await make('indicators', { classification: 'CONFIDENTIAL', channels: ['embassies-ip'], value: 'range-2.example', observedAt: '2026-01-31T09:00:00Z' });
    t.equal(await count(police, 'observedAtFrom=2026-01-31T08:00:00Z&observedAtTo=2026-01-31T10:00:00Z'), 2);
    const items = (await cambodia.get('/v1/indicators?observedAtFrom=2026-01-31T08:00:00Z&observedAtTo=2026-01-31T10:00:00Z')).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
    t.same(items, [seen]);
    t.notOk(items.includes(hidden));
    for (const query of ['birthDateFrom=1990', 'birthDateTo=1999-01-01', 'namesFrom=A']) t.equal((await cambodia.get(`/v1/identities?${query}`)).json<{ code?: string }>().code, 'INVALID', 'sealed fields have no ranges');
  });

  await t.test('timing of an id that exists but is invisible', async (t) => {
    const id = await make('indicators', { classification: 'RESTRICTED', channels: ['embassies-ip'], value: 'timing.example' });
    const time = async (asked: string): Promise<number> => {
      const began = process.hrtime.bigint();
      t.equal((await bank.get(`/v1/indicators/${asked}`)).statusCode, 404);
      return Number(process.hrtime.bigint() - began);
    };
    const [there, absent]: [number[], number[]] = [[], []];
    // In turns, so that whatever else the machine does falls on both.
    for (let i = 0; i < 150; i++) {
      there.push(await time(id));
      absent.push(await time(unknown));
    }
    const ratio = median(there) / median(absent);
    t.ok(ratio > 0.7 && ratio < 1.4, `medians are alike: ${ratio.toFixed(2)}`);
  });

  await t.test('uniqueness conflicts across partners', async (t) => {
    const body = { value: 'unique.example', externalRef: 'CASE-1', classification: 'RESTRICTED' };
    await make('indicators', { ...body, channels: ['embassies-ip'] });
    const korea = await x.as('kr-embassy');
    const theirs = await korea.post('/v1/indicators', { ...body, channels: ['embassies-ip'] });
    t.equal(theirs.statusCode, 201, 'value and number of another are free');
    t.equal((await police.post('/v1/indicators', { ...body, channels: ['embassies-ip'] })).json<{ code?: string }>().code, 'CONFLICT', 'its own are not');
    // A colleague with less clearance: a conflict would tell of a record that it may not know of.
    await make('indicators', { ...body, externalRef: 'CASE-2', classification: 'CONFIDENTIAL', channels: ['embassies-ip'] });
    const colleague = await x.as('th-ccib', { clearance: 'RESTRICTED', caveats: [] });
    t.equal((await colleague.post('/v1/indicators', { ...body, externalRef: 'CASE-2', channels: ['embassies-ip'] })).statusCode, 201);
  });

  await t.test('ETag and cursor comparison', async (t) => {
    const id = await make('indicators', { ...shared, value: 'etag.example' });
    const url = `/v1/indicators/${id}`;
    const tag = async (who: Caller): Promise<string> => String((await who.get(url)).headers['etag']);
    const [mine, theirs] = [await tag(police), await tag(cambodia)];
    t.not(mine, theirs, 'it is of what was released');
    const state = told(await cambodia.get(url));
    const changed = await police.send('PATCH', url, { sourceDetail: 'Synthetic source' }, { 'if-match': mine });
    t.equal(changed.statusCode, 200, changed.body);
    t.equal(await tag(cambodia), theirs, 'a change in what it may not see moves nothing');
    t.equal(told(await cambodia.get(url)), state);
    const cursor = async (): Promise<string> => (await cambodia.get('/v1/changes')).json<{ cursor: string }>().cursor;
    const before = await cursor();
    await make('indicators', { ...shared, channels: ['embassies-ip'], value: 'elsewhere.example' });
    const after = await cursor();
    t.equal(after.length, before.length, 'of one length');
    t.not(after, before, 'sealed anew each time: two are compared in vain');
  });

  await t.test('cost and rate-limit counters', async (t) => {
    const query = '{ indicators(first: 2000000) { edges { node { id value } } } }';
    const cost = async (who: Caller): Promise<unknown> => (await who.graphql(query)).errors?.map(({ extensions }) => extensions['errors']);
    const before = await cost(cambodia);
    for (let i = 0; i < 5; i++) await make('indicators', { ...shared, value: `cost-${i}.example` });
    t.same(await cost(cambodia), before, 'the cost is of the question, whatever is stored');
    t.same(await cost(bank), before, 'and whoever asks');
    const names = async (url: string): Promise<string[]> => Object.keys((await bank.get(url)).headers).filter((name) => /rate|limit|cost|time/iu.test(name)).sort();
    t.same(await names('/v1/indicators?value=cost-1.example'), await names('/v1/indicators?value=cost-none.example'), 'no header tells of hits');
  });
});
