/** Where oidc-provider keeps things: clients come from the registry, all else is sealed and found by digests. */
import { hash } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { Client, Registry } from '../../rules/registry.ts';
import { consoleClient } from '../../rules/staff.ts';

export interface Items {
  put(item: {
    readonly model: string; readonly id: Uint8Array; readonly sealed: Uint8Array; readonly grant?: Uint8Array | undefined; readonly uid?: Uint8Array | undefined;
    readonly account?: Uint8Array | undefined; readonly life: number;
  }, where?: 'NEW' | 'KNOWN'): Promise<boolean>;
  get(model: string, id: Uint8Array): Promise<Kept | undefined>;
  byUid(model: string, uid: Uint8Array): Promise<Kept | undefined>;
  /** @returns false when it was used before */
  consume(model: string, id: Uint8Array): Promise<boolean>;
  /** Gives it once. */
  take(model: string, id: Uint8Array): Promise<Uint8Array | undefined>;
  remove(model: string, id: Uint8Array): Promise<void>;
  removeGrant(grant: Uint8Array): Promise<void>;
  removeAccount(account: Uint8Array): Promise<void>;
}

interface Kept {
  readonly sealed: Uint8Array;
  readonly consumed?: number;
}

export interface Sealing {
  seal(plaintext: Uint8Array, context: string): Uint8Array;
  open(sealed: Uint8Array, context: string): Uint8Array;
}

export interface AdapterDeps {
  readonly registry: () => Promise<Registry>;
  readonly items: Items;
  readonly box: Sealing;
  /** The client that persons come through. */
  readonly console: AdapterPayload;
}

export const digest = (model: string, id: string): Buffer => hash('sha256', JSON.stringify([model, id]), 'buffer');
/** By which all that a person signed in to is found. */
export const accountDigest = (staff: string): Buffer => digest('Account', staff);

/** Ends a grant, with all that was given by it. */
export async function endGrant(items: Items, grantId: string): Promise<void> {
  const grant = digest('Grant', grantId);
  await Promise.all([items.removeGrant(grant), items.remove('Grant', grant)]);
}

/** RFC 7591 names. A client that is suspended, or whose partner is, is not known. */
function metadataOf({ id, jwks, scopes, dpop }: Client): AdapterPayload {
  return {
    client_id: id, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], token_endpoint_auth_method: 'private_key_jwt',
    scope: scopes.join(' '), dpop_bound_access_tokens: dpop === 'ALWAYS',
    ...(jwks === undefined ? {} : 'url' in jwks ? { jwks_uri: jwks.url } : { jwks: { keys: [...jwks.keys] } as never }),
  };
}

const clients = ({ registry, console: persons }: AdapterDeps): Adapter => ({
  find: async (id) => {
    if (id === consoleClient) return persons;
    const { clients: declared, partners } = await registry();
    const client = declared.get(id);
    if (client?.status !== 'ACTIVE' || client.issuer !== undefined || partners.get(client.partner)?.status !== 'ACTIVE') return undefined;
    return metadataOf(client);
  },
  upsert: async () => { throw new Error('clients are declared in the registry'); },
  destroy: async () => { throw new Error('clients are declared in the registry'); },
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => undefined,
  revokeByGrantId: async () => undefined,
});

export const adapterOf = (deps: AdapterDeps) => (model: string): Adapter => {
  if (model === 'Client') return clients(deps);
  const { items, box } = deps;
  const opened = (kept: Kept | undefined): AdapterPayload | undefined => {
    if (kept === undefined) return undefined;
    const payload = JSON.parse(Buffer.from(box.open(kept.sealed, model)).toString('utf8')) as AdapterPayload;
    return kept.consumed === undefined ? payload : { ...payload, consumed: kept.consumed };
  };
  const find = async (id: string): Promise<AdapterPayload | undefined> => opened(await items.get(model, digest(model, id)));
  return {
    upsert: async (id, payload, life = 600) => {
      const { grantId, uid, accountId } = payload;
      const sealed = box.seal(Buffer.from(JSON.stringify(payload)), model);
      const item = {
        model, id: digest(model, id), sealed, life, grant: grantId === undefined ? undefined : digest('Grant', grantId), uid: uid === undefined ? undefined : digest(model, uid),
        account: accountId === undefined ? undefined : accountDigest(accountId),
      };
      // A request that was under way when its session was ended, by whoever signed out or suspended, does not bring it back; sessions begin in `sessions.ts`.
      if (model === 'Session') return void (await items.put(item, 'KNOWN'));
      // Looked for and then kept, it could be used twice at once: what is used is kept once.
      if (!(await items.put(item, model === 'ReplayDetection' ? 'NEW' : undefined))) throw new errors.InvalidRequest('the assertion or proof was used before');
    },
    find,
    findByUid: async (uid) => opened(await items.byUid(model, digest(model, uid))),
    findByUserCode: async () => undefined,
    consume: async (id) => {
      if (await items.consume(model, digest(model, id))) return;
      // Sent twice at once, a code or a refresh token is in two hands: all that was granted with it ends (RFC 9700 section 4.14).
      const grant = (await find(id))?.grantId;
      if (grant !== undefined) await endGrant(items, grant);
      throw new errors.InvalidGrant('it was used before');
    },
    destroy: async (id) => items.remove(model, digest(model, id)),
    revokeByGrantId: async (grantId) => items.removeGrant(digest('Grant', grantId)),
  };
};
