/** Keys of the built-in issuer: the public half is part of the registry, the private one is wrapped by the KMS. */
import type { Sql } from 'postgres';
import type { Dictionary } from '../dictionary/types.ts';
import type { SigningKey } from '../rules/registry.ts';
import { applyIn, holdRegistry } from './apply.ts';
import type { Sessions } from './sessions.ts';

export interface NewSigningKey extends SigningKey {
  readonly wrapped: Uint8Array;
}

export interface Rotation {
  /** Unix milliseconds, until when tokens signed with the keys before count; undefined: no longer. */
  readonly honourUntil: number | undefined;
  readonly actor: string;
  readonly reason: string | null;
}

/**
 * Publishes a key, and says until when those before it count; in force with the next request of every node, as each change of the registry is.
 * @param sql a connection of the owner
 * @returns the registry's version
 */
export async function rotateSigningKey(sql: Sql, dictionary: Dictionary, key: NewSigningKey, { honourUntil, actor, reason }: Rotation): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`set local role prasan_owner`;
    const now = await holdRegistry(tx);
    // A key that counts no more is gone, so that no request that began before finds it.
    if (honourUntil === undefined) await tx`delete from signing_key`;
    else await tx`update signing_key set until = least(coalesce(until, ${new Date(honourUntil)}), ${new Date(honourUntil)})`;
    await tx`insert into signing_key (kid, jwk, wrapped, signs_from) values (${key.kid}, ${JSON.stringify(key.jwk)}::text::jsonb, ${Buffer.from(key.wrapped)}, ${new Date(key.signsFrom)})`;
    return (await applyIn(tx, dictionary, now, [], actor, reason ?? `signing key ${key.kid}`)).version;
  });
}

/** @returns wrapped private halves, by `kid` */
export const wrappedKeys = async (sessions: Sessions): Promise<ReadonlyMap<string, Buffer>> => sessions.plain(async (sql) => {
  const rows = await sql<{ kid: string; wrapped: Buffer }[]>`select kid, wrapped from signing_key where until is null or until > statement_timestamp()`;
  return new Map(rows.map(({ kid, wrapped }) => [kid, wrapped]));
});
