import { createSecretKey, generateKeyPairSync, hash } from 'node:crypto';
import t from 'tap';
import { Refusal } from '../../src/errors.ts';
import type { Algorithm } from '../../src/rules/registry.ts';
import { claims, forge, home, issuer, junk, jwk, pairs, registry, seconds, start, token, world } from './fixtures/world.ts';

const bearer = (text: string): string => `Bearer ${text}`;
const invalid = { code: 'UNAUTHENTICATED', status: 401, public: { headers: { 'WWW-Authenticate': 'Bearer realm="prasan", error="invalid_token"' } } };
const algorithms: Algorithm[] = ['EdDSA', 'ES256', 'ES384', 'PS256', 'RS256'];

t.test('a good token gives its claims', async (t) => {
  t.same(await world().authenticate(bearer(token())), {
    issuer: home, subject: 'officer-7', client: 'desk', partner: 'kr-embassy', scopes: ['records:read', 'import'],
    clearance: 1, caveats: 16, purposes: 3, issuedAt: seconds - 10, expiresAt: seconds + 600, key: 'k1',
    token: hash('sha256', JSON.stringify([home, null, token().split('.', 2).join('.')]), 'hex'),
  });
  t.equal((await world().authenticate(bearer(token({ jti: 'j1' })))).token, hash('sha256', JSON.stringify([home, 'j1']), 'hex'), 'named by its jti, or by what is signed');
  t.notOk('desk' in (await world().authenticate(bearer(token()))));
  t.equal((await world().authenticate(bearer(token({ desk: 'duty' })))).desk, 'duty');
  t.match(await world().authenticate(bearer(token({ client_id: undefined, scope: undefined, clearance: undefined, caveats: undefined, purposes: undefined }))), {
    client: 'officer-7', scopes: [], clearance: 0, caveats: 0, purposes: 0,
  }, 'what is not said is the least');
  for (const header of ['bearer ', 'BEARER ', 'Bearer   ']) t.ok(await world().authenticate(header + token()));
  for (const typ of ['JWT', 'jwt', 'at+JWT', 'application/at+jwt']) t.ok(await world().authenticate(bearer(token({}, { typ }))), typ);
  t.ok(Object.isFrozen(await world().authenticate(bearer(token()))));
});

t.test('each algorithm, pinned: an issuer\'s token signed by another algorithm is refused', async (t) => {
  for (const alg of algorithms) {
    const { publicKey, privateKey } = pairs[alg];
    const good = forge({ alg, typ: 'JWT', kid: 'k' }, claims(), privateKey, alg);
    const keys = { keys: [jwk(publicKey, 'k')] };
    t.ok(await world([issuer({ jwks: keys, algorithms: [alg] })]).authenticate(bearer(good)), alg);
    await t.rejects(world([issuer({ jwks: keys, algorithms: algorithms.filter((other) => other !== alg) })]).authenticate(bearer(good)), invalid, `${alg} not pinned`);
  }
});

t.test('without a token: the challenge alone (RFC 6750 section 3.1)', async (t) => {
  for (const header of [undefined, '', 'Basic dXNlcjpwYXNz', 'bearerx abc']) {
    const refusal = await world().authenticate(header).then(() => undefined, (error: unknown) => error as Refusal);
    t.match(refusal, { code: 'UNAUTHENTICATED' });
    t.same(refusal?.public, { headers: { 'WWW-Authenticate': 'Bearer realm="prasan", DPoP realm="prasan", algs="ES256 EdDSA ES384 PS256"' } });
  }
});

const { EdDSA, ES256, RS256, PS256 } = pairs;
const strange = pairs.ES384;
const ed = { alg: 'EdDSA', typ: 'at+jwt', kid: 'k1' };
const raw = JSON.stringify(claims());
const pem = RS256.publicKey.export({ type: 'spki', format: 'pem' });
const many = (...bodies: object[]): [string, string][] => bodies.map((change) => [`claims ${JSON.stringify(change)}`, token(change)]);

