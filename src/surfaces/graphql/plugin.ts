/** The GraphQL surface, as one Fastify plugin. */
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Exchange } from '../../exchange/api.ts';
import type { RootField } from './context.ts';
import { runner } from './execute.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { preparer } from './prepare.ts';
import { route } from './route.ts';
import { attach, scopesIn } from './schema.ts';

export interface GraphqlParts {
  readonly exchange: Exchange;
  /** The served schema, without resolvers. */
  readonly schema: GraphQLSchema;
  /** The use case behind each field of Query and Mutation. */
  readonly rootFields: ReadonlyMap<string, RootField>;
  readonly limits?: Partial<Limits>;
}

/**
 * Serves `/graphql`. Registered without fastify-plugin: its error handler stays its own.
 * @throws Error when a root field of the schema has no use case and scope, or the other way round: the exchange does not start
 */
export async function graphqlSurface(app: FastifyInstance, { exchange, schema, rootFields, limits }: GraphqlParts): Promise<void> {
  const executable = attach(schema, rootFields);
  const run = await runner(app, executable);
  const prepare = preparer(executable, { ...defaultLimits, ...limits });
  route(app, { exchange, prepare, run, scopesOf: (prepared) => scopesIn(prepared.rootFields, rootFields) });
}
