/** Lists published as one JSON document: an array; `{deny: [...]}`; `{site: [addresses]}`. Held in memory, so of limited size. */
import { Refusal } from '../../errors.ts';
import type { Json } from '../../dictionary/types.ts';
import { memberTwice } from '../../dictionary/validate/twice.ts';
import type { Columns } from './columns.ts';
import { objectRow } from './ndjson.ts';
import type { Bytes, IntakeRow } from './rows.ts';

export interface JsonListOptions {
  /** The field that each text is a value of. */
  readonly field: string;
  /** The field that the name over a list goes to (`{site: [...]}`). */
  readonly label?: string;
  readonly columns: Columns;
  readonly maxBytes?: number;
}

/** @throws Refusal INVALID, TOO_LARGE */
export async function* readJsonList(bytes: Bytes, options: JsonListOptions): AsyncGenerator<IntakeRow> {
  const { maxBytes = 64 * 1024 * 1024, columns } = options;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > maxBytes) throw new Refusal('TOO_LARGE', `A JSON document may hold at most ${maxBytes} bytes: send NDJSON, one object a line`);
    chunks.push(chunk);
  }
  const known = new Set(columns.values());
  let line = 0;
  for (const [value, label] of itemsOf(parsed(Buffer.concat(chunks)))) {
    line++;
    if (typeof value !== 'string') yield objectRow(line, value, columns, known);
    else yield { line, row: { [options.field]: value, ...(label !== undefined && options.label !== undefined && { [options.label]: label }) }, text: true };
  }
}

function parsed(bytes: Buffer): Json {
  let text: string;
  let value: Json;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new Refusal('INVALID', 'The file is no JSON document in UTF-8', error);
  }
  const twice = memberTwice(text, value);
  if (twice !== undefined) throw new Refusal('INVALID', `The member ${twice} of the JSON document stands twice: leave one out`);
  return value;
}

/** What is denied, where a list says what it allows and denies; else every list in the document, under its name. */
function* itemsOf(document: Json): Generator<readonly [Json, string?]> {
  if (Array.isArray(document)) yield* (document as readonly Json[]).map((item) => [item] as const);
  else if (document !== null && typeof document === 'object') {
    const lists = Object.entries(document).filter((entry): entry is [string, readonly Json[]] => Array.isArray(entry[1]));
    const denied = lists.filter(([name]) => /^(?:deny(?:sub|list)?|block(?:list|ed)?|blacklist)$/i.test(name));
    if (lists.length === 0) throw new Refusal('INVALID', 'The JSON document holds no list: send an array, or an object of arrays');
    for (const [name, list] of denied.length > 0 ? denied : lists) for (const item of list) yield denied.length > 0 ? [item] : [item, name];
  } else throw new Refusal('INVALID', 'The JSON document holds no list: send an array, or an object of arrays');
}
