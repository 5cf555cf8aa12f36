/**
 * A compartment that a viewer may have and that cannot be opened is `503 KEY_UNAVAILABLE`, on every surface and for every kind: never `withheld`, never
 * a part of an answer, and never nothing. Synthetic records only.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import t, { type Test } from 'tap';
import { type Assembly, assemble, surfaces } from '../../src/assemble.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { createKeyFile } from '../../src/vault/key-file.ts';
import { freshApp, type TestApp } from '../support/app.ts';
import { type Life, lives } from '../support/lives.ts';
import { withNeeds } from '../support/needs.ts';

type Body = Readonly<Record<string, unknown>>;
const indicator: Pick<Life, 'kind' | 'path' | 'channel' | 'writer' | 'given' | 'searches' | 'secrets' | 'needs'> = {
  kind: 'Indicator', path: 'indicators', channel: 'embassies-ip', writer: { partner: 'th-ccib', purpose: 'INVESTIGATION' },
  given: { type: 'DOMAIN', value: 'keyless.example', classification: 'RESTRICTED', rationale: 'synthetic secret' }, searches: [['value=keyless.example', true]], secrets: ['synthetic secret'],
};
/** Every kind of which anything is sealed. */
const all = [indicator, ...lives.filter(({ secrets }) => secrets.length > 0)];

async function appOn(t: Test, x: TestApp, keyFile: string): Promise<{ app: FastifyInstance; assembly: Assembly }> {
  const log = makeLog({ level: 'silent', redacted: x.dictionary.redacted });
  const assembly = await assemble({
    databaseUrl: x.appUrl, keyDatabaseUrl: x.keysUrl, keyFile, node: 'other', poolSize: 2, maximum: 3, dictionary: x.dictionary, demoIssuer: true, log,
    tokens: { audience: 'prasan', leewaySeconds: 30, maxLifeSeconds: 43_200 },
  });
  const app = await surfaces(assembly, { config: {}, log, version: '0.0.0' });
  t.teardown(async () => {
    await app.close();
    await assembly.close();
  });
  return { app, assembly };
}

/** Whoever is cleared for all gets the one code, and not a byte of what the record holds, whichever way it asks. */
async function unavailable(t: Test, x: TestApp, app: FastifyInstance, one: (typeof all)[number], id: string): Promise<void> {
  const { authorization } = await x.as(one.writer.partner, { purpose: one.writer.purpose });
  const url = `/v1/${one.path}/${id}`;
  const kind = x.dictionary.kinds.get(one.kind);
  const json = { authorization, 'content-type': 'application/json' };
  const asked: (readonly ['GET' | 'POST' | 'PATCH', string, unknown?])[] = [
    ['GET', url], ['GET', `${url}/revisions`], ['GET', `/v1/${one.path}`], ['GET', `/v1/changes?kinds=${one.kind}`], ['POST', `${url}/withdraw`],
    ...one.searches.map(([query]) => ['GET', `/v1/${one.path}?${query}`] as const),
    ...(one.kind === 'Indicator' ? [['POST', '/v1/lookups', { values: [{ value: 'keyless.example' }] }] as const] : []),
  ];
  for (const [method, where, body] of asked) {
    const answer = await app.inject({ method, url: where, headers: body === undefined ? { authorization } : json, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
    t.match([answer.statusCode, answer.json<Body>()['code']], [503, 'KEY_UNAVAILABLE'], `${method} ${where}`);
    t.notMatch(answer.body, /withheld|originator/, 'no part of an answer');
  }
  const queries: readonly (readonly [string, string])[] = [
    [kind?.singular ?? '', `{ ${kind?.singular}(id: "${id}") { id withheld } }`], ['record', `{ record(id: "${id}") { id } }`],
    [kind?.plural ?? '', `{ ${kind?.plural} { nodes { id } } }`], [`${kind?.singular}Revisions`, `{ ${kind?.singular}Revisions(id: "${id}") { revision } }`],
    ['changes', `{ changes(kinds: ["${one.kind}"]) { events { id } } }`],
  ];
  for (const [name, query] of queries) {
    const answer = (await app.inject({ method: 'POST', url: '/graphql', headers: json, payload: JSON.stringify({ query }) })).json<{ data?: Body | null; errors?: { extensions: Body }[] }>();
    t.match(answer.errors?.map(({ extensions }) => [extensions['code'], extensions['status']]), [['KEY_UNAVAILABLE', 503]], query);
    t.notOk(answer.data?.[name], query);
  }
}

type Submitted = { readonly one: (typeof all)[number]; readonly id: string };

async function submitted(x: TestApp, row: (typeof all)[number]): Promise<Submitted> {
  const writer = await x.as(row.writer.partner, { purpose: row.writer.purpose });
  const one = await withNeeds(writer, row);
  const answer = await writer.post(`/v1/${one.path}`, { ...one.given, channels: [one.channel] });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return { one, id: answer.json<{ id: string }>().id };
}

t.test('a node with another master key, and keys that are gone', { timeout: 300_000 }, async (t) => {
  const x = await freshApp(t);
  const folder = await mkdtemp(join(tmpdir(), 'prasan-other-key-'));
  t.teardown(async () => rm(folder, { recursive: true, force: true }));
  const other = join(folder, 'other.json');
  await createKeyFile(other);
  const made: Submitted[] = [];
  for (const one of all) made.push(await submitted(x, one));
  const stranger = await appOn(t, x, other);
  for (const { one, id } of made) await t.test(`${one.kind}, with another master key`, async (t) => unavailable(t, x, stranger.app, one, id));

  // Destroyed without an erasure, as a restored key database would have it.
  await x.assembly.keys.destroyRecordKeys(made.map(({ id }) => ({ record: id, reason: 'OTHER', at: '2026-01-31T08:00:00.000Z' })));
  const fresh = await appOn(t, x, x.keyFile);
  for (const { one, id } of made) await t.test(`${one.kind}, with its keys destroyed`, async (t) => unavailable(t, x, fresh.app, one, id));
  const { authorization } = await x.as('kr-embassy', { clearance: 'UNCLASSIFIED', caveats: [] });
  t.notMatch((await fresh.app.inject({ url: '/v1/indicators', headers: { authorization } })).body, /KEY_UNAVAILABLE/, 'who may have nothing sealed needs no key');
});
