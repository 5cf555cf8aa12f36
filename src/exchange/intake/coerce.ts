/** Cells of a file are text: here each gets the type its field has. What does not fit stays as it is, for the validator to name. */
import type { Field, Json, Kind } from '../../dictionary/types.ts';
import type { FieldFault } from '../../errors.ts';
import { parseInstant } from './parse-instant.ts';
import type { InstantOptions } from './parse-instant.ts';
import type { IntakeRow } from './rows.ts';

export interface Coerced {
  readonly row: Readonly<Record<string, Json>>;
  readonly faults: readonly FieldFault[];
}

/**
 * Times of every row go through `parseInstant`, so that `timezone` and `calendar` hold for NDJSON too; the other types are made of text only
 * in formats that have nothing but text. Lists are divided at `;` or `|`; objects and lists of objects are written as JSON.
 */
export function coerceRow({ row, text }: Extract<IntakeRow, { text: boolean }>, kind: Kind, options: InstantOptions): Coerced {
  const made: Record<string, Json> = {};
  const faults: FieldFault[] = [];
  for (const [name, value] of Object.entries(row)) {
    const field = kind.field.get(name);
    if (field === undefined || typeof value !== 'string') made[name] = value;
    else if (field.type.name === 'DateTime' && !field.type.list) {
      const read = parseInstant(value, options);
      if (read.ok) made[name] = read.value;
      else faults.push({ field: name, message: read.message });
    } else made[name] = text ? cell(value, field) : value;
  }
  return { row: made, faults };
}

function cell(text: string, { type }: Field): Json {
  if (/^\s*[[{]/.test(text) && (type.shape === 'object' || type.list)) return json(text) ?? text;
  if (type.list) return text.split(/\s*[;|]\s*/).filter((item) => item !== '').map((item) => scalar(item, type.name, type.shape));
  return scalar(text, type.name, type.shape);
}

const truths: Readonly<Record<string, boolean>> = { true: true, yes: true, y: true, '1': true, ใช่: true, จริง: true, false: false, no: false, n: false, '0': false, ไม่ใช่: false, เท็จ: false };

function scalar(text: string, type: string, shape: Field['type']['shape']): Json {
  if (shape === 'enum') return text.trim().toUpperCase().replace(/[\s-]+/g, '_');
  const arabic = text.replace(/[\u0e50-\u0e59]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
  if (type === 'Boolean') return truths[arabic.toLowerCase()] ?? text;
  if (/^(?:Int|SafeInt|Float)$/.test(type) && /^[+-]?\d+(?:\.\d+)?$/.test(arabic)) return Number(arabic);
  // `asn` is a number, and files write it as AS13335.
  if (type === 'SafeInt' && /^AS\d{1,10}$/i.test(arabic)) return Number(arabic.slice(2));
  return text;
}

function json(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // stays text, and the validator says which type the field has
  }
}
