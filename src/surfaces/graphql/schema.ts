/** Puts resolvers on the served schema: one for each root field, one for entity tags, the default one everywhere else. */
import {
  type GraphQLInputObjectType, type GraphQLScalarType, type GraphQLSchema,
  getNamedType, isInputObjectType, isInterfaceType, isObjectType, isScalarType, isSpecifiedScalarType,
} from 'graphql';
import type { Arguments, Context, RootField, Scope } from './context.ts';
import { etagOf } from './released.ts';
import { scalars } from './scalars.ts';

function attachRoot(schema: GraphQLSchema, rootFields: ReadonlyMap<string, RootField>): void {
  const unused = new Set(rootFields.keys());
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const root = rootFields.get(field.name);
      if (root === undefined) throw new Error(`${type?.name ?? ''}.${field.name} has no scope and no use case`);
      unused.delete(field.name);
      field.resolve = (_source, args: Arguments, context: Context) => root.resolve(args, context);
    }
  }
  if (unused.size > 0) throw new Error(`the schema has no ${[...unused].join(', ')}`);
}

function kindOf(value: unknown): string | undefined {
  const kind: unknown = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return typeof kind === 'string' ? kind : undefined;
}

function behave(type: GraphQLScalarType): void {
  const behaviour = scalars.get(type.name);
  if (behaviour === undefined) throw new Error(`scalar ${type.name} has no reader`);
  Object.assign(type, behaviour);
}

/** graphql-jit writes out the code of an input in full: one that holds itself would never end. */
function refuseCircular(type: GraphQLInputObjectType, within: readonly GraphQLInputObjectType[]): void {
  if (within.includes(type)) throw new Error(`input ${type.name} holds itself: it cannot be compiled`);
  for (const field of Object.values(type.getFields())) {
    const inner = getNamedType(field.type);
    if (isInputObjectType(inner)) refuseCircular(inner, [...within, type]);
  }
}

/**
 * The schema with its resolvers; changes the one given.
 * @throws Error when a root field and its use case do not meet, a scalar is unknown, or an input holds itself
 */
export function attach(schema: GraphQLSchema, rootFields: ReadonlyMap<string, RootField>): GraphQLSchema {
  attachRoot(schema, rootFields);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type)) type.resolveType = kindOf;
    if (isInputObjectType(type)) refuseCircular(type, []);
    if (isScalarType(type) && !isSpecifiedScalarType(type)) behave(type);
    const etag = isObjectType(type) && type.getInterfaces().length > 0 ? type.getFields()['etag'] : undefined;
    if (etag !== undefined) etag.resolve = etagOf;
  }
  return schema;
}

/** The scopes that these root fields need. */
export const scopesIn = (names: readonly string[], rootFields: ReadonlyMap<string, RootField>): ReadonlySet<Scope> =>
  new Set(names.flatMap((name) => rootFields.get(name)?.scope ?? []));
