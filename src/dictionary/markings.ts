import type { Level } from './compartment.ts';
import type { Field, Kind } from './types.ts';

/** What raises a field with it: what it is made from, what says its type, and what holds it. */
function sourcesOf({ derivedFrom, normalise, path, within }: Field): readonly string[] {
  const typed = [normalise?.type, normalise?.subtype].flatMap((name) => (name === undefined ? [] : [[...path.slice(0, -1), name].join('.')]));
  return [...derivedFrom, ...typed, ...(within === undefined ? [] : [within])];
}

/**
 * A record's markings with those that follow: a field made from a marked one (enrichment, the value as given) is marked as high, or it would
 * tell of the marked field what that may not tell. A value is marked with the field that says its type: its search keys carry that type. Kept with the record, so that everything after sees one set.
 * @returns a new map; the same when called on its own result
 */
export function spreadMarkings(kind: Kind, markings: ReadonlyMap<string, Level>): Map<string, Level> {
  const all = new Map(markings);
  if (all.size === 0) return all;
  for (let grew = true; grew;) {
    grew = false;
    for (const field of kind.pieces) {
      const sources = sourcesOf(field);
      const level = Math.max(0, ...sources.map((name) => all.get(name) ?? 0)) as Level;
      if (level <= Math.max(field.level, all.get(field.name) ?? 0)) continue;
      all.set(field.name, level);
      grew = true;
    }
  }
  return all;
}
