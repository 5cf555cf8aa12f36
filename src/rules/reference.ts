/** References to other records: which ids a viewer would be shown, if it sees what they name. */
import { idsWithin } from '../dictionary/references.ts';
import type { Body, Json } from '../dictionary/types.ts';
import type { Grant } from './grant.ts';
import { Stored } from './record.ts';
import { lensOf } from './release.ts';

/**
 * The ids that stand in those pieces of a record that a viewer may have: to be resolved through its own view before the record is released.
 * @param opened as for `release`
 */
export function idsFor(stored: Stored, grants: readonly Grant[], opened: ReadonlyMap<string, Body>): string[] {
  const { kind, classification, markings } = stored.meta;
  if (kind.references.length === 0) return [];
  const { visible } = lensOf(kind, classification, markings, grants);
  const sources = [Stored.bodyOf(stored), ...opened.values()];
  const pieceOf = (name: string): Json | undefined => sources.find((source) => Object.hasOwn(source, name))?.[name];
  return kind.references.filter(({ piece }) => visible.has(piece)).flatMap((reference) => idsWithin(reference, pieceOf(reference.piece)));
}
