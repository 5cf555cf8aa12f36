/** Requests to the endpoints of the built-in issuer: as a client sends them, and with something wrong in the form, the assertion, the proof or the headers. */
import { hash, type KeyObject, randomUUID } from 'node:crypto';
import { forge } from '../identity/fixtures/world.ts';
import type { Holder } from '../support/dpop.ts';
import { chance, type Dice, oneOf, upTo } from './dice.ts';
import { anything, isNode, type Manner, mutated, nasty } from './values.ts';

export interface Issued {
  readonly manner: Manner;
  readonly method: 'GET' | 'POST' | 'PUT' | 'HEAD';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

export interface Asker {
  /** The issuer's name. */
  readonly url: string;
  readonly client: string;
  readonly clientKey: KeyObject;
  readonly key: Holder;
  /** A token of the issuer. */
  readonly token: string;
}

type Members = Readonly<Record<string, unknown>>;

const form = 'application/x-www-form-urlencoded';
const documents = ['/oauth/jwks', '/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource'] as const;
/** What other endpoints, grants and ways to say who asks know. */
const foreign = ['client_id', 'client_secret', 'code', 'code_verifier', 'redirect_uri', 'refresh_token', 'username', 'password', 'resource', 'audience', 'request', 'request_uri', 'claims', 'dpop_jkt', 'token_type_hint', 'assertion', '__proto__', 'constructor', 'toString', '', 'a[b]'];
const worn = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'kid', 'alg', 'typ', '__proto__'];

const onWire = (text: string): string => Buffer.from(text, 'utf8').toString('latin1').replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim().slice(0, 6000);
const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? '');

function spoiled(g: Dice, members: Members, more: readonly string[]): Members {
  const made = mutated(g, members, () => anything(g));
  return { ...(isNode(made) ? made : members), ...(chance(g, 3) ? { [oneOf(g, more)]: anything(g) } : {}) };
}

/** A signed one; of a broken one its header, its claims, its signature or its form may be wrong. */
function signed(g: Dice, header: Members, claims: Members, key: KeyObject, manner: Manner): string {
  if (manner === 'valid') return forge(header, claims, key, 'ES256');
  const made = forge(chance(g, 3) ? spoiled(g, header, worn) : header, chance(g, 2) ? spoiled(g, claims, ['nbf', 'sub', 'aud', 'htu', 'nonce', 'cnf']) : claims, key, 'ES256');
  if (!chance(g, 4)) return made;
  const [head = '', body = '', signature = ''] = made.split('.');
  return oneOf(g, [`${head}.${body}.`, `${head}.${body}`, `.${body}.${signature}`, `${head}.${Buffer.from('{"iss":"a","iss":"b"}').toString('base64url')}.${signature}`, `${made}.${made}`, made.slice(1), 'e30.e30.', ...nasty]);
}

const seconds = (): number => Math.floor(Date.now() / 1000);

function assertionOf(g: Dice, { url, client, clientKey }: Asker, manner: Manner): string {
  const now = seconds();
  return signed(g, { alg: 'ES256', kid: 'c1' }, { iss: client, sub: client, aud: url, jti: randomUUID(), iat: now, exp: now + 60 }, clientKey, manner);
}

function proofOf(g: Dice, { url, key, token }: Asker, path: string, manner: Manner): string {
  const claims = { jti: randomUUID(), htm: 'POST', htu: `${url}${path}`, iat: seconds(), ...(manner !== 'valid' && chance(g, 4) ? { ath: hash('sha256', token, 'base64url') } : {}) };
  return signed(g, { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk }, claims, key.privateKey, manner);
}

function fields(g: Dice, asker: Asker, path: string, manner: Manner): (readonly [string, string])[] {
  const broken = manner === 'broken' && chance(g, 2);
  const own = path === '/oauth/token'
    ? { grant_type: 'client_credentials', scope: oneOf(g, ['records:read', 'records:read import', 'records:write']), clearance: oneOf(g, ['RESTRICTED', 'CONFIDENTIAL']), caveats: oneOf(g, ['none', 'OPERATIONAL']), purposes: oneOf(g, ['INVESTIGATION', 'PREVENTION INVESTIGATION']) }
    : { token: oneOf(g, [asker.token, 'x', 'a.b.c']), token_type_hint: 'access_token' };
  const all = { ...own, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertionOf(g, asker, broken ? 'broken' : 'valid') };
  const given: [string, string][] = Object.entries(all).filter(([name]) => manner === 'valid' || name.startsWith('client_') || !chance(g, 5));
  if (manner === 'valid') return given;
  if (chance(g, 2)) given.push([oneOf(g, foreign), plain(anything(g))]);
  if (chance(g, 4)) given.push(oneOf(g, given));
  return given.map(([name, value]) => [name, chance(g, manner === 'broken' ? 6 : 20) ? plain(oneOf(g, [anything(g), ...nasty])) : value]);
}

function bodyOf(g: Dice, asker: Asker, path: string, manner: Manner): string {
  const made = new URLSearchParams(fields(g, asker, path, manner).map(([name, value]): [string, string] => [name, value.toWellFormed()])).toString();
  if (manner !== 'broken' || !chance(g, 8)) return made;
  return oneOf(g, [`${made}&%zz=%ff`, '&&&===', `${made}%`, '{"grant_type":"client_credentials"}', '\u0000', '', `a[b][c]=1&${made}`, `${made}&${'a=b&'.repeat(3000)}`, made.replaceAll('=', ''), made.replaceAll('%3A', ':'), 'x'.repeat(33 * 1024)]);
}

function headersOf(g: Dice, asker: Asker, path: string, manner: Manner): Record<string, string> {
  const broken = manner === 'broken';
  const proof = broken && chance(g, 6) ? undefined : proofOf(g, asker, path, broken && chance(g, 2) ? 'broken' : 'valid');
  return {
    'content-type': broken && chance(g, 12) ? oneOf(g, ['application/json', 'text/plain', `${form}; charset=utf-16`, 'multipart/form-data; boundary=x', 'x']) : form,
    ...(proof === undefined ? {} : { dpop: onWire(proof) }),
    ...(manner !== 'valid' && chance(g, 4) ? { [oneOf(g, ['authorization', 'host', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'accept', 'origin', 'cookie', 'content-encoding', 'x-http-method-override'])]: onWire(oneOf(g, ['Basic eDp5', `Bearer ${asker.token}`, `DPoP ${asker.token}`, 'evil.example', 'gzip', 'DELETE', ...nasty])) } : {}),
  };
}

export function issuerRequest(g: Dice, asker: Asker): Issued {
  const manner = oneOf(g, ['valid', 'boundary', 'broken'] as const);
  if (chance(g, 6)) {
    const query = manner === 'valid' ? '' : `?${oneOf(g, ['a=1', '%zz', '__proto__=1', encodeURIComponent(oneOf(g, nasty).toWellFormed())])}`;
    return { manner, method: manner === 'broken' && chance(g, 3) ? oneOf(g, ['HEAD', 'POST', 'PUT']) : 'GET', url: `${oneOf(g, documents)}${query}`, headers: manner === 'broken' ? { accept: onWire(oneOf(g, nasty)), host: 'evil.example' } : {} };
  }
  const path = upTo(g, 2) > 0 ? '/oauth/token' : '/oauth/revoke';
  const method = manner === 'broken' && chance(g, 30) ? oneOf(g, ['GET', 'PUT'] as const) : 'POST';
  return { manner, method, url: path, headers: headersOf(g, asker, path, manner), payload: bodyOf(g, asker, path, manner) };
}
