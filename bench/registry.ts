/** Who takes part in the measurements: twenty partners that submit and read, and one that only reads. Made up throughout. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { type CaveatName, type Caveats, caveatMask, type Level, levelName, type PurposeName, type Purposes, purposeMask } from '../src/dictionary/compartment.ts';
import type { Agreement, Channel, Declared, Partner } from '../src/rules/registry.ts';


export const partnerCount = 20;
export const channelCount = 24;
/** Channels that every partner reads: 15 of 24 for each of 20 originators are 300 audiences, 62.5 % of the records. */
export const sharedChannels = 15;
export const reader = 'bench-reader';
/** One that asks more than it may: `noisyLimit` requests in a minute. */
export const noisy = 'bench-noisy';
export const noisyLimit = 600;
/** Limits that stand, and are counted, and that no measurement reaches. */
const plenty = { requestsPerMinute: 1e9, concurrentRequests: 10_000, lookupsPerMinute: 1e9, missesPerHour: 1e9, importRowsPerDay: 1e9 };
export const partnerId = (n: number): string => `bench-${String(n % partnerCount).padStart(2, '0')}`;
export const channelId = (n: number): string => `channel-${String(n).padStart(2, '0')}`;

const issuer = 'urn:prasan:bench';
const kid = 'bench-1';
const originators = Array.from({ length: partnerCount }, (_, n) => partnerId(n));
const text = (en: string) => ({ en, th: en });
const scopes = ['records:read', 'records:write', 'import'];

/** What is exchanged, and what opens it. */
export interface Subject {
  readonly kinds: readonly string[];
  readonly caveats: readonly CaveatName[];
  /** INVESTIGATION unless given. */
  readonly purpose?: PurposeName;
  /** Kinds of requests that partners ask of each other; none unless given. */
  readonly requests?: readonly string[];
  /** CONFIDENTIAL unless given. */
  readonly clearance?: Level;
}

interface Means {
  readonly caveats: Caveats;
  readonly purposes: Purposes;
  readonly level: Level;
}

const partner = (id: string, { caveats, purposes, level }: Means): Partner =>
  ({ id, name: text(id), type: 'OTHER', country: 'TH', clearance: level, caveats, purposes, scopes, desks: [{ id: 'duty', name: text('Duty desk'), contact: 'duty@bench.example' }], limits: { ...plenty, ...(id === noisy ? { requestsPerMinute: noisyLimit } : {}) }, status: 'ACTIVE' });

const agreement = (kinds: readonly string[], requests: readonly string[], { caveats, purposes, level }: Means): Agreement => ({
  id: 'bench', title: text('Bench'), type: 'MOU', citation: text('Bench'), parties: [...originators, reader], validFrom: '2020-01-01T00:00:00Z', status: 'ACTIVE', nationalMarkings: [],
  clauses: [{ id: '1', text: text('Records'), access: ['READ', 'SUBMIT'], kinds, purposes, ceiling: level, caveats, onward: 'NONE', onTermination: 'END_AT_ONCE', groundRequired: false, requests }],
});

const channel = (n: number, { purposes, level }: Means): Channel =>
  ({ id: channelId(n), name: text(channelId(n)), agreement: 'bench', members: n < sharedChannels ? [...originators, reader] : [partnerId(n), partnerId(n + 1)], purposes, ceiling: level, status: 'ACTIVE' });

export interface World {
  readonly registry: Declared;
  /**
   * @param cleared caveats of the token; all of the subject's unless given
   * @param boundTo thumbprint of the key that it is bound to; to none unless given
   */
  token(partner: string, subject: string, cleared?: readonly CaveatName[], boundTo?: string): Promise<string>;
}

export function makeWorld({ kinds, caveats: names, purpose = 'INVESTIGATION', requests = [], clearance = 2 }: Subject = { kinds: ['Indicator'], caveats: ['OPERATIONAL'] }): World {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const means = { caveats: caveatMask(names), purposes: purposeMask([purpose]), level: clearance };
  const partners = [...originators, reader, noisy].map((id) => partner(id, means));
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'EdDSA' }] };
  return {
    registry: {
      partners: new Map(partners.map((one) => [one.id, one])),
      issuers: new Map([[issuer, { issuer, jwks, algorithms: ['EdDSA'], partners: partners.map(({ id }) => id), maxLife: 86_400, senderConstrained: { scopes: [] }, status: 'ACTIVE' }]]),
      clients: new Map(),
      agreements: new Map([['bench', agreement(kinds, requests, means)]]),
      statistics: new Map(),
      channels: new Map(Array.from({ length: channelCount }, (_, n) => [channelId(n), channel(n, means)])),
      mechanisms: new Map(),
    },
    token: async (id, subject, cleared = names, boundTo) =>
      new SignJWT({ partner: id, jti: randomUUID(), ...(boundTo !== undefined && { cnf: { jkt: boundTo } }), client_id: 'bench', clearance: levelName(clearance), caveats: cleared, purposes: [purpose], scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid }).setIssuer(issuer).setSubject(subject).setAudience('prasan').setIssuedAt().setExpirationTime('8h').sign(privateKey),
  };
}
