/** What a move on a request does to the record that it is about, by the kind's `effect`. */
import type { Body } from '../../dictionary/types.ts';
import { Refusal } from '../../errors.ts';
import type { Writer } from '../act.ts';
import type { Deps } from '../deps.ts';
import type { KeptLeg } from './request-port.ts';
import { applyCorrection } from './correction.ts';
import { applyOpening, type OpeningMove } from './opening.ts';

/** Does it in the move's own transaction. @returns what the move keeps as `opens` */
export async function applyEffect(deps: Deps, writer: Writer, move: OpeningMove, { basis }: Pick<KeptLeg, 'basis'>): Promise<Body | undefined> {
  if (move.kind.effect === 'OPENS') return applyOpening(deps, writer, move);
  if (move.opens !== undefined && move.opens !== null) throw new Refusal('INVALID', { errors: [{ field: 'opens', message: `${move.kind.name} opens nothing` }] });
  if (move.kind.effect === 'CORRECTS' && move.move === 'ANSWER') await applyCorrection(deps, writer, move, basis ?? 0);
  return undefined;
}
