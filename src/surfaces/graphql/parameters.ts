/** The parameters of a GraphQL request, from a POST body or a GET query. */
import { Refusal } from '../../errors.ts';

export interface Parameters {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function invalid(field: string, message: string): never {
  throw new Refusal('INVALID', { errors: [{ field, message }] });
}

/**
 * Checks a request's parameters: GraphQL over HTTP, section 4.1. Batched arrays are not taken.
 * @throws Refusal INVALID, naming the parameter
 */
export function parametersOf(body: unknown): Parameters {
  if (Array.isArray(body)) invalid('', 'one operation a request: batches are not taken');
  if (!isMap(body)) invalid('', 'a JSON object is needed');
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string') invalid('query', 'a string is needed');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') invalid('operationName', 'must be a string');
  if (variables !== undefined && variables !== null && !isMap(variables)) invalid('variables', 'must be an object');
  if (extensions !== undefined && extensions !== null && !isMap(extensions)) invalid('extensions', 'must be an object');
  return {
    query,
    operationName: operationName === null || operationName === '' ? undefined : operationName,
    variables: variables === null ? undefined : variables,
  };
}

/**
 * The parameters of a GET: `variables` and `extensions` are JSON text.
 * @param parse a JSON parser that refuses what `JSON.parse` would let through (`__proto__`)
 */
export function parametersOfQuery(query: unknown, parse: (name: string, text: string) => unknown): Parameters {
  if (!isMap(query)) invalid('query', 'a string is needed');
  const body: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const value = query[name];
    if (value === undefined) continue;
    if (typeof value !== 'string') invalid(name, 'given more than once');
    if (name === 'query') body[name] = value;
    else if (value !== '') body[name] = name === 'operationName' ? value : parse(name, value);
  }
  return parametersOf(body);
}