const attacks: [string, string][] = [
  ['alg none', forge({ alg: 'none', typ: 'JWT' }, claims(), Buffer.alloc(0), 'none')],
  ['alg None', forge({ alg: 'nOnE', typ: 'JWT' }, claims(), Buffer.alloc(0), 'none')],
  ['no signature', token().replace(/[^.]*$/, '')],
  ['no alg', forge({ typ: 'JWT', kid: 'k1' }, claims(), EdDSA.privateKey, 'EdDSA')],
  ['signed by another key', forge(ed, claims(), generateKeyPairSync('ed25519').privateKey, 'EdDSA')],
  ['unknown kid', token({}, { kid: 'k9' })],
  ['kid that is a path', token({}, { kid: '../../dev/null' })],
  ['kid that is SQL', token({}, { kid: "k1' or '1'='1" })],
  ['kid that is no string', token({}, { kid: { toString: 'k1' } })],
  ['kid __proto__', token({}, { kid: '__proto__' })],
  ['crit', token({}, { crit: ['x'], x: 1 })],
  ['crit, known', token({}, { crit: ['b64'], b64: true })],
  ['b64', token({}, { b64: true })],
  ['jku', token({}, { jku: 'https://evil.example/jwks' })],
  ['x5u', token({}, { x5u: 'https://evil.example/cert' })],
  ['x5c', token({}, { x5c: ['MII'] })],
  ['own key in the header', forge({ alg: 'ES384', typ: 'JWT', jwk: jwk(strange.publicKey, 'k1') }, claims(), strange.privateKey, 'ES384')],
  ['typ of another kind of token', token({}, { typ: 'dpop+jwt' })],
  ['no typ', token({}, { typ: undefined })],
  ['typ no string', token({}, { typ: ['JWT'] })],
  ['duplicate claim', forge(ed, raw.replace('{', '{"clearance":"SECRET",'), EdDSA.privateKey, 'EdDSA')],
  ['duplicate claim, escaped', forge(ed, raw.replace('{', '{"\\u0069ss":"https://evil.example",'), EdDSA.privateKey, 'EdDSA')],
  ['duplicate in depth', forge(ed, raw.replace('{', '{"x":[{"a":1,"a":2}],'), EdDSA.privateKey, 'EdDSA')],
  ['duplicate in the header', forge('{"alg":"none","alg":"EdDSA","typ":"JWT","kid":"k1"}', raw, EdDSA.privateKey, 'EdDSA')],
  ['payload no object', forge(ed, '["a"]', EdDSA.privateKey, 'EdDSA')],
  ['payload no JSON', forge(ed, 'x', EdDSA.privateKey, 'EdDSA')],
  ['payload no UTF-8', `${token().split('.')[0]}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.AAAA`],
  ['life not a number by overflow', forge(ed, raw.replace(/"iat":\d+,"exp":\d+/, '"iat":1e999,"exp":1e999'), EdDSA.privateKey, 'EdDSA')],
  ['never ending by overflow', forge(ed, raw.replace(/"exp":\d+/, '"exp":1e999'), EdDSA.privateKey, 'EdDSA')],
  ['a JWE', 'a.b.c.d.e'],
  ['no dots', junk(40)],
  ['1 MB', junk(750_000)],
  ['9 KB, rightly signed', token({ padding: 'x'.repeat(9000) })],
  ['two tokens', `${token()} ${token()}`],
  ['comma', `${token()},${token()}`],
  ['empty', ''],
  ['not ASCII', `${token()}ก`],
  ['with a line end', `${token()}\n`],
  ...many(
    { aud: 'other' }, { aud: undefined }, { aud: ['other', 'prasan2'] }, { aud: { prasan: true } },
    { iss: 'https://evil.example' }, { iss: `${home}/` }, { iss: undefined }, { iss: [home] }, { iss: '__proto__' }, { iss: home.toUpperCase() },
    { exp: seconds - 31 }, { exp: undefined }, { exp: String(seconds + 600) }, { exp: seconds + 10 * 365 * 86_400 }, { exp: seconds - 11 }, { exp: null },
    { iat: seconds - 3000, exp: seconds + 601 }, { iat: undefined }, { iat: '1' }, { iat: seconds + 31 }, { iat: -1e15 },
    { nbf: seconds + 31 }, { nbf: 'now' },
    { sub: undefined }, { sub: '' }, { sub: 7 }, { sub: 'a\nb' }, { sub: 'x'.repeat(257) },
    { partner: 'th-ccib' }, { partner: ['kr-embassy'] }, { partner: '' }, { partner: null },
    { desk: '' }, { desk: ['duty'] }, { desk: 7 }, { desk: 'a\nb' }, { desk: null },
    { clearance: 'COSMIC' }, { clearance: 4 }, { clearance: 'secret' }, { clearance: ['SECRET'] }, { clearance: '__proto__' },
    { caveats: 'VICTIM' }, { caveats: ['VICTIM', 'VICTIM'] }, { caveats: ['EVERYTHING'] }, { caveats: { 0: 'VICTIM' } }, { caveats: [['VICTIM']] },
    { purposes: ['ANY'] }, { purposes: 'INVESTIGATION' }, { purposes: [null] },
    { scope: ['records:read'] }, { scope: 'a  b' }, { scope: 'a\tb' }, { scope: 'x '.repeat(70).trim() }, { client_id: '' }, { client_id: 7 },
  ),
];

