/** From a GraphQL output type to what the exchange needs of it: shape, members, and the JSON Schema (2020-12) of a written value. */
import { type GraphQLEnumType, type GraphQLField, type GraphQLNamedType, type GraphQLOutputType, isEnumType, isListType, isNonNullType, isObjectType, isScalarType } from 'graphql';
import type { Faults, Subject } from '../fault.ts';
import type { FieldType, ReferenceSpec } from '../types.ts';
import type { Constraint, Directives, Reader } from './directives.ts';

type Schema = Readonly<Record<string, unknown>>;
type AnyField = GraphQLField<unknown, unknown>;

/** Bounds where a schema file gives none: nothing that is written is boundless. */
const longestText = 10_000;
const longestList = 1_000;
/** Each id is resolved for each reader. */
const longestReferences = 100;
/** Not `urn:uuid:`, which the format also takes. */
const recordId: Schema = { type: 'string', format: 'uuid', maxLength: 36 };

const scalars: Readonly<Record<string, Schema>> = {
  String: { type: 'string', maxLength: longestText },
  ID: { type: 'string', minLength: 1, maxLength: 200 },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  SafeInt: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time', maxLength: 64 },
  Date: { type: 'string', format: 'date', maxLength: 16 },
};
/** Those of ajv-formats that make sense for one written text. */
const formats = new Set(['date-time', 'date', 'email', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname', 'duration']);
const keywords: Readonly<Record<string, string>> = { min: 'minimum', max: 'maximum' };
const fitting: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'], integer: ['min', 'max'], number: ['min', 'max'], boolean: [], enum: [], object: [],
};

/** `*` names the kinds that depend on no other record. */
function referenceOf({ to, inline, existence }: Directives['reference'], { independent }: TypeContext): ReferenceSpec {
  const any = to.includes('*');
  return Object.freeze({ to: any ? independent : to, any, inline, existence });
}

export interface TypeContext {
  /** Names of the kinds that exist whether or not another record does. */
  readonly independent: readonly string[];
  readonly read: Reader;
  readonly faults: Faults;
}

interface Unwrapped {
  readonly named: GraphQLNamedType;
  readonly list: boolean;
  readonly nested: boolean;
}

function unwrap(type: GraphQLOutputType): Unwrapped {
  let lists = 0;
  let inner = type;
  for (;;) {
    if (isNonNullType(inner)) inner = inner.ofType;
    else if (isListType(inner)) {
      lists += 1;
      inner = inner.ofType;
    } else return { named: inner, list: lists > 0, nested: lists > 1 };
  }
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').unicode;
  } catch {
    return false;
  }
}

function constrained(base: Schema, constraint: Constraint, list: boolean, fault: (message: string) => void): Schema {
  const kind = base['enum'] === undefined ? String(base['type']) : 'enum';
  const schema: Record<string, unknown> = { ...base };
  const { notBefore: _sibling, above: _sum, means, ...keyed } = constraint;
  if (means !== undefined && constraint.pattern === undefined) fault('`means` says in words what a `pattern` takes, and there is none');
  for (const [name, value] of Object.entries(keyed)) {
    if (name === 'minItems' || name === 'maxItems') {
      if (!list) fault(`\`${name}\` limits a list, and this is none`);
    } else if (!(fitting[kind] ?? []).includes(name)) fault(`\`${name}\` says nothing of a value of this type (${kind})`);
    else if (name === 'pattern' && !compiles(String(value))) fault(`\`pattern\` is no regular expression: ${String(value)}`);
    else if (name === 'format' && !formats.has(String(value))) fault(`\`format\` is none of ${[...formats].join(', ')}: ${String(value)}`);
    else schema[keywords[name] ?? name] = value;
  }
  return schema;
}

/** What is compared with something beside it, is no plain value, or is words: no keyword of JSON Schema says it. */
function compared({ notBefore, above, means }: Constraint, { type, list }: { readonly type: string; readonly list: boolean }, fault: (message: string) => void): Pick<FieldType, 'notBefore' | 'above' | 'means'> {
  if (notBefore !== undefined && (list || (type !== 'DateTime' && type !== 'Date'))) fault('`notBefore` is said of one DateTime or Date');
  if (above !== undefined && (list || type !== 'Money')) fault('`above` is said of a sum of money');
  return { ...(notBefore !== undefined && { notBefore }), ...(above !== undefined && { above }), ...(means !== undefined && { means }) };
}

/** A time that is not before another: that must be there, and of its type. */
export function orderFault(type: FieldType, siblings: ReadonlyMap<string, { readonly name: string; readonly list: boolean }>): string | undefined {
  if (type.notBefore === undefined) return undefined;
  const other = siblings.get(type.notBefore);
  return other?.name === type.name && !other.list ? undefined : `@constraint(notBefore: "${type.notBefore}") names no ${type.name} beside it`;
}

