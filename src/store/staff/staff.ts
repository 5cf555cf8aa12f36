/** Staff, for the nodes: their role sees one partner's at a time, or one row by what only its holder has. */
import type { TransactionSql } from 'postgres';
import type { Sessions } from '../sessions.ts';
import type { KeptStaff, StaffPort } from '../../rules/staff.ts';
import { join, spendCode, usePasskey } from './entry.ts';
import { addStaff, endSessions, listEvents, listStaff, renew, setStatus, staffOf, type StaffRow } from './rows.ts';

export interface StaffStore extends StaffPort {
  /** In force now, with the session. @param session digest of its uid */
  standing(id: string, session: Uint8Array): Promise<KeptStaff | undefined>;
}

export function staffStore(sessions: Sessions): StaffStore {
  const under = async <T>(partner: string, work: (sql: TransactionSql) => Promise<T>): Promise<T> => sessions.transaction({ partner, purposeBit: 0, clearance: 0, caveats: 0 }, work);
  const first = async (rows: Promise<readonly StaffRow[]>): Promise<KeptStaff | undefined> => {
    const [row] = await rows;
    return row === undefined ? undefined : staffOf(row);
  };
  return {
    byId: async (id) => sessions.plain(async (sql) => first(sql<StaffRow[]>`select * from prasan_staff(${id}::uuid)`)),
    standing: async (id, session) => sessions.plain(async (sql) => first(sql<StaffRow[]>`select * from prasan_staff_standing(${id}::uuid, ${Buffer.from(session)})`)),
    passkey: async (credential) => sessions.plain(async (sql) => {
      const [row] = await sql<{ id: Buffer; staff: string; key: Buffer; counter: number }[]>`select id, staff_id as staff, public_key as key, counter::float8 as counter from prasan_staff_passkey(${Buffer.from(credential)})`;
      return row === undefined ? undefined : { id: row.id, staff: row.staff, publicKey: row.key, counter: row.counter };
    }),
    invited: async (invitation) => sessions.plain(async (sql) => (await sql<{ staff: string }[]>`select staff_id as staff from prasan_staff_invitation(${Buffer.from(invitation)})`)[0]?.staff),
    ofCode: async (code) => sessions.plain(async (sql) => (await sql<{ staff: string }[]>`select staff_id as staff from prasan_staff_code(${Buffer.from(code)})`)[0]?.staff),
    join: async (joining) => under(joining.partner, async (sql) => join(sql, joining)),
    usePasskey: async (partner, passkey) => under(partner, async (sql) => usePasskey(sql, passkey)),
    spendCode: async (code, invitation, account) => under(invitation.partner, async (sql) => spendCode(sql, code, invitation, account)),
    list: async (partner) => under(partner, async (sql) => listStaff(sql, partner)),
    events: async (partner, limit) => under(partner, async (sql) => listEvents(sql, partner, limit)),
    add: async (staff, invitation, doing) => under(staff.partner, async (sql) => addStaff(sql, staff, invitation, doing)),
    setStatus: async (partner, id, status, account, doing) => under(partner, async (sql) => (await setStatus(sql, id, status, account, doing)) !== undefined),
    renew: async (id, invitation, account, doing) => under(invitation.partner, async (sql) => {
      if (!(await renew(sql, id, invitation, doing))) return false;
      await endSessions(sql, account);
      return true;
    }),
  };
}
