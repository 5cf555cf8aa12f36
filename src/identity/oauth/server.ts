/** The built-in issuer as the registry declares it: asked without a socket of its own, so that limits, headers and logs are those of the one app. */
import { createPrivateKey } from 'node:crypto';
import inject from 'light-my-request';
import type { Provider } from 'oidc-provider';
import type { Issuer, Registry, SigningKey } from '../../rules/registry.ts';
import type { Staff } from '../../rules/staff.ts';
import { keyContext, liveKeys, signerOf } from '../signing.ts';
import type { AdapterDeps, Items, Sealing } from './adapter.ts';
import { consoleMetadata, sessionCookie } from './persons.ts';
import { providerOf } from './provider.ts';
import { browserSessions, type BrowserSessions } from './sessions.ts';

export interface OauthRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer | undefined;
}

export interface OauthAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

export interface AuthorizationServer {
  /** @returns undefined where no built-in issuer is in force */
  answer(request: OauthRequest): Promise<OauthAnswer | undefined>;
  /** The name of the built-in issuer, when one is in force. */
  issuer(): Promise<string | undefined>;
  /** Of staff, in browsers. */
  readonly sessions: Omit<BrowserSessions, 'begin'> & {
    /** @returns the value of the cookie; undefined where no built-in issuer is in force */
    begin(staff: string): Promise<string | undefined>;
  };
}

export interface AuthorizationServerDeps {
  /** As the database has it now. */
  readonly registry: () => Promise<Registry>;
  readonly items: Items;
  readonly box: Sealing;
  /** A person in force; undefined: no longer, or never. */
  readonly staff: (id: string) => Promise<Staff | undefined>;
  /** Wrapped private keys, by `kid`. */
  readonly wrappedKeys: () => Promise<ReadonlyMap<string, Uint8Array>>;
  readonly unwrap: (wrapped: Uint8Array, context: string) => Promise<Uint8Array>;
  readonly audience: string;
  readonly leewaySeconds: number;
  readonly maxLifeSeconds: number;
  readonly scopes: readonly string[];
  readonly revoke: (token: string, client: string) => Promise<void>;
  readonly failed: (error: unknown) => void;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

const builtinIn = ({ issuers }: Registry): Issuer | undefined => [...issuers.values()].find(({ jwks, status }) => 'builtin' in jwks && status === 'ACTIVE');

/** Which host was called is what the issuer is called, whatever a `Host` header or a proxy says. Which page asks counts for nothing: none of another origin may read the answer. */
function headersFor({ headers }: OauthRequest, issuer: string): Record<string, string | string[]> {
  const { protocol, host } = new URL(issuer);
  const kept = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined && !/^(?:x-forwarded-.*|forwarded|host|content-length|transfer-encoding|connection|expect|accept|origin|access-control-.*)$/.test(entry[0]));
  return { ...Object.fromEntries(kept), host, 'x-forwarded-proto': protocol.slice(0, -1), accept: 'application/json' };
}

/** The sign-in page comes back to the address that it was sent from: cookies that lead into the middle of a flow are not needed, and not given. */
function withoutInteraction(headers: Readonly<Record<string, string | string[]>>): Readonly<Record<string, string | string[]>> {
  const { 'set-cookie': cookies, ...others } = headers;
  const kept = [cookies ?? []].flat().filter((cookie) => cookie.startsWith(`${sessionCookie}=`));
  return kept.length === 0 ? others : { ...others, 'set-cookie': kept };
}

/** Of a connection that there is none of; and permissions for pages of other origins, of which none has any business here. */
const notPassedOn = /^(?:connection|date|content-length|transfer-encoding|keep-alive|access-control-.*)$/;

export function authorizationServer(deps: AuthorizationServerDeps): AuthorizationServer {
  const { registry, items, box, now = Date.now } = deps;
  const keptBy = (issuer: string): AdapterDeps => ({ registry, items, box, console: consoleMetadata(issuer, deps.scopes) });
  let current: { readonly print: string; readonly provider: Promise<Provider> } | undefined;

  async function build(issuer: Issuer, keys: readonly SigningKey[], signer: SigningKey): Promise<Provider> {
    const wrapped = await deps.wrappedKeys();
    const opened = await Promise.all(keys.map(async ({ kid, jwk }) => {
      const secret = wrapped.get(kid);
      if (secret === undefined) throw new Error(`signing key ${kid} has no private half`);
      const d = Buffer.from(await deps.unwrap(secret, keyContext(kid))).toString('base64url');
      const whole = { ...jwk, d };
      createPrivateKey({ key: whole, format: 'jwk' });
      return whole;
    }));
    const { audience, leewaySeconds, maxLifeSeconds: longest, revoke, failed, staff } = deps;
    return providerOf({ ...keptBy(issuer.issuer), issuer, staff, audience, leewaySeconds, longest, keys: opened, signer: signer.kid, revoke, failed }, deps.scopes);
  }

  /** Made anew when the issuer's entry or its keys change, or another key begins to sign. */
  async function providerNow(): Promise<{ readonly issuer: Issuer; readonly provider: Provider } | undefined> {
    const known = await registry();
    const issuer = builtinIn(known);
    if (issuer === undefined) return undefined;
    const keys = liveKeys(known, now());
    const signer = signerOf(keys, now());
    if (signer === undefined) throw new Error('the built-in issuer has no key to sign with: `prasan issuer rotate` makes one');
    const print = JSON.stringify([issuer, keys.map(({ kid }) => kid), signer.kid]);
    if (current?.print !== print) {
      const made = { print, provider: build(issuer, keys, signer) };
      current = made;
      made.provider.catch(() => { if (current === made) current = undefined; });
    }
    return { issuer, provider: await current.provider };
  }

  const sessions = browserSessions(keptBy(''));
  return {
    issuer: async () => builtinIn(await registry())?.issuer,
    sessions: {
      ...sessions,
      begin: async (staff) => {
        const found = await providerNow();
        return found === undefined ? undefined : sessions.begin(found.provider, staff);
      },
    },
    async answer(request) {
      const found = await providerNow();
      if (found === undefined) return undefined;
      const { method, url, body } = request;
      const answered = await inject(found.provider.callback() as Parameters<typeof inject>[0], {
        method: method as 'GET', url, headers: headersFor(request, found.issuer.issuer), ...(body === undefined ? {} : { payload: body }),
      });
      const headers = Object.entries(answered.headers).flatMap(([name, value]) => (value === undefined || notPassedOn.test(name) ? [] : [[name, typeof value === 'number' ? String(value) : value] as const]));
      return { status: answered.statusCode, headers: withoutInteraction(Object.fromEntries(headers)), body: answered.rawPayload };
    },
  };
}
