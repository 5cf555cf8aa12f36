/** Released records as the default resolvers read them: their bodies, as they are. */
import type { Body } from '../../dictionary/types.ts';
import type { Found } from '../../exchange/api.ts';
import type { Released } from '../../rules/release.ts';
import type { Arguments } from './context.ts';

/** From a body back to what was released: the entity tag is hashed only where it is asked for. */
const origins = new WeakMap<object, Released>();

export function bodyOf(record: Released): Body {
  origins.set(record.body, record);
  return record.body;
}

/** Resolver of `etag`. */
export const etagOf = (body: unknown): string | undefined => (typeof body === 'object' && body !== null ? origins.get(body)?.etag : undefined);

/** A page as a Relay connection: forward only. */
export function connection({ items, matches, nextCursor }: Found, args: Arguments): unknown {
  const nodes = items.map(bodyOf);
  return {
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: i === nodes.length - 1 ? nextCursor : undefined, match: matches?.[i] })),
    pageInfo: { hasNextPage: nextCursor !== undefined, hasPreviousPage: false, startCursor: args['after'], endCursor: nextCursor },
  };
}
