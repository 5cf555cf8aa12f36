import { type JSONWebKeySet, type JWTVerifyGetKey, createLocalJWKSet, createRemoteJWKSet, customFetch } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Issuer, SigningKey } from '../rules/registry.ts';

/** Like `fetch`, for tests and for hosts that reach out through a proxy. */
export type FetchJwks = (url: string, options: RequestInit) => Promise<Response>;

/** An unknown `kid` fetches the keys again, at most this often; and a key that its issuer took away is gone after `maxAge`. */
const cooldown = 30_000;
const maxAge = 5 * 60_000;
const timeout = 5_000;
/** A failed fetch is not tried again sooner, however many tokens ask for it. */
const failurePause = 5_000;
const largest = 256 * 1024;

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @throws Error unless it is https, or http to this machine, without credentials */
export function jwksUrl(text: string): URL {
  const url = new URL(text);
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
  if (!safe || url.username !== '' || url.password !== '') throw new Error('a key set URL is https (http for this machine alone), without credentials');
  return url;
}

async function limited(response: Response): Promise<Response> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > largest) throw new Error('the key set is too large');
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status: response.status });
}

function remote(url: string, fetchJwks: FetchJwks, now: () => number): JWTVerifyGetKey {
  let failedAt = -Infinity;
  return createRemoteJWKSet(jwksUrl(url), {
    timeoutDuration: timeout,
    cooldownDuration: cooldown,
    cacheMaxAge: maxAge,
    async [customFetch](href, options) {
      if (Math.abs(now() - failedAt) < failurePause) throw new Error('the key set could not be fetched a moment ago');
      try {
        const response = await limited(await fetchJwks(href, options)); // redirects are not followed: jose asks for `manual`
        if (response.status !== 200) throw new Error(`the key set's server answered ${response.status}`);
        return response;
      } catch (error) {
        failedAt = now();
        throw error;
      }
    },
  });
}

/**
 * The keys that issuers sign with. Fetched ones are kept per URL, whatever else of the issuer changes.
 * @param now milliseconds
 * @returns for an issuer, and the keys of the built-in one, what jose asks for the key of a token; @throws Error when its key set is malformed or its URL is not acceptable
 */
export function issuerKeys(fetchJwks: FetchJwks, now: () => number): (issuer: Issuer, own?: readonly SigningKey[]) => JWTVerifyGetKey {
  const sets = new LRUCache<string, JWTVerifyGetKey>({ max: 1024 });
  return ({ issuer, jwks }, own = []) => {
    const keys = 'builtin' in jwks ? own.map(({ jwk }) => jwk) : 'keys' in jwks ? jwks.keys : [];
    const name = JSON.stringify([issuer, jwks, 'builtin' in jwks && keys]);
    let set = sets.get(name);
    if (set === undefined) {
      set = 'url' in jwks ? remote(jwks.url, fetchJwks, now) : createLocalJWKSet({ keys } as unknown as JSONWebKeySet);
      sets.set(name, set);
    }
    return set;
  };
}
