/** DPoP proofs (RFC 9449 section 4.3): that who sends a token holds the key it is bound to, for this request alone. */
import { type KeyObject, createPublicKey, hash } from 'node:crypto';
import { calculateJwkThumbprint, type JWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { challenges, proofAlgorithms, Refusal } from '../errors.ts';
import { strictObject } from './strict-json.ts';

/** A request as the proof must speak of it. */
export interface Presented {
  readonly method: string;
  /** As its sender wrote it, with or without query. */
  readonly url: string;
  /** The `DPoP` header. */
  readonly proof: string | undefined;
}

/** Where used proofs are remembered: for all nodes. */
export interface ProofMemory {
  /**
   * @param proof its digest
   * @param issued its `iat`, Unix seconds
   * @param until Unix seconds, from when it is too old to be accepted anyway
   * @returns whether it is new
   */
  first(proof: Uint8Array, issued: number, until: number): Promise<boolean>;
}

export interface DpopDeps {
  readonly proofs: ProofMemory;
  /** How far clocks may differ, seconds. */
  readonly leewaySeconds: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * @param ath of the token: base64url of its SHA-256
 * @param boundTo thumbprint of the key that the token is bound to
 * @throws Refusal UNAUTHENTICATED, the same whatever is wrong; its `cause` says what, for the log
 */
export type VerifyProof = (presented: Presented, ath: string, boundTo: string) => Promise<void>;

const largest = 4 * 1024;
/** How long a proof may be on its way, seconds. */
const maxAge = 60;
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const forbidden = ['crit', 'b64', 'jku', 'x5u', 'x5c', 'kid'];
const unreserved = /^[\w.~-]$/;

export const badProof = (cause: unknown): Refusal => new Refusal('UNAUTHENTICATED', { headers: challenges.badProof }, cause);

/** RFC 3986 sections 6.2.2 and 6.2.3, without query and fragment. @throws TypeError when it is no absolute URL */
function normalUri(text: string): string {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw new TypeError('credentials in htu');
  const path = url.pathname.replace(/%[\da-f]{2}/gi, (escape) => {
    const letter = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return unreserved.test(letter) ? letter : escape.toUpperCase();
  });
  return `${url.origin}${path}`;
}

interface ProofKey {
  readonly key: KeyObject;
  readonly thumbprint: string;
}

async function importKey(jwk: Readonly<Record<string, unknown>>): Promise<ProofKey> {
  for (const name of secretMembers) if (Object.hasOwn(jwk, name)) throw new Error('the jwk holds a private or a secret key');
  return { key: createPublicKey({ key: jwk, format: 'jwk' }), thumbprint: await calculateJwkThumbprint(jwk as JWK) };
}

function jwkOf(header: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const name of forbidden) if (Object.hasOwn(header, name)) throw new Error(`header ${name} is not accepted`);
  const { jwk } = header;
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw new Error('jwk is missing');
  return jwk as Readonly<Record<string, unknown>>;
}

/** RFC 9449 section 4.3, steps 8 to 11. */
function checkClaims(payload: Readonly<Record<string, unknown>>, { method, url }: Presented, ath: string): { readonly jti: string; readonly iat: number } {
  const { jti, htm, htu, iat } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) throw new Error('jti is missing or too long');
  if (htm !== method) throw new Error('htm is another method');
  if (typeof htu !== 'string' || normalUri(htu) !== normalUri(url)) throw new Error('htu is another address');
  if (payload['ath'] !== ath) throw new Error('ath is of another token');
  if (typeof iat !== 'number') throw new Error('iat is no number');
  return { jti, iat };
}

export function dpopVerifier({ proofs, leewaySeconds, now }: DpopDeps): VerifyProof {
  const keys = new LRUCache<string, ProofKey>({ max: 1000 });

  async function keyOf(jwk: Readonly<Record<string, unknown>>): Promise<ProofKey> {
    const name = JSON.stringify(jwk);
    const known = keys.get(name) ?? (await importKey(jwk));
    keys.set(name, known);
    return known;
  }

  async function verified(presented: Presented, ath: string, boundTo: string): Promise<{ readonly jti: string; readonly iat: number }> {
    const { proof } = presented;
    if (proof === undefined || proof.length > largest) throw new Error('there is no proof, or it is too large');
    const [header, payload, ...rest] = proof.split('.');
    if (header === undefined || payload === undefined || rest.length !== 1) throw new Error('the proof is no compact JWS, or there are several');
    const { key, thumbprint } = await keyOf(jwkOf(strictObject(header)));
    // Before the signature: whoever holds another key is turned away at no cost.
    if (thumbprint !== boundTo) throw new Error('the token is bound to another key');
    const { jti, iat } = checkClaims(strictObject(payload), presented, ath);
    const seconds = now() / 1000;
    if (!(iat > seconds - maxAge - leewaySeconds && iat < seconds + leewaySeconds + 1)) throw new Error('iat is too long ago, or to come');
    await jwtVerify(proof, key, { algorithms: [...proofAlgorithms], typ: 'dpop+jwt', currentDate: new Date(now()), clockTolerance: leewaySeconds });
    return { jti, iat };
  }

  return async (presented, ath, boundTo) => {
    const { jti, iat } = await verified(presented, ath, boundTo).catch((error: unknown) => { throw badProof(error); });
    const digest = hash('sha256', JSON.stringify([boundTo, jti]), 'buffer');
    if (!(await proofs.first(digest, iat, now() / 1000 + maxAge + 2 * leewaySeconds + 2))) throw badProof(new Error('the proof was used before'));
  };
}
