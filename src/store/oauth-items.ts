/** What the built-in issuer must remember between two requests: found by digests, sealed by its caller. */
import type { Sessions } from './sessions.ts';

export interface KeptItem {
  readonly sealed: Buffer;
  /** Unix seconds. */
  readonly consumed?: number;
}

export interface NewItem {
  readonly model: string;
  readonly id: Uint8Array;
  readonly sealed: Uint8Array;
  readonly grant?: Uint8Array | undefined;
  readonly uid?: Uint8Array | undefined;
  /** Whose it is, of a person's. */
  readonly account?: Uint8Array | undefined;
  /** Seconds from now. */
  readonly life: number;
}

export interface OauthItems {
  /** @param where NEW: only where it was not there, KNOWN: only where it was. @returns whether it is kept */
  put(item: NewItem, where?: 'NEW' | 'KNOWN'): Promise<boolean>;
  get(model: string, id: Uint8Array): Promise<KeptItem | undefined>;
  byUid(model: string, uid: Uint8Array): Promise<KeptItem | undefined>;
  /** @returns false when it was used before */
  consume(model: string, id: Uint8Array): Promise<boolean>;
  /** Gives it once. */
  take(model: string, id: Uint8Array): Promise<Buffer | undefined>;
  remove(model: string, id: Uint8Array): Promise<void>;
  removeGrant(grant: Uint8Array): Promise<void>;
  removeAccount(account: Uint8Array): Promise<void>;
}

interface Row {
  readonly sealed: Buffer;
  readonly consumed: number | null;
}

const bytes = (given: Uint8Array | undefined): Buffer | null => (given === undefined ? null : Buffer.from(given));
const kept = ([row]: readonly Row[]): KeptItem | undefined => (row === undefined ? undefined : { sealed: row.sealed, ...(row.consumed !== null && { consumed: row.consumed }) });

export const oauthItems = (sessions: Sessions): OauthItems => ({
  put: async ({ model, id, sealed, grant, uid, account, life }, where) => sessions.plain(async (sql) => {
    const rows = where === 'KNOWN' ? await sql`update oauth_item set sealed = ${bytes(sealed)}, grant_id = ${bytes(grant)}, uid = ${bytes(uid)}, account = ${bytes(account)}, until = statement_timestamp() + make_interval(secs => ${life}::float8)
      where model = ${model} and id = ${bytes(id)} and until > statement_timestamp() returning 1` : await sql`insert into oauth_item (model, id, sealed, grant_id, uid, account, until)
      values (${model}, ${bytes(id)}, ${bytes(sealed)}, ${bytes(grant)}, ${bytes(uid)}, ${bytes(account)}, statement_timestamp() + make_interval(secs => ${life}::float8))
      on conflict (model, id) do update set sealed = excluded.sealed, grant_id = excluded.grant_id, uid = excluded.uid, account = excluded.account, until = excluded.until
        where ${where === undefined}::boolean or oauth_item.until <= statement_timestamp()
      returning 1`;
    return rows.length > 0;
  }),
  get: async (model, id) => sessions.plain(async (sql) => kept(await sql<Row[]>`
    select sealed, extract(epoch from consumed_at)::float8 as consumed from oauth_item where model = ${model} and id = ${bytes(id)} and until > statement_timestamp()`)),
  byUid: async (model, uid) => sessions.plain(async (sql) => kept(await sql<Row[]>`
    select sealed, extract(epoch from consumed_at)::float8 as consumed from oauth_item where model = ${model} and uid = ${bytes(uid)} and until > statement_timestamp()`)),
  consume: async (model, id) => sessions.plain(async (sql) => (await sql`update oauth_item set consumed_at = statement_timestamp() where model = ${model} and id = ${bytes(id)} and consumed_at is null returning 1`).length > 0),
  take: async (model, id) => sessions.plain(async (sql) => (await sql<Row[]>`delete from oauth_item where model = ${model} and id = ${bytes(id)} and until > statement_timestamp() returning sealed`)[0]?.sealed),
  remove: async (model, id) => void (await sessions.plain(async (sql) => sql`delete from oauth_item where model = ${model} and id = ${bytes(id)}`)),
  removeGrant: async (grant) => void (await sessions.plain(async (sql) => sql`delete from oauth_item where grant_id = ${bytes(grant)}`)),
  removeAccount: async (account) => void (await sessions.plain(async (sql) => sql`delete from oauth_item where account = ${bytes(account)}`)),
});
