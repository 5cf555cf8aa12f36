/** Outcomes of rows: as they are counted, hashed and told. */
import { inWords, Refusal } from '../../errors.ts';
import type { RowOutcome } from '../api.ts';

/** One line of NDJSON, as the trailer's digest is made of and as surfaces send it. */
export const outcomeLine = (outcome: RowOutcome): string => `${JSON.stringify(outcome)}\n`;

export const refusedRow = (line: number, reason: string, code: Refusal['code'] = 'INVALID', field?: string): RowOutcome =>
  (field === undefined ? { line, outcome: 'refused', code, reason } : { line, outcome: 'refused', code, field, reason });

/** A refusal that spoils one row: the first field that is wrong, and the reason; every fault where there are several. */
export function refusedBy(line: number, refusal: Refusal): RowOutcome {
  const { errors = [], detail } = refusal.public;
  const [first] = errors;
  if (first === undefined) return refusedRow(line, detail ?? refusal.title(), refusal.code);
  const reason = errors.length === 1 ? first.message : inWords(errors);
  return refusedRow(line, reason, refusal.code, first.field);
}

/** A refusal that is one row's fault. @throws the others (503), which stop the import, and what is no refusal */
export function spoilt(error: unknown): Refusal {
  if (error instanceof Refusal && error.status < 500) return error;
  throw error;
}
