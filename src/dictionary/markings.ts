import type { Level } from './compartment.ts';
import type { Kind } from './types.ts';

/**
 * A record's markings with those that follow: a field made from a marked one (enrichment, the value as given) is marked as high, or it would
 * tell of the marked field what that may not tell. A value is marked with the field that says its type: its search keys carry that type. Kept with the record, so that everything after sees one set.
 * @returns a new map; the same when called on its own result
 */
export function spreadMarkings(kind: Kind, markings: ReadonlyMap<string, Level>): Map<string, Level> {
  const all = new Map(markings);
  for (let grew = true; grew;) {
    grew = false;
    for (const field of kind.fields) {
      const sources = field.normalise?.type === undefined ? field.derivedFrom : [...field.derivedFrom, field.normalise.type];
      const level = Math.max(0, ...sources.map((name) => all.get(name) ?? 0)) as Level;
      if (level <= Math.max(field.level, all.get(field.name) ?? 0)) continue;
      all.set(field.name, level);
      grew = true;
    }
  }
  return all;
}
