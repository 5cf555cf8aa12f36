export type CanonicalValue = null | boolean | number | string | readonly CanonicalValue[] | { readonly [name: string]: CanonicalValue | undefined };

function write(value: CanonicalValue): string {
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical form');
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('a number that is not finite has no canonical form');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  const members = Object.entries(value as Readonly<Record<string, CanonicalValue | undefined>>)
    .filter((member): member is [string, CanonicalValue] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1)); // by UTF-16 code units (RFC 8785 section 3.2.3), as JavaScript compares
  return `{${members.map(([name, member]) => `${write(name)}:${write(member)}`).join(',')}}`;
}

/**
 * The one text of a JSON value (RFC 8785, JSON Canonicalization Scheme). Its forms of numbers and strings are ECMAScript's own.
 * Members that are undefined are left out.
 * @throws TypeError on a number that is not finite, or a lone surrogate
 */
export const canonical = (value: CanonicalValue): string => write(value);
