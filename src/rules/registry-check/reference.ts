import { type Context, fault, type Finding, type Section } from './finding.ts';
import { nearest } from '../../dictionary/nearest.ts';

const one: Record<Section, string> = { partners: 'partner', issuers: 'issuer', clients: 'client', agreements: 'agreement', channels: 'channel', mechanisms: 'mechanism', statistics: 'table of statistics' };

/** A finding when what is named does not exist, with the name that was likely meant. */
export function reference(context: Context, section: Section, id: string, path: Finding['path']): Finding[] {
  if (context.has(section, id)) return [];
  const near = nearest(id, context.registry[section].keys());
  return [fault(path, `there is no ${one[section]} ${id}${near === undefined ? '' : `; did you mean ${near}?`}`)];
}

/** The same for a list of names. */
export const references = (context: Context, section: Section, ids: readonly string[], path: Finding['path']): Finding[] =>
  ids.flatMap((id, i) => reference(context, section, id, [...path, i]));

/** The second and later of equal keys, by position. */
export function repeated<T>(items: readonly T[], keyOf: (item: T) => string): { index: number; first: number }[] {
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    const first = seen.get(keyOf(item));
    if (first !== undefined) return [{ index, first }];
    seen.set(keyOf(item), index);
    return [];
  });
}
