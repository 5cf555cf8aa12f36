/** From bytes to rows, in constant memory: decompress, tell the format, read. A broken row is its own fault; a file nobody can read is refused. */
import { decompressed, peek } from './decompress.ts';
import type { Limits } from './decompress.ts';
import { lineBatches } from './lines.ts';
import { foldColumn } from './columns.ts';
import type { Columns } from './columns.ts';
import { csvRows } from './csv.ts';
import { ndjsonRows } from './ndjson.ts';
import { listRows } from './list.ts';
import { readJsonList } from './json-list.ts';
import type { Bytes, IntakeRow } from './rows.ts';

export type Format = 'ndjson' | 'csv' | 'list' | 'json';

export interface ReadOptions {
  /** Undefined: told by the first line. */
  readonly format?: Format | undefined;
  readonly columns: Columns;
  /** The field that a line of a plain list is a value of; `value` unless given. */
  readonly listField?: string;
  /** The field that the name over a JSON list goes to. */
  readonly labelField?: string;
  readonly limits?: Limits;
}

/**
 * @param bytes a request body or a file, compressed or not
 * @throws Refusal INVALID for a file that cannot be read at all (broken archive, unknown column in the header), TOO_LARGE for a bomb
 */
export async function* readRows(bytes: Bytes, options: ReadOptions): AsyncGenerator<IntakeRow> {
  const { columns, listField = 'value' } = options;
  const { first, all } = await peek(decompressed(bytes, options.limits), 4096);
  const format = options.format ?? formatOf(first, columns);
  if (format === 'json') yield* readJsonList(all, { columns, field: listField, ...(options.labelField !== undefined && { label: options.labelField }) });
  else if (format === 'ndjson') yield* ndjsonRows(lineBatches(all), columns);
  else if (format === 'csv') yield* csvRows(lineBatches(all), columns);
  else yield* listRows(lineBatches(all), listField);
}

/** A header row has a name of a column in it; JSON begins with a bracket; else it is a list. */
export function formatOf(first: Buffer, columns: Columns): Format {
  const text = first.toString('utf8').replace(/^\ufeff/, '').trimStart();
  if (text.startsWith('[')) return 'json';
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  // A list under a name that is no column: `{"deny": [...]}` is a document, however few lines it has.
  const named = /^\{\s*"([^"]+)"\s*:\s*\[/.exec(text)?.[1];
  if (named !== undefined && !columns.has(foldColumn(named))) return 'json';
  if (text.startsWith('{')) return /^\{.*\}\s*$/.test(line) || line.length >= 2048 ? 'ndjson' : 'json';
  const cells = line.split(/[,;\t|]/).map((cell) => foldColumn(cell.replaceAll('"', '')));
  return cells.some((cell) => columns.has(cell)) ? 'csv' : 'list';
}