t.test('every attack gets the same refusal, its reason only in the cause', async (t) => {
  const evil = issuer({ issuer: 'https://evil.example', jwks: { keys: [jwk(strange.publicKey, 'k1')] }, algorithms: ['ES384'], partners: ['other'], status: 'SUSPENDED' });
  for (const [name, text] of attacks) {
    const refusal = await world([issuer(), evil]).authenticate(bearer(text)).then(() => undefined, (error: unknown) => error as Refusal);
    t.ok(refusal instanceof Refusal, name);
    t.same(refusal?.public, invalid.public, `${name}: nothing more is said`);
    t.ok(refusal?.cause instanceof Error, `${name}: the log has the cause`);
  }
});

t.test('key confusion', async (t) => {
  const rsa = issuer({ jwks: { keys: [jwk(RS256.publicKey, 'k1')] }, algorithms: ['RS256'] });
  for (const secret of [Buffer.from(pem), Buffer.from(String(pem).trim()), RS256.publicKey.export({ type: 'spki', format: 'der' })]) {
    const forged = forge({ alg: 'HS256', typ: 'JWT', kid: 'k1' }, claims(), createSecretKey(secret), 'HS256');
    await t.rejects(world([rsa]).authenticate(bearer(forged)), invalid, 'HMAC with the public key');
  }
  const oct = issuer({ jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'k1' }] }, algorithms: ['EdDSA'] });
  await t.rejects(world([oct]).authenticate(bearer(forge({ alg: 'HS256', typ: 'JWT', kid: 'k1' }, claims(), createSecretKey(Buffer.from('secret')), 'HS256'))), invalid);
  const p256 = issuer({ jwks: { keys: [jwk(ES256.publicKey, 'k1')] }, algorithms: ['ES256'] });
  for (const signature of [Buffer.alloc(64), Buffer.alloc(64, 255), Buffer.concat([Buffer.alloc(31), Buffer.of(1), Buffer.alloc(32)]), Buffer.from('3006020100020100', 'hex')]) {
    await t.rejects(world([p256]).authenticate(bearer(forge({ alg: 'ES256', typ: 'JWT', kid: 'k1' }, claims(), signature, 'ES256'))), invalid, 'ES256 with r = s = 0 and its like');
  }
  const forEncryption = issuer({ jwks: { keys: [jwk(PS256.publicKey, 'k1', { use: 'enc' })] }, algorithms: ['PS256'] });
  await t.rejects(world([forEncryption]).authenticate(bearer(forge({ alg: 'PS256', typ: 'JWT', kid: 'k1' }, claims(), PS256.privateKey, 'PS256'))), invalid);
  const secretPinned = issuer({ jwks: { keys: [jwk(EdDSA.privateKey, 'k1')] } });
  await t.rejects(world([secretPinned]).authenticate(bearer(token())), invalid, 'a private key in the registry is not used');
});

