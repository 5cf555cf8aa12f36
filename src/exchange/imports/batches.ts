/** Rows in batches that bound memory, whatever the rows are. */
import type { IntakeRow } from '../intake/index.ts';

const mostRows = 1000;
/** Characters, roughly: a few of the longest rows make a batch of their own. */
const mostText = 2 * 1024 * 1024;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 16;
  for (const inner of Object.values(value)) size += 16 + sizeOf(inner);
  return size;
}

export async function* batches(rows: AsyncIterable<IntakeRow>): AsyncGenerator<readonly IntakeRow[]> {
  let batch: IntakeRow[] = [];
  let size = 0;
  for await (const row of rows) {
    batch.push(row);
    size += 'row' in row ? sizeOf(row.row) : 64;
    if (batch.length < mostRows && size < mostText) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
