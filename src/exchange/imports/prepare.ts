/** From rows to records that are ready to be looked up and written: all that needs neither the database nor the registry. */
import { setImmediate as turn } from 'node:timers/promises';
import { checkSubmission } from '../../dictionary/validate.ts';
import type { Body } from '../../dictionary/types.ts';
import { Refusal } from '../../errors.ts';
import type { RowOutcome } from '../api.ts';
import { type Composed, compose, refOf } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { coerceRow, type IntakeRow } from '../intake/index.ts';
import { channelsOf, notKnownGood } from '../may-put.ts';
import type { Settled } from './options.ts';
import { refusedBy, refusedRow, spoilt } from './outcome.ts';

export interface ReadyRow {
  readonly line: number;
  /** As sent, checked; defaults included. */
  readonly given: Body;
  readonly composed: Composed;
  readonly channels: readonly string[];
  /** The blinded own number, or the claim where there is none; and its hex. */
  readonly ref: Buffer | undefined;
  readonly refName: string | undefined;
}

export type Prepared = ReadyRow | RowOutcome;
export const isReady = (row: Prepared): row is ReadyRow => !('outcome' in row);

/** Rows prepared before other requests get their turn. */
const slice = 100;

export async function prepareAll(deps: Deps, settled: Settled, partner: string, rows: readonly IntakeRow[]): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const row of rows) {
    prepared.push(prepare(deps, settled, partner, row));
    if (prepared.length % slice === 0) await turn();
  }
  return prepared;
}

function prepare(deps: Deps, settled: Settled, partner: string, intake: IntakeRow): Prepared {
  const { line } = intake;
  if ('fault' in intake) return refusedRow(line, intake.fault);
  const { kind, defaults, times, confirmKnownGood } = settled;
  const { row, faults } = coerceRow(intake, kind, times);
  if (faults.length > 0) return refusedBy(line, new Refusal('INVALID', { errors: faults }));
  const checked = checkSubmission(kind, filled(row, defaults));
  if (!checked.ok) return refusedBy(line, new Refusal('INVALID', { errors: checked.faults }));
  try {
    const given = checked.body;
    const composed = compose(deps, kind, given);
    notKnownGood(deps, composed, confirmKnownGood);
    const own = refOf(deps.vault, composed, { partner });
    const channels = given['channels'] === undefined ? settled.channels : channelsOf(given);
    return { line, given, composed, channels, ref: own?.ref, refName: own?.ref.toString('hex') };
  } catch (error) {
    return refusedBy(line, spoilt(error));
  }
}

/** Defaults for what the row has none of; a row that says null has none. */
function filled(row: Body, defaults: Body): Body {
  const body = { ...row };
  for (const [name, value] of Object.entries(defaults)) body[name] ??= value;
  return body;
}
