/** Adding a field is one line in one file; adding a kind is one file. Nothing else changes anywhere. */
import { GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType } from 'graphql';
import t from 'tap';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import { graphqlSchema } from '../../src/dictionary/generate/graphql-sdl.ts';
import { openapi } from '../../src/dictionary/generate/openapi.ts';
import { checkPatch, checkSubmission } from '../../src/dictionary/validate.ts';
import type { Dictionary } from '../../src/dictionary/types.ts';
import { withField, withFile } from '../support/schema-copy.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string; readonly parameters?: readonly { readonly name?: string }[] }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, { readonly description?: string }>> }>> };
}

const documentOf = (dictionary: Dictionary): Document => openapi(dictionary, '0.0.0') as unknown as Document;
const parametersOf = (document: Document, path: string): (string | undefined)[] => (document.paths[path]?.['get']?.parameters ?? []).map(({ name }) => name);

function membersOf(dictionary: Dictionary, name: string): string[] {
  const type = graphqlSchema(dictionary).getType(name);
  return type instanceof GraphQLObjectType || type instanceof GraphQLInputObjectType ? Object.keys(type.getFields()) : [];
}

t.test('a field, in one line', async (t) => {
  const dictionary = compileDictionary(withField('"Language of the scam (ภาษา)." scamLanguage: String @classified(as: CONFIDENTIAL, caveats: [OPERATIONAL]) @input @normalise(by: TEXT) @searchable @constraint(maxLength: 5)'));
  const kind = dictionary.kinds.get('Indicator');
  t.match(kind?.field.get('scamLanguage'), { level: 2, caveats: 16, writable: true, required: false, envelope: false, search: { by: 'EXACT' }, normalise: { by: 'TEXT' } });
  t.ok(dictionary.redacted.includes('scamLanguage'), 'no log prints it');
  for (const type of ['Indicator', 'IndicatorInput', 'IndicatorPatch', 'IndicatorFilter']) t.ok(membersOf(dictionary, type).includes('scamLanguage'), `GraphQL ${type}`);
  const served = graphqlSchema(dictionary).getType('Indicator');
  t.match(served instanceof GraphQLObjectType && served.getFields()['scamLanguage']?.description, /Needs CONFIDENTIAL\/OPERATIONAL/);
  const document = documentOf(dictionary);
  for (const name of ['Indicator', 'IndicatorSubmission', 'IndicatorPatch']) t.match(document.components.schemas[name]?.properties?.['scamLanguage']?.description, /CONFIDENTIAL\/OPERATIONAL/, `OpenAPI ${name}`);
  t.ok(parametersOf(document, '/v1/indicators').includes('scamLanguage'), 'REST searches it');
  if (kind === undefined) throw new Error('no Indicator');
  t.ok(checkSubmission(kind, { value: 'a.example', classification: 'RESTRICTED', scamLanguage: 'th' }).ok);
  t.notOk(checkSubmission(kind, { value: 'a.example', classification: 'RESTRICTED', scamLanguage: 'too long' }).ok);
  t.notOk(checkPatch(kind, { scamLanguage: 5 }).ok);
});

const sighting = `
"Somebody seen somewhere: a kind that is only in this test."
type SafeHouse implements Record @record(plural: "safeHouses", path: "safe-houses", identity: ["code"], purposes: [PREVENTION], stix: "location") {
  "Its code."
  code: String @classified(as: RESTRICTED) @input(required: true) @normalise(by: TEXT) @searchable @constraint(minLength: 1, maxLength: 20)
  "Rooms."
  rooms: Int @classified(as: UNCLASSIFIED) @input @searchable(by: NUMBER)
  "Since when."
  since: DateTime @classified(as: UNCLASSIFIED) @input @normalise(by: INSTANT) @searchable(by: TIME)
  "State."
  state: HouseState @classified(as: UNCLASSIFIED) @input @searchable
  "Who keeps it."
  keepers: [Keeper!] @classified(as: CONFIDENTIAL, caveats: [PERSONAL]) @input @constraint(maxItems: 3)
}
enum HouseState { OPEN SHUT }
type Keeper { name: String! @constraint(maxLength: 50)  since: Int }
`;

