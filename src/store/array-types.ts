/**
 * One-dimensional arrays for the driver. It would ask the server for its array types on every new connection, in a promise that nobody holds:
 * a backend that is terminated in that moment would end the process as an unhandled rejection. So they are told here, and it asks nothing.
 */
import type { PostgresType } from 'postgres';

const literal = (item: unknown): string => {
  if (item === null || item === undefined) return 'null';
  const text = item instanceof Date ? item.toISOString() : String(item);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
};

/** @param items a list, or the text of an array literal, which goes as it is */
const serialize = (items: unknown): string => (Array.isArray(items) ? `{${items.map(literal).join(',')}}` : String(items));

const item = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)/g;

const parser = <T>(of: (text: string) => T) => (text: string): (T | null)[] =>
  [...text.matchAll(item)].map(([, quoted, bare = '']) => {
    if (quoted !== undefined) return of(quoted.replaceAll(/\\(.)/g, '$1'));
    return bare === 'NULL' ? null : of(bare);
  });

const arrayType = <T>(oid: number, of: (text: string) => T): PostgresType => ({ to: oid, from: [oid], serialize, parse: parser(of) });
const asText = (text: string): string => text;

/** By the object ids of PostgreSQL's catalogue (pg_type.dat), which never change. bigint stays text, as the driver has it for single values. */
export const arrayTypes: Readonly<Record<string, PostgresType>> = {
  booleans: arrayType(1000, (text) => text === 't'),
  smallints: arrayType(1005, Number),
  integers: arrayType(1007, Number),
  texts: arrayType(1009, asText),
  varchars: arrayType(1015, asText),
  bigints: arrayType(1016, asText),
  doubles: arrayType(1022, Number),
  instants: arrayType(1185, (text) => new Date(text)),
  uuids: arrayType(2951, asText),
};
