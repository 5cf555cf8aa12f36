/** What references may point to, once all kinds are known. */
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Kind } from '../types.ts';
import type { TypeContext } from './field-type.ts';

/** Notes references that name no kind. */
export function checkReferences(kinds: readonly Kind[], schema: GraphQLSchema, { faults }: TypeContext): void {
  const known = new Set(kinds.map(({ name }) => name));
  for (const kind of kinds) {
    for (const { name, path: [field = ''], to } of kind.references) {
      const node = (schema.getType(kind.name) as GraphQLObjectType).getFields()[field]?.astNode;
      const fault = (message: string): void => faults.add(node, { type: kind.name, field }, 'reference', `${name}: ${message}`);
      if (to.length === 0) fault('@reference(to: []) names no kind');
      for (const target of to) if (!known.has(target)) fault(`@reference(to: "${target}") names no record kind`);
    }
  }
}
