/** The whole app, as the server builds it, over a whole exchange: real tokens of the built-in issuer, requests injected. Synthetic records only. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { surfaces } from '../../src/assemble.ts';
import type { Dictionary } from '../../src/dictionary/types.ts';
import { contractOf } from '../../src/surfaces/pages/contract.ts';
import { type BuiltinIssuer, builtinIssuer, demoIssuer } from '../../src/identity/builtin-issuer.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { type Conforms, conformance } from './conformance.ts';
import { type Asking, freshExchange, type FreshOptions, type TestExchange } from './exchange.ts';

type Headers = Readonly<Record<string, string>>;
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Somebody who calls the app with one token. */
export interface Caller {
  /** The whole `Authorization` header. */
  readonly authorization: string;
  send(method: Method, url: string, body?: unknown, headers?: Headers): Promise<LightMyRequestResponse>;
  get(url: string, headers?: Headers): Promise<LightMyRequestResponse>;
  post(url: string, body?: unknown, headers?: Headers): Promise<LightMyRequestResponse>;
  /** @returns what GraphQL answers; data and errors as they come */
  graphql<T = Fields>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer<T>>;
}

type Fields = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface GraphqlAnswer<T = Fields> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly unknown[]; readonly extensions: Readonly<Record<string, unknown>> }[];
}

export interface TestApp extends TestExchange {
  readonly app: FastifyInstance;
  readonly issuer: BuiltinIssuer;
  /** A caller of that partner; for the one purpose, or for those the token names when the header is sent by the test. */
  as(partner: string, asking?: Asking): Promise<Caller>;
}

const scopes = ['records:read', 'records:write', 'records:erase', 'import', 'ledger:read', 'statistics'] as const;
const everything = ['PERSONAL', 'VICTIM', 'HEALTH', 'SOURCE', 'OPERATIONAL', 'FINANCIAL', 'CONSULAR'] as const;

/** What REST answers is held to the contract, whatever the test looks at. */
function callerOf(app: FastifyInstance, authorization: string, conforms: Conforms): Caller {
  const send: Caller['send'] = async (method, url, body, headers = {}) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const answered = await app.inject({ method, url, headers: { authorization, ...type, ...headers }, ...payload });
    if (url.startsWith('/v1/')) conforms(method, url, answered);
    return answered;
  };
  return {
    authorization,
    send,
    get: async (url, headers) => send('GET', url, undefined, headers),
    post: async (url, body, headers) => send('POST', url, body, headers),
    graphql: async <T>(query: string, variables?: Readonly<Record<string, unknown>>) => (await send('POST', '/graphql', { query, variables })).json<GraphqlAnswer<T>>(),
  };
}

/** By document: what it compiles serves every app of this process. */
const known = new WeakMap<object, Conforms>();

function conformanceOf(dictionary: Dictionary): Conforms {
  const document = contractOf(dictionary, '0.0.0').openapi;
  const conforms = known.get(document) ?? conformance(document);
  known.set(document, conforms);
  return conforms;
}

/** Closed, with its databases, when the test ends. */
export async function freshApp(t: { teardown(done: () => Promise<void>): unknown }, options: FreshOptions = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'prasan-issuer-'));
  const issuer = await builtinIssuer(folder);
  const world = await freshExchange(t, {
    ...options,
    registry: (demo) => {
      const declared = options.registry?.(demo) ?? demo;
      return { ...declared, issuers: new Map([...declared.issuers, [demoIssuer, issuer.entry([...declared.partners.keys()])]]) };
    },
  });
  const log = makeLog({ level: process.env['TEST_LOG'] ?? 'silent', redacted: world.dictionary.redacted });
  const app = await surfaces(world.assembly, { config: {}, log, version: '0.0.0' });
  const conforms = conformanceOf(world.dictionary);
  t.teardown(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    ...world, app, issuer,
    as: async (partner, { purpose, clearance = 'TOP_SECRET', caveats = everything, scopes: given = scopes, subject = 'tester', desk } = {}) => {
      const purposes = purpose === undefined ? (['INVESTIGATION'] as const) : [purpose];
      return callerOf(app, `Bearer ${await issuer.issue({ partner, ...(desk !== undefined && { desk }), subject, clearance, caveats, purposes, scopes: given })}`, conforms);
    },
  };
}
