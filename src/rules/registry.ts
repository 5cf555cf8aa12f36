/**
 * The registry: who takes part, under which agreements, in which channels. Declared in YAML, kept in the database, read by every node at one version.
 * All of it is data; what it means for a viewer is computed in `grant.ts`.
 */
import type { Caveats, Level, Purposes } from '../dictionary/compartment.ts';
import type { Limits } from './limits.ts';

/** What tokens may be for (RFC 6749 section 3.3). */
export const scopes = ['records:read', 'records:write', 'records:erase', 'import', 'ledger:read', 'statistics'] as const;

/** What users read, English and Thai. */
export interface Text {
  readonly en: string;
  readonly th: string;
}

export type PartnerType =
  | 'POLICE' | 'EMBASSY' | 'REGULATOR' | 'FIU' | 'BANK' | 'TELECOM' | 'CERT' | 'MINISTRY' | 'SOCIAL_SERVICE' | 'UN_BODY' | 'OTHER';

export interface Desk {
  /** Unique within the partner: `duty`, `protection`. */
  readonly id: string;
  readonly name: Text;
  /** How to reach it, as it may be shown to other partners (a phone number, a mail address). */
  readonly contact: string;
  /** Answered at any hour; told to the other side of a request with this desk, and to nobody else. Undefined: `contact` is all there is. */
  readonly onCall?: string;
  /** The desk of the same partner that is told of requests that this one let lie; undefined: none. */
  readonly escalateTo?: string;
  /** Banks whose accounts it keeps, and whom holds on them go to: a BIC (8 characters), or country and national code (`TH/002`). */
  readonly institutions?: readonly string[];
}

export interface Partner {
  /** Lower-case words: `th-ccib`, `kr-embassy`. */
  readonly id: string;
  readonly name: Text;
  readonly type: PartnerType;
  /** ISO 3166-1 alpha-2, or `UN`. */
  readonly country: string;
  readonly clearance: Level;
  readonly caveats: Caveats;
  readonly purposes: Purposes;
  /** Scopes that its tokens may carry. */
  readonly scopes: readonly string[];
  readonly desks: readonly Desk[];
  /** Where they differ from those of everybody. */
  readonly limits?: Partial<Limits>;
  readonly status: 'ACTIVE' | 'SUSPENDED';
}

export type Algorithm = 'EdDSA' | 'ES256' | 'ES384' | 'PS256' | 'RS256';

export type Jwks = { readonly url: string } | { readonly keys: readonly Readonly<Record<string, unknown>>[] };

/** What is given to tokens alone that are bound to a key of their holder (RFC 9449). */
export interface SenderConstrained {
  /** From this level on; undefined: at no level. */
  readonly clearance?: Level;
  readonly scopes: readonly string[];
}

export interface Issuer {
  /** The `iss` claim, exactly. */
  readonly issuer: string;
  /** `builtin`: the exchange's own, whose keys are in the registry's `signingKeys`. */
  readonly jwks: Jwks | { readonly builtin: true };
  readonly algorithms: readonly Algorithm[];
  /** Partners it may speak for. */
  readonly partners: readonly string[];
  /** Longest life of a token, seconds (`exp - iat`). */
  readonly maxLife: number;
  /** Undefined: from CONFIDENTIAL on. */
  readonly senderConstrained?: SenderConstrained;
  readonly status: 'ACTIVE' | 'SUSPENDED';
}

/** A key of the built-in issuer, its public half. */
export interface SigningKey {
  readonly kid: string;
  /** RFC 7517. */
  readonly jwk: Readonly<Record<string, unknown>>;
  /** Unix milliseconds: published before, it signs from here on. */
  readonly signsFrom: number;
  /** Unix milliseconds, when the last token that it signed has expired; undefined: it signs, or will. */
  readonly until?: number;
}

/** A partner's system. What it is given is capped by its partner's caps as well. */
export interface Client {
  /** The `client_id`: lower-case words, `kr-embassy-sync`. */
  readonly id: string;
  readonly partner: string;
  /** A desk of the partner that it works for. */
  readonly desk?: string;
  readonly name: Text;
  /** Whose client it is; undefined: the built-in issuer's. */
  readonly issuer?: string;
  readonly scopes: readonly string[];
  readonly clearance: Level;
  readonly caveats: Caveats;
  readonly purposes: Purposes;
  /** Keys that it signs its assertions with (RFC 7523); undefined: another issuer's client. */
  readonly jwks?: Jwks;
  readonly algorithms: readonly Algorithm[];
  /** Whether its tokens are all bound to a key (RFC 9449), or only where its issuer's entry demands it. */
  readonly dpop: 'ALWAYS' | 'WHERE_DEMANDED';
  /** Its own, within those of its partner. */
  readonly limits?: Partial<Limits>;
  readonly status: 'ACTIVE' | 'SUSPENDED';
}

export type Access = 'READ' | 'SUBMIT' | 'COUNT';

/** What must go through an embassy desk. */
export interface Routing {
  /** Partner whose desk it is, and the desk. */
  readonly partner: string;
  readonly desk: string;
  /** Records classified above this level. */
  readonly above?: Level;
  /** Records marked `sensitive`. */
  readonly sensitive: boolean;
  /** Requests for arrest with return. */
  readonly arrestWithReturn: boolean;
}

/** A notice that a disclosure demands. */
export interface Notices {
  /** Partners whose feeds it goes into; as far as they are members of the channel. */
  readonly to: readonly string[];
  /** Of which kinds, by name; `*` for all. */
  readonly kinds: readonly string[];
}