t.test('an issuer speaks for its own partners only', async (t) => {
  const hub = issuer({ issuer: 'https://hub.example', jwks: { keys: [jwk(ES256.publicKey, 'k1')] }, algorithms: ['ES256'], partners: ['th-dsi', 'th-amlo'] });
  const from = (change: object): string => bearer(forge({ alg: 'ES256', typ: 'JWT', kid: 'k1' }, claims({ iss: hub.issuer, ...change }), ES256.privateKey, 'ES256'));
  const both = world([issuer(), hub]);
  t.match(await both.authenticate(from({ partner: 'th-amlo' })), { partner: 'th-amlo' });
  await t.rejects(both.authenticate(from({ partner: 'kr-embassy' })), invalid, 'another partner');
  await t.rejects(both.authenticate(from({})), invalid, 'several, and none named');
  await t.rejects(both.authenticate(from({ iss: home })), invalid, 'another\'s name under its own key');
});

t.test('leeway: thirty seconds, not thirty-one', async (t) => {
  t.ok(await world().authenticate(bearer(token({ iat: seconds - 600, exp: seconds - 29 }))));
  t.ok(await world().authenticate(bearer(token({ iat: seconds + 29, nbf: seconds + 29 }))));
  t.ok(await world().authenticate(bearer(token({ iat: seconds - 3000, exp: seconds + 600 }))), 'as long as its issuer may give');
  await t.rejects(world([issuer({ maxLife: 90_000 })]).authenticate(bearer(token({ iat: seconds, exp: seconds + 7201 }))), invalid, 'the configuration\'s limit counts too');
});

t.test('the memory forgets what the registry or the clock took away', async (t) => {
  const text = bearer(token());
  const here = world();
  const first = await here.authenticate(text);
  t.equal(await here.authenticate(text), first, 'remembered: the same object');
  here.registry = registry(issuer());
  t.equal(await here.authenticate(text), first, 'a registry that is new but for this issuer the same');

  for (const [why, change] of Object.entries({
    'suspended': { status: 'SUSPENDED' }, 'other keys': { jwks: { keys: [jwk(EdDSA.publicKey, 'k2')] } },
    'other algorithms': { algorithms: ['ES256'] }, 'other partners': { partners: ['jp-embassy', 'kr-embassy'] }, 'shorter life': { maxLife: 60 },
  } as const)) {
    const now = world();
    await now.authenticate(text);
    now.registry = registry(issuer(change));
    await t.rejects(now.authenticate(text), invalid, why);
  }
  here.registry = registry();
  await t.rejects(here.authenticate(text), invalid, 'issuer gone');
  here.registry = registry(issuer());
  t.not(await here.authenticate(text), first, 'verified anew');
  here.now = start + 631_000;
  await t.rejects(here.authenticate(text), invalid, 'expired, though remembered');
});

t.test('a token is verified anew after five minutes, so that a key its issuer withdrew stops counting', async (t) => {
  const here = world();
  const text = bearer(token());
  const first = await here.authenticate(text);
  here.now = start + 299_000;
  t.equal(await here.authenticate(text), first);
  here.now = start + 301_000;
  t.not(await here.authenticate(text), first);
});

t.test('a registry that cannot be read is no fault of the token', async (t) => {
  await t.rejects(world([], { registry: () => Promise.reject(new Error('database down')) }).authenticate(bearer(token())), { message: 'database down' });
});
