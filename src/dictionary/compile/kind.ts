import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { allPurposes, purposeMask } from '../compartment.ts';
import { memberType } from '../parts.ts';
import type { Field, Kind } from '../types.ts';
import { consentField } from './consent.ts';
import type { Directives } from './directives.ts';
import { compileField } from './field.ts';
import { orderFault, type TypeContext } from './field-type.ts';
import { compileMembers } from './parts.ts';
import { fillsOf } from './fills.ts';
import { fieldRules } from './rules.ts';
import { stagedFields } from './stage.ts';

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The field that keeps a value as given is made from that value: whatever raises the value raises it too. */
function withRawSources(fields: ReadonlyMap<string, Field>): Map<string, Field> {
  const all = new Map(fields);
  for (const { name, normalise } of fields.values()) {
    const raw = normalise?.raw === undefined ? undefined : all.get(normalise.raw);
    if (raw !== undefined && !raw.derivedFrom.includes(name)) all.set(raw.name, { ...raw, derivedFrom: [...raw.derivedFrom, name] });
  }
  return all;
}

function checkFields(type: GraphQLObjectType, fields: ReadonlyMap<string, Field>, { faults }: TypeContext): void {
  const types = new Map([...fields].map(([name, one]) => [name, one.type]));
  for (const source of Object.values(type.getFields())) {
    const field = fields.get(source.name);
    if (field === undefined) continue;
    const order = orderFault(field.type, types);
    if (order !== undefined) faults.add(source.astNode, { type: type.name, field: field.name }, 'constraint', order);
    for (const { rule, check } of fieldRules) {
      const message = check({ field, source, siblings: fields });
      if (message !== undefined) faults.add(source.astNode, { type: type.name, field: field.name }, rule, message);
    }
  }
}

/** Two columns of one name would make an import guess. */
function checkColumns(type: GraphQLObjectType, fields: ReadonlyMap<string, Field>, { faults }: TypeContext): void {
  const taken = new Map<string, string>();
  for (const field of fields.values()) {
    for (const column of [field.name, ...field.columns]) {
      const other = taken.get(column.toLowerCase());
      taken.set(column.toLowerCase(), field.name);
      if (other === undefined || other === field.name) continue;
      faults.add(type.getFields()[field.name]?.astNode, { type: type.name, field: field.name }, 'column', `column name "${column}" is already that of ${other}`);
    }
  }
}

function checkIdentity(type: GraphQLObjectType, identity: readonly string[], fields: ReadonlyMap<string, Field>, { faults }: TypeContext): void {
  for (const name of identity) {
    const field = fields.get(name);
    const message = field === undefined ? 'names no field of this kind' : field.envelope ? 'names a field of the envelope, which identifies no claim' : undefined;
    if (message !== undefined) faults.add(type.astNode, { type: type.name }, 'identity', `@record(identity: "${name}") ${message}`);
  }
}

/** What stands at a dotted name: its normaliser. @returns undefined when there is nothing */
function normaliserAt(fields: ReadonlyMap<string, Field>, dotted: string): { readonly by: string | undefined } | undefined {
  const [first = '', ...steps] = dotted.split('.');
  const field = fields.get(first);
  if (field === undefined || steps.length === 0) return field && { by: field.normalise?.by };
  const type = memberType(field.type, steps);
  return type && { by: type.normalise?.by };
}

/** What a name is told apart by must be there, and in a form that can be compared. */
function checkFacts(type: GraphQLObjectType, searches: readonly Field[], fields: ReadonlyMap<string, Field>, { faults }: TypeContext): void {
  for (const { name, path, search } of searches) {
    for (const [argument, forms] of [['birthDate', ['DATE', 'PARTIAL_DATE']], ['nationality', ['COUNTRY']]] as const) {
      const dotted = search?.[argument];
      if (dotted === undefined) continue;
      const found = normaliserAt(fields, dotted);
      const message = search?.by !== 'NAME' ? 'says something of a NAME alone' : found === undefined ? 'names no field of this kind'
        : forms.some((form) => form === found.by) ? undefined : `names a field that is not normalised by ${forms.join(' or ')}`;
      if (message !== undefined) faults.add(type.getFields()[path[0] ?? '']?.astNode, { type: type.name, field: path[0] ?? name }, 'search', `@searchable(${argument}: "${dotted}") ${message}`);
    }
  }
}

