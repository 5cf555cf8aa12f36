/** What a verified token says, read strictly: a claim that is not quite what it should be is a refusal, never a guess. */
import { type Level, caveatMask, levelOf, purposeMask } from '../dictionary/compartment.ts';
import type { Issuer } from '../rules/registry.ts';
import { type Claims, asVerified } from '../rules/viewer.ts';
import { nameOf, nameOfSigned } from './token-name.ts';

type Payload = Readonly<Record<string, unknown>>;

const most = 64;
// oxlint-disable-next-line no-control-regex -- they would end up in logs and in the ledger
const control = /[\u0000-\u001f\u007f-\u009f]/;
/** RFC 6749 section 3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

function text(payload: Payload, name: string): string | undefined {
  const value = payload[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > 256 || control.test(value) || !value.isWellFormed()) throw new Error(`bad claim ${name}`);
  return value;
}

function words(payload: Payload, name: string): string[] {
  const value = payload[name];
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > most) throw new Error(`bad claim ${name}`);
  const list = value.map((word: unknown) => {
    if (typeof word !== 'string') throw new Error(`bad claim ${name}`);
    return word;
  });
  if (new Set(list).size !== list.length) throw new Error(`bad claim ${name}: a word stands twice`);
  return list;
}

function scopes(payload: Payload): string[] {
  if (payload['scope'] === undefined || payload['scope'] === '') return [];
  const list = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : [];
  if (list.length === 0 || list.length > most || !list.every((scope) => scopeToken.test(scope))) throw new Error('bad claim scope');
  return [...new Set(list)];
}

/** Without the claim: the lowest level. */
function clearance(payload: Payload): Level {
  const name = text(payload, 'clearance');
  if (name === undefined) return 0;
  const level = levelOf(name);
  if (level === undefined) throw new Error('bad claim clearance');
  return level;
}

function partner(payload: Payload, { partners }: Issuer): string {
  const named = text(payload, 'partner');
  if (named !== undefined) {
    if (!partners.includes(named)) throw new Error('the issuer may not speak for this partner');
    return named;
  }
  const [only] = partners;
  if (only === undefined || partners.length !== 1) throw new Error('claim partner is missing, and the issuer speaks for several');
  return only;
}

function lifetime(payload: Payload, now: number, leeway: number, longest: number): { readonly expiresAt: number; readonly issuedAt: number } {
  const { exp, iat } = payload;
  if (typeof exp !== 'number' || typeof iat !== 'number') throw new Error('exp or iat is missing or no number');
  if (iat > now + leeway) throw new Error('issued in the future');
  const life = exp - iat;
  if (!(life > 0 && life <= longest)) throw new Error('lives too long, or not at all'); // said so, because NaN must fail
  return { expiresAt: exp, issuedAt: iat };
}

/** RFC 9449 section 6.1. Another way of being bound is not known here: such a token must not pass for one that anybody may use. */
function boundTo({ cnf }: Payload): string | undefined {
  if (cnf === undefined) return undefined;
  const { jkt, ...others } = typeof cnf === 'object' && cnf !== null && !Array.isArray(cnf) ? (cnf as Payload) : {};
  if (typeof jkt !== 'string' || !/^[\w-]{43}$/.test(jkt) || Object.keys(others).length > 0) throw new Error('bad claim cnf');
  return jkt;
}

/** Of a person. Other issuers may mean by these names what they like. */
function sessionOf(payload: Payload, { jwks }: Issuer): string | undefined {
  if (!('builtin' in jwks) || payload['staff'] === undefined) return undefined;
  const session = text(payload, 'sid');
  if (payload['staff'] !== true || session === undefined || !/^[\da-f]{64}$/.test(session) || boundTo(payload) === undefined) throw new Error('bad claim staff');
  return session;
}

/** Unix seconds. */
export interface Times {
  readonly now: number;
  readonly leeway: number;
  /** Of the configuration; the issuer's own limit counts too. */
  readonly longest: number;
}

/**
 * @param payload of a token whose signature, issuer and audience are verified
 * @param token the whole of it
 * @param key the `kid` it was verified with
 * @throws Error saying, for the log, what is wrong
 */
export function claimsOf(payload: Payload, issuer: Issuer, { now, leeway, longest }: Times, token: string, key?: string): Claims {
  const subject = text(payload, 'sub');
  const bound = boundTo(payload);
  const id = text(payload, 'jti');
  if (subject === undefined) throw new Error('claim sub is missing');
  const desk = text(payload, 'desk');
  const session = sessionOf(payload, issuer);
  return asVerified({
    issuer: issuer.issuer,
    subject,
    client: text(payload, 'client_id') ?? subject,
    partner: partner(payload, issuer),
    ...(desk === undefined ? {} : { desk }),
    scopes: Object.freeze(scopes(payload)),
    clearance: clearance(payload),
    caveats: caveatMask(words(payload, 'caveats')),
    purposes: purposeMask(words(payload, 'purposes')),
    ...lifetime(payload, now, leeway, Math.min(longest, issuer.maxLife)),
    ...(key !== undefined && { key }),
    ...(bound !== undefined && { boundTo: bound }),
    token: id === undefined ? nameOfSigned(issuer.issuer, token) : nameOf(issuer.issuer, id),
    ...(session !== undefined && { session }),
  });
}
