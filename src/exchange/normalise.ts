/** Bringing what was sent to its normal form, and adding what follows from it. */
import { normalisers } from '../dictionary/normalise/index.ts';
import type { Reading } from '../dictionary/normalise/types.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import type { FieldFault } from '../errors.ts';
import type { Deps } from './deps.ts';

export interface NormalForm {
  readonly body: Body;
  readonly readings: readonly Reading[];
  readonly faults: readonly FieldFault[];
}

const isNormaliser = (name: string): name is keyof typeof normalisers => Object.hasOwn(normalisers, name);

/** Normalises every field that says how; a reading may yield sibling fields (`type`, `port`) where the writer gave none. */
export function normalForm(kind: Kind, given: Body): NormalForm {
  const body: Record<string, Json> = { ...given };
  const readings: Reading[] = [];
  const faults: FieldFault[] = [];
  for (const { name, normalise: spec } of kind.fields) {
    const value = body[name];
    if (spec === undefined || value === undefined || value === null || !isNormaliser(spec.by)) continue;
    const type = spec.type === undefined ? undefined : body[spec.type];
    const read = normalisers[spec.by](value, typeof type === 'string' ? type : undefined);
    if (!read.ok) {
      faults.push({ field: name, message: read.message });
      continue;
    }
    readings.push(...read.readings);
    if (spec.raw !== undefined && read.value !== value) body[spec.raw] = value;
    body[name] = read.value;
    for (const [sibling, yielded] of Object.entries(read.also ?? {})) if (kind.field.has(sibling)) body[sibling] ??= yielded;
  }
  return { body, readings, faults };
}

const addressTypes: ReadonlySet<Json> = new Set(['IPV4_ADDR', 'IPV6_ADDR']);

/** Fields that the exchange fills in from what is known offline, or works out: only those the kind has. */
export function derived(deps: Pick<Deps, 'enrich'>, kind: Kind, body: Body): Body {
  const made: Record<string, Json> = { ...body };
  const address = addressTypes.has(body['type'] ?? null) && typeof body['value'] === 'string' ? body['value'] : undefined;
  if (address !== undefined && kind.field.get('networkName')?.derivedFrom.includes('value') === true) {
    for (const [name, value] of Object.entries(deps.enrich(address))) if (kind.field.has(name)) made[name] ??= value;
  }
  // Behind carrier NAT an address names a subscriber only together with an instant and a port (RFC 6302).
  if (kind.field.has('subscriberTraceable')) made['subscriberTraceable'] = address !== undefined && typeof made['port'] === 'number' && typeof made['observedAt'] === 'string';
  return made;
}
