/** The built-in issuer under a name that passkeys know, two nodes, and persons in browsers without a browser. All of them are synthetic. */
import { hash, randomBytes } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { type Assembly, surfaces } from '../../src/assemble.ts';
import { inviteStaff } from '../../src/cli/staff.ts';
import { rotate } from '../../src/cli/issuer.ts';
import type { Issuer, Partner } from '../../src/rules/registry.ts';
import type { StaffRights } from '../../src/rules/staff.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { openBox } from '../../src/vault/box.ts';
import { fileKms } from '../../src/vault/file-kms.ts';
import { type Holder, holder } from './dpop.ts';
import { type FreshOptions, freshExchange, type TestExchange } from './exchange.ts';
import { softPasskey, type SoftPasskey, type WrongPasskey } from './passkey.ts';

export interface Tokens {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A browser with cookies, a key for tokens, and an authenticator. */
export interface Browser {
  readonly cookies: Map<string, string>;
  readonly key: Holder;
  readonly passkey: SoftPasskey;
  /** Where it sits: tries are counted by it. */
  readonly address: string;
  /** Sends a form of `/staff`. */
  form(act: string, fields: Readonly<Record<string, string | readonly string[]>>, headers?: Readonly<Record<string, string | undefined>>): Promise<LightMyRequestResponse>;
  send(method: 'GET' | 'POST', url: string, body?: unknown, headers?: Readonly<Record<string, string | undefined>>, app?: FastifyInstance): Promise<LightMyRequestResponse>;
  /** Accepts an invitation. @returns the recovery codes */
  join(link: string): Promise<readonly string[]>;
  signIn(wrong?: WrongPasskey): Promise<LightMyRequestResponse>;
  /** From the page to the code. @returns the address that the browser is sent to */
  authorize(asked?: Readonly<Record<string, string | undefined>>, app?: FastifyInstance): Promise<URL | undefined>;
  /** @returns what the token endpoint answers for a code, got now unless given */
  token(asked?: Readonly<Record<string, string>>, given?: { readonly code?: string; readonly key?: Holder; readonly proof?: string | false; readonly app?: FastifyInstance }): Promise<Tokens>;
  refresh(token: unknown, asked?: Readonly<Record<string, string>>, given?: { readonly key?: Holder; readonly app?: FastifyInstance }): Promise<Tokens>;
  get(token: unknown, path?: string, app?: FastifyInstance, key?: Holder): Promise<LightMyRequestResponse>;
}

export interface StaffWorld extends TestExchange {
  readonly app: FastifyInstance;
  readonly second: FastifyInstance;
  /** Where the issuer says it is, and where the first node listens. */
  readonly url: string;
  /** @returns the link */
  invite(partner?: string, rights?: Partial<StaffRights>, name?: string): Promise<{ readonly link: string; readonly id: string }>;
  browser(): Promise<Browser>;
  /** Invited and joined. */
  person(partner?: string, rights?: Partial<StaffRights>, name?: string): Promise<Browser & { readonly id: string; readonly codes: readonly string[] }>;
}

const verifier = randomBytes(32).toString('base64url');
const challenge = hash('sha256', verifier, 'base64url');
const text = (value: unknown): string => String(value);

async function browserOf(url: string, first: FastifyInstance): Promise<Browser> {
  const cookies = new Map<string, string>();
  const key = await holder();
  const passkey = softPasskey(url);
  const address = `10.${[...randomBytes(3)].join('.')}`;
  const keep = (answer: LightMyRequestResponse): void => {
    for (const { name, value, maxAge } of answer.cookies) if (value === '' || maxAge === 0) cookies.delete(name); else cookies.set(name, value);
  };
  const send: Browser['send'] = async (method, path, body, headers = {}, app = first) => {
    const json = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
    const given = { host: new URL(url).host, ...(method === 'POST' && { origin: url, 'sec-fetch-site': 'same-origin' }), cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...json, ...headers };
    const answer = await app.inject({
      method, url: path, remoteAddress: address, headers: Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined)),
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    keep(answer);
    return answer;
  };
  const post = async (app: FastifyInstance, asked: Readonly<Record<string, string>>, proof: string | false): Promise<Tokens> => {
    const answer = await send('POST', '/oauth/token', new URLSearchParams({ client_id: 'console', ...asked }).toString(), { 'content-type': 'application/x-www-form-urlencoded', cookie: undefined, ...(proof !== false && { dpop: proof }) }, app);
    return { status: answer.statusCode, body: answer.json<Tokens['body']>() };
  };
  const proofOf = (by: Holder): string => by.proof('POST', `${url}/oauth/token`, '', { claims: { ath: undefined } });
  const authorize: Browser['authorize'] = async (asked = {}, app = first) => {
    const all = { client_id: 'console', response_type: 'code', redirect_uri: `${url}/graphiql`, code_challenge: challenge, code_challenge_method: 'S256', state: 's1', ...asked };
    const answer = await send('GET', `/oauth/authorize?${new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString()}`, undefined, {}, app);
    return answer.headers.location === undefined ? undefined : new URL(answer.headers.location, url);
  };
  return {
    cookies, key, passkey, address, send, authorize,
    form: async (act, fields, headers = {}) => {
      const pairs = Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as [string, string]));
      return send('POST', `/staff/${act}`, new URLSearchParams(pairs).toString(), { 'content-type': 'application/x-www-form-urlencoded', ...headers });
    },
    join: async (link) => {
      const secret = new URL(link).hash.slice(1);
      const begun = await send('POST', '/staff/join/options', { secret });
      const joined = await send('POST', '/staff/join', { secret, response: passkey.create(begun.json<{ options: object }>().options) });
      if (joined.statusCode !== 200) throw new Error(`not joined: ${joined.statusCode} ${joined.body}`);
      return joined.json<{ codes: string[] }>().codes;
    },
    signIn: async (wrong = {}) => {
      const begun = await send('POST', '/sign-in/options', {});
      return send('POST', '/sign-in', { response: passkey.get(begun.json<{ options: object }>().options, wrong) });
    },
    token: async (asked = {}, { code, key: by = key, proof, app = first } = {}) => {
      const sent = code ?? (await authorize({}, app))?.searchParams.get('code') ?? '';
      return post(app, { grant_type: 'authorization_code', code: sent, redirect_uri: `${url}/graphiql`, code_verifier: verifier, ...asked }, proof ?? proofOf(by));
    },
    refresh: async (token, asked = {}, { key: by = key, app = first } = {}) => post(app, { grant_type: 'refresh_token', refresh_token: text(token), ...asked }, proofOf(by)),
    get: async (token, path = '/v1/me', app = first, by = key) =>
      app.inject({ url: path, headers: { host: new URL(url).host, authorization: `DPoP ${text(token)}`, dpop: by.proof('GET', `${url}${path.split('?')[0] ?? ''}`, text(token)) } }),
  };
}

