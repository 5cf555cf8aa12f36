/**
 * Nothing is reachable by omission: a route that does not say whether it needs a viewer or is public stops the start.
 */
import type { FastifyInstance, RouteOptions } from 'fastify';

export type Access = 'viewer' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: whoever has a good token, or everybody. */
    access?: Access;
    /** The scope a token needs, checked before a body is read; the use cases check theirs again. */
    scope?: string;
    /** Media types of the body; undefined: the route takes none. */
    consumes?: readonly string[];
    /** A page or an asset: not part of the described API. */
    hidden?: boolean;
    /** The route answers for text that cannot be kept (NUL, lone surrogates) itself, in its place, instead of refusing the body. */
    readsAnyText?: boolean;
  }
}

export interface Route {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
  readonly hidden: boolean;
}

function accessOf({ method, url, config }: RouteOptions): Access {
  const access: unknown = config?.access;
  if (access === 'viewer' || access === 'public') return access;
  throw new Error(`route ${String(method)} ${url} says neither access: 'viewer' nor access: 'public'`);
}

/** Guards every route registered from here on. @returns the list of them, filled as they come */
export function guardRoutes(app: FastifyInstance): readonly Route[] {
  const routes: Route[] = [];
  app.addHook('onRoute', (route) => {
    const access = accessOf(route);
    const hidden = route.config?.hidden === true;
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, access, hidden });
  });
  return routes;
}
