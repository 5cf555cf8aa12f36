/** The whole GraphQL schema as it is served, made from the dictionary: nothing in it is written by hand but the schema files. */
import { buildSchema, GraphQLSchema, printSchema, specifiedDirectives } from 'graphql';
import type { Dictionary } from '../types.ts';
import { baseTypes } from './graphql/base.ts';
import { filterInputs, kindFilter } from './graphql/filters.ts';
import { inlineInputs, kindInputs, objectInputs } from './graphql/inputs.ts';
import { decisionInput, kindTypes, lookupInput, mutationType, pageInfo, queryType } from './graphql/operations.ts';

function everything(dictionary: Dictionary): string {
  const kinds = [...dictionary.kinds.values()];
  const filters = kinds.map(kindFilter).filter((filter) => filter !== undefined);
  return [
    baseTypes(dictionary), queryType(dictionary), mutationType(dictionary), lookupInput(dictionary), decisionInput(dictionary), pageInfo, ...kinds.map(kindTypes), ...filters,
    ...filterInputs(kinds).values(), ...kinds.flatMap((kind) => kindInputs(kind, dictionary.schema)), ...inlineInputs(kinds, dictionary.schema), ...objectInputs(kinds, dictionary.schema),
  ].join('\n\n');
}

/** @returns the executable schema, without resolvers and with scalars that check nothing; types that no operation reaches (the vocabulary of directives) are left out */
export function graphqlSchema(dictionary: Dictionary): GraphQLSchema {
  const all = buildSchema(everything(dictionary));
  const types = [...dictionary.kinds.keys()].map((name) => all.getType(name)).filter((type) => type !== undefined);
  return new GraphQLSchema({ query: all.getQueryType(), mutation: all.getMutationType(), types, directives: specifiedDirectives });
}

/** @returns the served schema as SDL: the contract of `/graphql` */
export const graphqlSdl = (dictionary: Dictionary): string => `${printSchema(graphqlSchema(dictionary))}\n`;
