import { buildSchema, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType, validateSchema } from 'graphql';
import t from 'tap';
import { graphqlSchema, graphqlSdl } from '../../../src/dictionary/generate/graphql-sdl.ts';
import { loadDictionary } from '../../../src/dictionary/load.ts';
import type { Reading } from '../../../src/dictionary/normalise/types.ts';
import type { Field } from '../../../src/dictionary/types.ts';

const dictionary = loadDictionary();
const schema = graphqlSchema(dictionary);

t.test('the served schema is valid, and its SDL is the same schema', async (t) => {
  t.strictSame(validateSchema(schema), []);
  t.strictSame(validateSchema(buildSchema(graphqlSdl(dictionary))), []);
});

t.test('policy is told in words, not in directives', async (t) => {
  const sdl = graphqlSdl(dictionary);
  t.notMatch(sdl, /@classified|@input|@searchable/);
  for (const name of ['SearchMethod', 'Normaliser']) t.notOk(schema.getType(name), `${name} is not served`);
  const indicator = schema.getType('Indicator');
  const words = isObjectType(indicator) ? indicator.getFields()['subscriber']?.description : undefined;
  t.match(words, /Needs CONFIDENTIAL\/PERSONAL, or is withheld/);
});

t.test('everything served is described', async (t) => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    t.ok(type.description, type.name);
    if (isEnumType(type) || !(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      // An id or a name needs no explanation.
      if (!/^(?:id|name|startedAt|endedAt|pageInfo|node|edges|record)$/.test(field.name)) t.ok(field.description ?? /Input$|Connection$/.test(type.name), `${type.name}.${field.name}`);
    }
  }
});

t.test('a field that can be withheld is nullable', async (t) => {
  const type = schema.getType('Indicator');
  if (!isObjectType(type)) throw new Error('no Indicator');
  for (const field of dictionary.kinds.get('Indicator')?.fields ?? []) {
    if (!field.envelope) t.notMatch(String(type.getFields()[field.name]?.type), /!$/, field.name);
  }
});

t.test('records have their entity tag, and only records', async (t) => {
  const tagged = Object.values(schema.getTypeMap()).filter((type) => (isObjectType(type) || isInterfaceType(type)) && 'etag' in type.getFields());
  // A correction names the tag of the record that it was written against.
  t.strictSame(tagged.map(({ name }) => name).sort(), [...dictionary.kinds.keys(), 'CorrectionProposed', 'Record'].sort());
});

t.test('what a patch may not name is not in its input', async (t) => {
  const patch = schema.getType('IndicatorPatch');
  const names = isInputObjectType(patch) ? Object.values(patch.getFields()) : [];
  for (const name of ['channels', 'id', 'status', 'originator', 'rawValue', 'withheld']) t.notOk(names.some((field) => field.name === name), name);
  t.ok(names.every((field) => !String(field.type).endsWith('!')), 'everything in a patch may be left out');
  t.ok(names.some((field) => getNamedType(field.type).name === 'LocationInput'));
});

t.test('the vocabulary of readings is that of the normalisers', async (t) => {
  const known: Record<Reading, true> = {
    DEFANGED: true, THAI_DIGITS: true, FULL_WIDTH: true, PORT_STRIPPED: true, PATH_STRIPPED: true, LOWER_CASED: true, PUNYCODE: true, TRIMMED: true,
    CHECKSUM_CASED: true, PUNCTUATION_STRIPPED: true, MASKED_TO_NETWORK: true, CALENDAR_CONVERTED: true,
  };
  t.strictSame([...(dictionary.enums.get('Reading') ?? [])].sort(), Object.keys(known).sort());
});

t.test('a request\'s fields stand in one selection beside those of any other kind', async (t) => {
  const shape = ({ type }: Field): string => `${type.list ? '[' : ''}${type.name}`;
  const kinds = [...dictionary.kinds.values()];
  for (const { name, fields } of kinds.filter(({ course }) => course !== undefined)) {
    const others = kinds.filter((kind) => kind.name !== name);
    const odd = fields.filter((field) => others.some((kind) => kind.field.get(field.name) !== undefined && shape(kind.field.get(field.name) as Field) !== shape(field)));
    t.strictSame(odd.map((field) => field.name), [], name);
  }
  const names = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter((name) => name.includes('Request'));
  t.strictSame(names, ['submitRequest', 'amendRequest', 'submitRequestMove'], 'what is not written is not offered');
});
