import type { Json } from '../../dictionary/types.ts';

/** One row of an import, by field name, or what is wrong with it. `line` is the number of the first physical line it stands on, from 1. */
export type IntakeRow =
  | { readonly line: number; readonly row: Readonly<Record<string, Json>>; /** every value is text as it stood in the file: `coerceRow` gives it its type */ readonly text: boolean }
  | { readonly line: number; readonly fault: string };

/** Bytes of one line without its line break; undefined bytes: it was too long to keep. */
export interface Line {
  readonly number: number;
  readonly bytes: Buffer | undefined;
}

export type Bytes = AsyncIterable<Uint8Array>;
