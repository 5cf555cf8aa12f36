/**
 * Where the fields of a record are kept: open in the row, or in which sealed compartment. Follows from the kind, the classification and the markings.
 */
import { compartmentName, isSealed, type Level } from '../dictionary/compartment.ts';
import type { Body, Field, Json, Kind } from '../dictionary/types.ts';
import { effectiveLevel } from './release.ts';

/** Envelope fields that the exchange itself must read without a key: they decide about visibility, placement and retention. */
const plain: ReadonlySet<string> = new Set(['id', 'kind', 'originator', 'channels', 'classification', 'markings', 'retainUntil', 'status', 'revision', 'createdAt', 'updatedAt', 'withheld']);

export interface Layout {
  readonly open: Body;
  /** By compartment name. */
  readonly sealed: ReadonlyMap<string, Body>;
}

/** The compartment a field is kept and searched under in such a record. */
export function compartmentOf(field: Field, classification: Level, markings: ReadonlyMap<string, Level>): { name: string; sealed: boolean } {
  if (plain.has(field.name)) return { name: 'U', sealed: false };
  const compartment = { level: effectiveLevel(field, classification, markings.get(field.name)), caveats: field.caveats };
  return { name: compartmentName(compartment), sealed: isSealed(compartment) };
}

/** Splits a whole body into what stays open and what is sealed. */
export function layoutOf(kind: Kind, classification: Level, markings: ReadonlyMap<string, Level>, body: Body): Layout {
  const open: Record<string, Json> = {};
  const sealed = new Map<string, Record<string, Json>>();
  for (const [name, value] of Object.entries(body)) {
    const field = kind.field.get(name);
    if (field === undefined || value === null) continue;
    const place = compartmentOf(field, classification, markings);
    if (!place.sealed) {
      open[name] = value;
      continue;
    }
    let part = sealed.get(place.name);
    if (part === undefined) sealed.set(place.name, (part = {}));
    part[name] = value;
  }
  return { open, sealed };
}
