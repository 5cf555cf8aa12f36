import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { appFor, bearer } from './fixture.ts';
import { fakeExchange, someId } from './fake-exchange.ts';

const one = `/v1/indicators/${someId}`;

t.test('nothing but public routes answers without a token', async (t) => {
  const { app, exchange } = await appFor(t);
  const viewer = app.routes.filter(({ access }) => access === 'viewer');
  t.ok(viewer.length > 15);
  for (const { method, url } of viewer) {
    const answer = await app.inject({ method: method as 'GET', url: url.replace(':id', someId).replace(':channel', 'certs') });
    t.equal(answer.statusCode, 401, `${method} ${url}`);
    t.equal(answer.headers['www-authenticate'], 'Bearer realm="prasan", DPoP realm="prasan", algs="ES256 EdDSA ES384 PS256"', 'who sent no token gets no error code');
    t.equal(answer.headers['cache-control'], 'no-store');
  }
  t.same(exchange.calls, [], 'and no use case was asked');
  t.same(
    app.routes.filter(({ access, method }) => access === 'public' && method !== 'HEAD').map(({ url }) => url).sort(),
    ['/docs', '/docs/style.css', '/healthz', '/openapi-3.0.json', '/openapi.json', '/openapi.yaml', '/problems/:problem', '/readyz'],
    'public routes are listed here, so that another one is a visible change',
  );
});

t.test('a token is checked, and its scope, before a body is read', async (t) => {
  const { app, exchange } = await appFor(t);
  const bad = await app.inject({ method: 'POST', url: '/v1/indicators', headers: { authorization: 'Bearer bad', 'content-type': 'application/json' }, payload: '{' });
  t.equal(bad.statusCode, 401, 'not 400 for the broken body');
  t.match(bad.headers['www-authenticate'], 'invalid_token');
  const good = await app.inject({ method: 'POST', url: '/v1/indicators', headers: { ...bearer, 'content-type': 'application/json' }, payload: '{' });
  t.equal(good.statusCode, 400);
  t.match(exchange.calls, [{ name: 'admit', args: [{ requestId: String }, 'records:write'] }]);
});

t.test('a route that does not say who may call it stops the start, by its name', async (t) => {
  await t.rejects(appFor(t, { plugins: [async (app) => void app.get('/v1/side-door', async () => 'x')] }), /GET \/v1\/side-door/);
});

t.test('unknown addresses and wrong methods', async (t) => {
  const { app } = await appFor(t);
  const gone = await app.inject({ method: 'POST', url: '/v1/nothing', headers: { 'content-type': 'text/x-strange' }, payload: 'x' });
  t.match(gone.json(), { status: 404, code: 'NOT_FOUND' }, 'before its body is looked at');
  const wrong = await app.inject({ method: 'DELETE', url: one });
  t.equal(wrong.statusCode, 405);
  t.equal(wrong.headers.allow, 'GET, HEAD, OPTIONS, PATCH');
  t.match(wrong.json(), { code: 'METHOD_NOT_ALLOWED' });
  const asked = await app.inject({ method: 'OPTIONS', url: '/v1/lookups' });
  t.equal(asked.statusCode, 204);
  t.equal(asked.headers.allow, 'OPTIONS, POST');
  t.notHas(asked.headers, { 'access-control-allow-origin': String });
  for (const url of ['/%', '/v1/indicators/%ff', '//v1/me', '/v1/me/', `/v1/indicators/${'a'.repeat(500)}`]) {
    const answer = await app.inject({ method: 'GET', url, headers: bearer });
    t.ok([400, 404].includes(answer.statusCode), `${url}: ${answer.statusCode}`);
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
    t.notMatch(answer.body, 'a'.repeat(50));
  }
});

t.test('a problem is RFC 9457, in the reader\'s language', async (t) => {
  const { app } = await appFor(t);
  const english = await app.inject({ url: '/v1/me' });
  const { requestId, ...problem } = english.json();
  t.match(requestId, /^[0-9a-f-]{36}$/);
  t.same(problem, { type: '/problems/unauthenticated', title: 'A valid token is needed', status: 401, code: 'UNAUTHENTICATED', instance: `urn:uuid:${requestId}` });
  const thai = await app.inject({ url: '/v1/me', headers: { 'accept-language': 'th-TH,th;q=0.9,en;q=0.8' } });
  t.equal(thai.json().title, 'ต้องใช้โทเค็นที่ถูกต้อง');
  t.equal(thai.headers['content-language'], 'th');
  const told = await app.inject({ url: '/v1/indicators?nonsense=1', headers: { 'accept-language': 'th', authorization: 'Bearer x' } });
  t.equal(told.headers['content-language'], told.json().errors === undefined && told.json().detail === undefined ? 'th' : 'th, en', 'what is said of the one request is English');
});

