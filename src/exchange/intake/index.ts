/** Intake: files of partners, read in constant memory. Pure streams; nothing here knows of records, viewers or the database. */
export { readRows, formatOf } from './read-rows.ts';
export type { Format, ReadOptions } from './read-rows.ts';
export { readJsonList } from './json-list.ts';
export { columnsOf, foldColumn } from './columns.ts';
export type { Columns } from './columns.ts';
export { decompressed, defaultLimits } from './decompress.ts';
export type { Limits } from './decompress.ts';
export { parseInstant } from './parse-instant.ts';
export type { InstantOptions } from './parse-instant.ts';
export { coerceRow } from './coerce.ts';
export type { IntakeRow } from './rows.ts';