export interface Clause {
  /** Unique within its agreement: `4.2`. */
  readonly id: string;
  readonly text: Text;
  readonly access: readonly Access[];
  /** Record kinds by name; `*` for all. */
  readonly kinds: readonly string[];
  /** By kind and field, the values that a record must have one of; of kinds that are not named, every record. */
  readonly when?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Parties it speaks to; undefined: all parties of the agreement. */
  readonly parties?: readonly string[];
  /** Channels it speaks to; undefined: all channels of the agreement. */
  readonly channels?: readonly string[];
  readonly purposes: Purposes;
  readonly ceiling: Level;
  readonly caveats: Caveats;
  /** ISO 8601 duration after which a share under it ends; undefined: no limit. */
  readonly retention?: string;
  readonly onward: 'NONE' | 'WITH_CONSENT' | 'ALLOWED';
  /** What the agreement's end does to what was shared under it. */
  readonly onTermination: 'END_AT_ONCE' | { readonly readUntil: string };
  readonly routing?: Routing;
  /** ISO 8601 duration for which an originator does not see readings under it, for covert work; undefined: it sees them at once. */
  readonly ledgerDelay?: string;
  /** Whether a record shared under it must name a ground of suspicion. */
  readonly groundRequired: boolean;
  /** To whom a share under it is told by a notice in the feed; undefined: to nobody. */
  readonly notices?: readonly Notices[];
  /** Kinds of requests that partners may ask of each other under it, and answer: whatever `access` and `kinds` say. */
  readonly requests?: readonly string[];
}

export interface Agreement {
  readonly id: string;
  readonly title: Text;
  readonly type: 'TREATY' | 'MOU' | 'DECREE' | 'TERMS_OF_REFERENCE' | 'ARRANGEMENT';
  readonly citation: Text;
  readonly parties: readonly string[];
  /** RFC 3339, UTC; in force from this instant. */
  readonly validFrom: string;
  /** RFC 3339, UTC; the first instant at which it is no longer in force; undefined: until ended. */
  readonly validTo?: string;
  readonly status: 'ACTIVE' | 'SUSPENDED' | 'TERMINATED';
  /** When it was terminated (with status TERMINATED), RFC 3339. */
  readonly terminatedAt?: string;
  /** The agreement whose channels and records pass over to this one when it comes into force. */
  readonly supersedes?: string;
  readonly clauses: readonly Clause[];
  /** Whom the victim firewall alerts of the victims in its channels; undefined: nobody. */
  readonly protectionDesk?: { readonly partner: string; readonly desk: string };
  /** National marks that count as the same level: `{mark: "ลับ", country: "TH", level}`. */
  readonly nationalMarkings: readonly { readonly mark: string; readonly country: string; readonly level: Level }[];
}

export interface Channel {
  readonly id: string;
  readonly name: Text;
  /** The agreement it was opened under; one that supersedes it takes it over. */
  readonly agreement: string;
  readonly members: readonly string[];
  readonly purposes: Purposes;
  readonly ceiling: Level;
  readonly status: 'ACTIVE' | 'SUSPENDED';
}

/** One stage of a country's referral mechanism. */
export interface Stage {
  readonly stage: string;
  /** Stages that may follow; none: the case is closed with it. */
  readonly next: readonly string[];
  /** ISO 8601 duration that it may last; undefined: as long as it takes. */
  readonly clock?: string;
  /** How long before the clock runs out it warns. */
  readonly warnBefore?: string;
  /** The desk that is told once the clock has run out. */
  readonly escalateTo?: { readonly partner: string; readonly desk: string };
}

/** A country's national referral mechanism: its stages, in order, and their clocks. */
export interface Mechanism {
  /** Lower-case words: `th-nrm`. */
  readonly id: string;
  /** ISO 3166-1 alpha-2: of the originators whose cases follow it. */
  readonly country: string;
  readonly title: Text;
  readonly citation: Text;
  readonly stages: readonly Stage[];
}

/** A table of counts that those may ask for to whom its clause gives COUNT. */
export interface StatisticTable {
  readonly id: string;
  readonly title: Text;
  readonly agreement: string;
  /** The clause that gives COUNT. */
  readonly clause: string;
  /** The channels whose records it counts; who asks is a member of all of them. */
  readonly channels: readonly string[];
  readonly kind: string;
  /** Fields of the kind, `originatorCountry`, `month`. */
  readonly dimensions: readonly string[];
  readonly period: 'MONTH' | 'QUARTER' | 'YEAR';
  readonly status: 'ACTIVE' | 'SUSPENDED';
}

/** The whole registry at one version. */
export interface Registry {
  /** Raised by one with every change; 0 before the first. */
  readonly version: number;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly issuers: ReadonlyMap<string, Issuer>;
  readonly clients: ReadonlyMap<string, Client>;
  readonly agreements: ReadonlyMap<string, Agreement>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly mechanisms: ReadonlyMap<string, Mechanism>;
  readonly statistics: ReadonlyMap<string, StatisticTable>;
  /** Made by `prasan issuer rotate`, declared nowhere. */
  readonly signingKeys: readonly SigningKey[];
  /** Unix milliseconds of the last restore: tokens issued before it count no more, of whichever issuer. Undefined: there was none. */
  readonly tokensFrom?: number;
}

/** What files declare. */
export type Declared = Omit<Registry, 'version' | 'signingKeys' | 'tokensFrom'>;
