/** Cells of a file are text: here each gets the type its field has. What does not fit stays as it is, for the validator to name. */
import { arabicDigits } from '../../dictionary/normalise/digits.ts';
import { columnsByName, type Column, type Paired, pairedMembers, pairText, soleMember } from '../../dictionary/columns.ts';
import { isObject } from '../../dictionary/json.ts';
import { nestInto } from '../../dictionary/parts.ts';
import type { FieldType, Json, Kind } from '../../dictionary/types.ts';
import { memberTwice } from '../../dictionary/validate/twice.ts';
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
 * in formats that have nothing but text. Lists are divided at `;` or `|`; an object is written by its one needed member (a name, a number), by its two
 * (`partner/desk`), in columns of its members, or as JSON.
 */
export function coerceRow({ row, text }: Extract<IntakeRow, { text: boolean }>, kind: Kind, options: InstantOptions): Coerced {
  const made: Record<string, Json> = {};
  const faults: FieldFault[] = [];
  const columns = columnsByName(kind);
  for (const [name, value] of Object.entries(row)) {
    const column = columns.get(name);
    if (column === undefined || typeof value !== 'string') {
      made[name] = value;
      continue;
    }
    if (column.type.name === 'DateTime' && !column.type.list) {
      const read = parseInstant(value, options);
      if (read.ok) nestInto(made, column.path, read.value);
      else faults.push({ field: name, message: read.message });
    } else nestInto(made, column.path, text ? cell(value, column, (at, message) => void faults.push({ field: `${name}${at}`, message })) : value);
  }
  return { row: made, faults };
}

/** @param fault is told where in the cell something cannot be read, and how to write it */
function cell(text: string, { type, field, name }: Column, fault: (at: string, message: string) => void): Json {
  if (/^\s*[[{]/.test(text) && (type.shape === 'object' || type.list)) return json(text) ?? text;
  const sole = type.shape === 'object' ? soleMember(type) : undefined;
  if (sole !== undefined) return type.list ? divided(text).map((item) => shorthand(item, sole)) : shorthand(text, sole);
  const paired = type.shape === 'object' ? pairedMembers(type) : undefined;
  if (paired !== undefined) {
    const one = (item: string, at: string): Json => {
      const read = pair(item, paired);
      if (read === undefined) fault(at, howToPair(paired, type.list, name === field.name ? field.example : undefined));
      return read ?? item;
    };
    return type.list ? divided(text).map((item, i) => one(item, `.${i}`)) : one(text, '');
  }
  return type.list ? divided(text).map((item) => scalar(item, type)) : scalar(text, type);
}

/** @returns undefined when one of the two is not there */
function pair(text: string, { between, members: [[first, firstType], [second, secondType]] }: Paired): Json | undefined {
  const at = text.indexOf(between);
  const [one, other] = at < 0 ? ['', ''] : [text.slice(0, at).trim(), text.slice(at + between.length).trim()];
  return one === '' || other === '' ? undefined : { [first]: scalar(one, firstType), [second]: scalar(other, secondType) };
}

function howToPair({ between, members: [[first], [second]] }: Paired, list: boolean, example: Json | undefined): string {
  const sample = Array.isArray(example) ? (example as readonly Json[])[0] : example;
  const as = isObject(sample) ? `, as ${pairText(between, String(sample[first]), String(sample[second]))}` : '';
  return `write it as ${pairText(between, first.toUpperCase(), second.toUpperCase())}${as}${list ? '; several are divided by `;`' : ''}`;
}

const divided = (text: string): string[] => text.split(/\s*[;|]\s*/).filter((item) => item !== '');
const shorthand = (text: string, [name, type]: readonly [string, FieldType]): Json => ({ [name]: scalar(text, type) });

const truths: Readonly<Record<string, boolean>> = { true: true, yes: true, y: true, '1': true, ใช่: true, จริง: true, false: false, no: false, n: false, '0': false, ไม่ใช่: false, เท็จ: false };

function scalar(text: string, { name: type, shape, words }: FieldType): Json {
  if (shape === 'enum') return words?.get(text.normalize('NFC').trim()) ?? text.trim().toUpperCase().replace(/[\s-]+/g, '_');
  const arabic = arabicDigits(text);
  if (type === 'Boolean') return truths[arabic.toLowerCase()] ?? text;
  if (/^(?:Int|SafeInt|Float)$/.test(type) && /^[+-]?\d+(?:\.\d+)?$/.test(arabic)) return Number(arabic);
  // `asn` is a number, and files write it as AS13335.
  if (type === 'SafeInt' && /^AS\d{1,10}$/i.test(arabic)) return Number(arabic.slice(2));
  return text;
}

function json(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return memberTwice(text, value) === undefined ? value : undefined;
  } catch {
    return undefined; // stays text, and the validator says which type the field has
  }
}
