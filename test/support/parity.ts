/** One question on two surfaces: what REST and GraphQL answer, brought to one shape. */
import type { Caller } from './app.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Fields = Readonly<Record<string, Json>>;
/** What an answer comes down to: its data without what is null, or the codes of its refusal. */
export type Truth = { readonly data: Json } | { readonly refused: readonly string[] };

export const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without nulls and empty differences of surface: GraphQL says null where REST says nothing. */
export function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map(bare);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name, inner]) => inner !== null && name !== 'etag' && name !== '__typename').map(([name, inner]) => [name.replace(/^[A-Z]\w*__/, ''), bare(inner)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface Case {
  readonly name: string;
  readonly rest: (who: Caller) => Promise<Awaited<ReturnType<Caller['get']>>>;
  readonly graphql: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** From GraphQL's shape to REST's. */
  readonly shape?: (data: Json) => Json;
}

export async function restTruth(who: Caller, { rest }: Case): Promise<Truth> {
  const answer = await rest(who);
  const body = answer.json<Fields>();
  return answer.statusCode < 400 ? { data: bare(body) } : { refused: [String(body['code'])] };
}

export async function graphqlTruth(who: Caller, { graphql, variables, shape = (data) => data }: Case): Promise<Truth> {
  const { data, errors } = await who.graphql<Fields>(graphql, variables);
  if (errors !== undefined) return { refused: [...new Set(errors.map(({ extensions }) => String(extensions['code'])))] };
  const [value = null] = Object.values(data ?? {});
  return { data: bare(shape(value)) };
}

export const items = (data: Json): Json => ({ items: data });
export const page = (data: Json): Json => {
  const { nodes = null, pageInfo } = isFields(data) ? data : {};
  return { items: nodes, nextCursor: isFields(pageInfo) ? (pageInfo['endCursor'] ?? null) : null };
};
/** Sealed anew for each answer. */
export const withoutCursor = (truth: Truth): Truth => {
  if (!('data' in truth) || !isFields(truth.data)) return truth;
  const { nextCursor, cursor, ...rest } = truth.data;
  return { data: { ...rest, ...(nextCursor === undefined ? {} : { nextCursor: String(nextCursor).length }), ...(cursor === undefined ? {} : { cursor: String(cursor).length }) } };
};
