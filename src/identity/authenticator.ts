/** Access tokens (RFC 9068), as bearers (RFC 6750) or bound to a key (RFC 9449), to verified claims. What the registry allows them is judged per request, by `rules/viewer`. */
import { hash } from 'node:crypto';
import { jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Level } from '../dictionary/compartment.ts';
import { challenges, Refusal } from '../errors.ts';
import type { Issuer, Registry } from '../rules/registry.ts';
import type { Staff } from '../rules/staff.ts';
import { asVerified, type Claims } from '../rules/viewer.ts';
import { claimsOf } from './claims.ts';
import { badProof, dpopVerifier, type Presented, type ProofMemory } from './dpop.ts';
import { type FetchJwks, issuerKeys } from './issuer-keys.ts';
import { liveKeys } from './signing.ts';
import { strictObject } from './strict-json.ts';

export interface AuthenticatorDeps {
  /** The newest registry this node knows. */
  readonly registry: () => Registry | Promise<Registry>;
  /** The `aud` that tokens must carry. */
  readonly audience: string;
  /** How far clocks may differ, seconds. */
  readonly leewaySeconds: number;
  /** Longest life of a token (`exp - iat`), seconds; an issuer may have a shorter one. */
  readonly maxLifeSeconds: number;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Undefined: tokens that are bound to a key are refused. */
  readonly proofs?: ProofMemory;
  /** A member of staff, while account and session (digest, hex) are in force; undefined: nobody's token counts. */
  readonly staff?: (id: string, session: string) => Promise<Staff | undefined>;
  readonly fetchJwks?: FetchJwks;
}

export interface Authenticator {
  /**
   * @param authorization the request's `Authorization` header
   * @param presented the request; undefined: bearer tokens alone are taken
   * @throws Refusal UNAUTHENTICATED, the same whatever is wrong; its `cause` says what, for the log
   */
  authenticate(authorization: string | undefined, presented?: Presented): Promise<Claims>;
  /** What a token says, whoever sends it: for giving it up, never for letting anybody in. @throws Error when it is no good */
  read(token: string): Promise<Claims>;
}

const largestHeader = 8 * 1024;
const remembered = 10_000;
/** So that a key that an issuer takes out of its published set stops counting, also for tokens seen before. */
const rememberSeconds = 300;
const types = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt']);
/** Headers by which a token would choose its own key, or change how it is read (RFC 8725 sections 3.9, 3.10). */
const forbidden = ['crit', 'b64', 'jku', 'jwk', 'x5u', 'x5c'];
const schemes = /^(bearer|dpop)\b/i;
const wellFormed = /^(?:bearer|dpop) +([\w~+/.-]+=*) *$/i;
type Scheme = 'bearer' | 'dpop';

interface Remembered {
  readonly claims: Claims;
  /** Unix seconds: when it is verified anew. */
  readonly until: number;
  /** The issuer as it was when this was verified. */
  readonly issuer: string;
}

const noToken = (): Refusal => new Refusal('UNAUTHENTICATED', { headers: challenges.none });
const badToken = (scheme: Scheme, cause: unknown): Refusal => new Refusal('UNAUTHENTICATED', { headers: scheme === 'dpop' ? challenges.badDpop : challenges.badBearer }, cause);

function tokenOf(authorization: string | undefined): { readonly scheme: Scheme; readonly token: string } {
  const scheme = schemes.exec(authorization ?? '')?.[1]?.toLowerCase() as Scheme | undefined;
  if (authorization === undefined || scheme === undefined) throw noToken();
  if (authorization.length > largestHeader) throw badToken(scheme, new Error('the token is too large'));
  const token = wellFormed.exec(authorization)?.[1];
  if (token === undefined) throw badToken(scheme, new Error('the Authorization header is malformed'));
  return { scheme, token };
}

function checkHeader(header: Readonly<Record<string, unknown>>): void {
  if (typeof header['typ'] !== 'string' || !types.has(header['typ'].toLowerCase())) throw new Error('typ is not at+jwt or JWT');
  for (const name of forbidden) if (Object.hasOwn(header, name)) throw new Error(`header ${name} is not accepted`);
}

/** Before anything is verified: only what says whose key to verify with. */
function issuerOf(token: string, registry: Registry): Issuer {
  const [header, payload, signature, ...more] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) throw new Error('not a compact JWS');
  checkHeader(strictObject(header));
  const { iss } = strictObject(payload);
  const issuer = typeof iss === 'string' ? registry.issuers.get(iss) : undefined;
  if (issuer?.status !== 'ACTIVE') throw new Error('the issuer is not known, or suspended');
  return issuer;
}

