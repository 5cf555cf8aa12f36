/** Tokens that no longer count. Asked for by each entry into the ledger (`ledger.ts`). */
import type { Sql, TransactionSql } from 'postgres';

export interface Revocation {
  /** Digest of the token's issuer and `jti`, hex. */
  readonly token: string;
  /** Unix seconds: when it has expired anyway. */
  readonly until: number;
  readonly by: string;
  readonly reason?: string | undefined;
}

/** In force with the next request on every node. Twice is once. */
export async function revokeToken(sql: Sql | TransactionSql, { token, until, by, reason }: Revocation): Promise<void> {
  await sql`insert into revoked_token (id, until, by_whom, reason) values (${Buffer.from(token, 'hex')}, to_timestamp(${until}), ${by}, ${reason ?? null}) on conflict (id) do nothing`;
}
