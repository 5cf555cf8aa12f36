/** Runs prepared operations through mercurius, compiled by graphql-jit from the second time on. */
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { mercurius } from 'mercurius';
import type { Context } from './context.ts';
import { type Prepared, RequestErrors } from './prepare.ts';

export interface Outcome {
  /** Undefined when nothing ran. */
  readonly data: unknown;
  readonly errors: readonly unknown[];
}

export type Run = (prepared: Prepared, context: Context, variables: Readonly<Record<string, unknown>>) => Promise<Outcome>;

/** Given as mercurius reads it, beside what its types name. Stacks of errors that are sent nowhere cost more than the errors. */
const compiler = { compilerOptions: { disablingCapturingStackErrors: true } };

const isGraphQLErrors = (value: unknown): value is readonly GraphQLError[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => one instanceof GraphQLError);

/** mercurius throws what graphql-js says of variables as `errors` of an error of its own. */
function requestErrorsIn(error: unknown): readonly GraphQLError[] | undefined {
  const errors: unknown = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : undefined;
  return isGraphQLErrors(errors) ? errors : undefined;
}

/**
 * Registers mercurius without its routes: they do not conform to GraphQL over HTTP, and send internal messages out.
 * @returns the runner; it throws RequestErrors when the variables do not fit
 */
export async function runner(app: FastifyInstance, schema: GraphQLSchema): Promise<Run> {
  await app.register(mercurius, {
    schema,
    routes: false,
    jit: 1,
    cache: 1000,
    ...compiler,
    // Errors are made fit to be sent by the route, not here.
    errorFormatter: ({ data, errors }) => ({ statusCode: 200, response: { ...(data === undefined ? {} : { data }), errors } }),
  });
  return async (prepared, context, variables) => {
    try {
      const { data, errors } = await app.graphql(prepared.source, { ...context }, { ...variables });
      // Compiled code gives what it has against the variables as a result without data; which variable it is, and where in it, it does not always tell rightly.
      if (data === undefined && isGraphQLErrors(errors)) {
        const told = prepared.variableErrors(variables);
        throw new RequestErrors(told.length > 0 ? told : errors);
      }
      return { data, errors: errors ?? [] };
    } catch (error) {
      const errors = requestErrorsIn(error);
      throw errors === undefined ? error : new RequestErrors(errors);
    }
  };
}
