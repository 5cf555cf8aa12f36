/**
 * The viewer: who is asking, for what. Built from verified claims and capped by the registry; frozen for one request.
 * No code path makes a viewer without verified claims: there is no system viewer.
 */
import { type Caveats, type Level, type PurposeName, type Purposes, purposeMask, purposeNames, purposesIn } from '../dictionary/compartment.ts';
import { challenges, Refusal, unboundToken } from '../errors.ts';
import type { Client, Issuer, Partner, Registry, SenderConstrained } from './registry.ts';

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
  /** `iat`, Unix seconds. Undefined: not made of a token. */
  readonly issuedAt?: number;
  /** `kid` of the issuer's key that it was verified with; undefined: it names none. */
  readonly key?: string;
  /** Thumbprint (RFC 7638) of the key that it is bound to, and that its sender has proved to hold; undefined: whoever has the token may use it. */
  readonly boundTo?: string;
  /** Digest of its issuer and `jti`, hex, by which it is taken out of force; of all that is signed where it has no `jti`. Undefined: not made of a token. */
  readonly token?: string;
  /** Of a member of staff, whose id is the subject: digest of the session that it stands by, hex. Only the built-in issuer says so. */
  readonly session?: string;
}

/** Marks claims as verified. For `identity` alone (a test reads the imports and holds this). */
export const asVerified = (claims: Omit<Claims, typeof verified>): Claims => Object.freeze(claims) as Claims;

export interface Viewer {
  readonly partner: string;
  /** One of the partner's desks in this registry. Without it nothing may be done that a desk does. */
  readonly desk?: string;
  /**
   * Whose requests are read: those of the desk that the token names, or that its client is bound to; of one that the partner does not have, nobody's
   * (`nobodysSeat`). Undefined: neither names one, and those of all its desks are read.
   */
  readonly seat?: string;
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
  /** Of the token, for the ledger's last look whether it still counts. */
  readonly token?: string;
  /** Of one of the staff: digest of the session that the token stands by, hex, for the same look. */
  readonly session?: string;
}

const confidential: Level = 2;
/** Where the registry says nothing else. */
const demandedByDefault: SenderConstrained = { clearance: confidential, scopes: [] };
const notAccepted = (): Refusal => new Refusal('UNAUTHENTICATED', { headers: challenges.badBearer });

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

interface Party {
  readonly issuer: Issuer;
  readonly partner: Partner;
  /** Undefined: one that its own issuer knows, and the registry does not. */
  readonly client: Client | undefined;
}

/** Whether the issuer still has the key: one that was taken away since the token was verified no longer speaks for it. */
function keyStands({ jwks }: Issuer, { signingKeys }: Registry, key: string | undefined): boolean {
  if ('builtin' in jwks) return signingKeys.some(({ kid }) => kid === key);
  return key === undefined || 'url' in jwks || jwks.keys.some(({ kid }) => kid === key);
}

/** Whether a restore of the rows came after it: which tokens were revoked since the backup is lost with them. */
const isOfBefore = ({ tokensFrom }: Registry, { issuedAt }: Claims): boolean => tokensFrom !== undefined && issuedAt !== undefined && issuedAt * 1000 < tokensFrom;

/** Who stands behind the claims, all of them in force. @throws Refusal UNAUTHENTICATED */
function partyOf(registry: Registry, claims: Claims): Party {
  const issuer = registry.issuers.get(claims.issuer);
  const partner = registry.partners.get(claims.partner);
  if (issuer?.status !== 'ACTIVE' || !issuer.partners.includes(claims.partner) || partner?.status !== 'ACTIVE') throw notAccepted();
  if (!keyStands(issuer, registry, claims.key) || isOfBefore(registry, claims)) throw notAccepted();
  const builtin = 'builtin' in issuer.jwks;
  // A person's entry is not in the registry: `identity` has read it for this request.
  if (builtin && claims.session !== undefined) return { issuer, partner, client: undefined };
  const declared = registry.clients.get(claims.client);
  const client = declared !== undefined && (declared.issuer === undefined ? builtin : declared.issuer === claims.issuer) ? declared : undefined;
  // The built-in issuer knows no clients but declared ones.
  if (client === undefined ? builtin : client.status !== 'ACTIVE' || client.partner !== claims.partner) throw notAccepted();
  return { issuer, partner, client };
}

