/**
 * CSV with a header row. Records are cut at line breaks here and only quoted ones go through csv-parse: a parser that meets a stray quote
 * in a stream swallows what follows, and a broken row must spoil nothing but itself.
 */
import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { Refusal } from '../../errors.ts';
import type { Json } from '../../dictionary/types.ts';
import { foldColumn } from './columns.ts';
import type { Columns } from './columns.ts';
import { longestLine } from './lines.ts';
import type { IntakeRow, Line } from './rows.ts';

const delimiters = [',', ';', '\t', '|'] as const;
const quote = 0x22;
/** A quoted value may span lines; one that spans more than this was never closed. */
const longestRecordLines = 200;

/** Of unknown columns so many are named in words, each no longer than this. */
const [mostNamed, longestName] = [10, 100];
/** A name as it is told: what cannot be seen in it is shown, and nothing that no database keeps. */
const told = (name: string): string => `\`${name.slice(0, longestName).replace(/\p{C}/gu, '\ufffd')}\``;

interface Header {
  readonly delimiter: string;
  /** Field by position. */
  readonly fields: readonly string[];
}

/** @throws Refusal INVALID when the header cannot be read or names a column nobody knows */
export async function* csvRows(batches: AsyncIterable<readonly Line[]>, columns: Columns): AsyncGenerator<IntakeRow> {
  let header: Header | undefined;
  let pending: Line[] = [];
  for await (const batch of batches) {
    pending = pending.length === 0 ? [...batch] : [...pending, ...batch];
    let at = 0;
    if (header === undefined) {
      while (at < pending.length && pending[at]?.bytes?.length === 0) at++;
      const first = pending[at++];
      if (first === undefined) continue;
      header = headerOf(first, columns);
    }
    const { records, next } = recordsFrom(pending, at, false);
    yield* rowsOf(records, header);
    pending = pending.slice(next).map(({ number, bytes }) => ({ number, bytes: bytes && Buffer.from(bytes) }));
  }
  if (header === undefined) throw new Refusal('INVALID', 'The file is empty: send CSV with a header row');
  yield* rowsOf(recordsFrom(pending, 0, true).records, header);
}

/** The records that end within these lines, and where the first one that does not begins. */
function recordsFrom(lines: readonly Line[], from: number, ended: boolean): { readonly records: RawRecord[]; readonly next: number } {
  const records: RawRecord[] = [];
  let next = from;
  for (let record = recordAt(lines, next, ended); record !== undefined; record = recordAt(lines, next, ended)) {
    next += record.lines;
    records.push(record);
  }
  return { records, next };
}

interface RawRecord {
  readonly line: number;
  /** How many physical lines it took. */
  readonly lines: number;
  readonly text?: string;
  readonly quoted: boolean;
  readonly fault?: string;
}

const quotesIn = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(quote); at >= 0; at = bytes.indexOf(quote, at + 1)) count++;
  return count;
};

/** The record that begins at a line; undefined when the lines so far do not hold its end. A quote that is never closed makes one faulty line. */
function recordAt(lines: readonly Line[], from: number, ended: boolean): RawRecord | undefined {
  const first = lines[from];
  if (first === undefined) return undefined;
  const line = first.number;
  if (first.bytes === undefined) return { line, lines: 1, quoted: false, fault: `the row is longer than ${longestLine} bytes: send a shorter one` };
  let quotes = quotesIn(first.bytes);
  if (quotes === 0) return textOf(line, [first.bytes]);
  const parts = [first.bytes];
  for (let size = first.bytes.length; quotes % 2 === 1; ) {
    const next = lines[from + parts.length];
    if (next === undefined && !ended) return undefined;
    if (next?.bytes === undefined || parts.length >= longestRecordLines || (size += next.bytes.length) > longestLine) {
      return { line, lines: 1, quoted: true, fault: 'a quotation mark is opened and never closed: close it, or double it where it belongs to the text' };
    }
    quotes += quotesIn(next.bytes);
    parts.push(next.bytes);
  }
  return textOf(line, parts, true);
}

function textOf(line: number, parts: readonly Buffer[], quoted = false): RawRecord {
  const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [Buffer.of(0x0a), part])));
  if (!isUtf8(bytes)) return { line, lines: 1, quoted, fault: 'it is not UTF-8: save the file as "CSV UTF-8"' };
  const text = bytes.toString('utf8');
  if (parts.length > 1 && cells(text, true, undefined) === undefined) {
    return { line, lines: 1, quoted, fault: 'a quotation mark is opened and never closed: close it, or double it where it belongs to the text' };
  }
  return { line, lines: parts.length, quoted, text };
}

