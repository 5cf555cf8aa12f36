/** Rows filled from the records they name: all of a batch are looked at in one read. */
import { refOf } from '../compose.ts';
import type { Writer } from '../act.ts';
import type { Deps } from '../deps.ts';
import { fillsFrom, namedRecords, withFills } from '../fill.ts';
import { refusedBy, spoilt } from './outcome.ts';
import { isReady, type Prepared } from './prepare.ts';

export async function filledRows(deps: Deps, writer: Writer, rows: readonly Prepared[]): Promise<readonly Prepared[]> {
  const ids = rows.filter(isReady).flatMap(({ composed }) => fillsFrom(composed.kind, composed.nested));
  if (ids.length === 0) return rows;
  const named = await namedRecords(writer, ids);
  return rows.map((row): Prepared => {
    if (!isReady(row)) return row;
    try {
      const composed = withFills(row.composed, named);
      if (composed === row.composed) return row;
      const own = refOf(deps.vault, composed, writer.viewer);
      return { ...row, composed, ref: own?.ref, refName: own?.ref.toString('hex') };
    } catch (error) {
      return refusedBy(row.line, spoilt(error));
    }
  });
}
