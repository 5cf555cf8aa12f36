/**
 * What a dry run remembers of the rows it would have written, so that a later row of the same file meets an earlier one: of each, the blinded
 * number and a hash of what it says. Bounded: past the limit the oldest are forgotten, and such a row would be told as created twice.
 */
import { hash } from 'node:crypto';
import { stringify } from 'uuid';
import type { ReadyRow } from './prepare.ts';
import { type Standing, standingRow } from './standing.ts';

export interface Rehearsal {
  /** How the row stands to an earlier one of the file; undefined: there was none. */
  met(row: ReadyRow): Standing | undefined;
  remember(rows: readonly ReadyRow[]): void;
}

/** Rows a generation; two are kept. */
const most = 500_000;

const nameOf = (ref: Buffer): string => ref.toString('latin1');
const textOf = ({ given, channels }: ReadyRow): string => hash('sha256', JSON.stringify([given, channels]), 'buffer').toString('latin1', 0, 8);

/** UUID version 8 (RFC 9562 section 5.8), made of the blinded number: the id of a record that a rehearsal does not make. */
export function rehearsedId(ref: Buffer): string {
  const bytes = Uint8Array.from(ref.subarray(ref.length - 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return stringify(bytes);
}

export function rehearsal(): Rehearsal {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return {
    met(row) {
      const { ref } = row;
      if (ref === undefined) return undefined;
      const said = young.get(nameOf(ref)) ?? old.get(nameOf(ref));
      if (said === undefined) return undefined;
      const standing = standingRow(rehearsedId(ref), row);
      return said === textOf(row) ? standing : { ...standing, level: -1, body: {} };
    },
    remember(rows) {
      for (const row of rows) if (row.ref !== undefined) young.set(nameOf(row.ref), textOf(row));
      if (young.size < most) return;
      old = young;
      young = new Map();
    },
  };
}