type Worth = Pick<Viewer, 'clearance' | 'caveats'> & { readonly purposes: Purposes; readonly scopes: readonly string[] };
const everything = { clearance: 4, caveats: -1, purposes: -1, scopes: undefined } as const;

/** What the claims are worth, under the caps of partner and client. @throws Refusal UNAUTHENTICATED where only a bound token would do */
function worthOf({ issuer, partner, client }: Party, claims: Claims): Worth {
  const cap = client ?? everything;
  const worth = {
    clearance: Math.min(claims.clearance, partner.clearance, cap.clearance) as Level,
    caveats: claims.caveats & partner.caveats & cap.caveats,
    purposes: partner.purposes & cap.purposes,
    scopes: claims.scopes.filter((scope) => partner.scopes.includes(scope) && cap.scopes?.includes(scope) !== false),
  };
  if (claims.boundTo !== undefined) return worth;
  if (demandsBinding(issuer, client, worth.clearance, worth.scopes)) throw unboundToken();
  return worth;
}

/** Whether only a token that is bound to a key is given as much. */
export function demandsBinding({ senderConstrained = demandedByDefault }: Issuer, client: Client | undefined, clearance: Level, scopes: readonly string[]): boolean {
  const { clearance: from, scopes: bound } = senderConstrained;
  return client?.dpop === 'ALWAYS' || clearance >= (from ?? Infinity) || scopes.some((scope) => bound.includes(scope));
}

/** One of the partner's; and the client's own, where that has one. */
const deskOf = ({ partner, client }: Party, desk: string | undefined): string | undefined =>
  partner.desks.find(({ id }) => id === desk && (client?.desk === undefined || client.desk === desk))?.id;

/** No desk has this id: a token that names a desk which is not, or no longer, its organisation's, or another than its client's, must not read more by it. */
export const nobodysSeat = '';

function seatOf(party: Party, { desk }: Claims): string | undefined {
  const named = desk ?? party.client?.desk;
  return named === undefined ? undefined : (deskOf(party, named) ?? nobodysSeat);
}

/**
 * The viewer that these claims make under this registry.
 * @param askedPurpose the `Exchange-Purpose` header, if sent
 * @param namedCase blinded, if one was named
 * @throws Refusal UNAUTHENTICATED when the issuer, the partner or the client is not, or no longer, accepted, or only a bound token would do; PURPOSE_REQUIRED, PURPOSE_NOT_ALLOWED, INVALID
 */
export function viewerOf(registry: Registry, claims: Claims, askedPurpose: string | undefined, namedCase?: readonly string[]): Viewer {
  const party = partyOf(registry, claims);
  const { clearance, caveats, purposes, scopes } = worthOf(party, claims);
  const purpose = purposeOf(claims.purposes, purposes, askedPurpose);
  const [desk, seat] = [deskOf(party, claims.desk), seatOf(party, claims)];
  return Object.freeze({
    partner: party.partner.id,
    ...(desk === undefined ? {} : { desk }),
    ...(seat === undefined ? {} : { seat }),
    subject: claims.subject,
    client: claims.client,
    issuer: claims.issuer,
    scopes: new Set(scopes),
    purpose,
    purposeBit: purposeMask([purpose]),
    ...(namedCase === undefined ? {} : { case: namedCase }),
    clearance,
    caveats,
    registryVersion: registry.version,
    ...(claims.token === undefined ? {} : { token: claims.token }),
    ...(claims.session === undefined ? {} : { session: claims.session }),
  });
}
