/**
 * Passing on: the embassy's desk asks in its own name what it was asked to pass on, with what it adds. A request of its own, as a note between states is: the
 * desks that are asked answer the embassy, which answers who asked.
 */
import type { Body, Json } from '../../dictionary/types.ts';
import { Refusal } from '../../errors.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import type { Deps } from '../deps.ts';
import { insertTogether } from '../together.ts';
import { partKind } from './parts.ts';
import { copyFiles } from './copy-files.ts';
import { sendLegs } from './send.ts';

/** What says who asked, and by which way: of the request passed on it says something else. */
const ownWords: ReadonlySet<string> = new Set(['via', 'passes', 'added', 'fromDesk', 'draft', 'externalRef', 'caseRefs']);

/** @throws Refusal INVALID for a request that its writer says to be another's, passed on */
export function demandUnpassed(body: Body): void {
  const faults = ['passes', 'added'].filter((name) => body[name] !== undefined && body[name] !== null).map((field) => ({ field, message: 'is set by passing on: a move PASS_ON' }));
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}

/**
 * Asks the desks that a request is for, as it is released to who passes it on.
 * @param added in words
 * @throws Refusal as asking does, for what the embassy may not ask in its own name
 */
export async function passOn(deps: Deps, writer: Writer, request: Released, added: Json | undefined): Promise<void> {
  const kind = partKind(deps, 'REQUEST');
  const copied = kind.fields.filter(({ writable, name }) => writable && !ownWords.has(name) && request.body[name] !== undefined && request.body[name] !== null);
  const body: Body = {
    ...Object.fromEntries(copied.map(({ name }) => [name, request.body[name] ?? null])), passes: request.id,
    ...(added !== undefined && { added }), ...(writer.viewer.desk !== undefined && { fromDesk: writer.viewer.desk }),
  };
  const { id, rows } = await insertTogether(deps, writer, kind, body, false);
  const [made] = await writer.release(rows.filter(({ meta }) => meta.id === id), writer.tx.now);
  if (made === undefined) throw new Error('a written record is not visible to its writer');
  await copyFiles(deps, writer, request.id, made);
  await sendLegs(deps, writer, made);
}
