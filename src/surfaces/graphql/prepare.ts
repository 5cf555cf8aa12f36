/** From a request's text to an operation that may run: parsed, held to the limits, validated, chosen. Done once a text and operation name. */
import {
  type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode, type OperationTypeNode,
  getVariableValues, GraphQLError, Kind, parse, print, separateOperations, validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../../errors.ts';
import { costOf } from './cost.ts';
import { holdToLimits, type Limits, tooComplex } from './limits.ts';
import type { Parameters } from './parameters.ts';

export interface Prepared {
  /** What runs: this one operation and its fragments. A text of several operations must not share compiled code between them. */
  readonly source: string;
  readonly type: OperationTypeNode;
  /** Names of the root fields it may ask for, without the introspection ones. */
  readonly rootFields: readonly string[];
  /** What is wrong with the variables, in the words of graphql-js. */
  readonly variableErrors: (variables: Readonly<Record<string, unknown>>) => readonly GraphQLError[];
  /** @throws Refusal TOO_COMPLEX */
  readonly holdCost: (variables: Readonly<Record<string, unknown>>) => void;
}

/** The request is not a valid GraphQL request: what graphql-js says of it. */
export class RequestErrors extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('GraphQL request errors');
    this.errors = errors;
  }
}

/** Entries kept, and characters of their texts. */
const kept = { max: 1000, maxSize: 8 * 1024 * 1024 };

function parsed(query: string, limits: Limits): DocumentNode {
  try {
    return parse(query, { maxTokens: limits.tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // graphql-js gives the token limit no code of its own.
    if (/more that \d+ tokens/u.test(error.message)) throw tooComplex('tokens', limits.tokens);
    throw new RequestErrors([error]);
  }
}

function chosen(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const found = name === undefined ? operations : operations.filter((operation) => operation.name?.value === name);
  const [operation] = found;
  if (operation !== undefined && found.length === 1) return operation;
  const message = name === undefined ? 'names one of the operations of the query, where it has several' : 'is not in the query';
  throw new Refusal('INVALID', { errors: [{ field: 'operationName', message }] });
}

const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])));

/** Root field names, fragments included; each fragment is entered once. */
function rootFieldsOf(operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): string[] {
  const names = new Set<string>();
  const entered = new Set<string>();
  const pending = [operation.selectionSet];
  for (let set = pending.pop(); set !== undefined; set = pending.pop()) {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) names.add(node.name.value);
      else if (node.kind === Kind.INLINE_FRAGMENT) pending.push(node.selectionSet);
      else if (!entered.has(node.name.value)) {
        entered.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment !== undefined) pending.push(fragment.selectionSet);
      }
    }
  }
  return [...names].filter((name) => !name.startsWith('__'));
}

function prepare(schema: GraphQLSchema, limits: Limits, query: string, name: string | undefined): Prepared {
  const document = parsed(query, limits);
  holdToLimits(document, limits);
  const errors = validate(schema, document, undefined, { maxErrors: 20, hideSuggestions: true });
  if (errors.length > 0) throw new RequestErrors(errors);
  const operation = chosen(document, name);
  if (schema.getRootType(operation.operation) == null) {
    throw new Refusal('INVALID', { errors: [{ field: 'query', message: `a ${operation.operation} is not served` }] });
  }
  const fragments = fragmentsOf(document);
  const alone = separateOperations(document)[operation.name?.value ?? ''];
  const several = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION).length > 1;
  const cost = (variables: Readonly<Record<string, unknown>>): number => costOf(schema, operation, fragments, variables);
  const constant = (operation.variableDefinitions ?? []).length === 0 ? cost({}) : undefined;
  return {
    source: several && alone !== undefined ? print(alone) : query,
    type: operation.operation,
    rootFields: rootFieldsOf(operation, fragments),
    variableErrors: (variables) => getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 20 }).errors ?? [],
    holdCost: (variables) => {
      const asked = constant ?? cost(variables);
      if (asked > limits.cost) throw tooComplex('cost', limits.cost, asked);
    },
  };
}

/**
 * Prepares requests against one schema, remembering what was valid.
 * @returns a function that throws Refusal (INVALID, TOO_COMPLEX) or RequestErrors
 */
export function preparer(schema: GraphQLSchema, limits: Limits): (parameters: Parameters) => Prepared {
  const cache = new LRUCache<string, Prepared>({ ...kept, sizeCalculation: (_, key) => key.length });
  return ({ query, operationName }) => {
    const key = `${operationName ?? ''}\n${query}`;
    const before = cache.get(key);
    if (before !== undefined) return before;
    const prepared = prepare(schema, limits, query, operationName);
    cache.set(key, prepared);
    return prepared;
  };
}
