/** Who is signed in, in a browser: the sessions of oidc-provider, begun once a passkey was shown, and ended from here. */
import type { Provider } from 'oidc-provider';
import { accountDigest, type AdapterDeps, adapterOf, digest, endGrant } from './adapter.ts';
import { leftOf, sessionSeconds } from './persons.ts';

export interface SignedIn {
  /** The member of staff. */
  readonly staff: string;
  /** Unix seconds. */
  readonly since: number;
}

export interface BrowserSessions {
  /** @returns the value of the cookie, for `sessionSeconds` */
  begin(provider: Provider, staff: string): Promise<string>;
  /** @param cookie its value, from whoever sent it */
  find(cookie: string): Promise<SignedIn | undefined>;
  /** With what was granted in it. */
  end(cookie: string): Promise<void>;
  endAll(staff: string): Promise<void>;
}

export function browserSessions(deps: AdapterDeps): BrowserSessions {
  const { items, box } = deps;
  const kept = adapterOf(deps)('Session');
  return {
    begin: async (provider, staff) => {
      const session = new provider.Session();
      session.loginAccount({ accountId: staff, amr: ['hwk', 'user'] });
      // Its place first: the library writes into places that there are, and into none that was taken away.
      await items.put({ model: 'Session', id: digest('Session', session.jti), sealed: box.seal(Buffer.from('{}'), 'Session'), account: accountDigest(staff), life: sessionSeconds }, 'NEW');
      await session.save(sessionSeconds);
      return session.jti;
    },
    find: async (cookie) => {
      const session = await kept.find(cookie);
      if (session === undefined || session.accountId === undefined || session.loginTs === undefined || leftOf(session.loginTs) <= 1) return undefined;
      return { staff: session.accountId, since: session.loginTs };
    },
    end: async (cookie) => {
      const session = await kept.find(cookie);
      if (session === undefined) return;
      await items.remove('Session', digest('Session', cookie));
      for (const { grantId } of Object.values(session.authorizations ?? {})) if (grantId !== undefined) await endGrant(items, grantId);
    },
    endAll: async (staff) => items.removeAccount(accountDigest(staff)),
  };
}
