import t from 'tap';
import { appFor, bearer } from '../fixture.ts';
import { fakeExchange, otherId, someId, someRecord } from '../fake-exchange.ts';

const one = `/v1/indicators/${someId}`;
const { etag } = someRecord();
const merge = { ...bearer, 'content-type': 'application/merge-patch+json' };

t.test('reading one', async (t) => {
  const { app, exchange } = await appFor(t);
  const full = await app.inject({ url: one, headers: bearer });
  t.equal(full.statusCode, 200);
  t.equal(full.headers.etag, etag);
  t.same(full.json(), someRecord().body);
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const asked = (): number => exchange.calls.filter(({ name }) => name === 'get').length;
    const before = asked();
    const same = await app.inject({ url: one, headers: { ...bearer, 'if-none-match': tag } });
    t.equal(same.statusCode, 304, tag);
    t.equal(same.body, '');
    t.equal(same.headers.etag, etag);
    t.equal(asked(), before + 1, 'the use case, and so the ledger, was asked all the same');
  }
  t.equal((await app.inject({ url: one, headers: { ...bearer, 'if-none-match': '"other"' } })).statusCode, 200);
  const head = await app.inject({ method: 'HEAD', url: one, headers: bearer });
  t.equal(head.statusCode, 200);
  t.equal(head.body, '');
  t.equal(head.headers.etag, etag);
});

t.test('absent, invisible and impossible ids are told apart by nothing', async (t) => {
  const { app } = await appFor(t);
  const bodies = await Promise.all([otherId, 'nonsense', "1' or '1'='1", '..', '%00'].map(async (id) => {
    const answer = await app.inject({ url: `/v1/indicators/${encodeURIComponent(id)}`, headers: bearer });
    t.equal(answer.statusCode, 404);
    const { requestId, instance, ...rest } = answer.json();
    t.ok(requestId !== undefined && instance !== undefined);
    return JSON.stringify(rest);
  }));
  t.equal(new Set(bodies).size, 1);
});

t.test('amending needs the tag that was read', async (t) => {
  const { app, exchange } = await appFor(t);
  const patch = (headers: Record<string, string>) => app.inject({ method: 'PATCH', url: one, headers: { ...merge, ...headers }, payload: '{"role":null}' });
  for (const none of [{}, { 'if-match': '*' }] as Record<string, string>[]) {
    const missing = await patch(none);
    t.equal(missing.statusCode, 428);
    t.match(missing.json(), { code: 'PRECONDITION_REQUIRED' });
  }
  for (const tag of ['nonsense', `${etag}, "other"`, `${etag}x`, '']) t.ok([400, 428].includes((await patch({ 'if-match': tag })).statusCode), tag);
  t.notOk(exchange.calls.some(({ name }) => name === 'amend'));
  const done = await patch({ 'if-match': etag });
  t.equal(done.statusCode, 200);
  t.equal(done.headers.etag, etag);
  t.same(exchange.calls.at(-1)?.args.slice(1), ['Indicator', someId, { role: null }, etag, { confirmKnownGood: undefined }]);
});

t.test('withdraw, revisions, share, unshare', async (t) => {
  const { app, exchange } = await appFor(t);
  t.equal((await app.inject({ method: 'POST', url: `${one}/withdraw`, headers: bearer })).statusCode, 200);
  t.match(exchange.calls.at(-1), { name: 'withdraw', args: [{}, 'Indicator', someId] });
  t.match((await app.inject({ url: `${one}/revisions`, headers: bearer })).json(), { items: [{ revision: 1, changed: ['value'], record: { id: someId } }] });
  t.equal((await app.inject({ method: 'PUT', url: `${one}/channels/certs`, headers: bearer })).statusCode, 200);
  t.match(exchange.calls.at(-1), { name: 'share', args: [{}, 'Indicator', someId, 'certs'] });
  t.equal((await app.inject({ method: 'DELETE', url: `${one}/channels/certs`, headers: bearer })).statusCode, 200);
  t.equal(exchange.calls.at(-1)?.name, 'unshare');
  t.equal((await app.inject({ method: 'PUT', url: `${one}/channels/NO%20SUCH`, headers: bearer })).statusCode, 404);
});

