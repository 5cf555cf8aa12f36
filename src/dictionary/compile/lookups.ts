/** `@searchable(lookup:)`: values of one subject have one normal form, so that one asked value finds them all. */
import { type GraphQLObjectType, type GraphQLSchema, isEnumType } from 'graphql';
import { observableEnums } from '../lookups.ts';
import type { Kind } from '../types.ts';
import type { TypeContext } from './field-type.ts';

/** What observables are told apart by. */
function observableTypes(kinds: readonly Kind[], schema: GraphQLSchema): Set<string> {
  return new Set(observableEnums(kinds).flatMap((name) => {
    const type = schema.getType(name);
    return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
  }));
}

/** Notes fields whose subject other fields, or observables of that type, normalise otherwise. */
export function checkLookups(kinds: readonly Kind[], schema: GraphQLSchema, { faults }: TypeContext): void {
  const observables = observableTypes(kinds, schema);
  const first = new Map<string, { readonly by: string; readonly where: string }>();
  for (const kind of kinds) {
    for (const { name, path, search, normalise } of kind.searches.values()) {
      if (search?.lookup === undefined || normalise === undefined) continue;
      // The normaliser of an observable's type has its name.
      const other = first.get(search.lookup) ?? (observables.has(search.lookup) ? { by: search.lookup, where: 'observables' } : { by: normalise.by, where: `${kind.name}.${name}` });
      first.set(search.lookup, other);
      if (other.by === normalise.by) continue;
      const node = (schema.getType(kind.name) as GraphQLObjectType).getFields()[path[0] ?? '']?.astNode;
      faults.add(node, { type: kind.name, field: path[0] ?? name }, 'search', `${name}: a ${search.lookup} is normalised by ${other.by} in ${other.where}, here by ${normalise.by}: one asked value would not find both`);
    }
  }
}
