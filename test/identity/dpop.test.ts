import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import type { Refusal } from '../../src/errors.ts';
import { forge, start, token, world, type World } from './fixtures/world.ts';
import { holder, type Wrong } from '../support/dpop.ts';

const url = 'https://exchange.example/v1/indicators';
const now = (): number => start;
const es256 = await holder('ES256', now);
const other = await holder('ES256', now);
const bound = token({ cnf: { jkt: es256.thumbprint } });
const badProof = /^DPoP realm="prasan", algs="[\w ]+", error="invalid_dpop_proof"$/;
const badToken = /^DPoP realm="prasan", algs="[\w ]+", error="invalid_token"$/;

/** A node with a memory of its own. */
function node(): World {
  const used = new Set<string>();
  const first = async (proof: Uint8Array): Promise<boolean> => {
    const name = Buffer.from(proof).toString('hex');
    return !used.has(name) && used.add(name).size > 0;
  };
  return world(undefined, { proofs: { first } });
}

const send = async (proof: string | undefined, text = bound, { method = 'GET', at = url, scheme = 'DPoP', on = node() } = {}) =>
  on.authenticate(`${scheme} ${text}`, { method, url: at, proof });

async function challengeOf(work: Promise<unknown>): Promise<string> {
  const refusal = await work.then(() => undefined, (error: unknown) => error as Refusal);
  return refusal?.code === 'UNAUTHENTICATED' && refusal.cause instanceof Error ? (refusal.public.headers?.['WWW-Authenticate'] ?? '') : `answered, or ${String(refusal)}`;
}

t.test('a bound token with a proof of its key, in each algorithm', async (t) => {
  for (const alg of ['ES256', 'ES384', 'EdDSA', 'PS256'] as const) {
    const one = await holder(alg, now);
    const text = token({ cnf: { jkt: one.thumbprint } });
    t.match(await send(one.proof('GET', url, text), text), { partner: 'kr-embassy', boundTo: one.thumbprint }, alg);
  }
});

