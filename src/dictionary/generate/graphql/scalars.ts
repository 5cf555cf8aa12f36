/** What the exchange's own scalars take and give. graphql-js leaves scalars that come from SDL without any check. */
import { type GraphQLScalarType, type GraphQLSchema, GraphQLError, isScalarType, valueFromASTUntyped } from 'graphql';

interface Scalar {
  /** What is expected, for the message. */
  readonly expects: string;
  is(value: unknown): boolean;
}

const scalars: Readonly<Record<string, Scalar>> = {
  // Only that it is a text: the dictionary's validator says which field is wrong and what would be right, and says it to REST too.
  DateTime: { expects: 'an instant with its zone (RFC 3339): "2026-01-31T08:00:00Z"', is: (value) => typeof value === 'string' },
  Date: { expects: 'a calendar date (ISO 8601): "2026-01-31"', is: (value) => typeof value === 'string' },
  SafeInt: { expects: 'a whole number from -(2^53 - 1) to 2^53 - 1', is: (value) => Number.isSafeInteger(value) },
};

function behave(type: GraphQLScalarType, { expects, is }: Scalar): void {
  const held = (value: unknown): unknown => {
    if (!is(value)) throw new GraphQLError(`${type.name} must be ${expects}`);
    return value;
  };
  type.serialize = held;
  type.parseValue = held;
  type.parseLiteral = (node, variables) => held(valueFromASTUntyped(node, variables));
}

/** Gives the schema's scalars their behaviour, in place. */
export function withScalars(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, scalar] of Object.entries(scalars)) {
    const type = schema.getType(name);
    if (isScalarType(type)) behave(type, scalar);
  }
  return schema;
}
