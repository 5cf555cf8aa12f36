/**
 * What an operation may cost at most, before it runs: the number of fields its answer can hold, as page sizes (`first`) and lists of asked
 * values make it. Measured from the caller's own request alone: what is stored plays no part, or the cost would be an oracle.
 */
import {
  type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLNamedType, type GraphQLSchema, type OperationDefinitionNode,
  type SelectionSetNode, type ValueNode, getNamedType, getNullableType, isInterfaceType, isListType, isObjectType, Kind,
} from 'graphql';

/** Assumed where a list has no page size of its own. */
const unpaged = 5;
/** Assumed where `first` is left out and the schema gives no default. */
const usualPage = 50;
/** Lists of asked values that multiply an answer. */
const askedLists = new Set(['values']);

type Variables = Readonly<Record<string, unknown>>;

function valueOf(node: ValueNode | undefined, variables: Variables, operation: OperationDefinitionNode): unknown {
  if (node === undefined) return undefined;
  if (node.kind === Kind.INT) return Number(node.value);
  if (node.kind === Kind.LIST) return node.values;
  if (node.kind !== Kind.VARIABLE) return undefined;
  const given = Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;
  if (given !== undefined) return given;
  const declared = operation.variableDefinitions?.find((one) => one.variable.name.value === node.name.value)?.defaultValue;
  return valueOf(declared, {}, operation);
}

/** By how much a field multiplies what is selected in it. */
function factor(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables, operation: OperationDefinitionNode): number {
  for (const argument of field.args) {
    const given = valueOf(node.arguments?.find((one) => one.name.value === argument.name)?.value, variables, operation);
    if (argument.name === 'first') {
      const size = typeof given === 'number' ? given : argument.defaultValue;
      return typeof size === 'number' && size > 0 ? size : usualPage;
    }
    if (askedLists.has(argument.name)) return Array.isArray(given) ? Math.max(1, given.length) : 1;
  }
  return isListType(getNullableType(field.type)) && 'getFields' in getNamedType(field.type) ? unpaged : 1;
}

/** Lists inside a page (`edges`, `nodes`, `events`, `items`) are counted by the page's size already. */
const inPage = (parent: GraphQLNamedType): boolean => /(?:Connection|Page)$/u.test(parent.name);

/**
 * The cost of one operation with these variables. Fields the schema does not know cost nothing: validation names them.
 * @param variables as sent, not yet coerced
 */
export function costOf(
  schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Variables,
): number {
  const known = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const fragment = fragments.get(name);
    const before = known.get(name);
    if (before !== undefined || fragment === undefined) return before ?? 0;
    const cost = ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    known.set(name, cost);
    return cost;
  };
  const ofField = (node: FieldNode, parent: GraphQLNamedType): number => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined || node.selectionSet === undefined) return 1;
    const times = inPage(parent) ? 1 : factor(node, field, variables, operation);
    return 1 + times * ofSet(node.selectionSet, getNamedType(field.type));
  };
  const ofSet = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): number => {
    if (parent === undefined) return 0;
    let cost = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) cost += ofField(node, parent);
      else if (node.kind === Kind.FRAGMENT_SPREAD) cost += ofFragment(node.name.value);
      else cost += ofSet(node.selectionSet, node.typeCondition === undefined ? parent : schema.getType(node.typeCondition.name.value));
    }
    return cost;
  };
  return ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}
