/** Whom what is said of a request reaches: words, answers, files that one side puts to it. Who says something believes it heard. */
import { type Level, levelName } from '../../dictionary/compartment.ts';
import { type FieldFault, Refusal } from '../../errors.ts';
import type { Limits } from '../../rules/record.ts';
import { type Asked, type Given, givenIn, hiddenFrom, rowsAt } from './reach.ts';

/** What one side puts to a request. */
export interface Put extends Omit<Asked, 'kind'> {
  /** Both sides. */
  readonly to: Limits;
  /** Fields that a move must have: that it was made is seen all the same, so they hinder none. */
  readonly needed?: readonly string[];
  /** What the caller called the field, where not by its own name. */
  readonly named?: string;
}

/** Members of a move that say nothing beyond that it was made: the leg shows them. */
const bare: ReadonlySet<string> = new Set(['request', 'leg', 'move', 'toDesk', 'question']);

/** Why this partner would not have all of it; undefined: it would. */
function unheard(put: Put, partner: string): FieldFault | undefined {
  const { composed, channel, to, needed = [], named } = put;
  const { kind, classification, markings } = composed;
  // Marked or classified higher than it must be, it is the writer's to lower.
  const lowest = ({ name }: Given): boolean => needed.includes(name) && !markings.has(name) && classification <= (kind.field.get(name)?.level ?? 0);
  const given = givenIn(composed).filter((one) => !lowest(one));
  const rows = rowsAt(put, classification, partner, to);
  if (rows.length === 0) {
    const open = rowsAt(put, 0, partner, to).map(({ ceiling }) => ceiling);
    if (open.length > 0) return { field: 'classification', message: `what ${partner} is given in ${channel} goes up to ${levelName(Math.max(...open) as Level)}` };
    const words = given.find(({ name }) => !bare.has(name));
    return words && { field: named ?? words.name, message: `nobody of ${partner} would have it: no clause in force gives ${partner} what is said of the request in ${channel}` };
  }
  const hidden = hiddenFrom(partner, channel, rows, given);
  return hidden && { field: named ?? hidden.name, message: hidden.why };
}

/** @throws Refusal INVALID naming the field, and the level or the caveats that lack */
export function demandHeard(put: Put): void {
  const faults = put.to.recipients.filter((partner) => partner !== put.reader.viewer.partner).flatMap((partner) => unheard(put, partner) ?? []);
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}
