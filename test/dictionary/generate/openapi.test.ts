import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import t from 'tap';
import { codes } from '../../../src/errors.ts';
import { submissionExample } from '../../../src/dictionary/generate/openapi/example.ts';
import { openapi, toOpenapi30 } from '../../../src/dictionary/generate/openapi.ts';
import { loadDictionary } from '../../../src/dictionary/load.ts';
import { checkSubmission } from '../../../src/dictionary/validate.ts';
import { importParameters } from '../../../src/surfaces/rest/import-parameters.ts';
import { searchParameters } from '../../../src/surfaces/rest/search-parameters.ts';

type Node = Readonly<Record<string, unknown>>;
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Node & { readonly name?: string; readonly $ref?: string })[];
  readonly responses: Readonly<Record<string, Node>>;
}

const dictionary = loadDictionary();
const document = openapi(dictionary, '1.2.3');
const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const indicator = dictionary.kinds.get('Indicator');
if (indicator === undefined) throw new Error('no Indicator');
const methods = ['get', 'post', 'put', 'patch', 'delete'];
const operations = Object.entries(paths).flatMap(([path, item]) => methods.flatMap((method) => (item[method] ? [{ path, method, operation: item[method] }] : [])));

const namesIn = (path: string, method: string): string[] => (paths[path]?.[method]?.parameters ?? []).flatMap(({ name, $ref }) => name ?? $ref?.split('/').at(-1) ?? []);

t.test('the search parameters are those that the REST surface reads', async (t) => {
  const read = searchParameters(indicator).flatMap(({ names }) => names);
  t.strictSame(namesIn('/v1/indicators', 'get').sort(), [...read, 'First', 'After', 'ExchangeCase', 'ExchangePurpose', 'AcceptLanguage'].sort());
});

t.test('the import parameters are those that the REST surface reads', async (t) => {
  const described = namesIn('/v1/indicators/import', 'post').map((name) => (name === 'ConfirmKnownGood' ? 'confirmKnownGood' : name)).filter((name) => !['Prefer', 'ExchangeCase', 'ExchangePurpose', 'AcceptLanguage'].includes(name));
  t.strictSame(described.sort(), [...importParameters(indicator)].sort());
});

t.test('operation ids are unique, in camelCase', async (t) => {
  const ids = operations.map(({ operation }) => operation.operationId);
  t.equal(new Set(ids).size, ids.length);
  for (const id of ids) t.match(id, /^[a-z][A-Za-z]+$/);
});

t.test('every operation tells how it is refused, and a code is described where it is answered', async (t) => {
  const responses = (document['components'] as { responses: Readonly<Record<string, { content: Readonly<Record<string, { examples: Node }>> }>> }).responses;
  for (const { path, method, operation } of operations) {
    const statuses = Object.keys(operation.responses);
    t.ok(statuses.includes('500') && statuses.some((status) => status.startsWith('2')), `${method} ${path}`);
    if (path.startsWith('/v1/')) t.ok(statuses.includes('401') && statuses.includes('403'), `${method} ${path} is not for everybody`);
  }
  const described = new Set(Object.values(responses).flatMap(({ content }) => Object.keys(content['application/problem+json']?.examples ?? {})));
  // Answered outside the described routes: an unknown method, GraphQL's own.
  const elsewhere = ['METHOD_NOT_ALLOWED', 'NOT_ACCEPTABLE', 'TOO_COMPLEX'];
  t.strictSame(codes.filter((code) => !described.has(code)).sort(), elsewhere.sort());
});

t.test('the schemas say what the validators hold', async (t) => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const schemas = (document['components'] as { schemas: Readonly<Record<string, Node>> }).schemas;
  ajv.addSchema({ $id: 'api', components: { schemas } }, 'api');
  const validate = ajv.getSchema('api#/components/schemas/IndicatorSubmission') ?? ajv.compile({ $ref: 'api#/components/schemas/IndicatorSubmission' });
  const example = submissionExample(indicator);
  t.ok(checkSubmission(indicator, example).ok, 'the example can be submitted');
  const bodies: Record<string, unknown>[] = [
    example, { ...example, port: 0 }, { ...example, type: 'IP' }, { ...example, location: { lat: 1 } }, { ...example, id: 'x' }, { classification: 'SECRET' },
    { ...example, observedAt: 'today' }, { ...example, caseRefs: [{ authority: 'a', number: '1' }] }, { ...example, caseRefs: [{}] }, { ...example, asn: 4_294_967_296 },
  ];
  for (const body of bodies) t.equal(validate(body), checkSubmission(indicator, body).ok, JSON.stringify(body).slice(0, 100));
});

t.test('OpenAPI 3.0 for those that need it', async (t) => {
  const older = toOpenapi30(document);
  t.equal(older['openapi'], '3.0.3');
  const text = JSON.stringify(older);
  t.notMatch(text, /"type":\[/, 'no type lists');
  t.notMatch(text, /"type":"null"|"const":|"contentSchema":/);
  t.match(text, /"nullable":true/);
  const schemas = (older['components'] as { schemas: Readonly<Record<string, { properties: Readonly<Record<string, Node>> }>> }).schemas;
  t.match(schemas['IndicatorPatch']?.properties['port'], { type: 'integer', nullable: true });
  t.match(schemas['IndicatorPatch']?.properties['tlp'], { type: 'string', nullable: true, allOf: [{ $ref: '#/components/schemas/Tlp' }] });
  t.match(schemas['Indicator']?.properties['value'], { type: 'string', example: 'invest.example' }, 'a field called value is a schema');
});

t.test('both documents pass the strict linter', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'prasan-openapi-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
  writeFileSync(join(folder, 'openapi-3.0.json'), JSON.stringify(toOpenapi30(document)));
  const cli = new URL('../../../node_modules/@redocly/cli/bin/cli.js', import.meta.url).pathname;
  const config = new URL('../../../redocly.yaml', import.meta.url).pathname;
  const run = spawnSync(process.execPath, [cli, 'lint', join(folder, 'openapi.json'), join(folder, 'openapi-3.0.json'), `--config=${config}`, '--format=summary'], {
    encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
  });
  t.equal(run.status, 0, run.stdout + run.stderr);
});
