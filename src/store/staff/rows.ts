/** Staff as the database keeps them. Statements run under the partner's stamp, or as the owner. */
import type { Sql, TransactionSql } from 'postgres';
import { v7 as uuidv7 } from 'uuid';
import type { Level } from '../../dictionary/compartment.ts';
import type { Doing, KeptStaff, NewInvitation, StaffEvent, StaffStatus } from '../../rules/staff.ts';

type Runner = Sql | TransactionSql;

export interface StaffRow {
  readonly id: string;
  readonly partner: string;
  readonly desk: string | null;
  readonly clearance: Level;
  readonly caveats: number;
  readonly purposes: number;
  readonly scopes: readonly string[];
  readonly administrator: boolean;
  readonly status: StaffStatus;
  readonly revision: number;
  readonly sealed: Buffer;
}

export const staffOf = ({ id, partner, desk, clearance, caveats, purposes, scopes, administrator, status, revision, sealed }: StaffRow): KeptStaff =>
  ({ id, partner, ...(desk !== null && { desk }), clearance, caveats, purposes, scopes, administrator, status, revision, sealed });

export async function note(sql: Runner, partner: string, staff: string, act: string, { actor, reason }: Doing): Promise<void> {
  await sql`insert into staff_event (id, partner, staff_id, act, actor, sealed) values (${uuidv7()}, ${partner}, ${staff}, ${act}, ${actor}, ${reason === undefined ? null : Buffer.from(reason)})`;
}

/** One at a time: those before count no more. */
export async function addInvitation(sql: Runner, { id, staff, partner, renews, life }: NewInvitation): Promise<void> {
  await sql`delete from staff_invitation where staff_id = ${staff}`;
  await sql`insert into staff_invitation (id, staff_id, partner, renews, until) values (${Buffer.from(id)}, ${staff}, ${partner}, ${renews}, statement_timestamp() + make_interval(secs => ${life}::float8))`;
}

export async function addStaff(sql: Runner, { id, partner, desk, clearance, caveats, purposes, scopes, administrator, sealed }: KeptStaff, invitation: NewInvitation, doing: Doing): Promise<void> {
  await sql`insert into staff (id, partner, desk, clearance, caveats, purposes, scopes, administrator, status, sealed)
    values (${id}, ${partner}, ${desk ?? null}, ${clearance}, ${caveats}, ${purposes}, ${scopes as string[]}, ${administrator}, 'INVITED', ${Buffer.from(sealed)})`;
  await addInvitation(sql, invitation);
  await note(sql, partner, id, 'INVITED', doing);
}

/** @param partner undefined: of all, for the owner */
export const listStaff = async (sql: Runner, partner?: string): Promise<KeptStaff[]> =>
  (await sql<StaffRow[]>`select * from staff ${partner === undefined ? sql`` : sql`where partner = ${partner}`} order by partner, created_at, id`).map(staffOf);

export async function listEvents(sql: Runner, partner: string, limit: number): Promise<StaffEvent[]> {
  const rows = await sql<{ at: Date; staff: string; act: string; actor: string; sealed: Buffer | null }[]>`
    select at, staff_id as staff, act, actor, sealed from staff_event where partner = ${partner} order by at desc, id desc limit ${limit}`;
  return rows.map(({ sealed, ...row }) => ({ ...row, sealed: sealed ?? undefined }));
}

/** Sessions, grants, codes and refresh tokens of a person; access tokens end with the session. @param account digest */
export async function endSessions(sql: Runner, account: Uint8Array): Promise<void> {
  await sql`delete from oauth_item where account = ${Buffer.from(account)}`;
}

/**
 * Sessions end either way, recovery codes with a suspension.
 * @param account digest
 * @returns the new revision; undefined when there is no such person, or it is so already
 */
export async function setStatus(sql: Runner, id: string, status: 'ACTIVE' | 'SUSPENDED', account: Uint8Array, doing: Doing): Promise<number | undefined> {
  // Who never joined, or must join again, is back as one who was invited.
  const [row] = await sql<{ partner: string; revision: number }[]>`
    update staff set revision = revision + 1, status = case when ${status} = 'SUSPENDED' then 'SUSPENDED'
        when exists (select from staff_passkey p where p.staff_id = staff.id) then 'ACTIVE' else 'INVITED' end
    where id = ${id} and (status = 'SUSPENDED') <> (${status} = 'SUSPENDED') returning partner, revision`;
  if (row === undefined) return undefined;
  // What a recovery code opened ends with a suspension; who has no passkey keeps the invitation.
  if (status === 'SUSPENDED') {
    await sql`delete from staff_invitation where staff_id = ${id} and exists (select from staff_passkey p where p.staff_id = ${id})`;
    // A code that somebody read may be why: who is put back in force comes in with the passkey, or is recovered.
    await sql`delete from staff_code where staff_id = ${id}`;
  }
  // When put back too: a sign-in that was under way may have begun a session just after the suspension had ended them.
  await endSessions(sql, account);
  await note(sql, row.partner, id, status === 'SUSPENDED' ? 'SUSPENDED' : 'RESUMED', doing);
  return row.revision;
}

/** Nothing that the person had counts any more; the invitation lets it register a new passkey. @returns whether there is such a person, and in force */
export async function renew(sql: Runner, id: string, invitation: NewInvitation, doing: Doing): Promise<boolean> {
  const [row] = await sql<{ partner: string }[]>`update staff set revision = revision + 1, renewed = revision + 1, status = 'INVITED' where id = ${id} and status <> 'SUSPENDED' returning partner`;
  if (row === undefined) return false;
  await sql`delete from staff_passkey where staff_id = ${id}`;
  await sql`delete from staff_code where staff_id = ${id}`;
  await addInvitation(sql, invitation);
  await note(sql, row.partner, id, 'RECOVERED', doing);
  return true;
}
