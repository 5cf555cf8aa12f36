/** Somebody who holds a key that tokens can be bound to, and proves it: rightly, or in whichever way a test wants it wrong (RFC 9449). */
import { type KeyObject, generateKeyPairSync, hash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { forge } from '../identity/fixtures/world.ts';

export interface Wrong {
  readonly header?: object;
  readonly claims?: object;
  /** Signs in the holder's place. */
  readonly key?: KeyObject | Buffer;
  readonly alg?: string;
}

export interface Holder {
  readonly thumbprint: string;
  readonly jwk: JWK;
  readonly privateKey: KeyObject;
  /** @param url without query */
  proof(method: string, url: string, token: string, wrong?: Wrong): string;
}

const pairs = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
} as const;

/** @param now Unix milliseconds */
export async function holder(alg: keyof typeof pairs = 'ES256', now: () => number = Date.now): Promise<Holder> {
  const { privateKey, publicKey } = pairs[alg]();
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  return {
    jwk, privateKey,
    thumbprint: await calculateJwkThumbprint(jwk),
    proof: (htm, htu, token, { header = {}, claims = {}, key = privateKey, alg: signedAs = alg } = {}) => {
      const ath = hash('sha256', token, 'base64url');
      return forge({ typ: 'dpop+jwt', alg: signedAs, jwk, ...header }, { jti: randomUUID(), htm, htu, iat: Math.floor(now() / 1000), ath, ...claims }, key, signedAs);
    },
  };
}
