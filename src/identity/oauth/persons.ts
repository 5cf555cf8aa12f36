/** Persons at the built-in issuer: one public client, authorization code with PKCE, refresh tokens that live as long as the session they came from. */
import { interactionPolicy, type AdapterPayload, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { Registry } from '../../rules/registry.ts';
import { clientOf, consoleClient, type Staff } from '../../rules/staff.ts';
import { digest } from './adapter.ts';
import { type Asked, type Given, given } from './given.ts';

export const sessionCookie = '__Host-prasan';
/** How long somebody stays signed in, whatever they do. */
export const sessionSeconds = 8 * 3600;
/** An access token of a person: renewed all the time, so that a stolen device is of no use for long. */
export const personTokenSeconds = 300;

export interface PersonParts {
  /** The issuer's name. */
  readonly issuer: string;
  readonly registry: () => Promise<Registry>;
  /** A person in force; undefined: no longer, or never. */
  readonly staff: (id: string) => Promise<Staff | undefined>;
}

/** RFC 7591 names. The redirect URI has no query, and is compared letter by letter. */
export const consoleMetadata = (issuer: string, scopes: readonly string[]): AdapterPayload => ({
  client_id: consoleClient, grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], redirect_uris: [`${issuer}/graphiql`],
  token_endpoint_auth_method: 'none', scope: scopes.join(' '), dpop_bound_access_tokens: true,
});

/** Whoever has no session, or stands in force no longer, is asked to sign in. Nobody is asked for consent: it is the exchange's own page. */
function policy(): interactionPolicy.DefaultPolicy {
  const { base, Check } = interactionPolicy;
  const made = base();
  made.remove('consent');
  made.get('login')?.checks.add(new Check('not_in_force', 'sign in', (ctx) => ctx.oidc.account === undefined));
  return made;
}

/** Seconds left of a session that began then (Unix seconds). */
export const leftOf = (began: number | undefined): number => Math.max(1, (began ?? 0) + sessionSeconds - Math.floor(Date.now() / 1000));

interface PersonAccount {
  readonly accountId: string;
  readonly staff: Staff;
}

/** In force, of a partner in force, for which this issuer speaks. */
export async function personOf({ issuer, registry, staff }: PersonParts, id: string): Promise<Staff | undefined> {
  const [found, { partners, issuers }] = [await staff(id), await registry()];
  if (found === undefined || partners.get(found.partner)?.status !== 'ACTIVE' || issuers.get(issuer)?.partners.includes(found.partner) !== true) return undefined;
  return found;
}

async function grantOf({ issuer }: PersonParts, ctx: KoaContextWithOIDC): Promise<InstanceType<Provider['Grant']> | undefined> {
  const { session, client, account, provider } = ctx.oidc;
  if (session === undefined || client === undefined || account === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant = known === undefined ? undefined : await provider.Grant.find(known);
  if (grant !== undefined) return grant;
  const made = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  made.addResourceScope(issuer, (account as unknown as PersonAccount).staff.scopes.join(' '));
  await made.save();
  return made;
}

/** What oidc-provider is told of persons. */
export const personConfiguration = (parts: PersonParts) => ({
  responseTypes: ['code'],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  expiresWithSession: async () => true,
  cookies: {
    names: { session: sessionCookie, interaction: 'interaction', resume: 'resume' },
    long: { httpOnly: true, secure: true, sameSite: 'strict', path: '/', signed: false, overwrite: true },
    short: { httpOnly: true, secure: true, sameSite: 'strict', signed: false, overwrite: true },
  },
  interactions: {
    policy: policy(),
    // The page comes back to the same address once somebody has signed in: all of it is checked anew.
    url: async (ctx: KoaContextWithOIDC) => {
      const asked = new URLSearchParams(ctx.querystring);
      asked.delete('prompt');
      return `${parts.issuer}/sign-in?${asked.toString()}`;
    },
  },
  findAccount: async (_: unknown, id: string) => {
    const staff = await personOf(parts, id);
    return staff === undefined ? undefined : { accountId: id, staff, claims: async () => ({ sub: id }) };
  },
  loadExistingGrant: async (ctx: KoaContextWithOIDC) => grantOf(parts, ctx),
  renderError: async (ctx: KoaContextWithOIDC, out: unknown) => {
    ctx.type = 'json';
    ctx.body = out;
  },
});

export const personLives = {
  AccessToken: personTokenSeconds,
  AuthorizationCode: 60,
  Interaction: 600,
  Grant: sessionSeconds,
  Session: (_: unknown, { loginTs }: { readonly loginTs?: number | undefined }) => leftOf(loginTs),
  RefreshToken: (_: unknown, { authTime }: { readonly authTime?: number | undefined }) => leftOf(authTime),
};

/** What a person's access token says beside what RFC 9068 names: as narrow as was asked for, and by which session it stands. */
export function personClaims(registry: Registry, staff: Staff, scopes: readonly string[], asked: Asked, session: string): Given {
  return { ...given(registry, clientOf(staff), scopes, asked, true), staff: true, sid: digest('Session', session).toString('hex') };
}
