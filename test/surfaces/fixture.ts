/** The real app over a fake exchange. */
import { Writable } from 'node:stream';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Test } from 'tap';
import { type AppConfig, buildApp } from '../../src/app.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { Refusal } from '../../src/errors.ts';
import { asVerified } from '../../src/rules/viewer.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import type { Metrics } from '../../src/surfaces/metrics.ts';
import type { Contract } from '../../src/surfaces/pages/contract.ts';
import { type FakeExchange, fakeExchange } from './fake-exchange.ts';

export const dictionary = loadDictionary();
export const bearer = { authorization: 'Bearer good' } as const;

export const someContract: Contract = {
  openapi: { openapi: '3.1.0', info: { title: 'Prasan', version: '0' }, paths: {} },
  openapi30: { openapi: '3.0.3' },
  yaml: 'openapi: 3.1.0\n',
};

const claims = asVerified({ issuer: 'i', subject: 's', client: 'c', partner: 'th-ccib', scopes: ['records:read'], clearance: 1, caveats: 0, purposes: 2, expiresAt: 4e9 });

export interface Fixture {
  readonly app: FastifyInstance;
  readonly exchange: FakeExchange;
  /** Everything logged so far. */
  readonly logged: () => string;
}

export interface Options {
  readonly exchange?: FakeExchange;
  readonly config?: AppConfig;
  readonly plugins?: readonly FastifyPluginAsync[];
  readonly ready?: () => Promise<boolean>;
  readonly metrics?: Metrics;
  readonly contract?: Contract;
}

/** Closed with the test. */
export async function appFor(t: Test, options: Options = {}): Promise<Fixture> {
  const { exchange = fakeExchange(), config = {}, plugins = [], ready = async () => true, metrics, contract = someContract } = options;
  const chunks: string[] = [];
  const destination = new Writable({ write: (chunk: Buffer, _encoding, done) => { chunks.push(chunk.toString()); done(); } });
  const log = makeLog({ level: 'debug', redacted: dictionary.redacted, destination });
  const authenticate = async (authorization: string): Promise<typeof claims> => {
    if (authorization === bearer.authorization) return claims;
    throw new Refusal('UNAUTHENTICATED', { headers: { 'WWW-Authenticate': 'Bearer realm="prasan", error="invalid_token"' } });
  };
  const app = await buildApp({ exchange, dictionary, authenticate, config, log, ready, contract, metrics, plugins });
  t.teardown(() => app.close());
  return { app, exchange, logged: () => chunks.join('') };
}