t.test('a whole kind, in one file', async (t) => {
  const dictionary = compileDictionary(withFile(sighting));
  const kind = dictionary.byPath.get('safe-houses');
  t.match(kind, { name: 'SafeHouse', singular: 'safeHouse', plural: 'safeHouses', identity: ['code'], purposes: 1, stix: 'location' });
  t.equal(kind?.field.get('externalRef')?.envelope, true, 'the envelope came with it');
  const schema = graphqlSchema(dictionary);
  for (const field of ['safeHouse', 'safeHouses', 'safeHouseRevisions']) t.ok(schema.getQueryType()?.getFields()[field], `Query.${field}`);
  for (const field of ['submitSafeHouse', 'amendSafeHouse']) t.ok(schema.getMutationType()?.getFields()[field], `Mutation.${field}`);
  t.strictSame(membersOf(dictionary, 'SafeHouseFilter'), ['observedFrom', 'externalRef', 'caseRefs', 'code', 'rooms', 'since', 'state']);
  t.strictSame(membersOf(dictionary, 'HouseStateFilter'), ['eq', 'in']);
  t.strictSame(membersOf(dictionary, 'NumberFilter'), ['eq', 'from', 'to']);
  t.strictSame(membersOf(dictionary, 'KeeperInput'), ['name', 'since']);
  t.strictSame(membersOf(dictionary, 'SafeHouseConnection'), ['edges', 'nodes', 'pageInfo']);
  const document = documentOf(dictionary);
  const ways = ['', '/import', '/import-template.csv', '/view-as', '/{id}', '/{id}/channels/{channel}', '/{id}/erase', '/{id}/holds', '/{id}/holds/{hold}/release', '/{id}/revisions', '/{id}/view-as', '/{id}/withdraw'];
  t.strictSame(Object.keys(document.paths).filter((path) => path.startsWith('/v1/safe-houses')).sort(), ways.map((way) => `/v1/safe-houses${way}`).sort());
  t.equal(document.paths['/v1/safe-houses']?.['get']?.operationId, 'findSafeHouses');
  t.ok(['rooms', 'roomsFrom', 'roomsTo', 'sinceFrom', 'sinceTo', 'state', 'code'].every((name) => parametersOf(document, '/v1/safe-houses').includes(name)));
  t.strictSame((document.components.schemas['Record'] as unknown as { oneOf: unknown[] }).oneOf.length, dictionary.kinds.size);
  if (kind === undefined) throw new Error('no SafeHouse');
  t.ok(checkSubmission(kind, { classification: 'RESTRICTED', code: 'A1', keepers: [{ name: 'Synthetic Keeper' }], state: 'OPEN' }).ok);
  t.notOk(checkSubmission(kind, { classification: 'RESTRICTED', code: 'A1', keepers: [{}] }).ok);
});

t.test('the operations stay unambiguous when kinds ask for different observables', async (t) => {
  const dictionary = compileDictionary(withFile(`
type Trace implements Record @record(plural: "traces", path: "traces") {
  sort: TraceSort @classified(as: UNCLASSIFIED) @input
  mark: String @classified(as: UNCLASSIFIED) @input @normalise(by: OBSERVABLE, type: "sort") @searchable(by: OBSERVABLE)
  found: String @classified(as: UNCLASSIFIED) @input @normalise(by: OBSERVABLE, type: "sort") @searchable(by: OBSERVABLE)
}
enum TraceSort { URL ODOUR }`));
  const types = graphqlSchema(dictionary).getType('LookupType');
  t.ok(['DOMAIN', 'ODOUR', 'ACCOUNT'].every((name) => types instanceof GraphQLEnumType && types.getValue(name) !== undefined), 'values of all of them are looked up');
  t.equal(String(graphqlSchema(dictionary).getQueryType()?.getFields()['observable']?.args.find(({ name }) => name === 'type')?.type), 'String');
  t.ok(['mark', 'markWithin', 'found', 'foundWithin'].every((name) => parametersOf(documentOf(dictionary), '/v1/traces').includes(name)));
});
