/** Tokens bound to a key, and clients of the registry, through HTTP on two nodes over one database. Synthetic records only. */
import t from 'tap';
import { surfaces } from '../../../src/assemble.ts';
import { caveatMask, purposeMask } from '../../../src/dictionary/compartment.ts';
import { demoIssuer } from '../../../src/identity/builtin-issuer.ts';
import type { Client } from '../../../src/rules/registry.ts';
import { makeLog } from '../../../src/surfaces/log.ts';
import { freshApp } from '../../support/app.ts';
import { holder } from '../../support/dpop.ts';

const client: Client = {
  id: 'kr-embassy-sync', partner: 'kr-embassy', name: { en: 'Sync', th: 'ซิงค์' }, issuer: demoIssuer, scopes: ['records:read'], clearance: 2, caveats: caveatMask(['OPERATIONAL']),
  purposes: purposeMask(['INVESTIGATION']), algorithms: ['ES256'], dpop: 'ALWAYS', status: 'ACTIVE',
};

t.test('bound tokens', { timeout: 120_000 }, async (t) => {
  const x = await freshApp(t, {
    registry: (demo) => ({ ...demo, clients: new Map([[client.id, client]]) }),
  });
  const other = await surfaces(await x.node(), { config: { publicUrl: 'https://exchange.example/prasan' }, log: makeLog({ level: 'silent', redacted: [] }), version: '0' });
  t.teardown(() => other.close());
  const key = await holder();
  const given = { partner: 'kr-embassy', subject: client.id, clearance: 'CONFIDENTIAL', caveats: ['OPERATIONAL'], purposes: ['INVESTIGATION'], scopes: ['records:read', 'records:write'] } as const;
  const token = await x.issuer.issue({ ...given, client: client.id, boundTo: key.thumbprint });
  const here = 'http://localhost:80';
  const ask = async (dpop: string, { url = '/v1/me', app = x.app, method = 'GET' as 'GET' | 'POST', body = undefined as string | undefined } = {}) =>
    app.inject({ method, url, headers: { authorization: `DPoP ${token}`, dpop, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { payload: body }) });

  await t.test('a proof opens what its token is worth, once, on any node', async (t) => {
    const proof = key.proof('GET', `${here}/v1/me`, token);
    const answer = await ask(proof);
    t.equal(answer.statusCode, 200, answer.body);
    t.match(answer.json(), { clearance: 'CONFIDENTIAL', scopes: ['records:read'] }, 'under the client\'s caps');
    const again = await ask(proof);
    t.equal(again.statusCode, 401);
    t.match(again.headers['www-authenticate'], /error="invalid_dpop_proof"/);
    t.match(again.json(), { code: 'UNAUTHENTICATED' });
    const there = key.proof('GET', 'https://exchange.example/prasan/v1/me', token);
    t.equal((await ask(there, { app: other })).statusCode, 200, 'where PUBLIC_URL says what is called');
    t.equal((await ask(key.proof('GET', `${here}/v1/me`, token), { app: other })).statusCode, 401, 'whatever the Host header says');
  });

  await t.test('replayed on another node', async (t) => {
    const third = await surfaces(await x.node(), { config: {}, log: makeLog({ level: 'silent', redacted: [] }), version: '0' });
    t.teardown(() => third.close());
    const proof = key.proof('GET', `${here}/v1/me`, token);
    const answers = await Promise.all([x.app, third, x.app, third].map(async (app) => ask(proof, { app })));
    t.strictSame(answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b), [200, 401, 401, 401], 'of four at once on two nodes one counts');
    t.equal((await ask(proof, { app: third })).statusCode, 401);
  });

  await t.test('GraphQL takes proofs for its own address', async (t) => {
    const body = JSON.stringify({ query: '{ me { clearance } }' });
    t.match((await ask(key.proof('POST', `${here}/graphql`, token), { url: '/graphql', method: 'POST', body })).json(), { data: { me: { clearance: 'CONFIDENTIAL' } } });
    const wrong = await ask(key.proof('POST', `${here}/v1/lookups`, token), { url: '/graphql', method: 'POST', body });
    t.equal(wrong.statusCode, 401);
    t.match(wrong.headers['www-authenticate'], /^DPoP .*invalid_dpop_proof/);
  });

  await t.test('a client that must prove is refused without a binding', async (t) => {
    const free = await x.issuer.issue({ ...given, client: client.id });
    const answer = await x.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${free}` } });
    t.equal(answer.statusCode, 401);
    t.match(answer.headers['www-authenticate'], /^DPoP realm="prasan", algs="[^"]+", error="invalid_token"$/);
    t.match(answer.json(), { detail: /DPoP, RFC 9449/ });
  });

  await t.test('a suspended client is refused at the next request on each node', async (t) => {
    t.equal((await ask(key.proof('GET', `${here}/v1/me`, token))).statusCode, 200);
    await x.apply({ clients: new Map([[client.id, { ...client, status: 'SUSPENDED' }]]) });
    t.equal((await ask(key.proof('GET', 'https://exchange.example/prasan/v1/me', token), { app: other })).statusCode, 401);
    const { statusCode, headers } = await ask(key.proof('GET', `${here}/v1/me`, token));
    t.match({ statusCode, challenge: headers['www-authenticate'] }, { statusCode: 401, challenge: /^DPoP realm="prasan", algs="[^"]+", error="invalid_token"$/ }, 'in the scheme that it was sent by');
    t.equal((await (await x.as('kr-embassy')).get('/v1/me')).statusCode, 200, 'its partner\'s others go on');
  });
});

t.test('proofs that are too old to be accepted are forgotten; the memory is the database\'s', async (t) => {
  const x = await freshApp(t);
  const second = await x.node();
  const seconds = Date.now() / 1000;
  const [one, two] = [Buffer.from('one'), Buffer.from('two')];
  t.equal(await x.store.proofs.first(one, seconds, seconds - 1), true);
  t.equal(await second.store.proofs.first(one, seconds, seconds - 1), false);
  t.equal(await second.store.proofs.first(two, seconds, seconds + 60), true);
  await x.store.forgetProofs();
  t.strictSame((await x.admin`select convert_from(proof, 'UTF8') as proof from dpop_proof`).map(({ proof }) => proof as string), ['two']);
  const [clock] = await x.admin<{ started: number }[]>`select extract(epoch from pg_postmaster_start_time())::float8 as started`;
  t.equal(await x.store.proofs.first(Buffer.from('three'), Math.floor(clock?.started ?? 0) - 1, seconds + 60), false, 'one that is older than the server may have been used before a crash');
});
