/** The built-in issuer: oidc-provider (certified), told what the exchange wants of it. */
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { proofAlgorithms } from '../../errors.ts';
import type { Issuer, Registry } from '../../rules/registry.ts';
import { adapterOf, type AdapterDeps } from './adapter.ts';
import { type Asked, type Given, given } from './given.ts';
import { personClaims, personConfiguration, personLives, personOf, type PersonParts, personTokenSeconds } from './persons.ts';
import { consoleClient } from '../../rules/staff.ts';

export const oauthPaths = { token: '/oauth/token', jwks: '/oauth/jwks', revocation: '/oauth/revoke', authorization: '/oauth/authorize' } as const;
export const metadataPath = '/.well-known/oauth-authorization-server';
export const signingAlgorithm = 'ES256';

export interface ProviderParts extends AdapterDeps, Pick<PersonParts, 'staff'> {
  readonly issuer: Issuer;
  /** The `aud` of its tokens. */
  readonly audience: string;
  /** Seconds: a token lives no longer. */
  readonly longest: number;
  readonly leewaySeconds: number;
  /** Private keys, RFC 7517; the one named signs. */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  readonly signer: string;
  /** Takes a token of this issuer out of force; what is none of this client's is let be (RFC 7009 section 2.1). */
  revoke(token: string, client: string): Promise<void>;
  /** What went wrong that is nobody's doing. */
  failed(error: unknown): void;
}

type Configuration = NonNullable<ConstructorParameters<typeof Provider>[1]>;

/** A token of an hour at most, and an assertion of five minutes: both are as good as a password while they live. */
const tokenLife = 3600;
const assertionLife = 300;

const off = { enabled: false } as const;

function features(parts: ProviderParts, scopes: readonly string[]): Configuration['features'] {
  const { issuer, audience, longest, signer } = parts;
  return {
    devInteractions: off, userinfo: off, rpInitiatedLogout: off, pushedAuthorizationRequests: off,
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    revocation: { enabled: true, allowedPolicy: async (_, client, token) => token.clientId === client.clientId },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => issuer.issuer,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_, resource, client) => {
        if (resource !== issuer.issuer) throw new errors.InvalidTarget();
        return { scope: scopes.join(' '), audience, accessTokenTTL: Math.min(issuer.maxLife, longest, client.clientId === consoleClient ? personTokenSeconds : tokenLife), accessTokenFormat: 'jwt', jwt: { sign: { alg: signingAlgorithm, kid: signer } } };
      },
    },
  };
}

/** RFC 7523 section 3, and what the registry says of this client. */
async function checkAssertion(registry: Registry, client: string, claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>>): Promise<void> {
  const declared = registry.clients.get(client);
  if (declared?.algorithms.some((algorithm) => algorithm === header['alg']) !== true) throw new errors.InvalidClientAuth('alg is not one of this client\'s');
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || typeof exp !== 'number' || !(exp - iat <= assertionLife)) throw new errors.InvalidClientAuth(`the assertion says iat and exp, at most ${assertionLife} seconds apart`);
}

type Words = Readonly<Record<string, unknown>>;

interface AnyToken {
  readonly kind: string;
  readonly clientId?: string | undefined;
  readonly accountId?: string;
  readonly sessionUid?: string;
  readonly scopes: ReadonlySet<string>;
  isSenderConstrained(): boolean;
}

/** What a token says, of whichever kind: nothing of it is more than the registry, or the person's entry, has now. */
async function claimsOf(parts: ProviderParts, persons: PersonParts, ctx: KoaContextWithOIDC, token: AnyToken): Promise<Given> {
  const known = await parts.registry();
  const asked = ctx.oidc.body as Asked;
  if (token.kind === 'AccessToken') {
    const staff = await personOf(persons, token.accountId ?? '');
    if (staff === undefined || token.sessionUid === undefined || !token.isSenderConstrained()) throw new errors.InvalidGrant('nobody is signed in');
    return personClaims(known, staff, [...token.scopes], asked, token.sessionUid);
  }
  const client = known.clients.get(token.clientId ?? '');
  if (client === undefined) throw new errors.InvalidClient('', '');
  return given(known, client, [...token.scopes], asked, token.isSenderConstrained());
}

function configurationOf(parts: ProviderParts, scopes: readonly string[]): Configuration {
  const persons: PersonParts = { ...parts, issuer: parts.issuer.issuer };
  const { registry, keys, leewaySeconds, issuer, longest } = parts;
  return {
    ...personConfiguration(persons),
    adapter: adapterOf(parts),
    jwks: { keys: [...keys] as never },
    routes: { ...oauthPaths },
    scopes: [...scopes],
    claims: {},
    clientAuthMethods: ['private_key_jwt', 'none'],
    clientDefaults: { id_token_signed_response_alg: signingAlgorithm },
    clockTolerance: leewaySeconds,
    enabledJWA: { clientAuthSigningAlgValues: ['EdDSA', 'ES256', 'ES384', 'PS256', 'RS256'], dPoPSigningAlgValues: [...proofAlgorithms], idTokenSigningAlgValues: [signingAlgorithm] },
    features: features(parts, scopes),
    ttl: { ClientCredentials: Math.min(issuer.maxLife, longest, tokenLife), ...personLives },
    assertJwtClientAuthClaimsAndHeader: async (_: unknown, claims: Words, header: Words, client: { readonly clientId: string }) => checkAssertion(await registry(), client.clientId, claims, header),
    extraTokenClaims: async (ctx: KoaContextWithOIDC, token: AnyToken) => claimsOf(parts, persons, ctx, token),
  } as unknown as Configuration;
}

/** @param scopes that the exchange knows */
export function providerOf(parts: ProviderParts, scopes: readonly string[]): Provider {
  const provider = new Provider(parts.issuer.issuer, configurationOf(parts, scopes));
  // Which address was called is what the issuer is called: see `server.ts`.
  provider.proxy = true;
  // Cookies are sent as secure ones also to `http://localhost`, where browsers take them so, and nobody listens between.
  const create = provider.createContext.bind(provider);
  provider.createContext = (request, response) => {
    const made = create(request, response);
    made.cookies.secure = true;
    return made;
  };
  // RFC 6749 section 3.3: who names no scope is given what it may have.
  provider.use(async (ctx, next) => {
    if (ctx.path === oauthPaths.authorization && ctx.query['scope'] === undefined) ctx.query = { ...ctx.query, scope: scopes.join(' ') };
    await next();
  });
  // The library takes back what it keeps, and our tokens are kept nowhere: the client is known by then.
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path !== oauthPaths.revocation || (ctx.body as { error?: unknown } | undefined)?.error !== 'unsupported_token_type') return;
    const { client, params } = ctx['oidc'] as { readonly client?: { readonly clientId: string }; readonly params?: Readonly<Record<string, unknown>> };
    if (client === undefined) return;
    await parts.revoke(String(params?.['token']), client.clientId);
    ctx.status = 200;
    ctx.body = '';
  });
  provider.on('server_error', (_, error) => { parts.failed(error); });
  return provider;
}
