/** The demonstration's built-in issuer under the address it listens on, and a client to try the programs of docs/clients.md with. */
import { generateKeyPairSync } from 'node:crypto';
import { open, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { caveatMask, purposeMask } from '../../dictionary/compartment.ts';
import { type Client, type Declared, type Issuer, scopes } from '../../rules/registry.ts';

export interface OauthDemo {
  /** Where callers reach it; undefined: the port is not known beforehand, and there is no built-in issuer. */
  readonly url: string | undefined;
  readonly folder: string;
  readonly keyFile: string;
}

const clientId = 'kr-embassy-demo';

export function urlOf({ publicUrl, host, port }: Pick<Config, 'publicUrl' | 'host' | 'port'>): string | undefined {
  if (publicUrl !== undefined) return publicUrl;
  // Passkeys go by a name, and an address has none: the demonstration listens on loopback, which is called so.
  const name = ['127.0.0.1', '::1', 'localhost'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return port === 0 ? undefined : `http://${name}:${port}`;
}

const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** The client's key pair, made on first use, mode 0600. @returns its public half */
async function clientKey(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(folder, 'clients', `${clientId}.jwk`);
  await mkdir(join(folder, 'clients'), { recursive: true, mode: 0o700 });
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'demo', alg: 'ES256' })}\n`);
    await handle.close();
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  const { d: _, ...jwk } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  return jwk;
}

/** Under another address than last time the built-in issuer has another name, and the one before is suspended: there is one at a time. */
export async function withOauth(declared: Declared, { url, folder }: OauthDemo): Promise<Declared> {
  if (url === undefined) return declared;
  const issuers = new Map([...declared.issuers].map(([name, entry]) => [name, 'builtin' in entry.jwks ? { ...entry, status: 'SUSPENDED' as const } : entry]));
  const issuer: Issuer = { issuer: url, jwks: { builtin: true }, algorithms: ['ES256'], partners: [...declared.partners.keys()], maxLife: 3600, status: 'ACTIVE' };
  const before = declared.clients.get(clientId);
  const client: Client = {
    id: clientId, partner: 'kr-embassy', name: { en: 'Programs of docs/clients.md', th: 'โปรแกรมใน docs/clients.md' }, scopes: [...scopes].filter((scope) => scope !== 'records:erase'), clearance: 2,
    caveats: caveatMask(['OPERATIONAL', 'PERSONAL']), purposes: purposeMask(['INVESTIGATION']), jwks: { keys: [await clientKey(folder)] }, algorithms: ['ES256'], dpop: 'ALWAYS', status: before?.status ?? 'ACTIVE',
  };
  return { ...declared, issuers: new Map([...issuers, [url, issuer]]), clients: new Map([...declared.clients, [clientId, client]]) };
}
