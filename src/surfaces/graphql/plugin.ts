/** The GraphQL surface, as one Fastify plugin. */
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { graphqlSchema } from '../../dictionary/generate/graphql-sdl.ts';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Exchange } from '../../exchange/api.ts';
import type { RootField } from './context.ts';
import { runner } from './execute.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { preparer } from './prepare.ts';
import { rootFields } from './root-fields.ts';
import { route } from './route.ts';
import { attach, scopesIn } from './schema.ts';

export interface GraphqlParts {
  readonly exchange: Exchange;
  readonly dictionary: Dictionary;
  readonly limits?: Partial<Limits>;
}

interface Served {
  readonly schema: GraphQLSchema;
  readonly fields: ReadonlyMap<string, RootField>;
}

/** By dictionary, which is all that they are made of: made once, since that takes longer than all else of a start. */
const made = new WeakMap<Dictionary, Served>();

function servedOf(dictionary: Dictionary): Served {
  const served = made.get(dictionary) ?? { schema: graphqlSchema(dictionary), fields: rootFields(dictionary) };
  made.set(dictionary, served);
  return served;
}

/** The surface over any schema and root fields. `graphqlSurface` is what the exchange serves. */
export async function serveSchema(
  app: FastifyInstance, exchange: Exchange, schema: GraphQLSchema, fields: ReadonlyMap<string, RootField>, limits: Partial<Limits> = {},
): Promise<void> {
  const executable = attach(schema, fields);
  const run = await runner(app, executable);
  const prepare = preparer(executable, { ...defaultLimits, ...limits });
  route(app, { exchange, prepare, run, scopesOf: (prepared) => scopesIn(prepared.rootFields, fields) });
}

/**
 * Makes the plugin that serves `/graphql`. It is registered without fastify-plugin: its error handler stays its own.
 * The plugin throws when a root field of the schema has no use case and scope, or the other way round: the exchange does not start.
 */
export const graphqlSurface = ({ exchange, dictionary, limits }: GraphqlParts): FastifyPluginAsync =>
  async (app) => {
    const { schema, fields } = servedOf(dictionary);
    return serveSchema(app, exchange, schema, fields, limits);
  };
