/** Which sealed compartments of a record may be opened for a viewer: those that one single grant covers, or of which it was opened a field. */
import { parseCompartment } from '../dictionary/compartment.ts';
import { coveredBy, givesField, type Grant } from './grant.ts';
import { compartmentOf } from './layout.ts';
import type { SealedPart, Stored } from './record.ts';
import { effectiveLevel } from './release.ts';

export interface Opening {
  readonly compartment: string;
  readonly part: SealedPart;
}

/** Sealed compartments in which a field stands that an opening gives; of what else is sealed there `release` copies nothing. */
function openedPlaces({ meta: { kind, classification, markings } }: Stored, grants: readonly Grant[]): ReadonlySet<string> {
  return new Set(grants.flatMap((grant) => {
    const field = kind.field.get(grant.field ?? '');
    return field !== undefined && givesField([grant], field, effectiveLevel(field, classification, markings.get(field.name))) ? [compartmentOf(field, classification, markings).name] : [];
  }));
}

/** Nothing outside this list is ever given to the vault on a reader's behalf. */
export function plan(stored: Stored, grants: readonly Grant[]): Opening[] {
  if (stored.meta.sealedParts.size === 0) return [];
  const openings: Opening[] = [];
  const places = openedPlaces(stored, grants);
  for (const [compartment, part] of stored.meta.sealedParts) {
    const { level, caveats } = parseCompartment(compartment);
    if (coveredBy(grants, level, caveats) || places.has(compartment)) openings.push({ compartment, part });
  }
  return openings;
}
