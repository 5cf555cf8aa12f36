/** What references may point to, once all kinds are known; and what is filled from them. */
import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { memberType } from '../parts.ts';
import type { Kind } from '../types.ts';
import { type Reader } from './directives.ts';
import { envelopeName } from './envelope.ts';
import type { TypeContext } from './field-type.ts';

const typeAt = (kind: Kind, [name = '', ...rest]: readonly string[]): string | undefined => memberType(kind.field.get(name)?.type, rest)?.name;

/** Names of the record kinds none of whose fields says `existence`. */
export function independentKinds(schema: GraphQLSchema, read: Reader): string[] {
  const records = Object.values(schema.getTypeMap()).filter(isObjectType).filter((type) => type.getInterfaces().some(({ name }) => name === envelopeName));
  const depends = (type: GraphQLObjectType): boolean => Object.values(type.getFields()).some(({ astNode }) => read(astNode, 'reference', { type: type.name })?.existence === true);
  return records.filter((type) => !depends(type)).map(({ name }) => name).sort();
}

/** Notes references that name no kind, and those to a kind whose own records are there only where others are. */
export function checkReferences(kinds: readonly Kind[], schema: GraphQLSchema, { faults }: TypeContext): void {
  const known = new Map(kinds.map((kind) => [kind.name, kind]));
  for (const kind of kinds) {
    for (const { name, path: [field = '', ...members], to, inline } of kind.references) {
      const node = (schema.getType(kind.name) as GraphQLObjectType).getFields()[field]?.astNode;
      const fault = (message: string): void => faults.add(node, { type: kind.name, field }, 'reference', `${name}: ${message}`);
      if (to.length === 0) fault('@reference(to: []) names no kind');
      for (const target of to) {
        const there = known.get(target);
        if (there === undefined) fault(`@reference(to: "${target}") names no record kind`);
        else if (there.ends.length > 0) fault(`@reference(to: "${target}") names a kind that itself exists by references: who sees it would have to be worked out without end`);
      }
      if (!inline) continue;
      if (members.length > 0) fault('@reference(inline: true) belongs on a field of the record: a body within an object is not taken');
      else if (to.length !== 1 || to[0] === kind.name) fault('@reference(inline: true) names one other kind: that of the body given in the place of an id');
    }
    checkFills(kind, kinds, schema, { faults });
  }
}

/** What is filled must be filled from something of its own type. */
function checkFills(kind: Kind, kinds: readonly Kind[], schema: GraphQLSchema, { faults }: Pick<TypeContext, 'faults'>): void {
  for (const { path, by, source } of kind.fills) {
    const [field = ''] = path;
    const reference = kind.references.find(({ name }) => name === by.join('.'));
    const one = reference === undefined || reference.list || reference.to.length !== 1 ? undefined : kinds.find(({ name }) => name === reference.to[0]);
    const message = one === undefined ? `@filled(from: "${by.at(-1) ?? ''}") names no reference beside it to one record of one kind`
      : one.field.get(source)?.type.name === typeAt(kind, path) ? undefined : `${one.name} has no field ${source} of this type`;
    if (message !== undefined) faults.add((schema.getType(kind.name) as GraphQLObjectType).getFields()[field]?.astNode, { type: kind.name, field }, 'filled', `${path.join('.')}: ${message}`);
  }
}
