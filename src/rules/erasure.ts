/** Erasing for good: why a record went, and what is left of it for those who saw it. */
import { Refusal } from '../errors.ts';

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
