/**
 * A stored record, before release. Its body is private: nothing but `release()` and `plan()` can look inside, and serialising it throws.
 */
import type { Level, Purposes } from '../dictionary/compartment.ts';
import type { Body, Kind } from '../dictionary/types.ts';

/** What the person concerned agreed to, as far as it decides who may read: it cuts every grant but the originator's own. */
export interface Limits {
  /** Partner ids, sorted; of a part of a request also single desks (`recipients.ts`). */
  readonly recipients: readonly string[];
  readonly purposes: Purposes;
  /** Of a testimony: the case, blinded. Only who names it has the record. */
  readonly case?: string;
}

/**
 * One field of one record, opened to one partner by its originator (`opening.ts`): as it stood classified then, for a purpose, for a time. It widens what
 * clauses give that partner in one channel, and gives nothing where they give nothing.
 */
export interface Opened {
  /** The move by which it was opened. */
  readonly by: string;
  readonly partner: string;
  readonly channel: string;
  /** Name of the field or part. */
  readonly field: string;
  /** Its level when it was opened: raised above that, it is opened no more. */
  readonly level: Level;
  readonly purposes: Purposes;
  /** Unix milliseconds: in force no longer at `to`. */
  readonly to: number;
}

/** Who a record is shared with, interned: the set of channels at one level, of one kind, by one originator. Immutable once it has an id. */
export interface Audience {
  readonly id: number;
  readonly kind: string;
  readonly level: Level;
  readonly originator: string;
  /** Channel ids, sorted. */
  readonly channels: readonly string[];
  /** What clauses may depend on in its records (`stateOf`): `identityStatus=UNDETERMINED`; empty: nothing of that kind. */
  readonly state: string;
  /** Undefined: the kind asks for no consent. */
  readonly limits?: Limits;
  /** Of a record that exists only where others do: their audiences, in order of id, each once. */
  readonly ends?: readonly Audience[];
  /** Of a record of which fields were opened: which, to whom; such an audience is that record's alone. */
  readonly opened?: readonly Opened[];
}

/** A kept change: which fields it touched. Names only. */
export interface Change {
  readonly revision: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** Names of the fields that changed; of the first revision all that were given. */
  readonly fields: readonly string[];
  /** The classification before, where this change set another. */
  readonly was?: Level;
}

export interface SealedPart {
  /** The compartment's own version, raised when its content changes. */
  readonly version: number;
  /** As the vault made it. */
  readonly sealed: string;
}

export type RecordStatus = 'ACTIVE' | 'WITHDRAWN' | 'RECALLED';

/** The parts of a stored record that decide about it and hold no content. */
export interface StoredMeta {
  readonly id: string;
  readonly kind: Kind;
  readonly originator: string;
  readonly audience: Audience;
  readonly classification: Level;
  readonly status: RecordStatus;
  readonly createdAt: number;
  /** Oldest first; never empty. */
  readonly changes: readonly Change[];
  /** Levels raised by the originator, by field name. */
  readonly markings: ReadonlyMap<string, Level>;
  readonly sealedParts: ReadonlyMap<string, SealedPart>;
}

/** A row as the store gives it. */
export class Stored {
  readonly meta: StoredMeta;
  readonly #body: Body;

  constructor(meta: StoredMeta, body: Body) {
    this.meta = meta;
    this.#body = body;
  }

  /** What is kept unsealed. For `rules` and for the write path's carry-over alone (a test reads the imports and holds this). */
  static bodyOf(stored: Stored): Body {
    return stored.#body;
  }

  toJSON(): never {
    throw new TypeError('a stored record is never serialised: release it first');
  }
}
