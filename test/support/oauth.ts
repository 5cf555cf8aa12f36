/** The built-in issuer on two listening nodes over one database, and a client of the demonstration's registry. */
import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { SignJWT } from 'jose';
import { surfaces } from '../../src/assemble.ts';
import { rotate, type Rotating } from '../../src/cli/issuer.ts';
import { caveatMask, purposeMask } from '../../src/dictionary/compartment.ts';
import type { Client, Issuer } from '../../src/rules/registry.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { freshApp, type TestApp } from './app.ts';
import { type Holder, holder } from './dpop.ts';

export interface Granted {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface OauthWorld extends TestApp {
  /** The issuer's name, and where the first node listens. */
  readonly url: string;
  readonly second: FastifyInstance;
  readonly client: Client;
  readonly issuerEntry: Issuer;
  readonly clientKey: KeyObject;
  readonly key: Holder;
  /** Puts a changed client, or issuer, in force. */
  declare(change: Partial<Client>, issuerChange?: Partial<Issuer>): Promise<void>;
  assertion(claims?: Readonly<Record<string, unknown>>, header?: object, signer?: KeyObject): Promise<string>;
  /** @param bound whether with a proof, or that proof */
  token(asked?: Readonly<Record<string, string>>, bound?: boolean | string, app?: FastifyInstance): Promise<Granted>;
  /** A request with a bound token and a fresh proof. */
  get(token: string, path?: string, app?: FastifyInstance): Promise<LightMyRequestResponse>;
  rotate(how?: Partial<Rotating>): Promise<{ readonly kid: string; readonly honourUntil: number | undefined }>;
}

const scopes = ['records:read', 'records:write', 'import'];
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export async function freshOauth(t: { teardown(done: () => Promise<void>): unknown }): Promise<OauthWorld> {
  const x = await freshApp(t);
  const url = await x.app.listen({ host: '127.0.0.1', port: 0 });
  const second = await surfaces(await x.node(), { config: { publicUrl: url }, log: makeLog({ level: process.env['TEST_LOG'] ?? 'silent', redacted: [] }), version: '0' });
  t.teardown(async () => second.close());
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const client: Client = {
    id: 'kr-embassy-sync', partner: 'kr-embassy', name: { en: 'Sync', th: 'ซิงค์' }, scopes, clearance: 2, caveats: caveatMask(['OPERATIONAL']), purposes: purposeMask(['INVESTIGATION', 'PREVENTION']),
    jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'c1' }] }, algorithms: ['ES256'], dpop: 'WHERE_DEMANDED', status: 'ACTIVE',
  };
  const issuerEntry: Issuer = { issuer: url, jwks: { builtin: true }, algorithms: ['ES256'], partners: ['kr-embassy', 'jp-embassy'], maxLife: 600, status: 'ACTIVE' };
  const key = await holder();
  const declare: OauthWorld['declare'] = async (change, issuerChange = {}) =>
    x.apply({ clients: new Map([[client.id, { ...client, ...change }]]), issuers: new Map([...x.registry.issuers, [url, { ...issuerEntry, ...issuerChange }]]) });
  const turn: OauthWorld['rotate'] = async (how = {}) => rotate(x.admin, x.dictionary, { keyFile: x.keyFile, after: 0, atOnce: false, actor: 'test', reason: null, ...how });
  await declare({});
  await turn();
  const assertion: OauthWorld['assertion'] = async (claims = {}, header = {}, signer = pair.privateKey) => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: client.id, sub: client.id, aud: url, jti: crypto.randomUUID(), iat: now, exp: now + 60, ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'c1', ...header }).sign(signer);
  };
  return {
    ...x, url, second, client, issuerEntry, clientKey: pair.privateKey, key, declare, assertion, rotate: turn,
    token: async (asked = {}, bound = true, app = x.app) => {
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'records:read', purposes: 'INVESTIGATION', client_assertion_type: assertionType, client_assertion: await assertion(), ...asked });
      const proof = bound === true ? key.proof('POST', `${url}/oauth/token`, '', { claims: { ath: undefined } }) : bound;
      const answer = await app.inject({ method: 'POST', url: '/oauth/token', headers: { 'content-type': 'application/x-www-form-urlencoded', ...(proof !== false && { dpop: proof }) }, payload: body.toString() });
      return { status: answer.statusCode, body: answer.json<Granted['body']>() };
    },
    get: async (token, path = '/v1/me', app = x.app) =>
      app.inject({ url: path, headers: { host: new URL(url).host, authorization: `DPoP ${token}`, dpop: key.proof('GET', `${url}${path.split('?')[0] ?? ''}`, token) } }),
  };
}

export const portOf = (app: FastifyInstance): number => (app.server.address() as AddressInfo).port;
