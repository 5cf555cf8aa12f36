/** GraphQL selections of everything that a type has, to the leaves. */
import { type GraphQLInterfaceType, type GraphQLNamedType, type GraphQLSchema, type GraphQLType, getNamedType, isInterfaceType, isListType, isNonNullType, isObjectType } from 'graphql';

/** @param without names of fields to leave out, wherever they stand */
export function everything(schema: GraphQLSchema, name: string, without: readonly string[] = []): string {
  // Under an interface two kinds may have a field of one name and two types: GraphQL wants them told apart (specification, 5.3.2).
  const types = Map.groupBy([...schema.getPossibleTypes(schema.getType('Record') as GraphQLInterfaceType)].flatMap((kind) => Object.values(kind.getFields())), (field) => field.name);
  const alias = (field: string, kind: string): string => (new Set((types.get(field) ?? []).map(({ type }) => String(type))).size > 1 ? `${kind}__${field}: ` : '');
  const selection = (type: GraphQLType, kind?: string): string => {
    const named: GraphQLNamedType = getNamedType(isNonNullType(type) || isListType(type) ? getNamedType(type) : type);
    if (isInterfaceType(named)) return ` { __typename ${schema.getPossibleTypes(named).map((kind) => `... on ${kind.name}${selection(kind, kind.name)}`).join(' ')} }`;
    if (!isObjectType(named)) return '';
    const fields = Object.values(named.getFields()).filter((field) => !without.includes(field.name));
    return ` { ${fields.map((field) => `${kind === undefined ? '' : alias(field.name, kind)}${field.name}${selection(field.type)}`).join(' ')} }`;
  };
  const type = schema.getType(name);
  if (type === undefined) throw new Error(`no type ${name}`);
  return selection(type);
}
