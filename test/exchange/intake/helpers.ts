import type { IntakeRow, ReadOptions } from '../../../src/exchange/intake/index.ts';
import { foldColumn, readRows } from '../../../src/exchange/intake/index.ts';

export const columns = new Map(
  [['value', 'value'], ['ค่า', 'value'], ['ip', 'value'], ['type', 'type'], ['ประเภท', 'type'], ['observedAt', 'observedAt'], ['เวลาที่พบ', 'observedAt'], ['description', 'description'], ['port', 'port']]
    .map(([name = '', field = '']) => [foldColumn(name), field] as const),
);

/** The bytes in chunks of `size`. */
export async function* chunks(bytes: string | Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

export async function all(bytes: string | Buffer, options: Partial<ReadOptions> = {}, size?: number): Promise<IntakeRow[]> {
  const rows: IntakeRow[] = [];
  for await (const row of readRows(chunks(bytes, size), { columns, ...options })) rows.push(row);
  return rows;
}

/** Rows as short lines: `2 {"value":"x"}`, `3 ! fault`. */
export const brief = (rows: readonly IntakeRow[]): string[] => rows.map((row) => ('fault' in row ? `${row.line} ! ${row.fault.slice(0, 24)}` : `${row.line} ${JSON.stringify(row.row)}`));
