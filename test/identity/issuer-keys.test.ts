import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { jwksUrl } from '../../src/identity/issuer-keys.ts';
import { issuer, jwk, pairs, token, world } from './fixtures/world.ts';

const text = `Bearer ${token()}`;
const invalid = { code: 'UNAUTHENTICATED' };
const good = JSON.stringify({ keys: [jwk(pairs.EdDSA.publicKey, 'k1')] });

async function served(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  t.teardown(() => { server.closeAllConnections(); server.close(); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

t.test('fetches the key set once, over HTTP, and again when a new kid comes after the cooldown', async (t) => {
  let asked = 0;
  const url = await served(t, (_request, response) => { asked += 1; response.end(good); });
  const here = world([issuer({ jwks: { url } })]);
  await Promise.all([here.authenticate(text), here.authenticate(`Bearer ${token({ sub: 'another' })}`)]);
  await here.authenticate(`Bearer ${token({ sub: 'third' })}`);
  t.equal(asked, 1);
  for (let i = 0; i < 5; i += 1) await t.rejects(here.authenticate(`Bearer ${token({}, { kid: `x${i}` })}`), invalid);
  t.equal(asked, 1, 'unknown kids cannot make it fetch at will');
});

t.test('what a key server may answer wrongly', async (t) => {
  const big = JSON.stringify({ keys: [jwk(pairs.EdDSA.publicKey, 'k1')], pad: 'x'.repeat(300_000) });
  const cases: [string, RequestListener][] = [
    ['500', (_request, response) => { response.statusCode = 500; response.end(good); }],
    ['redirect', (_request, response) => { response.writeHead(302, { location: '/elsewhere' }).end(); }],
    ['too large', (_request, response) => { response.end(big); }],
    ['not JSON', (_request, response) => { response.end('<html>'); }],
    ['no key set', (_request, response) => { response.end('[]'); }],
    ['hangs up', (request) => { request.socket.destroy(); }],
  ];
  for (const [name, answer] of cases) {
    const paths: (string | undefined)[] = [];
    const url = await served(t, (request, response) => { paths.push(request.url); answer(request, response); });
    const here = world([issuer({ jwks: { url } })]);
    await t.rejects(here.authenticate(text), invalid, name);
    await t.rejects(here.authenticate(text), invalid, name);
    t.ok(paths.every((path) => path === '/jwks'), `${name}: nothing else was asked for`);
    t.ok(paths.length <= 2);
  }
});

t.test('a key server that hangs is not waited for', async (t) => {
  const silent: RequestListener = () => undefined;
  const halfway: RequestListener = (_request, response) => { response.write('{"keys":'); };
  await Promise.all([silent, halfway].map(async (answer) => {
    const here = world([issuer({ jwks: { url: await served(t, answer) } }), issuer({ issuer: 'https://other.example' })]);
    const waiting = t.rejects(here.authenticate(text), invalid, 'its own tokens are refused in the end');
    t.ok(await here.authenticate(`Bearer ${token({ iss: 'https://other.example' })}`), 'others are served meanwhile');
    await waiting;
  }));
});

t.test('a failed fetch is tried again after a pause, not sooner', async (t) => {
  let asked = 0;
  const answers = [new Response('', { status: 503 }), new Response(good)];
  const here = world([issuer({ jwks: { url: 'https://id.example/jwks' } })], {
    fetchJwks: () => { asked += 1; return Promise.resolve(answers.shift() ?? new Response('', { status: 500 })); },
    now: () => clock,
  });
  let clock = here.now;
  for (let i = 0; i < 10; i += 1) await t.rejects(here.authenticate(text), invalid);
  t.equal(asked, 1);
  clock += 5_001;
  t.ok(await here.authenticate(text));
  t.equal(asked, 2);
});

t.test('only https, or http to this machine', async (t) => {
  for (const url of ['https://id.example/jwks', 'http://127.0.0.1:9/jwks', 'http://localhost/jwks', 'http://[::1]:80/']) t.ok(jwksUrl(url), url);
  const bad = ['http://id.example/jwks', 'http://127.0.0.1.evil.example/', 'http://localhost.evil.example/', 'file:///etc/passwd', 'data:application/json,{}', 'https://user:secret@id.example/', 'jwks'];
  for (const url of bad) {
    t.throws(() => jwksUrl(url), url);
    const here = world([issuer({ jwks: { url } })], { fetchJwks: () => { t.fail('was fetched'); return Promise.reject(new Error('was fetched')); } });
    await t.rejects(here.authenticate(text), invalid, url);
  }
});
