/** What the importer may put in, where: decided anew in every batch, and once for all rows of it that are alike. */
import { Refusal } from '../../errors.ts';
import type { ShareBasis } from '../../rules/act.ts';
import { stateOf } from '../../rules/condition.ts';
import type { Writer } from '../act.ts';
import { demandCaseDesks } from '../case-desks.ts';
import type { Deps } from '../deps.ts';
import { groundOf, mayPut, namesDesks } from '../may-put.ts';
import type { ReadyRow } from './prepare.ts';

export type Permit = readonly ShareBasis[] | Refusal;

export function permits(deps: Deps, writer: Writer): (row: ReadyRow) => Permit {
  const known = new Map<string, Permit>();
  return (row) => {
    const { kind, classification, markings, content, nested } = row.composed;
    const alike = markings.size > 0 || namesDesks(kind, content) ? undefined : JSON.stringify([classification, nested['sensitive'] === true, groundOf(kind, nested) !== undefined, stateOf(kind, markings, content), row.channels, Object.keys(content)]);
    let permit = alike === undefined ? undefined : known.get(alike);
    if (permit === undefined) {
      permit = decide(deps, writer, row);
      if (alike !== undefined) known.set(alike, permit);
    }
    return permit;
  };
}

function decide(deps: Deps, writer: Writer, { composed, channels }: ReadyRow): Permit {
  try {
    demandCaseDesks(writer.registry, composed.kind, composed.content);
    return mayPut(deps, writer, composed, channels, writer.tx.now);
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) return error;
    throw error;
  }
}
