/** Rules between fields, on a body whose shape is already right. */
import type { FieldFault } from '../../errors.ts';
import { levelName, levelOf } from '../compartment.ts';
import { isObject } from '../json.ts';
import { normalisers } from '../normalise/index.ts';
import type { Body, FieldType, Json, Kind } from '../types.ts';

interface Marking {
  readonly field: string;
  readonly level: string;
}

function markingFault({ field: name, level }: Marking, kind: Kind, seen: Set<string>): FieldFault | undefined {
  const field = kind.field.get(name);
  if (field === undefined || field.envelope) return { field: 'field', message: `must name one of ${kind.pieces.filter((each) => !each.envelope).map((each) => each.name).join(', ')}` };
  if (seen.has(name)) return { field: 'field', message: 'is marked twice' };
  seen.add(name);
  if ((levelOf(level) ?? 0) < field.level) return { field: 'level', message: `only raises: ${name} is ${levelName(field.level)} already` };
  return undefined;
}

export function markingFaults(kind: Kind, markings: readonly Marking[]): FieldFault[] {
  const seen = new Set<string>();
  return markings.flatMap((marking, i) => {
    const fault = markingFault(marking, kind, seen);
    return fault === undefined ? [] : [{ ...fault, field: `markings.${i}.${fault.field}` }];
  });
}

/** In normal form, in which times of one type are in the order of their text. Undefined: it is none, which is said elsewhere. */
function timeOf(type: string, value: Json | undefined): string | undefined {
  const read = typeof value === 'string' ? normalisers[type === 'Date' ? 'DATE' : 'INSTANT'](value, undefined) : undefined;
  return read?.ok === true && typeof read.value === 'string' ? read.value : undefined;
}

/** Whether a decimal in text, of whatever script, is more than a limit; what is no decimal is said elsewhere. */
function isAbove(value: Json | undefined, limit: number): boolean {
  const read = typeof value === 'string' ? normalisers.DECIMAL(value, undefined) : undefined;
  return read?.ok !== true || Number(read.value) > limit;
}

function oneFault(type: FieldType, value: Json, beside: Body, at: string): FieldFault[] {
  const { notBefore, above, members } = type;
  if (notBefore !== undefined) {
    const [first, last] = [timeOf(type.name, beside[notBefore]), timeOf(type.name, value)];
    if (first !== undefined && last !== undefined && last < first) return [{ field: at, message: `must not be before ${notBefore}` }];
  }
  if (above !== undefined && isObject(value) && !isAbove(value['amount'], above)) return [{ field: `${at}.amount`, message: `must be more than ${above}` }];
  return members === undefined ? [] : memberFaults(members, value, at);
}

/** In lists, too. */
function memberFaults(members: ReadonlyMap<string, FieldType>, value: Json, at: string): FieldFault[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, i) => memberFaults(members, item, `${at}.${i}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const type = members.get(name);
    return type === undefined || inner === null ? [] : oneFault(type, inner, value, at === '' ? name : `${at}.${name}`);
  });
}

/** The fields of a kind as members of its body. */
const fieldTypes = new WeakMap<Kind, ReadonlyMap<string, FieldType>>();
function typesOf(kind: Kind): ReadonlyMap<string, FieldType> {
  let known = fieldTypes.get(kind);
  if (known === undefined) fieldTypes.set(kind, (known = new Map(kind.fields.map(({ name, type }) => [name, type]))));
  return known;
}

function handlingFaults(handling: unknown): FieldFault[] {
  const { codes, text } = (handling ?? {}) as { readonly codes?: readonly string[] | null; readonly text?: string | null };
  return codes?.includes('H3') && !text ? [{ field: 'handling.text', message: 'is required with H3: say what the condition is' }] : [];
}

/** @param body of the right shape */
export function acrossFaults(kind: Kind, body: Body): FieldFault[] {
  return [...markingFaults(kind, (body['markings'] ?? []) as unknown as readonly Marking[]), ...handlingFaults(body['handling']), ...memberFaults(typesOf(kind), body, '')];
}
