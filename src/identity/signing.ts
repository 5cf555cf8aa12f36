/** Keys of the built-in issuer: which count, and which signs. */
import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Registry, SigningKey } from '../rules/registry.ts';

/** What the wrapping of a private half is bound to. */
export const keyContext = (kid: string): string => `signing key ${kid}`;

/** Keys whose tokens count at this instant. */
export const liveKeys = ({ signingKeys }: Pick<Registry, 'signingKeys'>, now: number): readonly SigningKey[] => signingKeys.filter(({ until }) => until === undefined || until > now);

/** The newest that is published long enough. */
export const signerOf = (keys: readonly SigningKey[], now: number): SigningKey | undefined =>
  keys.filter(({ signsFrom }) => signsFrom <= now).reduce<SigningKey | undefined>((best, key) => (best === undefined || key.signsFrom > best.signsFrom ? key : best), undefined);

/** A new P-256 key. @returns the private half (32 bytes), to be wrapped; it stands nowhere else */
export async function newSigningKey(signsFrom: number): Promise<SigningKey & { readonly secret: Uint8Array }> {
  const { d = '', ...jwk } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(jwk as JWK);
  return { kid, jwk: { ...jwk, kid, use: 'sig', alg: 'ES256' }, signsFrom, secret: Buffer.from(d, 'base64url') };
}
