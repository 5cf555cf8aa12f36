/** Which sealed compartments of a record may be opened for a viewer: those that one single grant covers. */
import { parseCompartment } from '../dictionary/compartment.ts';
import { coveredBy, type Grant } from './grant.ts';
import type { SealedPart, Stored } from './record.ts';

export interface Opening {
  readonly compartment: string;
  readonly part: SealedPart;
}

/** Nothing outside this list is ever given to the vault on a reader's behalf. */
export function plan(stored: Stored, grants: readonly Grant[]): Opening[] {
  if (stored.meta.sealedParts.size === 0) return [];
  const openings: Opening[] = [];
  for (const [compartment, part] of stored.meta.sealedParts) {
    const { level, caveats } = parseCompartment(compartment);
    if (coveredBy(grants, level, caveats)) openings.push({ compartment, part });
  }
  return openings;
}
