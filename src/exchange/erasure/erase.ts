/** Erasing a record of one's own for good. */
import { Refusal } from '../../errors.ts';
import { type ErasureReason, reasonGiven, type Tombstone } from '../../rules/erasure.ts';
import { act, type Done, type Writer } from '../act.ts';
import { demandMatch } from '../amend.ts';
import { lockOwn } from '../lock-own.ts';
import type { Asker } from '../api.ts';
import type { Deps } from '../deps.ts';
import { settle, settleWaiting } from './settle.ts';

/** What it left is all that is told of it: as a disclosure to its own originator, without a field. */
const told = (value: Tombstone): Done<Tombstone> => ({ value, released: [], named: [{ originator: value.originator, records: [value.id], fields: [] }] });

async function buried({ tx }: Writer, id: string): Promise<Tombstone> {
  const [tombstone] = await tx.tombstones([id]);
  if (tombstone === undefined) throw new Error('an erased record left nothing');
  return tombstone;
}

/** @throws Refusal HELD, STALE, NOT_FOUND, FORBIDDEN; ERASED when it is done already */
async function bury(writer: Writer, kind: string | undefined, id: string, reason: ErasureReason, ifMatch: string | undefined): Promise<Done<Tombstone>> {
  const before = await lockOwn(writer, kind, id);
  if (ifMatch !== undefined) {
    const [seen] = await writer.release([before], writer.tx.now);
    demandMatch(ifMatch, seen?.etag ?? '');
  }
  const holds = await writer.tx.holds(id);
  if (holds.some(({ release }) => release === undefined)) throw new Refusal('HELD', 'release its legal hold first; `holds` tells who placed it and why');
  await writer.tx.erase(id, reason);
  return told(await buried(writer, id));
}

const isDone = (error: unknown): boolean => error instanceof Refusal && error.code === 'ERASED';

export async function erase(deps: Deps, asker: Asker, kind: string | undefined, id: string, reason: unknown, ifMatch: string | undefined): Promise<Tombstone> {
  const why = reasonGiven(reason);
  const tombstone = await act<Tombstone>(deps, asker, 'records:erase', 'erase', async (writer) => {
    try {
      return await bury(writer, kind, id, why, ifMatch);
    } catch (error) {
      if (!isDone(error)) throw error;
      return told(await buried(writer, id));
    }
  });
  await settle(deps, [{ record: tombstone.id, reason: tombstone.reason, at: tombstone.erasedAt }]);
  // What went with it: links, what was made of it.
  await settleWaiting(deps);
  return tombstone;
}
