/**
 * From the schema files to the Dictionary. Pure: text in, data out. Fails closed: an unsafe dictionary gives no dictionary, and every fault
 * found is reported at once with its file, line, type, field and rule.
 */
import { buildASTSchema, type DocumentNode, type GraphQLSchema, isEnumType, Kind as Ast, parse, validateSchema } from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import { directiveNames, directiveReader } from './compile/directives.ts';
import { checkExtracts } from './compile/extract.ts';
import { checkLookups } from './compile/lookups.ts';
import { injectEnvelope } from './compile/envelope.ts';
import { compileKind } from './compile/kind.ts';
import { parseFiles, type SchemaFile } from './compile/parse.ts';
import { checkReferences, independentKinds } from './compile/references.ts';
import { checkSeeks } from './compile/seeks.ts';
import { redactedNames } from './compile/redacted.ts';
import { compileRequests } from './compile/requests.ts';
import { checkNames, checkStrays, recordTypes } from './compile/types.ts';
import { Faults } from './fault.ts';
import type { Dictionary } from './types.ts';

export type { SchemaFile } from './compile/parse.ts';
export { type DictionaryFault, DictionaryError } from './fault.ts';

/** The schema files hold no operations (those are generated): one is lent for the check that wants a query root. */
const lentQuery = parse('type Query { kind: String }').definitions;

function buildSchema(document: DocumentNode, faults: Faults): GraphQLSchema {
  const operations = document.definitions.some((node) => node.kind === Ast.SCHEMA_DEFINITION || ('name' in node && ['Query', 'Mutation', 'Subscription'].includes(node.name?.value ?? '')));
  if (operations) faults.add(document.definitions[0], {}, 'operations', 'Query, Mutation and Subscription are generated: schema files declare types only');
  for (const error of validateSDL(document)) faults.addError(error, 'sdl');
  faults.settle();
  const checked = buildASTSchema({ ...document, definitions: [...document.definitions, ...lentQuery] }, { assumeValidSDL: true });
  for (const error of validateSchema(checked)) faults.addError(error, 'sdl');
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  for (const name of directiveNames) {
    if (!schema.getDirective(name)) faults.add(document.definitions[0], {}, 'directive', `directive @${name} is not declared`);
  }
  faults.settle();
  return schema;
}

const enumsOf = (schema: GraphQLSchema): Map<string, readonly string[]> =>
  new Map(Object.values(schema.getTypeMap()).filter(isEnumType).filter(({ name }) => !name.startsWith('__'))
    .map((type) => [type.name, Object.freeze(type.getValues().map((value) => value.name))]));

/**
 * @param files the schema files, in the order in which they are to be printed
 * @throws DictionaryError when anything in them is unsafe or unreadable
 */
export function compileDictionary(files: readonly SchemaFile[]): Dictionary {
  const faults = new Faults();
  const { document, envelope } = injectEnvelope(parseFiles(files, faults), faults);
  const schema = buildSchema(document, faults);
  const read = directiveReader(schema, faults);
  const context = { read, faults, independent: independentKinds(schema, read) };
  const records = recordTypes(schema, context);
  const kinds = records.map(({ type, record }) => compileKind(type, record, envelope, schema, context));
  checkStrays(schema, kinds, context);
  checkNames(kinds, schema, context);
  checkExtracts(kinds, schema, context);
  checkReferences(kinds, schema, context);
  checkSeeks(kinds, schema, context);
  checkLookups(kinds, schema, context);
  const requests = compileRequests(schema, faults);
  if (kinds.length === 0) faults.add(document.definitions[0], {}, 'record', 'there is no record kind');
  faults.settle();
  return Object.freeze({
    kinds: new Map(kinds.map((kind) => [kind.name, kind])),
    byPath: new Map(kinds.map((kind) => [kind.path, kind])),
    enums: enumsOf(schema),
    requests,
    schema,
    sdl: files.map(({ text }) => text.trim()).join('\n\n') + '\n',
    redacted: redactedNames(kinds),
  });
}
