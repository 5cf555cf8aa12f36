/** The record that a request is about, where answering does something to it: one of another's that who asks sees, asked of its originator. */
import type { RequestKind } from '../../dictionary/requests.ts';
import { isObject } from '../../dictionary/json.ts';
import type { Body, Json } from '../../dictionary/types.ts';
import { invalid, maskedNotFound, Refusal } from '../../errors.ts';
import type { Stored } from '../../rules/record.ts';
import type { Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import { lockOwn } from '../lock-own.ts';

/** A record, and what of it the writer has. */
export interface Subject {
  readonly stored: Stored;
  readonly seen: Released;
  /** The request's typed body. */
  readonly asked: Body;
}

/** The typed body of a request. @throws Refusal FORBIDDEN where it is withheld */
function bodyOf(kind: RequestKind, request: Released): Body {
  const asked = request.body[kind.body];
  if (isObject(asked)) return asked;
  throw new Refusal('FORBIDDEN', { errors: [{ field: kind.body, message: 'is withheld from this request: ask with the clearance and caveats it needs' }] });
}

const desksOf = (value: Json | undefined): readonly Body[] => (Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : []);

/**
 * What is asked about, as who asks sees it.
 * @throws Refusal NOT_FOUND; INVALID where it is not asked of one desk of the record's originator
 */
export async function subjectAsked(writer: Writer, kind: RequestKind, request: Released): Promise<Subject> {
  const asked = bodyOf(kind, request);
  const rows = (await writer.tx.byIds([String(asked['record'])])).filter(({ meta }) => meta.kind.course === undefined);
  const [[stored], [seen]] = [rows, await writer.release(rows, writer.tx.now)];
  if (stored === undefined || seen === undefined) throw maskedNotFound([{ field: `${kind.body}.record`, message: 'you see no record of this id' }]);
  const desks = desksOf(request.body['desks']);
  if (desks.length !== 1 || desks[0]?.['partner'] !== seen.originator) throw invalid('desks', `${kind.name} is asked of one desk of the record's originator, ${seen.originator}`);
  writer.looked([seen]);
  return { stored, seen, asked };
}

/**
 * What is asked about, as its originator has it, locked.
 * @throws Refusal NOT_FOUND, FORBIDDEN, ERASED; CONFLICT where it is withdrawn
 */
export async function subjectHeld(writer: Writer, kind: RequestKind, request: Released): Promise<Subject> {
  const asked = bodyOf(kind, request);
  const stored = await lockOwn(writer, undefined, String(asked['record']));
  const [seen] = await writer.release([stored], writer.tx.now);
  if (seen === undefined) throw maskedNotFound();
  if (stored.meta.status !== 'ACTIVE') throw new Refusal('CONFLICT', 'the record is withdrawn');
  return { stored, seen, asked };
}
