/** A small schema behind the real route, parsers and asker: for what concerns the protocol and not the records. */
import Fastify, { type FastifyInstance } from 'fastify';
import { buildSchema } from 'graphql';
import { Refusal } from '../../../src/errors.ts';
import type { Exchange } from '../../../src/exchange/api.ts';
import { asVerified } from '../../../src/rules/viewer.ts';
import { addAsker } from '../../../src/surfaces/asker.ts';
import { guardRoutes } from '../../../src/surfaces/boot-guard.ts';
import type { RootField } from '../../../src/surfaces/graphql/context.ts';
import type { Limits } from '../../../src/surfaces/graphql/limits.ts';
import { serveSchema } from '../../../src/surfaces/graphql/plugin.ts';
import { addJsonBodies, checkMediaTypes } from '../../../src/surfaces/json-body.ts';
import { answerUnrouted } from '../../../src/surfaces/methods.ts';
import { sendProblem } from '../../../src/surfaces/problem.ts';

export const sdl = /* GraphQL */ `
  scalar DateTime
  scalar SafeInt
  enum Colour { RED GREEN }
  interface Record { id: ID! kind: String! }
  type Thing implements Record { id: ID! kind: String! colour: Colour number: SafeInt parts: [Thing!] next: Thing }
  type ThingEdge { cursor: String! node: Thing! }
  type ThingConnection { edges: [ThingEdge!]! }
  input Inner { name: String! }
  input ThingInput { name: String! at: DateTime inner: Inner }
  type Query {
    "Anything."
    me: String
    echo(text: String, number: Int): String
    thing: Thing
    record: Record
    things(first: Int = 50): ThingConnection!
    lookup(values: [String!]!): [Thing!]!
    refused: String
    broken: String
  }
  type Mutation { change(input: ThingInput!): String secret: String }
`;

const thing = { id: '1', kind: 'Thing', colour: 'RED', number: 9_007_199_254_740_991 };

export const rootFields = (): Map<string, RootField> => new Map<string, RootField>([
  ['me', { scope: 'any', resolve: async () => 'me' }],
  ['echo', { scope: 'records:read', resolve: async ({ text, number }) => `${String(text)} ${String(number)}` }],
  ['thing', { scope: 'records:read', resolve: async () => ({ ...thing, colour: 'a stored secret' }) }],
  ['record', { scope: 'records:read', resolve: async () => thing }],
  ['things', { scope: 'records:read', resolve: async () => ({ edges: [] }) }],
  ['lookup', { scope: 'records:read', resolve: async () => [] }],
  ['refused', { scope: 'records:read', resolve: async () => { throw new Refusal('NOT_FOUND', { extra: { code: 'X', desk: 'd' } }); } }],
  ['broken', { scope: 'records:read', resolve: async () => { throw new Error('password=hunter2'); } }],
  ['change', { scope: 'records:write', resolve: async ({ input }) => JSON.stringify(input) }],
  ['secret', { scope: 'ledger:read', resolve: async () => 'done' }],
]);

/** Tokens are lists of scopes: `Bearer records:read,records:write`. */
async function claimsOf(authorization: string): Promise<ReturnType<typeof asVerified>> {
  const scopes = /^Bearer (\S+)$/u.exec(authorization)?.[1]?.split(',');
  if (scopes === undefined) throw new Refusal('UNAUTHENTICATED', { headers: { 'WWW-Authenticate': 'Bearer realm="prasan", error="invalid_token"' } });
  return asVerified({ issuer: 'i', subject: 's', client: 'c', partner: 'p', scopes, clearance: 1, caveats: 0, purposes: 2, expiresAt: 2e9 });
}

const exchange = {
  admit: async ({ claims }, scope) => { if (!claims.scopes.includes(scope)) throw new Refusal('INSUFFICIENT_SCOPE'); },
} as Pick<Exchange, 'admit'> as Exchange;

export interface Served {
  readonly app: FastifyInstance;
  /** What was logged as an error, as JSON. */
  readonly logged: string[];
}

export async function small(limits: Partial<Limits> = {}, fields: ReadonlyMap<string, RootField> = rootFields(), text = sdl): Promise<Served> {
  const logged: string[] = [];
  const app = Fastify({ logger: { level: 'error', stream: { write: (line: string) => { logged.push(line); } } } });
  const routes = guardRoutes(app);
  addJsonBodies(app);
  app.setErrorHandler(sendProblem);
  answerUnrouted(app, routes);
  checkMediaTypes(app);
  addAsker(app, { authenticate: claimsOf, exchange, publicUrl: undefined, enter: undefined });
  await app.register((inner) => serveSchema(inner, exchange, buildSchema(text), fields, limits));
  await app.ready();
  return { app, logged };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
  readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>>; readonly path?: unknown }[];
  readonly text: string;
}

/** Posts an operation; `Accept: application/graphql-response+json` unless told otherwise. */
export async function post(app: FastifyInstance, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const reply = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      authorization: 'Bearer records:read,records:write', 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers,
    },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const told: unknown = reply.body === '' ? {} : reply.json();
  const { data, errors = [] } = told as { data?: unknown; errors?: Answer['errors'] };
  return { status: reply.statusCode, headers: reply.headers, data, errors, text: reply.body };
}
