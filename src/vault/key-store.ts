/**
 * Where wrapped keys live: the key database, outside the backups of the rows. A port: the store room implements it.
 * It never sees a key that is not wrapped. Every method may reject; the vault turns that into KEY_UNAVAILABLE.
 */
import type { Erasure } from '../rules/erasure.ts';

export interface RecordKeyId {
  readonly record: string;
  /** `compartmentName()` */
  readonly compartment: string;
}

/** The key of one compartment of one record, wrapped by an originator key. */
export interface RecordKey extends RecordKeyId {
  /** Id of the originator key that wraps it. */
  readonly wrappedBy: string;
  readonly wrapped: Uint8Array;
}

/** The key of one compartment of one originator, wrapped by the KMS. */
export interface OriginatorKey {
  /** UUID. */
  readonly id: string;
  readonly originator: string;
  readonly compartment: string;
  /** 1, 2, ...: the highest is the one that new record keys are wrapped by. */
  readonly generation: number;
  readonly wrapped: Uint8Array;
}

export interface LoadedRecordKeys {
  /** Those of the asked keys that exist, in any order. */
  readonly keys: readonly RecordKey[];
  /** Those of the asked records whose keys were destroyed (a tombstone stands), in any order. */
  readonly destroyed: readonly string[];
}

export interface KeyStore {
  /** At most some thousands of ids, without doubles. */
  loadRecordKeys(ids: readonly RecordKeyId[]): Promise<LoadedRecordKeys>;
  /**
   * Durable when it resolves. The first writer of a (record, compartment) wins; nothing is written for a record whose keys were destroyed.
   * @returns what stands now for those of `rows` that were *not* written; empty when all were
   */
  saveRecordKeys(rows: readonly RecordKey[]): Promise<LoadedRecordKeys>;
  /** Destroys all keys of these records, and enters each into the erasure list, even where there was no key. Durable when it resolves; idempotent. */
  destroyRecordKeys(erasures: readonly Erasure[]): Promise<void>;

  /** By id; those that do not exist are left out. */
  loadOriginatorKeys(ids: readonly string[]): Promise<readonly OriginatorKey[]>;
  /** The one of the highest generation. */
  currentOriginatorKey(originator: string, compartment: string): Promise<OriginatorKey | undefined>;
  /** One for each version of the master key that wraps any. */
  sampleOriginatorKeys(): Promise<readonly OriginatorKey[]>;
  /**
   * Durable when it resolves. The first writer of (originator, compartment, generation) wins.
   * @returns the one that stands; undefined: none does, and others wrap by a newer version of the master key than this one was wrapped by
   */
  saveOriginatorKey(key: OriginatorKey): Promise<OriginatorKey | undefined>;
}
