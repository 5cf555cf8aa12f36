/** Puts resolvers on the served schema: one for each root field, the default one everywhere else. */
import { type GraphQLSchema, GraphQLScalarType, isInterfaceType, isSpecifiedScalarType } from 'graphql';
import type { Context, RootField, Scope } from './context.ts';
import { scalars } from './scalars.ts';

function attachRoot(schema: GraphQLSchema, rootFields: ReadonlyMap<string, RootField>): void {
  const unused = new Set(rootFields.keys());
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const root = rootFields.get(field.name);
      if (root === undefined) throw new Error(`${type?.name ?? ''}.${field.name} has no scope and no use case`);
      unused.delete(field.name);
      field.resolve = (_source, args, context: Context) => root.resolve(args, context);
    }
  }
  if (unused.size > 0) throw new Error(`the schema has no ${[...unused].join(', ')}`);
}

function kindOf(value: unknown): string | undefined {
  const kind: unknown = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return typeof kind === 'string' ? kind : undefined;
}

/**
 * The schema with its resolvers; changes the one given.
 * @throws Error when a root field and its use case do not meet, or a scalar is unknown
 */
export function attach(schema: GraphQLSchema, rootFields: ReadonlyMap<string, RootField>): GraphQLSchema {
  attachRoot(schema, rootFields);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type)) type.resolveType = kindOf;
    if (!(type instanceof GraphQLScalarType) || isSpecifiedScalarType(type)) continue;
    const behaviour = scalars.get(type.name);
    if (behaviour === undefined) throw new Error(`scalar ${type.name} has no reader`);
    Object.assign(type, behaviour);
  }
  return schema;
}

/** The scopes that these root fields need. */
export const scopesIn = (names: readonly string[], rootFields: ReadonlyMap<string, RootField>): ReadonlySet<Scope> =>
  new Set(names.flatMap((name) => rootFields.get(name)?.scope ?? []));