t.test('search parameters become the filter', async (t) => {
  const { app, exchange } = await appFor(t);
  const find = async (query: string): Promise<unknown> => {
    const answer = await app.inject({ url: `/v1/indicators?${query}`, headers: bearer });
    t.equal(answer.statusCode, 200, `${query}: ${answer.body}`);
    return exchange.calls.at(-1)?.args[1];
  };
  t.same(await find(''), { kind: 'Indicator', filter: {}, first: undefined, after: undefined });
  t.match(await find('type=DOMAIN&value=hxxp%3A%2F%2Fsynthetic%5B.%5Dexample&first=10&after=abc'), {
    filter: { type: { eq: 'DOMAIN' }, value: { value: 'hxxp://synthetic[.]example', type: 'DOMAIN' } }, first: 10, after: 'abc',
  });
  t.match(await find('value=203.0.113.0/24&within=false'), { filter: { value: { value: '203.0.113.0/24', within: false } } });
  t.match(await find('country=TH&country=KH'), { filter: { country: { in: ['TH', 'KH'] } } });
  t.match(await find('asn=131090'), { filter: { asn: { eq: 131090 } } });
  t.match(await find('observedAtFrom=2026-01-01T00:00:00Z&observedAtTo=2026-02-01T00:00:00Z'), { filter: { observedAt: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' } } });
  t.match(await find('caseRefs.authority=ccib&caseRefs.number=1'), { filter: { caseRefs: { eq: { authority: 'ccib', number: '1' } } } });
});

t.test('what is no search parameter is named, also where it is a field', async (t) => {
  const { app, exchange } = await appFor(t);
  const fault = async (query: string): Promise<string> => {
    const answer = await app.inject({ url: `/v1/indicators?${query}`, headers: bearer });
    t.match(answer.json(), { status: 400, code: 'INVALID' }, query);
    return answer.json().errors[0].field;
  };
  t.equal(await fault('subscriber=x'), 'subscriber', 'a sealed field that nobody may search');
  t.equal(await fault('orderBy=value'), 'orderBy');
  t.equal(await fault('__proto__=x'), '__proto__');
  t.equal(await fault('first=0'), 'first');
  t.equal(await fault('first=501'), 'first');
  t.equal(await fault('first=1e2'), 'first');
  t.equal(await fault('first=1&first=2'), 'first');
  t.equal(await fault('asn=AS1'), 'asn');
  t.equal(await fault('value=a%00b'), 'value');
  t.equal(await fault('value=a&within=b'), 'within');
  t.equal(await fault('within=true'), 'within');
  t.equal(await fault(`value=${'x'.repeat(5000)}`), 'value');
  t.ok(exchange.calls.every(({ name }) => name === 'admit'));
  t.match((await app.inject({ url: `${one}?fields=id`, headers: bearer })).json(), { code: 'INVALID', errors: [{ field: 'fields' }] });
});

t.test('a page, the feed, the digest, what one may know', async (t) => {
  const { app } = await appFor(t);
  const get = async (url: string) => (await app.inject({ url, headers: bearer })).json();
  t.same(await get('/v1/indicators'), { items: [someRecord().body], nextCursor: 'next' });
  t.match(await get('/v1/changes?kinds=Indicator&first=1000'), { events: [{ event: 'SHARED', record: { id: someId } }], cursor: 'c', more: false });
  t.match(await get('/v1/changes?kinds=Nothing'), { code: 'INVALID', errors: [{ field: 'kinds' }] });
  t.match(await get('/v1/changes/digest'), { count: 1 });
  t.same(await get('/v1/partners'), { items: [{ id: 'th-ccib' }] });
  t.same(await get('/v1/ledger?from=2026-01-01T00:00:00%2B07:00'), { items: [] });
  t.match(await get('/v1/ledger?from=yesterday'), { errors: [{ field: 'from' }] });
});

t.test('header injection: nothing of a request reaches a header', async (t) => {
  const exchange = fakeExchange({ submit: async () => ({ record: someRecord(), created: false }) });
  const { app } = await appFor(t, { exchange });
  const answer = await app.inject({
    method: 'POST', url: '/v1/indicators', headers: { ...bearer, 'content-type': 'application/json', 'x-request-id': 'evil', 'exchange-purpose': 'A, B' }, payload: '{"value":"a\\r\\nSet-Cookie: x=1"}',
  });
  t.equal(answer.headers['idempotency-replayed'], 'true');
  t.notMatch(JSON.stringify(answer.headers), /evil|Set-Cookie/i);
  const redirected = await app.inject({ url: '/problems/x%0d%0aSet-Cookie:%20a=b' });
  t.equal(redirected.statusCode, 404);
  t.equal((await app.inject({ url: '/problems/not-found' })).headers.location, '/docs#problem-not-found');
});
