/** What is not there: erased, for those who saw it; for all others there is nothing, and never was. */
import { validate as isUuid } from 'uuid';
import { maskedNotFound, type Refusal } from '../../errors.ts';
import { mayChange } from '../../rules/act.ts';
import { erased, type Tombstone } from '../../rules/erasure.ts';
import type { Writer } from '../act.ts';

/** @param tombstones what this viewer may know of the id */
export function missing([tombstone]: readonly Tombstone[], kind: string | undefined): Refusal {
  return tombstone === undefined || (kind !== undefined && tombstone.kind !== kind) ? maskedNotFound() : erased(tombstone);
}

/**
 * Why a writer does not find a record.
 * @throws Refusal FORBIDDEN as of a record that stands, when it is another's
 */
export async function gone({ tx, viewer }: Writer, kind: string | undefined, id: string): Promise<Refusal> {
  const tombstones = isUuid(id) ? await tx.tombstones([id]) : [];
  const refusal = missing(tombstones, kind);
  if (refusal.code === 'ERASED') for (const { originator } of tombstones) mayChange(viewer, originator);
  return refusal;
}