/** The field that counts as the ground of suspicion. */
function groundField(type: GraphQLObjectType, fields: ReadonlyMap<string, Field>, { read, faults }: TypeContext): string | undefined {
  const named = [...fields.values()].filter(({ name }) => read(type.getFields()[name]?.astNode, 'ground', { type: type.name, field: name }) !== undefined);
  for (const [i, { name, type: { name: typeName, list } }] of named.entries()) {
    const message = i > 0 ? 'a second ground of suspicion: one field of a kind says it' : typeName !== 'String' || list ? '@ground stands on a text' : undefined;
    if (message !== undefined) faults.add(type.getFields()[name]?.astNode, { type: type.name, field: name }, 'ground', message);
  }
  return named[0]?.name;
}

const unsearched = ({ search: _search, ...field }: Field): Field => field;

/** Compiles one record kind; whatever is wrong with it is noted. */
export function compileKind(type: GraphQLObjectType, record: Directives['record'], envelope: ReadonlySet<string>, schema: GraphQLSchema, context: TypeContext): Kind {
  const compiled = new Map<string, Field>();
  for (const source of Object.values(type.getFields())) {
    const field = compileField(source, envelope.has(source.name), context, { type: type.name, field: source.name });
    if (field !== undefined) compiled.set(field.name, record.own?.includes(field.name) === true ? { ...unsearched(field), own: true } : field);
  }
  const field = withRawSources(compiled);
  const members = [...field.values()].map((each) => ({ each, ...compileMembers(each, schema, context, { type: type.name, field: each.name }) }));
  checkFields(type, field, context);
  checkColumns(type, field, context);
  checkIdentity(type, record.identity ?? [], field, context);
  const consent = consentField(type, field, members.flatMap(({ parts }) => parts), context);
  const ground = groundField(type, field, context);
  for (const name of record.own ?? []) if (!compiled.has(name)) context.faults.add(type.astNode, { type: type.name }, 'record', `own: there is no field ${name}`);
  const searches = members.flatMap(({ each, searches: inner }) => (each.own === true ? [] : [...(each.search === undefined ? [] : [each]), ...inner]));
  checkFacts(type, searches, field, context);
  const staged = stagedFields(type, field, context);
  const extract = context.read(type.astNode, 'extract', { type: type.name });
  const course = context.read(type.astNode, 'course', { type: type.name })?.part;
  return Object.freeze({
    name: type.name,
    singular: lowerFirst(type.name),
    plural: record.plural,
    path: record.path,
    description: type.description ?? type.name,
    // For STATISTICS records are counted, never listed.
    purposes: (record.purposes === undefined ? allPurposes : purposeMask(record.purposes)) & ~purposeMask(['STATISTICS']),
    fields: Object.freeze([...field.values()].map((each) => Object.freeze(each))),
    field: new Map([...field.values(), ...members.flatMap(({ parts }) => parts)].map((each) => [each.name, each])),
    parts: Object.freeze(members.flatMap(({ parts }) => parts.map((each) => Object.freeze(each)))),
    pieces: Object.freeze(members.flatMap(({ each, parts }) => [each, ...parts])),
    searches: new Map(searches.map((each) => [each.name, each])),
    references: Object.freeze(members.flatMap(({ references }) => references)),
    fills: fillsOf([...field.values()]),
    ends: Object.freeze(members.flatMap(({ references }) => references.filter(({ existence }) => existence))),
    identity: record.identity ?? [],
    ...(ground !== undefined && { ground }),
    ...(consent !== undefined && { consent }),
    ...(staged !== undefined && { staged }),
    ...(extract !== undefined && { extract: { of: extract.of, from: extract.from, case: extract.case, purpose: purposeMask([extract.for]), never: extract.never?.split('.') } }),
    ...(course !== undefined && { course }),
    ...(record.stix !== undefined && { stix: record.stix }),
  });
}
