/** Column names: a field is found under its own name and its other names, English or Thai, however they are cased and spaced. */
import { columnsByName } from '../../dictionary/columns.ts';
import { overmarked } from '../../dictionary/normalise/marks.ts';
import type { Kind } from '../../dictionary/types.ts';

/** Folded column name to field name. */
export type Columns = ReadonlyMap<string, string>;

/** `Observed_At`, `observed at` and `observedAt` are one name. */
export const foldColumn = (name: string): string => (overmarked(name) ? name : name.normalize('NFKC').toLowerCase().replace(/[\s_.:\-/]+/g, ''));

/** The columns an import of this kind understands: what a writer may send, under all its names. */
export function columnsOf(kind: Kind): Columns {
  const columns = new Map<string, string>();
  const writable = kind.fields.filter((field) => field.writable);
  const all = [...columnsByName(kind).values()];
  for (const { name, thai } of all) if (thai !== undefined) columns.set(foldColumn(thai), name);
  for (const field of writable) for (const name of field.columns) columns.set(foldColumn(name), field.name);
  for (const { name, path } of all) if (path.length > 1) columns.set(foldColumn(name), name);
  for (const field of writable) columns.set(foldColumn(field.name), field.name); // a field's own name wins over another's alias
  return columns;
}
