/** Staff after a restore of the rows: who was suspended since stays so, and passkeys and codes that were taken away since do not come back. */
import type { TransactionSql } from 'postgres';
import type { Sessions } from '../sessions.ts';
import type { Journal, OutOfForce } from './journal.ts';

interface State {
  readonly id: string;
  readonly status: string;
  readonly revision: number;
  readonly renewed: number | null;
}

const statesOf = async (sessions: Sessions, journaled: readonly OutOfForce[]): Promise<ReadonlyMap<string, State>> => {
  const ids = journaled.filter(({ type }) => type === 'staff' || type === 'staff-keys').map(({ id }) => id);
  const rows = await sessions.plain(async (sql) => sql<State[]>`select * from prasan_staff_states(${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
};

const isLost = ({ type, version }: OutOfForce, state: State | undefined): boolean =>
  state !== undefined && (type === 'staff' ? state.status !== 'SUSPENDED' && state.revision < version : type === 'staff-keys' && (state.renewed ?? 0) < version);

/** Of what the journal knows, what these rows do not. */
export async function lostStaff(sessions: Sessions, journaled: readonly OutOfForce[]): Promise<OutOfForce[]> {
  const here = await statesOf(sessions, journaled);
  return journaled.filter((each) => isLost(each, here.get(each.id)));
}

/** Enters what is new, and takes out who is back. */
export async function noteStaff(sessions: Sessions, journal: Journal, journaled: readonly OutOfForce[]): Promise<void> {
  const here = await statesOf(sessions, journaled);
  const known = new Map(journaled.map(({ type, id, version }) => [`${type} ${id}`, version]));
  const found = [...here.values()].flatMap(({ id, status, revision, renewed }): OutOfForce[] => [
    ...(status === 'SUSPENDED' ? [{ type: 'staff' as const, id, version: revision, overlay: { status } }] : []),
    ...(renewed === null ? [] : [{ type: 'staff-keys' as const, id, version: renewed, overlay: {} }]),
  ]);
  await journal.noteOutOfForce(found.filter(({ type, id, version }) => (known.get(`${type} ${id}`) ?? 0) < version));
  await journal.forgetOutOfForce(journaled.filter(({ type, id, version }) => {
    const state = here.get(id);
    return type === 'staff' && state !== undefined && state.status !== 'SUSPENDED' && state.revision >= version;
  }));
}

/**
 * Sessions, used codes and used invitations would come back with the rows as well: all of them end, and who was invited is invited anew.
 * @param tx of the owner
 * @returns how many of the staff it concerned
 */
export async function replayStaff(tx: TransactionSql, journaled: readonly OutOfForce[]): Promise<number> {
  await tx`delete from oauth_item`;
  await tx`delete from staff_invitation`;
  let done = 0;
  for (const { type, id, version } of journaled) {
    if (type === 'staff') {
      done += (await tx`update staff set status = 'SUSPENDED', revision = ${version} where id = ${id}::uuid and status <> 'SUSPENDED' and revision < ${version} returning 1`).length;
      await tx`delete from staff_code where staff_id = ${id}::uuid`;
    }
    if (type !== 'staff-keys') continue;
    const rows = await tx`update staff set renewed = ${version}, revision = greatest(revision, ${version}), status = case status when 'ACTIVE' then 'INVITED' else status end
      where id = ${id}::uuid and coalesce(renewed, 0) < ${version} returning 1`;
    if (rows.length === 0) continue;
    await tx`delete from staff_passkey where staff_id = ${id}::uuid`;
    await tx`delete from staff_code where staff_id = ${id}::uuid`;
    done += 1;
  }
  return done;
}
