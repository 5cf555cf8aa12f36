/** What attaching needs of the store; implemented in `store/attachments.ts`. */
import type { Stamp } from '../ports.ts';

/** How the bytes of a file are kept: with its record, which is there. */
export interface KeptContent {
  /** Of the row that its pieces hang on. */
  readonly row: string;
  readonly compartment: string;
  /** Sealed under the record's own key. */
  readonly key: string;
  readonly pieces: number;
}

/** Kept content that is read. */
export interface FoundContent extends KeptContent {
  /** What it was sealed as: bound into each piece. */
  readonly name: string;
}

/** Attaching, in a writer's transaction. */
export interface AttachmentTx {
  /** Opens a place for bytes that arrive: nobody else knows of it, and it is forgotten after a day. */
  begin(id: string, request: string): Promise<void>;
  /** Binds what arrived to the record that this transaction writes. @throws Error when it is not there any more, or not all of it */
  finish(record: string, content: KeptContent): Promise<void>;
  /** How many files this partner put to the request. */
  own(request: string): Promise<number>;
  /** Ids of the records of all that this viewer sees, in order. */
  ids(request: string): Promise<readonly string[]>;
  /** Undefined: this viewer sees no such record. */
  content(record: string): Promise<FoundContent | undefined>;
  /** The same pieces once more, under another row, for a record that this transaction writes. */
  copy(from: string, to: string, request: string): Promise<void>;
}

export interface AttachmentStore {
  /** Keeps a piece, durably. */
  add(stamp: Stamp, id: string, n: number, sealed: Uint8Array): Promise<void>;
  /** Drops what arrived and was not bound to a record. */
  drop(stamp: Stamp, id: string): Promise<void>;
  /** Undefined: this viewer sees no such record, or its bytes are gone. */
  content(stamp: Stamp, record: string): Promise<FoundContent | undefined>;
  /** At most `most` pieces from `from` on, in order. */
  pieces(stamp: Stamp, id: string, from: number, most: number): Promise<readonly Buffer[]>;
  /** Drops what was begun and not ended within a day. @returns how many */
  forgetArrivals(): Promise<number>;
}
