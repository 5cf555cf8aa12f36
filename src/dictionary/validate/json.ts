/** What no JSON Schema says: text that cannot be kept or compared, numbers that JSON has already rounded, input made to exhaust. */
import type { FieldFault } from '../../errors.ts';

const deepest = 16;
const mostValues = 50_000;
const longestName = 100;

/** A path that is safe to send back: what the caller named, cut to a length, without half characters. */
export const shownPath = (path: readonly string[]): string => path.map((name) => name.slice(0, longestName).toWellFormed().replaceAll('\0', '�')).join('.') || '(body)';

function scalarFault(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'holds a NUL character (U+0000), which cannot be kept: remove it';
    if (!value.isWellFormed()) return 'holds half of a surrogate pair: send well-formed Unicode (UTF-8)';
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'must be a finite number';
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return 'is past 2^53 - 1, where JSON numbers are no longer exact: use a smaller number';
  }
  return undefined;
}

/** Depth first, one value at a time. @returns faults, at most `most` of them */
export function jsonFaults(body: unknown, most: number): FieldFault[] {
  const faults: FieldFault[] = [];
  let values = 0;
  // One list for all: of most bodies nothing is said.
  const path: string[] = [];
  const visit = (value: unknown): void => {
    if (faults.length >= most || values > mostValues) return;
    values += 1;
    if (values > mostValues) return void faults.push({ field: shownPath(path.slice(0, 1)), message: `there are more than ${mostValues} values in all: send less at once` });
    if (path.length > deepest) return void faults.push({ field: shownPath(path.slice(0, 3)), message: `is nested deeper than ${deepest} levels` });
    const message = scalarFault(value);
    if (message !== undefined) return void faults.push({ field: shownPath(path), message });
    if (typeof value !== 'object' || value === null) return;
    for (const name of Object.keys(value)) {
      path.push(name);
      visit((value as Readonly<Record<string, unknown>>)[name]);
      path.pop();
    }
  };
  visit(body);
  return faults;
}
