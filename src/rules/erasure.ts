/** Erasing for good: why a record went, and what is left of it for those who saw it. */
import type { Body } from '../dictionary/types.ts';
import { invalid, Refusal } from '../errors.ts';
import { demandScope } from './act.ts';
import type { Viewer } from './viewer.ts';

/** Why a record was erased, as a class: it stays and is shown, so it says nothing of what the record held. */
export const erasureReasons = ['RETENTION_ENDED', 'COURT_ORDER', 'SUBJECT_REQUEST', 'CONSENT_WITHDRAWN', 'SUBMITTED_IN_ERROR', 'NO_LONGER_NEEDED', 'OTHER'] as const;
export type ErasureReason = (typeof erasureReasons)[number];

/** What is left of an erased record: released to those who saw it when it was erased and would see it now, and to nobody else. */
export interface Tombstone {
  readonly id: string;
  readonly kind: string;
  readonly originator: string;
  readonly reason: ErasureReason;
  /** RFC 3339, UTC. */
  readonly erasedAt: string;
}

/** What the erasure list keeps, apart from the rows: enough to do it again after a restore. */
export interface Erasure {
  readonly record: string;
  readonly reason: ErasureReason;
  readonly at: string;
}

/** Reasons that an originator may give; the other is for what its own `retainUntil` brings. */
const given: readonly string[] = erasureReasons.filter((reason) => reason !== 'RETENTION_ENDED');

/** @throws Refusal INVALID */
export function reasonGiven(reason: unknown): ErasureReason {
  if (typeof reason === 'string' && given.includes(reason)) return reason as ErasureReason;
  throw new Refusal('INVALID', { errors: [{ field: 'reason', message: `one of ${given.join(', ')}` }] });
}

export const isErasureReason = (text: string | null): text is ErasureReason => (erasureReasons as readonly (string | null)[]).includes(text);

/** The refusal for what was erased, to somebody who may know that it was. */
export const erased = ({ id, kind, originator, reason, erasedAt }: Tombstone): Refusal =>
  new Refusal('ERASED', { extra: { erased: { id, kind, originator, reason, erasedAt } } });

/** The field that ends a record by itself. */
const retained = 'retainUntil';

/** The instant that a record names for its end, in Unix milliseconds; without one it has none. */
function endOf(content: Body): number {
  const end = content[retained];
  return typeof end === 'string' ? Date.parse(end) : Infinity;
}

/** @throws Refusal INVALID for an end that has come: the record would be gone before anybody saw that the year was mistyped */
export function demandToCome(content: Body, now: number): void {
  if (endOf(content) > now) return;
  throw invalid(retained, 'must be to come: at this instant the record is erased for good. Give a later one, or leave it out. What is to go at once is erased by the call made for that');
}

/**
 * Who brings the end of a record nearer erases it by that, and needs what erasing needs. A later end, and none, are for whoever writes; an end that
 * stays as it is is nobody's doing, though it may have come: a legal hold keeps the record.
 * @param before what the record holds
 * @param after what it would hold
 * @throws Refusal INVALID, INSUFFICIENT_SCOPE
 */
export function demandRetention(viewer: Viewer, before: Body, after: Body, now: number): void {
  if (before[retained] === after[retained]) return;
  demandToCome(after, now);
  if (endOf(after) < endOf(before)) demandScope(viewer, 'records:erase', { field: retained, message: 'is earlier than the record has it: that brings its erasure nearer, and needs the scope records:erase' });
}
