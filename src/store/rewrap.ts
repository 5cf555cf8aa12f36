/** What the master key wraps, wrapped anew in its place. Under locks, so that none is added meanwhile; run again, it does what is left. */
import type { Sql, TransactionSql } from 'postgres';
import type { OriginatorKey } from '../vault/key-store.ts';
import { byteas } from './byteas.ts';

/** @returns the same key, wrapped anew; undefined: it is wrapped as it should be. @throws Error where it does not open */
export type Rewrap<T> = (row: T) => Promise<Uint8Array | undefined>;

export interface WrappedSigningKey {
  readonly kid: string;
  readonly wrapped: Buffer;
}

async function anew<T>(rows: readonly T[], idOf: (row: T) => string, rewrap: Rewrap<T>): Promise<{ readonly ids: string[]; readonly wrapped: string }> {
  const done = (await Promise.all(rows.map(async (row) => [idOf(row), await rewrap(row)] as const))).flatMap(([id, wrapped]) => (wrapped === undefined ? [] : [[id, Buffer.from(wrapped)] as const]));
  return { ids: done.map(([id]) => id), wrapped: byteas(done.map(([, wrapped]) => wrapped)) };
}

async function asOwner(sql: Sql, work: (tx: TransactionSql) => Promise<number>): Promise<number> {
  const done = await sql.begin(async (tx) => {
    await tx`set local role prasan_owner`;
    return work(tx);
  });
  return Number(done);
}

/** @param sql the owner's, on the key database. @returns how many were wrapped anew */
export const rewrapOriginatorKeys = async (sql: Sql, rewrap: Rewrap<OriginatorKey>): Promise<number> => asOwner(sql, async (tx) => {
  await tx`lock table originator_key in share row exclusive mode`;
  const rows = await tx<OriginatorKey[]>`select id, originator, compartment, generation, wrapped from originator_key`;
  const { ids, wrapped } = await anew(rows, ({ id }) => id, rewrap);
  if (ids.length > 0) await tx`update originator_key k set wrapped = n.wrapped from unnest(${ids}::uuid[], ${wrapped}::text::bytea[]) n(id, wrapped) where k.id = n.id`;
  return ids.length;
});

/** @param sql the owner's, on the database of rows. @returns how many were wrapped anew */
export const rewrapSigningKeys = async (sql: Sql, rewrap: Rewrap<WrappedSigningKey>): Promise<number> => asOwner(sql, async (tx) => {
  await tx`lock table signing_key in share row exclusive mode`;
  const rows = await tx<WrappedSigningKey[]>`select kid, wrapped from signing_key`;
  const { ids, wrapped } = await anew(rows, ({ kid }) => kid, rewrap);
  if (ids.length > 0) await tx`update signing_key k set wrapped = n.wrapped from unnest(${ids}::text[], ${wrapped}::text::bytea[]) n(kid, wrapped) where k.kid = n.kid`;
  return ids.length;
});
