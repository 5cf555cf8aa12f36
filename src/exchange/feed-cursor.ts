/** Feed cursors: sealed, of fixed length, bound to partner, desk, purpose and filter; they carry the epoch and where the reader stands. */
import { NIL, parse as uuidBytes, stringify as uuidText } from 'uuid';
import type { Caveats, Level } from '../dictionary/compartment.ts';
import { Refusal } from '../errors.ts';
import type { Viewer } from '../rules/viewer.ts';
import type { Vault } from '../vault/vault.ts';
import { cursorBinding } from './cursor-binding.ts';

/** What a reader has: everything up to the window's beginning, and within the window the records up to `after`. */
export interface Position {
  /** Sequence numbers: the window is (from, to]. */
  readonly from: number;
  readonly to: number;
  /** Unix milliseconds of the database's clock at both ends; NaN: the reader had nothing at the beginning. */
  readonly fromTime: number;
  readonly toTime: number;
  /** From when on clocks of cases are compared: `fromTime`, or minus infinity where the clocks themselves were changed since. */
  readonly clockFrom: number;
  /** Stands for the clocks that hold in the window. */
  readonly clocks: number;
  /** The last record dealt with in the window; undefined: none yet. */
  readonly after: string | undefined;
  /** Whether the window is done: the next call opens one from its end. */
  readonly done: boolean;
  /** The caps that count at the window's beginning, and those at its end. */
  readonly fromCaps: Caps;
  readonly toCaps: Caps;
}

export interface Caps {
  readonly clearance: Level;
  readonly caveats: Caveats;
}

const bound = (viewer: Viewer, kinds: readonly string[] | undefined): string => cursorBinding(viewer, kinds?.toSorted() ?? null);
const length = 16 + 8 * 4 + 16 + 1 + 2 * (1 + 4) + 8 + 4;

export function sealPosition(vault: Vault, viewer: Viewer, kinds: readonly string[] | undefined, epoch: string, position: Position): string {
  const plain = Buffer.alloc(length);
  plain.set(uuidBytes(epoch), 0);
  for (const [i, value] of [position.from, position.to, position.fromTime, position.toTime].entries()) plain.writeDoubleBE(value, 16 + 8 * i);
  plain.set(uuidBytes(position.after ?? NIL), 48);
  plain.writeUInt8(position.done ? 1 : 0, 64);
  for (const [i, { clearance, caveats }] of [position.fromCaps, position.toCaps].entries()) {
    plain.writeUInt8(clearance, 65 + 5 * i);
    plain.writeUInt32BE(caveats, 66 + 5 * i);
  }
  plain.writeDoubleBE(position.clockFrom, 75);
  plain.writeUInt32BE(position.clocks, 83);
  return vault.sealToken('feed', plain, bound(viewer, kinds));
}

/** @throws Refusal BAD_CURSOR when altered or made for another viewer or filter; CURSOR_EPOCH when the exchange was restored since */
export function openPosition(vault: Vault, viewer: Viewer, kinds: readonly string[] | undefined, epoch: string, cursor: string): Position {
  const plain = vault.openToken('feed', cursor, bound(viewer, kinds));
  if (plain.length !== length) throw new Refusal('BAD_CURSOR');
  if (uuidText(plain, 0) !== epoch) throw new Refusal('CURSOR_EPOCH');
  const number = (i: number): number => plain.readDoubleBE(16 + 8 * i);
  const caps = (i: number): Caps => ({ clearance: plain.readUInt8(65 + 5 * i) as Level, caveats: plain.readUInt32BE(66 + 5 * i) });
  const after = uuidText(plain, 48);
  return {
    from: number(0), to: number(1), fromTime: number(2), toTime: number(3),
    after: after === NIL ? undefined : after,
    done: plain.readUInt8(64) === 1,
    fromCaps: caps(0),
    toCaps: caps(1),
    clockFrom: plain.readDoubleBE(75),
    clocks: plain.readUInt32BE(83),
  };
}