function objectType(named: GraphQLNamedType, context: TypeContext, path: readonly string[], subject: Subject): { schema: Schema; members: Map<string, FieldType> } | undefined {
  if (!isObjectType(named)) return undefined;
  const members = new Map<string, FieldType>();
  const required: string[] = [];
  for (const member of Object.values(named.getFields())) {
    const type = fieldType(member, context, [...path, named.name], subject);
    if (type === undefined) continue;
    members.set(member.name, type);
    if (isNonNullType(member.type)) required.push(member.name);
  }
  for (const [name, type] of members) {
    const message = orderFault(type, members);
    if (message !== undefined) context.faults.add(named.getFields()[name]?.astNode, subject, 'constraint', `${named.name}.${name}: ${message}`);
  }
  const properties = Object.fromEntries([...members].map(([name, type]) => [name, type.schema]));
  return { members, schema: { type: 'object', additionalProperties: false, properties, ...(required.length > 0 && { required }) } };
}

/** What stands between the members of an object that one text holds: two, neither of them an object or a list. */
function betweenIn(named: GraphQLNamedType, members: ReadonlyMap<string, FieldType>, { read, faults }: TypeContext, subject: Subject): string | undefined {
  const between = read(named.astNode, 'cell', subject)?.between;
  if (between === undefined || !isObjectType(named)) return undefined;
  const needed = Object.values(named.getFields()).filter(({ type }) => isNonNullType(type)).map(({ name }) => members.get(name));
  if (between.trim() !== '' && !/[;|]/.test(between) && needed.length === 2 && needed.every((type) => type !== undefined && !type.list && type.shape !== 'object')) return between;
  faults.add(named.astNode, subject, 'cell', `${named.name}: @cell joins the two members that the type must have, each one text, number or word, by something that divides no list`);
  return undefined;
}

/** `What it was used for (บทบาท).` */
const thaiTerm = (description: string | null | undefined): string | undefined => /\(([^()]*[\u0e00-\u0e7f][^()]*)\)/.exec(description ?? '')?.[1];

/** The values of an enumeration by their Thai words; of two that share one, neither. */
function thaiWords(type: GraphQLEnumType): Map<string, string> {
  const words = type.getValues().flatMap(({ name, description }) => {
    const word = thaiTerm(description);
    return word === undefined ? [] : [[word.normalize('NFC'), name] as const];
  });
  return new Map(words.filter(([word]) => words.filter(([other]) => other === word).length === 1));
}

/**
 * @param path the object types above, to refuse one that holds itself
 * @returns undefined when the type cannot be a record's: the fault is noted
 */
export function fieldType(field: AnyField, context: TypeContext, path: readonly string[] = [], subject: Subject = {}): FieldType | undefined {
  const { named, list, nested } = unwrap(field.type);
  const fault = (rule: string, message: string): undefined => {
    context.faults.add(field.astNode, subject, rule, path.length > 0 ? `${path.at(-1)}.${field.name}: ${message}` : message);
    return undefined;
  };
  if (nested) return fault('type', 'a list of lists is not supported');
  if (path.includes(named.name)) return fault('type', `type ${named.name} holds itself`);
  if (isObjectType(named) && (named.getInterfaces().length > 0 || context.read(named.astNode, 'record', subject) !== undefined)) {
    return fault('type', `${named.name} is a record: refer to it by its id, or it would be sent without passing release`);
  }
  const shape = isEnumType(named) ? 'enum' : isScalarType(named) ? 'scalar' : isObjectType(named) ? 'object' : undefined;
  if (shape === undefined) return fault('type', `${named.name} is an interface or a union: a field holds scalars, enums and plain object types`);
  const object = objectType(named, context, path, subject);
  const reference = context.read(field.astNode, 'reference', subject);
  if (reference !== undefined && named.name !== 'ID') return fault('reference', `@reference stands on an ID or a list of IDs, not on ${named.name}`);
  if (reference !== undefined && context.read(field.astNode, 'normalise', subject) !== undefined) return fault('reference', '@reference says how it is read: leave @normalise out');
  const base = reference !== undefined ? recordId : object?.schema ?? (isEnumType(named) ? { type: 'string', enum: named.getValues().map((value) => value.name) } : scalars[named.name]);
  if (base === undefined) return fault('type', `scalar ${named.name} has no known JSON form: one of ${Object.keys(scalars).join(', ')}`);
  const constraint = context.read(field.astNode, 'constraint', subject) ?? {};
  const normalise = reference !== undefined ? { by: 'RECORD_ID' } : context.read(field.astNode, 'normalise', subject);
  // A normaliser that reads dates takes them as people write them: what it gives is the calendar date.
  const given = normalise?.by === 'DATE' ? { type: 'string', minLength: 1, maxLength: 64 } : base;
  const item = constrained(given, constraint, list, (message) => fault('constraint', message));
  const beside = compared(constraint, { type: named.name, list }, (message) => fault('constraint', message));
  const filled = context.read(field.astNode, 'filled', subject)?.from;
  const schema = list ? { type: 'array', items: item, ...(constraint.minItems !== undefined && { minItems: constraint.minItems }), maxItems: constraint.maxItems ?? (reference === undefined ? longestList : longestReferences) } : item;
  const thai = thaiTerm(field.description);
  const between = object && betweenIn(named, object.members, context, subject);
  return Object.freeze({ name: named.name, shape, list, schema, ...(thai !== undefined && { thai }), ...(isEnumType(named) && { words: thaiWords(named) }), ...(object && { members: object.members }), ...(between !== undefined && { between }), ...(reference && { reference: referenceOf(reference, context) }), ...(filled !== undefined && { filled }), ...(normalise && path.length > 0 && { normalise }), ...beside });
}
