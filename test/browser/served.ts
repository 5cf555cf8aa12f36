/** The whole exchange on real databases, with its pages, in the demonstration's manner: tokens by the built-in issuer. Synthetic records only. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { surfaces } from '../../src/assemble.ts';
import { builtinIssuer, demoIssuer } from '../../src/identity/builtin-issuer.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { demoOf } from '../../src/surfaces/pages/pages.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';

export interface Served extends TestExchange {
  readonly app: FastifyInstance;
  readonly origin: string;
  /** A token as the demonstration gives it. */
  token(partner: string, purpose: string, clearance: string): Promise<string>;
}

interface Teardown {
  teardown(done: () => Promise<void>): unknown;
}

/** @param demo whether partners can be chosen */
export async function serve(t: Teardown, { demo = true, lookup = 'pay-verify[.]example' } = {}): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'prasan-issuer-'));
  const issuer = await builtinIssuer(folder);
  const world = await freshExchange(t, {
    registry: (declared) => ({ ...declared, issuers: new Map([...declared.issuers, [demoIssuer, issuer.entry([...declared.partners.keys()])]]) }),
  });
  const demonstration = demoOf(async () => world.deps.registry.current(), async (request) => issuer.issue(request), lookup);
  const app = await surfaces(world.assembly, { config: {}, log: makeLog({ level: 'silent', redacted: world.dictionary.redacted }), version: '0', demo: demo ? demonstration : undefined });
  t.teardown(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });
  const token = async (partner: string, purpose: string, clearance: string): Promise<string> => {
    const reply = await app.inject({ method: 'POST', url: '/demo/token', payload: { partner, purpose, clearance } });
    return reply.json<{ token: string }>().token;
  };
  return { ...world, app, token, origin: await app.listen({ port: 0, host: '127.0.0.1' }) };
}

/** A claim of th-ccib about an invented domain, with fields that some partners may see and others may not. */
export const submitted = async ({ exchange, asker }: Pick<TestExchange, 'exchange' | 'asker'>): Promise<string> => {
  const body = {
    value: 'pay-verify[.]example', role: 'PHISHING', classification: 'UNCLASSIFIED', channels: ['embassies-ip', 'th-kh-investigation'],
    observedAt: '2026-01-31T08:00:00Z', rationale: 'Synthetic: a forged bank login', location: { lat: 13.6, lon: 102.5 },
  };
  return (await exchange.submit(asker('th-ccib', { purpose: 'INVESTIGATION' }), 'Indicator', body)).record.id;
};