const entries = new WeakMap<Issuer, string>();

function entryOf(issuer: Issuer): string {
  let entry = entries.get(issuer);
  if (entry === undefined) {
    entry = JSON.stringify([issuer.issuer, issuer.jwks, issuer.algorithms, issuer.partners, issuer.maxLife]);
    entries.set(issuer, entry);
  }
  return entry;
}

export function authenticator({ registry, audience, leewaySeconds, maxLifeSeconds, now = Date.now, fetchJwks = fetch, proofs, staff }: AuthenticatorDeps): Authenticator {
  const keysOf = issuerKeys(fetchJwks, now);
  const memory = new LRUCache<string, Remembered>({ max: remembered });
  const verifyProof = proofs === undefined ? undefined : dpopVerifier({ proofs, leewaySeconds, now });

  /** All of an issuer that verification rests on: when any of it changes in the registry, its tokens are verified anew. */
  const printOf = (issuer: Issuer, registry: Registry): string => `${entryOf(issuer)} ${'builtin' in issuer.jwks ? liveKeys(registry, now()).map(({ kid }) => kid).join(' ') : ''}`;

  function recall(digest: string, registry: Registry): Claims | undefined {
    const known = memory.get(digest);
    if (known === undefined) return undefined;
    const issuer = registry.issuers.get(known.claims.issuer);
    if (now() / 1000 < known.until && issuer?.status === 'ACTIVE' && printOf(issuer, registry) === known.issuer) return known.claims;
    memory.delete(digest);
    return undefined;
  }

  async function verify(token: string, digest: string, registry: Registry): Promise<Claims> {
    const issuer = issuerOf(token, registry);
    const seconds = now() / 1000;
    const { payload, protectedHeader } = await jwtVerify(token, keysOf(issuer, liveKeys(registry, now())), {
      algorithms: [...issuer.algorithms],
      issuer: issuer.issuer,
      audience,
      clockTolerance: leewaySeconds,
      currentDate: new Date(seconds * 1000),
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    const claims = claimsOf(payload, issuer, { now: seconds, leeway: leewaySeconds, longest: maxLifeSeconds }, token, protectedHeader.kid);
    memory.set(digest, { claims, until: Math.min(claims.expiresAt + leewaySeconds, seconds + rememberSeconds), issuer: printOf(issuer, registry) });
    return claims;
  }

  async function claimsIn(token: string, digest: string, known: Registry, scheme: Scheme): Promise<Claims> {
    try {
      const claims = recall(digest, known) ?? (await verify(token, digest, known));
      // RFC 9449 section 7.2: neither passes for the other.
      if ((claims.boundTo === undefined) !== (scheme === 'bearer')) throw new Error('a bound token is sent as DPoP, and no other');
      return claims;
    } catch (error) {
      throw badToken(scheme, error);
    }
  }

  async function prove({ boundTo }: Claims, digest: string, presented: Presented | undefined): Promise<void> {
    if (boundTo === undefined) return;
    if (presented === undefined || verifyProof === undefined) throw badProof(new Error('no proofs are taken here'));
    await verifyProof(presented, digest, boundTo);
  }

  /** Read at each request, as it stands now: who was suspended, or signed out, is refused; who was given less since has less. */
  async function standing(claims: Claims): Promise<Claims> {
    if (claims.session === undefined) return claims;
    const now = await staff?.(claims.subject, claims.session);
    if (now?.partner !== claims.partner) throw badToken('dpop', new Error('the person, or its session, is not in force'));
    const { desk: _, ...others } = claims;
    return asVerified({
      ...others, ...(now.desk !== undefined && { desk: now.desk }), clearance: Math.min(claims.clearance, now.clearance) as Level, caveats: claims.caveats & now.caveats,
      purposes: claims.purposes & now.purposes, scopes: claims.scopes.filter((scope) => now.scopes.includes(scope)),
    });
  }

  return {
    read: async (token) => verify(token, hash('sha256', token, 'base64url'), await registry()),
    async authenticate(authorization, presented) {
      const { scheme, token } = tokenOf(authorization);
      const known = await registry();
      const digest = hash('sha256', token, 'base64url');
      const claims = await claimsIn(token, digest, known, scheme);
      await prove(claims, digest, presented);
      return standing(claims);
    },
  };
}
