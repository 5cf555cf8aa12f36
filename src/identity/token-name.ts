/** What names a token where it is taken out of force: hex. A leaf: the verifier and the operator's command name it alike. */
import { hash } from 'node:crypto';
import { strictObject } from './strict-json.ts';

/** Of a token by its `jti` (RFC 7519 section 4.1.7), which is its issuer's own. */
export const nameOf = (issuer: string, jti: string): string => hash('sha256', JSON.stringify([issuer, jti]), 'hex');

/** Of one without: by all of it that is signed. Not by its signature, of which whoever has one can make another that fits (ECDSA). */
export const nameOfSigned = (issuer: string, token: string): string => hash('sha256', JSON.stringify([issuer, null, token.slice(0, token.lastIndexOf('.'))]), 'hex');

export interface Named {
  readonly issuer: string;
  readonly name: string;
  /** Unix seconds, as the token says. */
  readonly expires: number | undefined;
}

/** What a token says of itself, unverified. @throws Error when it is no compact JWS */
export function namesOf(token: string): Named {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) throw new Error('not a compact JWS');
  const { iss, jti, exp } = strictObject(payload);
  if (typeof iss !== 'string') throw new Error('it names no issuer');
  return { issuer: iss, name: typeof jti === 'string' ? nameOf(iss, jti) : nameOfSigned(iss, token), expires: typeof exp === 'number' && Number.isFinite(exp) ? exp : undefined };
}
