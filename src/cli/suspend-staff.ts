/** `prasan suspend staff` and `resume staff`: one person, by its id, in force or not with the next request of every node. */
import { accountDigest } from '../identity/oauth/adapter.ts';
import { sealReason } from '../identity/staff/person.ts';
import { setStatus } from '../store/staff/rows.ts';
import { Fault } from './fault.ts';
import { actor, type Owner } from './owner.ts';
import { boxIn } from './staff.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** @throws Fault when there is no such person */
export async function setStaff({ sql, embedded, journal }: Owner, id: string, status: 'ACTIVE' | 'SUSPENDED', reason: string): Promise<boolean> {
  if (!uuid.test(id)) throw new Fault(`staff are named by the id that \`prasan staff list\` tells, not ${id}`);
  // A person is put out of force also where the key is not at hand.
  const box = reason === '' ? undefined : await boxIn(embedded).catch(() => undefined);
  if (reason !== '' && box === undefined) process.stderr.write('the reason is not kept: it is sealed, and KEY_FILE is not set\n');
  const revision = await sql.begin(async (tx) => {
    await tx`set local role prasan_owner`;
    const [known] = await tx`select from staff where id = ${id}`;
    if (known === undefined) throw new Fault(`there is no staff ${id}`);
    return setStatus(tx, id, status, accountDigest(id), { actor: actor(), reason: box === undefined ? undefined : sealReason(box, id, reason) });
  });
  if (revision === undefined) return false;
  const noted = status === 'ACTIVE' ? journal?.forgetOutOfForce([{ type: 'staff', id }]) : journal?.noteOutOfForce([{ type: 'staff', id, version: revision, overlay: { status } }]);
  await noted?.catch(() => process.stderr.write('not noted beside the keys yet: a node does it, within half a minute\n'));
  return true;
}
