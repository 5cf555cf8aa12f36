/** What happens to staff before they are known: one row found by what only its holder has, then a transaction under the partner's stamp. */
import type { TransactionSql } from 'postgres';
import type { Joining, NewInvitation, Passkey } from '../../rules/staff.ts';
import { addInvitation, endSessions, note } from './rows.ts';

/** @returns false when the invitation was used meanwhile, or the person may not join */
export async function join(sql: TransactionSql, { staff, partner, invitation, passkey, codes, account }: Joining): Promise<boolean> {
  const [used] = await sql<{ renews: boolean }[]>`update staff_invitation set used_at = statement_timestamp()
    where id = ${Buffer.from(invitation)} and staff_id = ${staff} and used_at is null and until > statement_timestamp() returning renews`;
  if (used === undefined) return false;
  const [joined] = await sql<{ id: string }[]>`update staff set status = 'ACTIVE', revision = revision + 1, renewed = case when ${used.renews} then revision + 1 else renewed end where id = ${staff} and status <> 'SUSPENDED' returning id`;
  if (joined === undefined) return false;
  await endSessions(sql, account);
  await sql`delete from staff_passkey where staff_id = ${staff}`;
  await sql`delete from staff_code where staff_id = ${staff}`;
  await sql`insert into staff_passkey (id, staff_id, partner, public_key, counter) values (${Buffer.from(passkey.id)}, ${staff}, ${partner}, ${Buffer.from(passkey.publicKey)}, ${passkey.counter})`;
  for (const code of codes) await sql`insert into staff_code (id, staff_id, partner) values (${Buffer.from(code)}, ${staff}, ${partner})`;
  await note(sql, partner, staff, used.renews ? 'RENEWED' : 'JOINED', { actor: staff });
  return true;
}

/** The counter goes up, or is not kept by the authenticator at all. @returns false when somebody signs with a copy */
export async function usePasskey(sql: TransactionSql, { id, counter }: Pick<Passkey, 'id' | 'counter'>): Promise<boolean> {
  const rows = await sql`update staff_passkey set counter = ${counter}, used_at = statement_timestamp() where id = ${Buffer.from(id)} and (counter < ${counter} or (counter = 0 and ${counter} = 0)) returning 1`;
  return rows.length === 1;
}

/** Uses a recovery code up: sessions end, and the invitation is good for a new passkey. @returns false when it was used meanwhile */
export async function spendCode(sql: TransactionSql, code: Uint8Array, invitation: NewInvitation, account: Uint8Array): Promise<boolean> {
  const rows = await sql`update staff_code set used_at = statement_timestamp() where id = ${Buffer.from(code)} and staff_id = ${invitation.staff} and used_at is null
    and exists (select from staff s where s.id = staff_code.staff_id and s.status = 'ACTIVE') returning 1`;
  if (rows.length === 0) return false;
  await endSessions(sql, account);
  await addInvitation(sql, invitation);
  await note(sql, invitation.partner, invitation.staff, 'CODE_USED', { actor: invitation.staff });
  return true;
}
