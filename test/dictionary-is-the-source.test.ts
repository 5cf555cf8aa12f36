/**
 * The dictionary is the source: a field is one line in one file, a record kind is one file. To a copy of the schema folder both are added, and
 * they work on a real database through GraphQL and REST, with redaction, search and import, without another line of code. Synthetic records only.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { loadDictionary, schemaFolder } from '../src/dictionary/load.ts';
import type { Dictionary } from '../src/dictionary/types.ts';
import type { Declared } from '../src/rules/registry.ts';
import { type Caller, freshApp } from './support/app.ts';

const field = '"The scam campaign it belongs to (ชื่อขบวนการ)." campaign: String @classified(as: CONFIDENTIAL, caveats: [OPERATIONAL]) @input @searchable @normalise(by: TEXT) @constraint(maxLength: 50) @column(names: ["ขบวนการ"])';

const kind = `
"A boat that carries people or goods to a compound (เรือ). A kind that only this test has."
type Vessel implements Record @record(plural: "vessels", path: "vessels", identity: ["callSign"], stix: "infrastructure") {
  "Its call sign (นามเรียกขาน)."
  callSign: String @classified(as: UNCLASSIFIED) @input(required: true) @normalise(by: TEXT) @searchable @constraint(minLength: 1, maxLength: 20) @column(names: ["นามเรียกขาน"])
  "What it is used for."
  use: VesselUse @classified(as: UNCLASSIFIED) @input @searchable
  "Length in metres (ความยาว)."
  length: Float @classified(as: RESTRICTED) @input @searchable(by: NUMBER) @constraint(min: 0, max: 500)
  "When it was last in port."
  inPortAt: DateTime @classified(as: RESTRICTED) @input @normalise(by: INSTANT) @searchable(by: TIME)
  "Its telephone (โทรศัพท์)."
  phone: String @classified(as: CONFIDENTIAL, caveats: [OPERATIONAL]) @input @searchable @normalise(by: TEXT)
  "Who owns it (เจ้าของเรือ)."
  owner: VesselOwner @classified(as: CONFIDENTIAL, caveats: [PERSONAL]) @input @searchable
}
"What a vessel is used for."
enum VesselUse {
  "Carries people."
  PEOPLE
  "Carries goods."
  GOODS
}
"Who owns a vessel."
type VesselOwner {
  "Name."
  name: String! @constraint(minLength: 1, maxLength: 100)
}
`;

/** A dictionary of the project's schema folder with one line and one file more. */
async function changed(t: { teardown(done: () => Promise<void>): unknown }): Promise<Dictionary> {
  const folder = await mkdtemp(join(tmpdir(), 'prasan-schema-'));
  t.teardown(async () => rm(folder, { recursive: true, force: true }));
  await cp(schemaFolder, folder, { recursive: true });
  const file = join(folder, 'indicator.graphql');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('  "What it was used for', `  ${field}\n  "What it was used for`));
  await writeFile(join(folder, 'vessel.graphql'), kind);
  return loadDictionary(folder);
}

/** The embassies' clause speaks of vessels too: that is the registry's to say, not the code's. */
function withVessels(demo: Declared): Declared {
  const agreement = demo.agreements.get('rtp-embassies-2025');
  if (agreement === undefined) throw new Error('no agreement');
  const clauses = agreement.clauses.map((clause) => (clause.kinds.includes('Indicator') ? { ...clause, kinds: [...clause.kinds, 'Vessel'] } : clause));
  return { ...demo, agreements: new Map([...demo.agreements, [agreement.id, { ...agreement, clauses }]]) };
}

interface Shown {
  readonly id: string;
  readonly withheld: readonly string[];
  readonly [name: string]: unknown;
}
const found = async (who: Caller, url: string): Promise<unknown[]> => {
  const answer = await who.get(url);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<{ items: Shown[] }>().items.map(({ id }) => id);
};

