/** Whether what GraphQL answered is what was asked: its fields, in its types, and no other. */
import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLOutputType, type GraphQLSchema, type SelectionSetNode, isEnumType, isInterfaceType, isListType, isNonNullType, isObjectType, Kind } from 'graphql';
import { isNode, type Node } from './values.ts';

const scalarFits: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string', ID: (value) => typeof value === 'string', Boolean: (value) => typeof value === 'boolean', Float: Number.isFinite, Int: Number.isInteger, SafeInt: Number.isSafeInteger,
  DateTime: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)), Date: (value) => typeof value === 'string' && /^\d{4}/u.test(value),
};

const skipped = ({ directives = [] }: FieldNode): boolean => directives.some(({ name, arguments: args = [] }) => args.some(({ value }) => value.kind === Kind.BOOLEAN && value.value === (name.value === 'skip')));

/** @returns what does not fit, as paths; empty when all does */
export function misfits(schema: GraphQLSchema, document: DocumentNode, data: unknown): string[] {
  const found: string[] = [];
  const fragments = new Map(document.definitions.flatMap((one): [string, FragmentDefinitionNode][] => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));
  const collect = (set: SelectionSetNode, type: string, into: Map<string, FieldNode[]>): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        if (!skipped(node)) into.set(key, [...(into.get(key) ?? []), node]);
        continue;
      }
      const inner = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      const condition = inner?.typeCondition === undefined ? undefined : schema.getType(inner.typeCondition.name.value);
      const applies = condition === undefined || condition.name === type || (isInterfaceType(condition) && schema.getPossibleTypes(condition).some(({ name }) => name === type));
      if (inner !== undefined && applies) collect(inner.selectionSet, type, into);
    }
  };
  const object = (value: Node, typeName: string, sets: readonly SelectionSetNode[], path: string): void => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return void found.push(`${path}: ${typeName} is no object type`);
    const asked = new Map<string, FieldNode[]>();
    for (const set of sets) collect(set, typeName, asked);
    for (const key of Object.keys(value)) if (!asked.has(key)) found.push(`${path}.${key} was not asked for`);
    for (const [key, nodes] of asked) {
      const field = type.getFields()[nodes[0]?.name.value ?? ''];
      const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (!Object.hasOwn(value, key)) found.push(`${path}.${key} is missing`);
      else if (field !== undefined) fits(value[key], field.type, inner, `${path}.${key}`);
      else if (nodes[0]?.name.value === '__typename' && value[key] !== typeName) found.push(`${path}.${key} is ${String(value[key])}`);
    }
  };
  const fits = (value: unknown, type: GraphQLOutputType, sets: readonly SelectionSetNode[], path: string): void => {
    if (isNonNullType(type)) return value === null ? void found.push(`${path} is null`) : fits(value, type.ofType, sets, path);
    if (value === null) return;
    if (isListType(type)) return Array.isArray(value) ? value.forEach((each, i) => { fits(each, type.ofType, sets, `${path}.${i}`); }) : void found.push(`${path} is no list`);
    if (isObjectType(type)) return isNode(value) ? object(value, type.name, sets, path) : void found.push(`${path} is no object`);
    if (isInterfaceType(type)) return;
    const right = isEnumType(type) ? type.getValue(String(value)) != null : scalarFits[type.name]?.(value) === true;
    if (!right) found.push(`${path} is no ${type.name}: ${JSON.stringify(value)}`);
  };
  const [operation] = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const root = operation === undefined ? undefined : schema.getRootType(operation.operation);
  if (operation !== undefined && root != null && isNode(data)) object(data, root.name, [operation.selectionSet], 'data');
  return found;
}