/** @returns the cells, trimmed; undefined when the quotes make no sense */
function cells(text: string, quoted: boolean, delimiter: string | undefined): string[] | undefined {
  if (!quoted) return text.split(delimiter ?? ',').map((cell) => cell.trim());
  try {
    const [record = [], ...more] = parse(text, { delimiter: delimiter ?? [...delimiters], relax_column_count: true, trim: true, skip_empty_lines: false });
    return more.length > 0 ? undefined : record;
  } catch {
    return undefined; // csv-parse throws for a stray quote: here that is the row's fault
  }
}

function headerOf(line: Line, columns: Columns): Header {
  const record = recordAt([line], 0, true);
  if (record?.text === undefined) throw new Refusal('INVALID', `The header row cannot be read: ${record?.fault ?? 'send CSV with a header row'}`);
  const outside = record.text.replace(/"(?:[^"]|"")*"/g, '');
  const delimiter = delimiters.reduce((best, one) => (outside.split(one).length > outside.split(best).length ? one : best));
  const names = cells(record.text, record.quoted, delimiter);
  if (names === undefined) throw new Refusal('INVALID', 'The header row cannot be read: its quotation marks do not pair');
  while (names.at(-1) === '') names.pop();
  const errors = names.flatMap((name) => (columns.has(foldColumn(name)) ? [] : [{ field: name.slice(0, longestName), message: 'no field has this name: rename the column or leave it out' }]));
  const fields = names.map((name) => columns.get(foldColumn(name)) ?? '');
  if (errors.length > 0) {
    const unknown = errors.slice(0, mostNamed).map(({ field }) => told(field)).join(', ') + (errors.length > mostNamed ? `, and ${errors.length - mostNamed} more` : '');
    throw new Refusal('INVALID', { detail: `${unknown}: no field has such a name. Rename what the header row calls so, or leave it out; known here are ${[...new Set(columns.values())].join(', ')} and their other names`, errors });
  }
  const again = fields.findIndex((field, i) => fields.indexOf(field) !== i);
  const twice = fields[again];
  if (twice !== undefined) {
    const both = [fields.indexOf(twice), again].map((i) => told(names[i] ?? '')).join(' and ');
    throw new Refusal('INVALID', { detail: `${both} of the header row name the same field, ${twice}: leave one out`, errors: [{ field: twice, message: 'it is named twice: leave one column out' }] });
  }
  return { delimiter, fields };
}

function* rowsOf(records: readonly RawRecord[], header: Header): Generator<IntakeRow> {
  const quoted = quotedCells(records, header.delimiter);
  for (const record of records) {
    const { line, text, fault } = record;
    if (text === undefined) yield { line, fault: fault ?? 'it cannot be read' };
    else if (text.trim() !== '') yield rowOf(line, quoted.get(record) ?? cells(text, record.quoted, header.delimiter), header);
  }
}

/**
 * One call of csv-parse for all quoted records, each of which has an even number of quotes: none can run into the next. When one of them is
 * broken nothing is returned, and each is parsed alone.
 */
function quotedCells(records: readonly RawRecord[], delimiter: string): ReadonlyMap<RawRecord, string[]> {
  const quoted = records.filter(({ quoted: is, text }) => is && text !== undefined && text.trim() !== '');
  try {
    const parsed = quoted.length < 2 ? [] : parse(quoted.map(({ text }) => text).join('\n'), { delimiter, relax_column_count: true, trim: true });
    return parsed.length === quoted.length ? new Map(quoted.map((record, i) => [record, parsed[i] ?? []])) : new Map();
  } catch {
    return new Map(); // a stray quote in one of them
  }
}

function rowOf(line: number, values: string[] | undefined, { fields }: Header): IntakeRow {
  if (values === undefined) return { line, fault: 'its quotation marks do not pair: put a value that holds one in quotation marks and double it' };
  while (values.length > fields.length && values.at(-1) === '') values.pop();
  if (values.length !== fields.length) return { line, fault: `it has ${values.length} columns and the header ${fields.length}: a value that holds the delimiter goes in quotation marks` };
  const row: Record<string, Json> = {};
  fields.forEach((field, i) => {
    const value = values[i];
    if (value !== undefined && value !== '') row[field] = value;
  });
  return { line, row, text: true };
}
