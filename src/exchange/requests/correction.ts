/** Corrections, taken over: a revision of the originator's own, made in the transaction of the move that says so; and told to whom the record was disclosed. */
import { namedIn } from '../../dictionary/parts.ts';
import { validPatch } from '../../dictionary/validate.ts';
import { Refusal } from '../../errors.ts';
import type { Writer } from '../act.ts';
import { amendment, put } from '../amend.ts';
import type { Deps } from '../deps.ts';
import { patchOf } from './correctable.ts';
import type { OpeningMove } from './opening.ts';
import { subjectHeld } from './subject.ts';

/**
 * @param basis how many changes the record had when the correction was proposed
 * @throws Refusal STALE where what would be corrected has changed since; CONFLICT where the record says so already; what an amendment is refused for
 */
export async function applyCorrection(deps: Deps, writer: Writer, { kind, request, to }: Omit<OpeningMove, 'move' | 'opens'>, basis: number): Promise<void> {
  const { stored, seen, asked } = await subjectHeld(writer, kind, request);
  const [asking] = await writer.tx.byIds([request.id]);
  if (asking === undefined) throw new Error('a request that was released is not there');
  const { meta } = stored;
  const patch = validPatch(meta.kind, patchOf(deps, writer, kind, request, asking.meta));
  const names = namedIn(meta.kind, patch);
  const moved = names.filter((name) => meta.changes.slice(basis).some(({ fields }) => fields.includes(name)));
  if (moved.length > 0) {
    throw new Refusal('STALE', { detail: `${moved.join(', ')} changed since the correction was proposed: amend the record by hand, or refuse`, errors: moved.map((field) => ({ field: `${kind.body}.${field}`, message: 'changed since' })) });
  }
  const change = await amendment(deps, writer, stored, seen, patch);
  if (change === undefined) throw new Refusal('CONFLICT', 'the record says so already: REFUSE, and say that');
  await put(deps, writer, change);
  const named = asked['mayNameUs'] === true;
  await writer.tx.requests.noteCorrection(meta.id, change.fields, named ? to : undefined);
  writer.noted(named ? `correction by ${to}` : 'correction', [meta.id], change.fields);
}
