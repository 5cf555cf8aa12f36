/** `@seeks`: who looks for somebody, and who may be found, are told by name. */
import { type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Kind } from '../types.ts';
import type { TypeContext } from './field-type.ts';

const isNamed = (kind: Kind | undefined): boolean => kind !== undefined && [...kind.searches.values()].some(({ search }) => search?.by === 'NAME');

/** Notes kinds that look, or are looked for, and cannot be told by a name. */
export function checkSeeks(kinds: readonly Kind[], schema: GraphQLSchema, { faults }: TypeContext): void {
  const known = new Map(kinds.map((kind) => [kind.name, kind]));
  for (const kind of kinds) {
    for (const { name, seeks } of kind.fields) {
      if (seeks === undefined) continue;
      const node = (schema.getType(kind.name) as GraphQLObjectType).getFields()[name]?.astNode;
      const fault = (message: string): void => faults.add(node, { type: kind.name, field: name }, 'seeks', message);
      if (!isNamed(kind)) fault(`${kind.name} has no field that is searched by NAME: nobody can be looked for`);
      for (const target of seeks.kinds) {
        if (target === kind.name || !isNamed(known.get(target))) fault(`@seeks(kinds: "${target}") names no other record kind that is searched by NAME`);
      }
    }
  }
}
