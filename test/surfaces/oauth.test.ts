/** The built-in issuer and what its tokens are worth, through HTTP on two nodes. Synthetic records only. */
import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import * as oauth from 'openid-client';
import t from 'tap';
import { revokeByHand } from '../../src/cli/revoke.ts';
import type { Issuer } from '../../src/rules/registry.ts';
import { holder } from '../support/dpop.ts';
import { assertionType, freshOauth } from '../support/oauth.ts';

const text = (value: unknown): string => String(value);

t.test('the built-in issuer', { timeout: 240_000 }, async (t) => {
  const x = await freshOauth(t);

  await t.test('a client library finds its way by itself (RFC 8414, 7523, 9449), and the metadata say what is so', async (t) => {
    const { privateKey } = { privateKey: await crypto.subtle.importKey('pkcs8', x.clientKey.export({ format: 'der', type: 'pkcs8' }), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']) };
    const config = await oauth.discovery(new URL(x.url), x.client.id, undefined, oauth.PrivateKeyJwt({ key: privateKey, kid: 'c1' }), { algorithm: 'oauth2', execute: [oauth.allowInsecureRequests] });
    const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));
    const granted = await oauth.clientCredentialsGrant(config, { scope: 'records:read', purposes: 'INVESTIGATION' }, { DPoP });
    t.match(granted, { token_type: 'dpop', scope: 'records:read', expires_in: 600 });
    const answer = await oauth.fetchProtectedResource(config, granted.access_token, new URL(`${x.url}/v1/me`), 'GET', null, new Headers(), { DPoP });
    t.match(await answer.json(), { partner: { id: 'kr-embassy' }, subject: x.client.id, clearance: 'CONFIDENTIAL', purpose: 'INVESTIGATION', scopes: ['records:read'] });
    await oauth.tokenRevocation(config, granted.access_token);
    const gone = await oauth.fetchProtectedResource(config, granted.access_token, new URL(`${x.url}/v1/me`), 'GET', null, new Headers(), { DPoP }).then(({ status }) => status, (error: unknown) => (error as { status?: number }).status);
    t.equal(gone, 401, 'revoked (RFC 7009)');
    t.match(config.serverMetadata(), {
      issuer: x.url, token_endpoint: `${x.url}/oauth/token`, jwks_uri: `${x.url}/oauth/jwks`, revocation_endpoint: `${x.url}/oauth/revoke`, grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'], response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'], dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'ES384', 'PS256'],
    });
    const resource = (await x.app.inject('/.well-known/oauth-protected-resource')).json<Record<string, unknown>>();
    t.match(resource, { resource: x.url, authorization_servers: [x.url], bearer_methods_supported: ['header'], scopes_supported: ['records:read'] }, 'RFC 9728');
    const keys = (await x.app.inject('/oauth/jwks')).json<{ keys: Record<string, unknown>[] }>().keys;
    t.ok(keys.length === 1 && keys.every((key) => key['d'] === undefined && key['alg'] === 'ES256'), 'public halves alone');
  });

  await t.test('an access token as RFC 9068 has it', async (t) => {
    const { status, body } = await x.token({ scope: 'records:read import', clearance: 'RESTRICTED', caveats: 'none', purposes: 'PREVENTION' });
    t.equal(status, 200, JSON.stringify(body));
    const token = text(body['access_token']);
    t.match(decodeProtectedHeader(token), { typ: 'at+jwt', alg: 'ES256', kid: String });
    t.match(decodeJwt(token), {
      iss: x.url, aud: 'prasan', sub: x.client.id, client_id: x.client.id, jti: String, iat: Number, exp: Number, scope: 'records:read import',
      partner: 'kr-embassy', clearance: 'RESTRICTED', caveats: [], purposes: ['PREVENTION'], cnf: { jkt: x.key.thumbprint },
    });
    t.match((await x.get(token)).json(), { clearance: 'RESTRICTED', purpose: 'PREVENTION' }, 'narrowed as asked');
    t.match((await x.get(token, '/v1/me', x.second)).json(), { clearance: 'RESTRICTED' }, 'on another node');
  });

  await t.test('what is asked for beyond the client is refused', async (t) => {
    for (const [asked, error] of [
      [{ clearance: 'SECRET' }, 'invalid_request'], [{ clearance: 'COSMIC' }, 'invalid_request'], [{ caveats: 'SOURCE' }, 'invalid_request'], [{ caveats: 'NOTHING_KNOWN' }, 'invalid_request'],
      [{ purposes: 'PROSECUTION' }, 'invalid_request'], [{ scope: 'records:erase' }, 'invalid_scope'], [{ scope: '' }, 'invalid_scope'], [{ scope: 'records:read nonsense' }, 'invalid_scope'], [{ scope: 'records:read records:erase' }, 'invalid_scope'],
      [{ grant_type: 'password' }, 'unsupported_grant_type'], [{ grant_type: 'authorization_code' }, 'invalid_request'], [{ resource: 'https://evil.example' }, 'invalid_target'],
    ] as const) {
      const { status, body } = await x.token(asked);
      t.match({ status, error: body['error'] }, { status: 400, error }, JSON.stringify(asked));
    }
  });

  await t.test('a bearer token for less than what demands a key; never for more', async (t) => {
    const refused = await x.token({}, false);
    t.match(refused, { status: 400, body: { error: 'invalid_dpop_proof' } }, 'CONFIDENTIAL');
    const { body } = await x.token({ clearance: 'RESTRICTED' }, false);
    t.equal(body['token_type'], 'Bearer');
    t.equal((await x.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${text(body['access_token'])}` } })).statusCode, 200);
    await x.declare({ dpop: 'ALWAYS' });
    t.equal((await x.token({ clearance: 'RESTRICTED' }, false)).status, 400, 'a client that always proves');
    await x.declare({});
  });

  const { privateKey: stranger } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Math.floor(Date.now() / 1000);
  const used = await x.assertion();
  await x.token({ client_assertion: used });
  const assertions: readonly (readonly [string, string | undefined])[] = [
    ['used before', used],
    ['signed by another key', await x.assertion({}, {}, stranger)],
    ['of another client', await x.assertion({ iss: 'jp-embassy-sync', sub: 'jp-embassy-sync' })],
    ['for another audience', await x.assertion({ aud: 'https://evil.example' })],
    ['without jti', await x.assertion({ jti: undefined })],
    ['expired', await x.assertion({ iat: now - 600, exp: now - 300 })],
    ['that lives for an hour', await x.assertion({ iat: now, exp: now + 3600 })],
    ['without exp', await x.assertion({ exp: undefined })],
    ['without iat', await x.assertion({ iat: undefined })],
    ['alg none', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${used.split('.')[1] ?? ''}.`],
    ['of no form', 'a.b.c'],
    ['none', ''],
  ];
  await t.test('no token for an assertion that is not good', async (t) => {
    for (const [name, assertion] of assertions) {
      const { status, body } = await x.token({ client_assertion: assertion ?? '' });
      t.ok(status === 400 || status === 401, `${name}: ${status} ${text(body['error'])}`);
      t.notOk('access_token' in body, name);
    }
    t.notOk('access_token' in (await x.token({ client_assertion: await x.assertion({ iss: 'nobody', sub: 'nobody' }), client_id: 'nobody' })).body, 'a client that is not declared');
    const basic = await x.app.inject({ method: 'POST', url: '/oauth/token', headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${btoa(`${x.client.id}:secret`)}` }, payload: 'grant_type=client_credentials&scope=records:read' });
    t.not(basic.statusCode, 200, 'a password');
    t.equal((await x.app.inject({ method: 'POST', url: '/oauth/token', headers: { 'content-type': 'application/json' }, payload: '{}' })).statusCode, 415);
    t.equal((await x.app.inject({ method: 'POST', url: '/oauth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: `a=${'x'.repeat(64_000)}` })).statusCode, 413);
    t.equal((await x.app.inject('/oauth/introspect')).statusCode, 404, 'what is not offered is not there');
    t.match(await x.app.inject(`/oauth/authorize?client_id=${x.client.id}&response_type=code&redirect_uri=https://evil.example/`), { statusCode: 400, headers: { location: undefined } }, 'no system comes through a browser');
    t.equal((await x.app.inject('/oauth/token')).statusCode, 405);
  });

  await t.test('an assertion sent to two nodes at once gives one token', async (t) => {
    const assertion = await x.assertion();
    const answers = await Promise.all([x.app, x.second, x.app, x.second].map(async (app) => x.token({ client_assertion: assertion }, true, app)));
    t.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  await t.test('no token for a proof that is not good', async (t) => {
    const address = `${x.url}/oauth/token`;
    const none = { claims: { ath: undefined } };
    const twice = x.key.proof('POST', address, '', none);
    t.equal((await x.token({}, twice)).status, 200);
    const other = await holder();
    for (const [name, proof] of [
      ['used before', twice],
      ['for another address', x.key.proof('POST', `${x.url}/v1/me`, '', none)],
      ['for another method', x.key.proof('GET', address, '', none)],
      ['of long ago', x.key.proof('POST', address, '', { claims: { ath: undefined, iat: now - 3600 } })],
      ['with a private jwk', x.key.proof('POST', address, '', { ...none, header: { jwk: x.key.privateKey.export({ format: 'jwk' }) } })],
      ['signed by another key', x.key.proof('POST', address, '', { ...none, key: other.privateKey })],
      ['of no form', 'x'],
    ] as const) {
      const { status, body } = await x.token({}, proof);
      t.match({ status, has: 'access_token' in body }, { status: 400, has: false }, `${name}: ${text(body['error'])}`);
    }
    const evil = await x.app.inject({
      method: 'POST', url: '/oauth/token', headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'content-type': 'application/x-www-form-urlencoded', dpop: x.key.proof('POST', 'https://evil.example/oauth/token', '', none) },
      payload: new URLSearchParams({ grant_type: 'client_credentials', scope: 'records:read', client_assertion_type: assertionType, client_assertion: await x.assertion() }).toString(),
    });
    t.equal(evil.statusCode, 400, 'a proof made for whom the Host header names');
  });

  await t.test('a revoked token is refused at the next request on each node', async (t) => {
    const token = text((await x.token()).body['access_token']);
    t.equal((await x.get(token)).statusCode, 200);
    t.equal((await x.get(token, '/v1/me', x.second)).statusCode, 200);
    const revoke = async (given: string, client_assertion: string): Promise<number> => (await x.app.inject({
      method: 'POST', url: '/oauth/revoke', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: new URLSearchParams({ token: given, client_assertion_type: assertionType, client_assertion }).toString(),
    })).statusCode;
    t.equal(await revoke(token, await x.assertion({}, {}, stranger)), 401, 'not by somebody else');
    t.equal(await revoke((await x.as('jp-embassy')).authorization.slice(7), await x.assertion()), 200, 'another\'s token is let be');
    t.equal((await (await x.as('jp-embassy')).get('/v1/me')).statusCode, 200);
    t.equal(await revoke(token, await x.assertion()), 200);
    for (const app of [x.second, x.app]) {
      const answer = await x.get(token, '/v1/indicators?type=DOMAIN&value=a.example', app);
      t.match(answer.json(), { code: 'UNAUTHENTICATED' });
      t.equal((await x.get(token, '/v1/me', app)).statusCode, 401);
    }
    t.equal((await x.get(text((await x.token()).body['access_token']))).statusCode, 200, 'a new one is good');
  });

  await t.test('an operator takes a token of another issuer out of force, on each node', async (t) => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const name = 'https://id.jp.example';
    const entry: Issuer = { issuer: name, jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'j' }] }, algorithms: ['ES256'], partners: ['jp-embassy'], maxLife: 600, status: 'ACTIVE' };
    await x.apply({ issuers: new Map([...x.registry.issuers, [x.url, x.issuerEntry], [name, entry]]), clients: new Map([[x.client.id, x.client]]) });
    const issue = async (more: Readonly<Record<string, unknown>>): Promise<string> => {
      const iat = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: name, sub: 'officer', aud: 'prasan', client_id: 'desk', scope: 'records:read', clearance: 'RESTRICTED', purposes: ['INVESTIGATION'], iat, exp: iat + 300, ...more }).setProtectedHeader({ alg: 'ES256', kid: 'j', typ: 'at+jwt' }).sign(pair.privateKey);
    };
    const statusOf = async (token: string, app = x.app): Promise<number> => (await app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${token}` } })).statusCode;
    const by = { actor: 'op@host', reason: 'lost handset' };
    const [whole, id, nameless, other] = [await issue({ jti: 'one' }), await issue({ jti: 'two.of.them' }), await issue({}), await issue({ sub: 'another' })];
    for (const token of [whole, id, nameless, other]) t.equal(await statusOf(token, x.second), 200);
    t.match(await revokeByHand(x.admin, { ...by, given: whole }), { issuer: name, until: Number });
    await revokeByHand(x.admin, { ...by, given: 'two.of.them', issuer: name });
    await revokeByHand(x.admin, { ...by, given: nameless });
    for (const app of [x.second, x.app]) t.same([await statusOf(whole, app), await statusOf(id, app), await statusOf(nameless, app), await statusOf(other, app)], [401, 401, 401, 200], 'with the next request, and no other token');
    t.match(await x.admin`select by_whom, reason from revoked_token where by_whom = 'op@host'`, [{ reason: 'lost handset' }, {}, {}]);
    for (const [given, issuer, message] of [
      ['two', undefined, /--issuer/u], [whole, 'https://id.kr.example', /is of https:\/\/id\.jp/u], ['two', 'https://nobody.example', /there is no issuer/u], ['eyJhIjoxfQ.eyJhIjoxfQ.x', undefined, /no token that can be read/u],
      [await issue({ exp: 1 }), undefined, /has expired/u],
    ] as const) await t.rejects(revokeByHand(x.admin, { ...by, given, issuer }), { message });
    await x.declare({});
  });

  await t.test('a suspended client gets no token, and its tokens count no more', async (t) => {
    const token = text((await x.token()).body['access_token']);
    await x.declare({ status: 'SUSPENDED' });
    t.equal((await x.get(token, '/v1/me', x.second)).statusCode, 401);
    t.equal((await x.token({}, true, x.second)).status, 401);
    t.match(await x.token(), { body: { error: 'invalid_client' } });
    await x.declare({}, { status: 'SUSPENDED' });
    t.equal((await x.app.inject('/.well-known/oauth-authorization-server')).statusCode, 404, 'nor an issuer that is suspended');
    await x.declare({});
    t.equal((await x.get(token)).statusCode, 200);
  });
});

t.test('keys rotate without a restart', { timeout: 120_000 }, async (t) => {
  const x = await freshOauth(t);
  const kidOf = (token: string): unknown => decodeProtectedHeader(token).kid;
  const published = async (app = x.app): Promise<unknown[]> => (await app.inject('/oauth/jwks')).json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid);
  const old = text((await x.token()).body['access_token']);
  const before = kidOf(old);

  const { kid: next } = await x.rotate({ after: 3600 });
  t.strictSame(new Set(await published(x.second)), new Set([before, next]), 'published on each node');
  t.equal(kidOf(text((await x.token()).body['access_token'])), before, 'and does not sign yet');

  const { kid, honourUntil } = await x.rotate();
  const fresh = text((await x.token({}, true, x.second)).body['access_token']);
  t.equal(kidOf(fresh), kid, 'the newest that is due signs, on a node that made none');
  for (const [name, token] of [['new', fresh], ['old', old]] as const) for (const app of [x.app, x.second]) t.equal((await x.get(token, '/v1/me', app)).statusCode, 200, name);
  t.ok((honourUntil ?? 0) > Date.now() + 600_000, 'the old ones count until the last token has expired');

  await x.rotate({ atOnce: true, reason: 'stolen' });
  for (const app of [x.second, x.app]) {
    t.equal((await x.get(old, '/v1/me', app)).statusCode, 401, 'at once: none of the tokens before');
    t.equal((await x.get(fresh, '/v1/me', app)).statusCode, 401);
  }
  t.equal((await x.get(text((await x.token()).body['access_token']))).statusCode, 200);
  const rows = await x.admin<{ jwk: Record<string, unknown>; wrapped: Buffer }[]>`select jwk, wrapped from signing_key`;
  t.ok(rows.length === 1 && rows.every(({ jwk }) => !('d' in jwk)), 'private halves are wrapped');
  const items = await x.admin<{ sealed: Buffer }[]>`select sealed from oauth_item`;
  t.ok(items.length > 0 && items.every(({ sealed }) => !sealed.includes(x.client.id)), 'what is remembered is sealed');
});