t.test('htu is compared as an address: case, port, escapes, and without query', async (t) => {
  const proof = (htu: string): string => es256.proof('GET', htu, bound);
  for (const htu of ['HTTPS://Exchange.example:443/v1/indicators', `${url}?type=DOMAIN`, `${url}#x`, 'https://exchange.example/v1/%69ndicators', 'https://exchange.example/v1/x/../indicators']) {
    t.ok(await send(proof(htu)), htu);
  }
  t.ok(await send(proof(url), bound, { at: `${url}?first=1` }), 'the query of the request does not count');
});

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const attacks: readonly (readonly [string, Wrong])[] = [
  ['for another method', { claims: { htm: 'POST' } }],
  ['for a method in lower case', { claims: { htm: 'get' } }],
  ['for another address', { claims: { htu: `${url}/1` } }],
  ['for another host', { claims: { htu: 'https://evil.example/v1/indicators' } }],
  ['for another scheme', { claims: { htu: 'http://exchange.example/v1/indicators' } }],
  ['for an address with credentials', { claims: { htu: 'https://a:b@exchange.example/v1/indicators' } }],
  ['for an escaped slash', { claims: { htu: 'https://exchange.example/v1%2Findicators' } }],
  ['for no address', { claims: { htu: 'indicators' } }],
  ['without htu', { claims: { htu: undefined } }],
  ['for another token', { claims: { ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' } }],
  ['for no token', { claims: { ath: undefined } }],
  ['of long ago', { claims: { iat: start / 1000 - 91 } }],
  ['of the far future', { claims: { iat: start / 1000 + 32 } }],
  ['with iat past numbers', { claims: { iat: 1e300 } }],
  ['with iat a text', { claims: { iat: String(start / 1000) } }],
  ['without iat', { claims: { iat: undefined } }],
  ['without jti', { claims: { jti: undefined } }],
  ['with an empty jti', { claims: { jti: '' } }],
  ['with a huge jti', { claims: { jti: 'x'.repeat(257) } }],
  ['expired by its own exp', { claims: { exp: start / 1000 - 60 } }],
  ['not valid yet by its own nbf', { claims: { nbf: start / 1000 + 60 } }],
  ['typ JWT', { header: { typ: 'JWT' } }],
  ['typ of access tokens', { header: { typ: 'at+jwt' } }],
  ['without typ', { header: { typ: undefined } }],
  ['alg none', { header: { alg: 'none' }, key: Buffer.alloc(0) }],
  ['alg HS256 with the public key', { alg: 'HS256', key: createSecretKey(Buffer.from(JSON.stringify(es256.jwk))) }],
  ['a symmetric jwk', { alg: 'HS256', header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } }, key: createSecretKey(Buffer.from('secret')) }],
  ['a jwk with its private part', { header: { jwk: es256.privateKey.export({ format: 'jwk' }) } }],
  ['another key', { header: { jwk: other.jwk }, key: other.privateKey }],
  ['the bound key\'s jwk, signed by another', { key: stranger.privateKey }],
  ['signature of zeros', { key: Buffer.alloc(64) }],
  ['without jwk', { header: { jwk: undefined } }],
  ['jwk a list', { header: { jwk: [es256.jwk] } }],
  ['jwk off the curve', { header: { jwk: { ...es256.jwk, x: 'AAAA' } } }],
  ['jku', { header: { jku: 'https://evil.example/jwks' } }],
  ['x5u', { header: { x5u: 'https://evil.example/cert' } }],
  ['kid', { header: { kid: 'k1' } }],
  ['crit', { header: { crit: ['x'], x: 1 } }],
  ['b64', { header: { b64: false } }],
];

t.test('every attack on a proof gets the same refusal', async (t) => {
  for (const [name, wrong] of attacks) t.match(await challengeOf(send(es256.proof('GET', url, bound, wrong))), badProof, name);
  const good = es256.proof('GET', url, bound);
  const doubled = forge(`{"typ":"dpop+jwt","alg":"ES256","jwk":${JSON.stringify(other.jwk)},"jwk":${JSON.stringify(es256.jwk)}}`, {}, es256.privateKey, 'ES256');
  for (const [name, proof] of [['none', undefined], ['empty', ''], ['two', `${good},${good}`], ['a JWE', 'a.b.c.d.e'], ['64 kB', `${good}${'A'.repeat(65_536)}`], ['the token', bound], ['two jwk', doubled]] as const) {
    t.match(await challengeOf(send(proof)), badProof, name);
  }
});

t.test('a proof counts once', async (t) => {
  const on = node();
  const proof = es256.proof('GET', url, bound);
  t.ok(await send(proof, bound, { on }));
  t.match(await challengeOf(send(proof, bound, { on })), badProof, 'replayed');
  t.match(await challengeOf(send(es256.proof('GET', url, bound, { claims: { jti: 'same' } }), bound, { on }).then(() => send(es256.proof('GET', url, bound, { claims: { jti: 'same' } }), bound, { on }))), badProof, 'its name in another proof');
});

t.test('neither kind of token passes for the other (RFC 9449 section 7.2)', async (t) => {
  const free = token();
  t.equal(await challengeOf(send(undefined, bound, { scheme: 'Bearer' })), 'Bearer realm="prasan", error="invalid_token"', 'a bound token as a bearer');
  t.equal(await challengeOf(send(es256.proof('GET', url, bound), bound, { scheme: 'Bearer' })), 'Bearer realm="prasan", error="invalid_token"', 'nor with a proof beside it');
  t.match(await challengeOf(send(es256.proof('GET', url, free), free)), badToken, 'a token bound to nothing as DPoP');
  for (const cnf of [{}, { jkt: 'short' }, { 'x5t#S256': es256.thumbprint }, { jkt: es256.thumbprint, 'x5t#S256': 'x' }, [es256.thumbprint], null, es256.thumbprint]) {
    t.equal(await challengeOf(send(undefined, token({ cnf }), { scheme: 'Bearer' })), 'Bearer realm="prasan", error="invalid_token"', JSON.stringify(cnf));
  }
  const twice = token({ cnf: { jkt: es256.thumbprint, 'x5t#S256': 'x' } });
  t.match(await challengeOf(send(es256.proof('GET', url, twice), twice)), badToken, 'a token that is bound in a second way too');
  t.match(await challengeOf(world().authenticate(`DPoP ${bound}`)), badProof, 'where no proofs are taken');
});

t.test('a memory of proofs that does not answer is no fault of the proof', async (t) => {
  const on = world(undefined, { proofs: { first: () => Promise.reject(new Error('database down')) } });
  await t.rejects(send(es256.proof('GET', url, bound), bound, { on }), { message: 'database down' });
});