t.test('a field and a kind, and no other line', { timeout: 120_000 }, async (t) => {
  const dictionary = await changed(t);
  const x = await freshApp(t, { dictionary, registry: withVessels });
  const police = await x.as('th-ccib');
  const embassy = await x.as('kr-embassy');
  const lower = await x.as('kr-embassy', { clearance: 'RESTRICTED' });
  const stranger = await x.as('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' });
  const envelope = { classification: 'UNCLASSIFIED', channels: ['embassies-ip'] };
  const count = async (who: Caller, query: string): Promise<number> => {
    const { data, errors } = await who.graphql<Readonly<Record<string, { readonly nodes: readonly unknown[] }>>>(`{ ${query} { nodes { id } } }`);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data ?? {})[0]?.nodes.length ?? -1;
  };

  await t.test('the field: REST', async (t) => {
    const made = await police.post('/v1/indicators', { ...envelope, value: 'campaign.example', campaign: ' Blue Lotus ' });
    t.equal(made.statusCode, 201, made.body);
    const { id, campaign } = made.json<Shown>();
    t.equal(campaign, 'Blue Lotus', 'normalised');
    t.match((await embassy.get(`/v1/indicators/${id}`)).json(), { campaign: 'Blue Lotus' });
    const seen = (await lower.get(`/v1/indicators/${id}`)).json<Shown>();
    t.ok(seen.withheld.includes('campaign') && !('campaign' in seen), 'withheld by name, without the value');
    t.same(await found(embassy, '/v1/indicators?campaign=Blue%20Lotus'), [id]);
    t.same(await found(lower, '/v1/indicators?campaign=Blue%20Lotus'), [], 'the uncleared find nothing by it');
    t.same(await found(stranger, '/v1/indicators?campaign=Blue%20Lotus'), []);
    t.match((await police.post('/v1/indicators', { ...envelope, value: 'b.example', campaign: 'x'.repeat(51) })).json(), { code: 'INVALID', errors: [{ field: 'campaign' }] });
    const amended = await police.send('PATCH', `/v1/indicators/${id}`, { campaign: 'Red Lotus' }, { 'if-match': String(made.headers.etag) });
    t.match(amended.json(), { campaign: 'Red Lotus', revision: 2 });
    t.same(await found(embassy, '/v1/indicators?campaign=Blue%20Lotus'), []);
    t.equal((await lower.get(`/v1/indicators/${id}`)).json<Shown>()['revision'], 1, 'and do not learn that it changed');
    const stored = await x.admin<{ whole: string }[]>`select (record.*)::text || coalesce((select string_agg(search_key::text, '') from search_key), '') as whole from record`;
    t.notOk(stored.some(({ whole }) => whole.includes('Lotus')), 'it is sealed in the database');
  });

  await t.test('the field: GraphQL', async (t) => {
    const made = await police.graphql('mutation { submitIndicator(input: { value: "graph.example", classification: UNCLASSIFIED, channels: ["embassies-ip"], campaign: "Green Lotus" }) { id campaign } }');
    t.equal(made.errors, undefined, JSON.stringify(made.errors));
    const id = made.data?.['submitIndicator']?.['id'];
    t.match((await embassy.graphql('query q($id: ID!) { indicator(id: $id) { campaign withheld } }', { id })).data, { indicator: { campaign: 'Green Lotus' } });
    const seen = (await lower.graphql('query q($id: ID!) { indicator(id: $id) { campaign withheld } }', { id })).data?.['indicator'];
    t.equal(seen?.['campaign'], null);
    t.ok((seen?.['withheld'] as readonly string[] | undefined)?.includes('campaign'));
    t.equal(await count(embassy, 'indicators(filter: { campaign: { in: ["Green Lotus", "Red Lotus"] } })'), 2);
    t.equal(await count(lower, 'indicators(filter: { campaign: { eq: "Green Lotus" } })'), 0);
  });

  await t.test('the field: import, by its Thai name too', async (t) => {
    const rows = 'value,ชั้นความลับ,ขบวนการ\nimported.example,UNCLASSIFIED,White Lotus\n';
    const sent = await police.send('POST', '/v1/indicators/import?channels=embassies-ip', rows, { 'content-type': 'text/csv' });
    t.match(sent.body, /"created"/);
    t.equal((await found(embassy, '/v1/indicators?campaign=White%20Lotus')).length, 1, sent.body);
    t.same(await found(lower, '/v1/indicators?campaign=White%20Lotus'), []);
  });

  const vessel = { ...envelope, callSign: 'SYN-1', use: 'PEOPLE', length: 24.5, inPortAt: '2026-03-01T10:00:00+07:00', phone: '+66 2 000 0000', owner: { name: 'Synthetic Owner' } };

  await t.test('the kind: REST', async (t) => {
    const made = await police.post('/v1/vessels', vessel);
    t.equal(made.statusCode, 201, made.body);
    const url = String(made.headers.location);
    const { id } = made.json<Shown>();
    t.equal(url, `/v1/vessels/${id}`);
    const seen = await embassy.get(url);
    t.match(seen.json(), { kind: 'Vessel', callSign: 'SYN-1', length: 24.5, inPortAt: '2026-03-01T03:00:00.000Z', phone: vessel.phone, withheld: ['owner'] });
    t.same((await lower.get(url)).json<Shown>().withheld, ['phone', 'owner']);
    t.equal((await stranger.get(url)).statusCode, 404);
    t.equal((await embassy.get(`/v1/indicators/${id}`)).statusCode, 404, 'it is no indicator');
    for (const query of ['callSign=SYN-1', 'use=PEOPLE', 'length=24.5', 'lengthFrom=20&lengthTo=30', 'inPortAtFrom=2026-03-01T00:00:00Z', 'phone=%2B66%202%20000%200000']) {
      t.same(await found(embassy, `/v1/vessels?${query}`), [id], query);
    }
    for (const query of ['use=GOODS', 'lengthFrom=25', 'owner.name=Synthetic%20Owner']) t.same(await found(embassy, `/v1/vessels?${query}`), [], query);
    t.same(await found(police, '/v1/vessels?owner.name=Synthetic%20Owner'), [id], 'its originator is cleared for the owner');
    t.same(await found(lower, '/v1/vessels?phone=%2B66%202%20000%200000'), []);
    const changed = await police.send('PATCH', url, { use: 'GOODS', owner: null }, { 'if-match': String(made.headers.etag) });
    t.match(changed.json(), { use: 'GOODS', revision: 2 });
    t.equal((await embassy.get(`${url}/revisions`)).json<{ items: unknown[] }>().items.length, 2);
    t.match((await police.post('/v1/vessels', { ...envelope, use: 'NOTHING' })).json(), { code: 'INVALID', errors: [{ field: 'callSign' }, { field: 'use' }] });
    t.match((await embassy.get('/v1/changes?kinds=Vessel')).json(), { events: [{ event: 'SHARED', id, kind: 'Vessel', record: { callSign: 'SYN-1' } }] });
    await police.send('DELETE', `${url}/channels/embassies-ip`);
    t.equal((await embassy.get(url)).statusCode, 404);
    await police.send('PUT', `${url}/channels/embassies-ip`);
    t.match((await police.post(`${url}/withdraw`)).json(), { status: 'WITHDRAWN' });
  });

  await t.test('the kind: GraphQL', async (t) => {
    const made = await police.graphql('mutation m($input: VesselInput!) { submitVessel(input: $input) { id etag owner { name } withheld } }', { input: { ...vessel, callSign: 'SYN-2' } });
    t.equal(made.errors, undefined, JSON.stringify(made.errors));
    const told = made.data?.['submitVessel'];
    t.match(told, { owner: { name: 'Synthetic Owner' }, withheld: [] });
    const one = 'query q($id: ID!) { vessel(id: $id) { callSign phone owner { name } withheld } record(id: $id) { kind ... on Vessel { length } } }';
    t.match((await embassy.graphql(one, { id: told?.['id'] })).data, { vessel: { callSign: 'SYN-2', phone: vessel.phone, owner: null, withheld: ['owner'] }, record: { kind: 'Vessel', length: 24.5 } });
    t.match((await lower.graphql(one, { id: told?.['id'] })).data, { vessel: { phone: null, owner: null, withheld: ['phone', 'owner'] } });
    t.match((await stranger.graphql(one, { id: told?.['id'] })).errors, [{ extensions: { code: 'NOT_FOUND' } }, { extensions: { code: 'NOT_FOUND' } }]);
    t.equal(await count(embassy, 'vessels(filter: { length: { from: 20, to: 30 }, use: { eq: PEOPLE } })'), 1);
    t.equal(await count(embassy, 'vessels(filter: { phone: { eq: "+66 2 000 0000" } })'), 1);
    t.equal(await count(lower, 'vessels(filter: { phone: { eq: "+66 2 000 0000" } })'), 0);
    t.equal(await count(embassy, 'vessels(filter: { owner: { eq: { name: "Synthetic Owner" } } })'), 0);
    const amend = 'mutation m($id: ID!, $etag: String!) { amendVessel(id: $id, ifMatch: $etag, patch: { use: GOODS }) { use revision } }';
    t.match((await police.graphql(amend, { id: told?.['id'], etag: told?.['etag'] })).data, { amendVessel: { use: 'GOODS', revision: 2 } });
  });

  await t.test('the kind: import', async (t) => {
    const lines = ['SYN-3', 'SYN-4'].map((callSign) => JSON.stringify({ ...vessel, callSign, channels: undefined })).join('\n');
    const sent = await police.send('POST', '/v1/vessels/import?channels=embassies-ip', lines, { 'content-type': 'application/x-ndjson' });
    t.match(sent.body, /"created":2/, sent.body);
    t.equal((await found(embassy, '/v1/vessels?callSign=SYN-3&callSign=SYN-4')).length, 2);
  });

  await t.test('both stand in the contract and in the list of what no log may print', async (t) => {
    t.ok(['campaign', 'phone', 'owner'].every((name) => dictionary.redacted.includes(name)));
    const document = (await x.app.inject('/openapi.json')).json<{ paths: Record<string, unknown> }>();
    t.ok(document.paths['/v1/vessels/{id}']);
  });
});
