/** Cursors of who follows the ledger: sealed, of fixed length, bound to partner, desk, purpose, record and caps; with the epoch, which a restore changes. */
import { NIL, parse as uuidBytes, stringify as uuidText } from 'uuid';
import type { Caveats, Level } from '../dictionary/compartment.ts';
import { Refusal } from '../errors.ts';
import type { Viewer } from '../rules/viewer.ts';
import type { Vault } from '../vault/vault.ts';
import { cursorBinding } from './cursor-binding.ts';
import type { Span } from './ports.ts';

/** What a follower has: all up to the span's beginning, and of the span what stands before `at`. */
export interface Place {
  readonly span: Span;
  /** Within the span: an entry, and how many of its readings were told. Undefined: the span is done, the next begins at its end. */
  readonly at: { readonly id: string; readonly extra: number } | undefined;
}

const bound = (viewer: Viewer, record: string | undefined): string => cursorBinding(viewer, record ?? null);
const length = 16 + 8 * 4 + 16 + 2 + 1 + 4;

export function sealPlace(vault: Vault, viewer: Viewer, record: string | undefined, epoch: string, { span, at }: Place): string {
  const plain = Buffer.alloc(length);
  plain.set(uuidBytes(epoch), 0);
  for (const [i, value] of [span.fromTx, span.toTx, span.fromTime, span.toTime].entries()) plain.writeDoubleBE(value, 16 + 8 * i);
  plain.set(uuidBytes(at?.id ?? NIL), 48);
  plain.writeUInt16BE(at?.extra ?? 0, 64);
  plain.writeUInt8(viewer.clearance, 66);
  plain.writeUInt32BE(viewer.caveats, 67);
  return vault.sealToken('readings', plain, bound(viewer, record));
}

/** @throws Refusal BAD_CURSOR when altered or made for another viewer or record; CURSOR_EPOCH after a restore; CURSOR_SCOPE_CHANGED */
export function openPlace(vault: Vault, viewer: Viewer, record: string | undefined, epoch: string, cursor: string): Place {
  const plain = vault.openToken('readings', cursor, bound(viewer, record));
  if (plain.length !== length) throw new Refusal('BAD_CURSOR');
  if (uuidText(plain, 0) !== epoch) throw new Refusal('CURSOR_EPOCH');
  if ((plain.readUInt8(66) as Level) !== viewer.clearance || (plain.readUInt32BE(67) as Caveats) !== viewer.caveats) {
    throw new Refusal('CURSOR_SCOPE_CHANGED', 'begin again without a cursor, or ask with the clearance and caveats it was made with');
  }
  const number = (i: number): number => plain.readDoubleBE(16 + 8 * i);
  const id = uuidText(plain, 48);
  return { span: { fromTx: number(0), toTx: number(1), fromTime: number(2), toTime: number(3) }, at: id === NIL ? undefined : { id, extra: plain.readUInt16BE(64) } };
}
