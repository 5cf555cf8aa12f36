/** Attacks on tokens, against the whole app on a real PostgreSQL. Which are known stands in README.md beside. Synthetic records only. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import t from 'tap';
import type { Issuer } from '../../src/rules/registry.ts';
import { forge, home, jwk, pairs } from '../identity/fixtures/world.ts';
import { freshApp } from '../support/app.ts';

const police = 'https://id.police.example';
const now = Math.floor(Date.now() / 1000);
const claims = (change: object = {}): Record<string, unknown> => ({
  iss: home, sub: 'officer-7', aud: 'prasan', iat: now - 10, exp: now + 600, client_id: 'desk', scope: 'records:read', clearance: 'RESTRICTED', caveats: [], purposes: ['INVESTIGATION'], ...change,
});
const { EdDSA, ES256, ES384, RS256 } = pairs;
const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'k1' };
const signed = (change: object = {}, more: object = {}, key: KeyObject = EdDSA.privateKey): string => forge({ ...header, ...more }, claims(change), key, 'EdDSA');
const raw = JSON.stringify(claims());
const pem = RS256.publicKey.export({ type: 'spki', format: 'pem' });
const es256 = (signature: Buffer): string => forge({ alg: 'ES256', typ: 'JWT', kid: 'p1' }, claims({ iss: police }), signature, 'ES256');

/** Each of them is answered as no token at all would be, but for the challenge. */
const attacks: Readonly<Record<string, readonly string[]>> = {
  'alg none': ['none', 'None', 'nOnE', ''].map((alg) => forge({ alg, typ: 'JWT' }, claims(), Buffer.alloc(0), 'none')),
  'HMAC with the public key': [Buffer.from(pem), Buffer.from(String(pem).trim())].map((secret) => forge({ alg: 'HS256', typ: 'JWT', kid: 'r1' }, claims({ iss: police }), createSecretKey(secret), 'HS256')),
  'unknown and injected kid': ['k9', '../../dev/null', "k1' or '1'='1", '__proto__', '', 'https://evil.example/jwks'].map((kid) => signed({}, { kid })),
  'jku, x5u, jwk headers': [
    signed({}, { jku: 'https://evil.example/jwks' }), signed({}, { x5u: 'https://evil.example/cert' }), signed({}, { x5c: ['MII'] }), forge({ alg: 'ES384', typ: 'JWT', jwk: jwk(ES384.publicKey, 'k1') }, claims(), ES384.privateKey, 'ES384'),
  ],
  'crit': [signed({}, { crit: ['x'], x: 1 }), signed({}, { crit: ['b64'], b64: true }), signed({}, { b64: false })],
  'wrong typ': ['dpop+jwt', 'secevent+jwt', undefined, ['JWT']].map((typ) => signed({}, { typ })),
  'wrong aud': ['other', ['other'], undefined, '', { prasan: true }].map((aud) => signed({ aud })),
  'wrong iss': ['https://evil.example', `${home}/`, undefined, [home], '__proto__'].map((iss) => signed({ iss })),
  'expired': [signed({ iat: now - 700, exp: now - 40 })],
  'not yet valid': [signed({ nbf: now + 3000 }), signed({ iat: now + 3000, exp: now + 3600 })],
  'far-future exp': [signed({ exp: now + 10 * 365 * 86_400 }), forge(header, raw.replace(/"exp":\d+/u, '"exp":1e999'), EdDSA.privateKey, 'EdDSA')],
  'another partner\'s issuer claiming this partner': [signed({ partner: 'th-ccib' }), signed({ partner: ['kr-embassy', 'th-ccib'] }), signed({ iss: police })],
  'ES256 with r = s = 0': [Buffer.alloc(64), Buffer.alloc(64, 255), Buffer.alloc(0), Buffer.concat([Buffer.alloc(31), Buffer.of(1), Buffer.alloc(32)]), Buffer.from('3006020100020100', 'hex')].map(es256),
  'duplicate claims': [forge(header, raw.replace('{', '{"clearance":"SECRET",'), EdDSA.privateKey, 'EdDSA'), forge(header, raw.replace('{', '{"\\u0070artner":"th-ccib","partner":"kr-embassy",'), EdDSA.privateKey, 'EdDSA')],
  '1 MB token': ['x'.repeat(1_000_000), signed({ padding: 'x'.repeat(750_000) })],
};

t.setTimeout(300_000);
t.test('tokens', { timeout: 300_000 }, async (t) => {
  const issuer = (name: string, keys: readonly Record<string, unknown>[], algorithms: Issuer['algorithms'], partner: string): [string, Issuer] => [name, { issuer: name, jwks: { keys }, algorithms, partners: [partner], maxLife: 3600, senderConstrained: { scopes: [] }, status: 'ACTIVE' }];
  const x = await freshApp(t, {
    registry: (demo) => ({
      ...demo,
      issuers: new Map([
        ...demo.issuers, issuer(home, [jwk(EdDSA.publicKey, 'k1')], ['EdDSA'], 'kr-embassy'),
        issuer(police, [jwk(ES256.publicKey, 'p1'), jwk(RS256.publicKey, 'r1')], ['ES256', 'RS256'], 'th-ccib'),
      ]),
    }),
  });
  const me = async (token: string): Promise<Awaited<ReturnType<typeof x.app.inject>>> => x.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${token}` } });
  const told = ({ body }: { readonly body: string }): string => body.replaceAll(/[0-9a-f-]{36}/gu, 'ID');

  const good = await me(signed());
  t.match(good.json(), { partner: { id: 'kr-embassy' }, clearance: 'RESTRICTED' }, 'what is right is taken: the rest is refused for what is wrong with it');
  t.equal((await me(forge({ alg: 'ES256', typ: 'JWT', kid: 'p1' }, claims({ iss: police }), ES256.privateKey, 'ES256'))).statusCode, 200);
  const bad = await me('nonsense');
  for (const [name, tokens] of Object.entries(attacks)) {
    await t.test(name, async (t) => {
      for (const token of tokens) {
        const answer = await me(token);
        t.equal(answer.statusCode, 401, token.slice(0, 40));
        t.equal(told(answer), told(bad), 'nothing is said of what is wrong');
        t.equal(answer.headers['www-authenticate'], bad.headers['www-authenticate']);
      }
    });
  }
  await t.test('clearance or purpose above the registry', async (t) => {
    const high = await me(signed({ clearance: 'TOP_SECRET', caveats: ['SOURCE', 'VICTIM', 'OPERATIONAL'], scope: 'records:read' }));
    t.match(high.json(), { clearance: 'CONFIDENTIAL' }, 'no higher than the registry has it');
    t.notMatch(high.json<{ caveats?: readonly string[] }>().caveats ?? [], ['SOURCE']);
    for (const purposes of [['FINANCIAL_INTELLIGENCE'], ['OFFICER_SAFETY']]) t.match((await me(signed({ purposes }))).json(), { code: 'PURPOSE_NOT_ALLOWED' }, 'of the token, not of the partner');
    const asked = await x.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${signed()}`, 'exchange-purpose': 'PREVENTION' } });
    t.match(asked.json(), { code: 'PURPOSE_NOT_ALLOWED' }, 'of the partner, not of the token');
  });
});