/** @param partners that the issuer speaks for */
export async function freshStaff(t: { teardown(done: () => Promise<void>): unknown }, options: FreshOptions = {}, partners: readonly string[] = ['kr-embassy', 'jp-embassy']): Promise<StaffWorld> {
  const x = await freshExchange(t, options);
  const log = makeLog({ level: process.env['TEST_LOG'] ?? 'silent', redacted: x.dictionary.redacted });
  const of = async (assembly: Assembly, publicUrl?: string): Promise<FastifyInstance> => {
    // The second node stands behind a proxy, in whose network browsers of tests sit.
    const app = await surfaces(assembly, { config: { publicUrl, ...(publicUrl !== undefined && { trustProxy: ['10.0.0.0/8'] }) }, log, version: '0' });
    t.teardown(async () => app.close());
    return app;
  };
  const app = await of(x.assembly);
  // Passkeys go by the name of the host: an address has none.
  const url = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost');
  const second = await of(await x.node(), url);
  const entry: Issuer = { issuer: url, jwks: { builtin: true }, algorithms: ['ES256'], partners, maxLife: 600, status: 'ACTIVE' };
  await x.apply({ issuers: new Map([...x.registry.issuers, [url, entry]]) });
  await rotate(x.admin, x.dictionary, { keyFile: x.keyFile, after: 0, atOnce: false, actor: 'test', reason: null });
  const box = await openBox(await fileKms(x.keyFile), 'staff');
  const all = ({ clearance, caveats, purposes, scopes }: Partner): StaffRights => ({ clearance, caveats, purposes, scopes, administrator: false });
  const invite: StaffWorld['invite'] = async (partner = 'kr-embassy', rights = {}, name = 'SYNTHETIC Officer') => {
    const { link, staff } = await inviteStaff(x.admin, box, partner, { name }, (declared) => ({ ...all(declared), ...rights }), 'test');
    return { link, id: staff.id };
  };
  return {
    ...x, app, second, url, invite,
    browser: async () => browserOf(url, app),
    person: async (partner, rights, name) => {
      const { link, id } = await invite(partner, rights, name);
      const browser = await browserOf(url, app);
      return { ...browser, id, codes: await browser.join(link) };
    },
  };
}