t.test('what is no refusal leaves as INTERNAL, and its cause goes to the log without what it says', async (t) => {
  const secret = 'Somchai Synthetic 1-2345';
  const exchange = fakeExchange({
    get: async () => {
      throw Object.assign(new Error(`duplicate key (document)=(${secret})`), { code: '23505', detail: secret, query: secret, parameters: [secret], table_name: 'record' });
    },
  });
  const { app, logged } = await appFor(t, { exchange });
  const answer = await app.inject({ url: one, headers: bearer });
  t.equal(answer.statusCode, 500);
  t.match(answer.json(), { code: 'INTERNAL', title: 'Something went wrong on our side', detail: undefined });
  t.notMatch(answer.body, secret);
  t.notMatch(logged(), secret);
  t.match(logged(), '"code":"23505"');
  t.match(logged(), '"table_name":"record"');
});

t.test('the log names the route, never the address', async (t) => {
  const { app, logged } = await appFor(t);
  await app.inject({ url: '/v1/indicators?value=planted-canary.example', headers: { ...bearer, 'x-note': 'planted-canary' } });
  await app.inject({ url: '/v1/planted-canary' });
  await app.inject({ method: 'POST', url: '/v1/lookups', headers: { ...bearer, 'content-type': 'application/json' }, payload: { values: [{ value: 'planted-canary' }] } });
  t.notMatch(logged(), 'planted-canary');
  t.notMatch(logged(), 'Bearer');
  const lines = logged().trim().split('\n').map((line) => JSON.parse(line));
  t.match(lines[0], { requestId: String, method: 'GET', route: '/v1/indicators', status: 200, partner: 'th-ccib', ms: Number, msg: 'request' });
});

t.test('security headers stand on every answer', async (t) => {
  const { app } = await appFor(t, { config: { publicUrl: 'https://exchange.example' } });
  for (const url of ['/healthz', '/v1/me', '/v1/nothing', '/docs', '/openapi.json', one]) {
    const { headers } = await app.inject({ url, headers: bearer });
    t.equal(headers['x-content-type-options'], 'nosniff', url);
    t.match(headers['content-security-policy'], /^default-src 'none'.*frame-ancestors 'none'/, url);
    t.match(headers['strict-transport-security'], 'max-age', url);
    t.notHas(headers, { server: String });
    t.notHas(headers, { 'x-powered-by': String });
  }
  t.equal((await app.inject({ url: one, headers: bearer })).headers['cache-control'], 'no-store');
  const plain = await appFor(t);
  t.notOk((await plain.app.inject({ url: '/healthz' })).headers['strict-transport-security'], 'no HSTS where there is no https');
});

t.test('health, readiness, closing', async (t) => {
  let up = false;
  const { app } = await appFor(t, { ready: async () => up });
  t.equal((await app.inject({ url: '/healthz' })).statusCode, 200);
  const notReady = await app.inject({ url: '/readyz' });
  t.equal(notReady.statusCode, 503);
  t.match(notReady.json(), { code: 'UNAVAILABLE' });
  up = true;
  t.equal((await app.inject({ url: '/readyz' })).statusCode, 200);
  const failing = await appFor(t, { ready: async () => { throw new Error('no database'); } });
  t.equal((await failing.app.inject({ url: '/readyz' })).statusCode, 503);
});

t.test('the purpose and the language reach the use case', async (t) => {
  const { app, exchange } = await appFor(t);
  await app.inject({ url: '/v1/me', headers: { ...bearer, 'exchange-purpose': 'INVESTIGATION', 'accept-language': 'th' } });
  t.match(exchange.calls[0]?.args[0], { purpose: 'INVESTIGATION', language: 'th', claims: { partner: 'th-ccib' } });
  await app.inject({ url: '/v1/me', headers: bearer });
  t.match(exchange.calls[1]?.args[0], { purpose: undefined, language: 'en' });
});

t.test('a body that does not arrive in time ends with the connection; one that does is no longer timed', async (t) => {
  const config = { access: 'public', consumes: ['application/json'], bodyWithin: 250 } as const;
  const slowly = Promise.withResolvers<void>();
  const { app } = await appFor(t, { plugins: [async (plugin) => {
    plugin.post('/late', { config }, async () => 'never');
    plugin.post('/working', { config }, async () => {
      await slowly.promise;
      return { done: true };
    });
  }] });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('POST /late HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"');
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => { said += text; });
  await once(socket, 'end');
  t.match(said, /^HTTP\/1\.1 408 /);
  t.match(said, '"code":"REQUEST_TIMEOUT"');
  t.match(said, /connection: close/i);
  const working = fetch(`${url}/working`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  // Longer than the body may take: what is measured is its arrival.
  setTimeout(slowly.resolve, 400);
  t.same(await (await working).json(), { done: true });
});
