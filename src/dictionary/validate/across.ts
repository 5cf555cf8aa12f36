/** Rules between fields of the envelope, on a body whose shape is already right. */
import type { FieldFault } from '../../errors.ts';
import { levelName, levelOf } from '../compartment.ts';
import type { Body, Kind } from '../types.ts';

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

const instant = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

function handlingFaults(handling: unknown): FieldFault[] {
  const { codes, text } = (handling ?? {}) as { readonly codes?: readonly string[] | null; readonly text?: string | null };
  return codes?.includes('H3') && !text ? [{ field: 'handling.text', message: 'is required with H3: say what the condition is' }] : [];
}

/** @param body of the right shape */
export function acrossFaults(kind: Kind, body: Body): FieldFault[] {
  const order = instant(body['observedFrom']) > instant(body['observedTo']) ? [{ field: 'observedTo', message: 'must not be before observedFrom' }] : [];
  return [...markingFaults(kind, (body['markings'] ?? []) as unknown as readonly Marking[]), ...handlingFaults(body['handling']), ...order];
}
