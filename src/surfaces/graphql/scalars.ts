/**
 * Scalars: only the shape is checked here. What a value means, and its normal form, is the validators' and normalisers' of the dictionary, so that
 * GraphQL and REST refuse the same things with the same words.
 */
import { GraphQLError, Kind, type ValueNode } from 'graphql';

export interface ScalarBehaviour {
  readonly serialize: (value: unknown) => unknown;
  readonly parseValue: (value: unknown) => unknown;
  readonly parseLiteral: (node: ValueNode) => unknown;
}

function text(what: string): ScalarBehaviour {
  const parseValue = (value: unknown): string => {
    if (typeof value === 'string') return value;
    throw new GraphQLError(`${what} is written as a string`);
  };
  return {
    serialize: (value) => value,
    parseValue,
    parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : undefined),
  };
}

/** Whole numbers to 2^53, past GraphQL's 32-bit `Int`. */
function safeInteger(): ScalarBehaviour {
  const parseValue = (value: unknown): number => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw new GraphQLError('SafeInt is a whole number that JSON holds exactly');
  };
  return {
    serialize: (value) => value,
    parseValue,
    parseLiteral: (node) => parseValue(node.kind === Kind.INT ? Number(node.value) : undefined),
  };
}

export const scalars: ReadonlyMap<string, ScalarBehaviour> = new Map([
  ['DateTime', text('DateTime')],
  ['Date', text('Date')],
  ['SafeInt', safeInteger()],
]);
