/** The issuer of the demonstration: a key of its own, made on first use, kept on this machine. Never accepted in production. */
import { type JsonWebKey, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT, calculateJwkThumbprint } from 'jose';
import type { CaveatName, LevelName, PurposeName } from '../dictionary/compartment.ts';
import type { Issuer, Registry } from '../rules/registry.ts';

export const demoIssuer = 'urn:prasan:demo';
/** Marks the demonstration's keys, so that a pinned one is known for what it is under any issuer. */
const kidPrefix = 'prasan-demo-';
const longestLife = 12 * 3600;

export interface TokenRequest {
  /** Partner id. */
  readonly partner: string;
  /** One of its desks. */
  readonly desk?: string;
  readonly subject: string;
  readonly client?: string;
  readonly clearance: LevelName;
  readonly caveats: readonly CaveatName[];
  readonly purposes: readonly PurposeName[];
  readonly scopes: readonly string[];
  /** Thumbprint of the key that it is bound to; undefined: whoever has it may use it. */
  readonly boundTo?: string;
  /** 1 .. 43200 (twelve hours); an hour unless said. */
  readonly lifeSeconds?: number;
}

export interface BuiltinIssuer {
  /** Its entry for the registry. @param partners it may speak for */
  entry(partners: readonly string[]): Issuer;
  /** A signed token. @throws RangeError on a life it may not give */
  issue(request: TokenRequest): Promise<string>;
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

async function readKey(path: string): Promise<JsonWebKey | undefined> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    if (((await handle.stat()).mode & 0o077) !== 0) throw new Error(`issuer key ${path} is open to others: chmod 600`);
    return JSON.parse(await handle.readFile('utf8')) as JsonWebKey;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`issuer key ${path} is damaged: remove it, and a new one is made`);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Of two processes that start at once, one makes the key and both use it. */
async function keyAt(folder: string): Promise<JsonWebKey> {
  const path = join(folder, 'issuer-key.json');
  const known = await readKey(path);
  if (known !== undefined) return known;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })));
    await handle.close();
    await link(beside, path);
  } catch (error) {
    if (!isThere(error)) throw error;
  } finally {
    await rm(beside, { force: true });
  }
  const made = await readKey(path);
  if (made === undefined) throw new Error(`issuer key ${path} vanished`);
  return made;
}

/**
 * @param folder where the key is kept (`.prasan`); made, with the key, when missing
 * @param audience the `aud` its tokens carry
 */
export async function builtinIssuer(folder: string, audience = 'prasan'): Promise<BuiltinIssuer> {
  const key = createPrivateKey({ key: await keyAt(folder), format: 'jwk' });
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const kid = kidPrefix + (await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: String(jwk.x) }));
  return {
    entry: (partners) => ({
      issuer: demoIssuer,
      jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'EdDSA' }] },
      algorithms: ['EdDSA'],
      partners,
      maxLife: longestLife,
      senderConstrained: { scopes: [] },
      status: 'ACTIVE',
    }),
    async issue({ partner, desk, subject, client, clearance, caveats, purposes, scopes, boundTo, lifeSeconds = 3600 }) {
      if (!(lifeSeconds >= 1 && lifeSeconds <= longestLife)) throw new RangeError(`a token lives 1 to ${longestLife} seconds`);
      const issuedAt = Math.floor(Date.now() / 1000);
      return new SignJWT({ partner, ...(desk !== undefined && { desk }), ...(boundTo !== undefined && { cnf: { jkt: boundTo } }), client_id: client ?? subject, clearance, caveats, purposes, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
        .setIssuer(demoIssuer)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + Math.floor(lifeSeconds))
        .setJti(randomBytes(16).toString('base64url'))
        .sign(key);
    },
  };
}

/** Whether a key of the demonstration is among them. */
export const hasDemoKey = (jwks: Issuer['jwks'] | undefined): boolean => jwks !== undefined && 'keys' in jwks && jwks.keys.some((key) => String(key['kid'] ?? '').startsWith(kidPrefix));

/** Whether it is the demonstration's issuer, or has a key of one. */
export const isDemoIssuer = ({ issuer, jwks }: Issuer): boolean => issuer.startsWith(demoIssuer) || hasDemoKey(jwks);

/** For production: @throws Error when the registry trusts the demonstration's issuer, or any issuer with a key of one */
export function refuseDemoIssuer({ issuers }: Pick<Registry, 'issuers'>): void {
  for (const issuer of issuers.values()) {
    if (isDemoIssuer(issuer)) throw new Error(`the registry trusts the demonstration's issuer (${issuer.issuer}): it must not in production`);
  }
}
