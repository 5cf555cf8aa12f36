/** One's own record, locked, to be changed. */
import { validate as isUuid } from 'uuid';
import { maskedNotFound } from '../errors.ts';
import { mayChange } from '../rules/act.ts';
import type { Stored } from '../rules/record.ts';
import type { Writer } from './act.ts';
import { gone } from './erasure/gone.ts';

/**
 * The writer's own record, locked.
 * @throws Refusal NOT_FOUND, FORBIDDEN, ERASED
 */
export async function lockOwn(writer: Writer, kind: string | undefined, id: string): Promise<Stored> {
  const [seen] = isUuid(id) ? await writer.tx.byIds([id]) : [];
  if (seen === undefined) throw await gone(writer, kind, id);
  if (kind !== undefined && seen.meta.kind.name !== kind) throw maskedNotFound();
  mayChange(writer.viewer, seen.meta.originator);
  const locked = await writer.tx.lock(id);
  if (locked === undefined) throw await gone(writer, kind, id);
  return locked;
}
