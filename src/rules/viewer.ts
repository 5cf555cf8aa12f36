/**
 * The viewer: who is asking, for what. Built from verified claims and capped by the registry; frozen for one request.
 * No code path makes a viewer without verified claims: there is no system viewer.
 */
import { type Caveats, type Level, type PurposeName, type Purposes, purposeMask, purposeNames, purposesIn } from '../dictionary/compartment.ts';
import { Refusal } from '../errors.ts';
import type { Registry } from './registry.ts';

declare const verified: unique symbol;

/** What a verified token says. Made by `identity` alone; remembered by digest, so it holds nothing that the registry can change. */
export interface Claims {
  readonly [verified]: true;
  readonly issuer: string;
  /** `sub`: the officer or the system. */
  readonly subject: string;
  /** `client_id`, or the subject where there is none. */
  readonly client: string;
  readonly partner: string;
  /** The desk of the partner that the officer sits at, by its id in the registry. */
  readonly desk?: string;
  readonly scopes: readonly string[];
  readonly clearance: Level;
  readonly caveats: Caveats;
  readonly purposes: Purposes;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Marks claims as verified. For `identity` alone (a test reads the imports and holds this). */
export const asVerified = (claims: Omit<Claims, typeof verified>): Claims => Object.freeze(claims) as Claims;

export interface Viewer {
  readonly partner: string;
  /** One of the partner's desks in this registry. Without it nothing may be done that a desk does. */
  readonly desk?: string;
  readonly subject: string;
  readonly client: string;
  readonly issuer: string;
  readonly scopes: ReadonlySet<string>;
  /** One purpose, for one request. */
  readonly purpose: PurposeName;
  /** `1 << purposeNames.indexOf(purpose)` */
  readonly purposeBit: Purposes;
  /** The one case that this request names, blinded with each live key. */
  readonly case?: readonly string[];
  /** Capped by the registry. */
  readonly clearance: Level;
  /** Capped by the registry. */
  readonly caveats: Caveats;
  readonly registryVersion: number;
}

const challenge = { headers: { 'WWW-Authenticate': 'Bearer realm="prasan", error="invalid_token"' } };

function purposeOf(claimed: Purposes, allowed: Purposes, asked: string | undefined): PurposeName {
  const usable = claimed & allowed;
  const names = purposesIn(usable);
  if (asked === undefined) {
    const only = names[0];
    if (names.length === 1 && only !== undefined && purposesIn(claimed).length === 1) return only;
    if (names.length === 0) throw new Refusal('PURPOSE_NOT_ALLOWED', 'none of the purposes of this token is one of your organisation\'s');
    throw new Refusal('PURPOSE_REQUIRED', { errors: [{ field: 'Exchange-Purpose', message: `one of ${names.join(', ')}` }] });
  }
  const name = purposeNames.find((purpose) => purpose === asked);
  if (name === undefined) throw new Refusal('INVALID', { errors: [{ field: 'Exchange-Purpose', message: `one of ${names.join(', ')}` }] });
  if ((usable & purposeMask([name])) === 0) {
    throw new Refusal('PURPOSE_NOT_ALLOWED', names.length === 0 ? {} : { errors: [{ field: 'Exchange-Purpose', message: `one of ${names.join(', ')}` }] });
  }
  return name;
}

/**
 * The viewer that these claims make under this registry.
 * @param askedPurpose the `Exchange-Purpose` header, if sent
 * @param namedCase blinded, if one was named
 * @throws Refusal UNAUTHENTICATED when the issuer or the partner is not, or no longer, accepted; PURPOSE_REQUIRED, PURPOSE_NOT_ALLOWED, INVALID
 */
export function viewerOf(registry: Registry, claims: Claims, askedPurpose: string | undefined, namedCase?: readonly string[]): Viewer {
  const issuer = registry.issuers.get(claims.issuer);
  const partner = registry.partners.get(claims.partner);
  if (issuer?.status !== 'ACTIVE' || !issuer.partners.includes(claims.partner) || partner?.status !== 'ACTIVE') throw new Refusal('UNAUTHENTICATED', challenge);
  const purpose = purposeOf(claims.purposes, partner.purposes, askedPurpose);
  const desk = partner.desks.find(({ id }) => id === claims.desk)?.id;
  return Object.freeze({
    partner: partner.id,
    ...(desk === undefined ? {} : { desk }),
    subject: claims.subject,
    client: claims.client,
    issuer: claims.issuer,
    scopes: new Set(claims.scopes.filter((scope) => partner.scopes.includes(scope))),
    purpose,
    purposeBit: purposeMask([purpose]),
    ...(namedCase === undefined ? {} : { case: namedCase }),
    clearance: Math.min(claims.clearance, partner.clearance) as Level,
    caveats: claims.caveats & partner.caveats,
    registryVersion: registry.version,
  });
}
