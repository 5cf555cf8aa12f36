/** Released records as the default resolvers read them: their bodies, as they are. */
import type { Body } from '../../dictionary/types.ts';
import type { Found } from '../../exchange/api.ts';
import { entityTag, type Released } from '../../rules/release.ts';
import type { Arguments } from './context.ts';

export const bodyOf = (record: Released): Body => record.body;

/** Resolver of `etag`, hashed where it is asked for. Not remembered beside the body: what a WeakMap holds lives long, and leads to all of the answer. @param body a released one */
export const etagOf = (body: unknown): string | undefined => (typeof body === 'object' && body !== null ? entityTag(JSON.stringify(body)) : undefined);

/** A page as a Relay connection: forward only. */
export function connection({ items, matches, nextCursor }: Found, args: Arguments): unknown {
  const nodes = items.map(bodyOf);
  return {
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: i === nodes.length - 1 ? nextCursor : undefined, match: matches?.[i] })),
    pageInfo: { hasNextPage: nextCursor !== undefined, hasPreviousPage: false, startCursor: args['after'], endCursor: nextCursor },
  };
}
