/** Differences between what is declared and what is in force, for people: levels, caveats and purposes by name. */
import { type Caveats, caveatsIn, type Level, levelName, type Purposes, purposesIn } from '../dictionary/compartment.ts';

const named: Readonly<Record<string, (value: number) => string>> = {
  purposes: (mask: Purposes) => purposesIn(mask).join(', '),
  caveats: (mask: Caveats) => caveatsIn(mask).join(', ') || 'none',
  clearance: (level) => levelName(level as Level),
  ceiling: (level) => levelName(level as Level),
  above: (level) => levelName(level as Level),
  level: (level) => levelName(level as Level),
};

const nameOf = (item: unknown, index: number): string =>
  typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string' ? item.id : String(index);

/** Leaves by path: `clauses[3.1].ceiling` -> `RESTRICTED`. Lists of words are one leaf. */
function leaves(value: unknown, path: string, name: string, found: Map<string, string>): Map<string, string> {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'string')) return found.set(path, value.join(', '));
    value.forEach((item, i) => leaves(item, `${path}[${nameOf(item, i)}]`, name, found));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) leaves(inner, path === '' ? key : `${path}.${key}`, key, found);
  } else if (value !== undefined) {
    found.set(path, typeof value === 'number' ? (named[name]?.(value) ?? String(value)) : JSON.stringify(value));
  }
  return found;
}

const lacks = 'not there';

/** @returns one line a leaf that differs: `clauses[3.1].ceiling: RESTRICTED -> CONFIDENTIAL` */
export function difference(before: unknown, after: unknown): string[] {
  const [old, next] = [leaves(before, '', '', new Map()), leaves(after, '', '', new Map())];
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((path) => old.get(path) !== next.get(path))
    .map((path) => `${path}: ${old.get(path) ?? lacks} -> ${next.get(path) ?? lacks}`);
}
