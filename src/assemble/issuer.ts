/** The built-in issuer, and the persons who sign in with it, over a store and a key file. */
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';
import { Refusal } from '../errors.ts';
import type { RegistryCache } from '../exchange/registry-cache.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import { type AuthorizationServer, authorizationServer } from '../identity/oauth/server.ts';
import { ceremonies } from '../identity/staff/ceremony.ts';
import { staffAdministration } from '../identity/staff/administer.ts';
import { staffEntry } from '../identity/staff/entry.ts';
import { type Registry, scopes } from '../rules/registry.ts';
import type { Store } from '../store/store.ts';
import type { StaffParts } from '../surfaces/staff/parts.ts';
import { openBox } from '../vault/box.ts';
import type { Kms } from '../vault/kms.ts';

export interface IssuerParts {
  readonly store: Store;
  readonly registry: RegistryCache;
  readonly identity: Pick<Authenticator, 'read'>;
  readonly kms: Kms;
  readonly tokens: { readonly audience: string; readonly leewaySeconds: number; readonly maxLifeSeconds: number };
  readonly log: Logger;
  /** Whether tries of an address are counted. */
  readonly limited: boolean;
}

export interface Issuing {
  readonly oauth: AuthorizationServer;
  readonly staff: StaffParts;
}

/** Tries of one address in a minute: an office behind one address signs in, and who guesses a secret of 100 bits or more is none the nearer. */
const triesPerMinute = 60;

/** Of an IPv6 address its network: whoever has one address there has them all. */
function nameOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? parsed.toByteArray().slice(0, 8).map((byte) => byte.toString(16)).join(':') : parsed.toString();
}

const triesOf = ({ store: { limits } }: IssuerParts) => async (address: string): Promise<void> => {
  const { granted, resetSeconds } = await limits.take({ name: `address ${nameOf(address)}`, measure: 'tries', period: 60, limit: triesPerMinute, want: 1, anyway: false });
  if (granted === 0) throw new Refusal('RATE_LIMITED', { detail: `at most ${triesPerMinute} tries a minute`, headers: { 'Retry-After': String(Math.ceil(resetSeconds)) } });
};

export async function issuing(parts: IssuerParts): Promise<Issuing> {
  const { store, registry, identity, kms, tokens, log } = parts;
  // Asked seldom, it looks each time which registry is in force: a client that is suspended gets no token from any node.
  const newest = async (): Promise<Registry> => {
    const [known, { version }] = await Promise.all([registry.current(), store.read.moment()]);
    return version > known.version ? registry.refresh() : known;
  };
  const [sealed, persons] = [await openBox(kms, 'oauth'), await openBox(kms, 'staff')];
  const oauth = authorizationServer({
    registry: newest, items: store.oauthItems, box: sealed, wrappedKeys: store.wrappedKeys, unwrap: async (wrapped, context) => kms.unwrap(wrapped, context), ...tokens, scopes,
    staff: async (id) => {
      const found = await store.staff.byId(id);
      return found?.status === 'ACTIVE' ? found : undefined;
    },
    revoke: async (token, client) => {
      const claims = await identity.read(token).catch(() => undefined);
      if (claims?.token !== undefined && claims.client === client) await store.revoke({ token: claims.token, until: claims.expiresAt + tokens.leewaySeconds, by: client });
    },
    failed: (error) => { log.error({ err: error }, 'the built-in issuer failed'); },
  });
  return {
    oauth,
    staff: {
      entry: staffEntry({ oauth, registry: newest, store: store.staff, ceremonies: ceremonies({ items: store.oauthItems, box: sealed }), box: persons }),
      administration: staffAdministration({ registry: newest, store: store.staff, box: persons }),
      tried: parts.limited ? triesOf(parts) : async () => undefined,
    },
  };
}
