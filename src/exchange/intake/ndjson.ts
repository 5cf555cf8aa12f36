/** NDJSON: one object a line. Names of fields, or of their columns. */
import { isUtf8 } from 'node:buffer';
import type { Json } from '../../dictionary/types.ts';
import { memberTwice } from '../../dictionary/validate/twice.ts';
import { foldColumn } from './columns.ts';
import type { Columns } from './columns.ts';
import { longestLine } from './lines.ts';
import type { IntakeRow, Line } from './rows.ts';

export async function* ndjsonRows(batches: AsyncIterable<readonly Line[]>, columns: Columns): AsyncGenerator<IntakeRow> {
  const known = new Set(columns.values());
  for await (const batch of batches) {
    for (const { number: line, bytes } of batch) {
      if (bytes === undefined) yield { line, fault: `the row is longer than ${longestLine} bytes: send a shorter one` };
      else if (!isUtf8(bytes)) yield { line, fault: 'it is not UTF-8: send JSON in UTF-8 (RFC 8259 section 8.1)' };
      else {
        const text = bytes.toString('utf8').trim();
        if (text !== '') yield textRow(line, text, columns, known);
      }
    }
  }
}

function textRow(line: number, text: string, columns: Columns, known: ReadonlySet<string>): IntakeRow {
  const value = parsed(text);
  const twice = value === undefined ? undefined : memberTwice(text, value);
  return twice === undefined ? objectRow(line, value, columns, known) : { line, fault: `its member ${twice} stands twice: leave one out` };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // the row's fault, said by objectRow
  }
}

/** A JSON value as a row. Names nobody knows stay as they are, for the validator to refuse by name. */
export function objectRow(line: number, value: Json | undefined, columns: Columns, known: ReadonlySet<string>): IntakeRow {
  if (value === undefined) return { line, fault: 'it is no JSON: send one object a line' };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { line, fault: 'it is JSON but no object: send one object a line' };
  const row: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const field = known.has(name) ? name : (columns.get(foldColumn(name)) ?? name);
    if (field === '__proto__') return { line, fault: 'it has a member named __proto__, which is no field: leave it out' };
    if (Object.hasOwn(row, field)) return { line, fault: `two of its members name the field ${field}: leave one out` };
    row[field] = member as Json;
  }
  return { line, row, text: false };
}
