/**
 * The vault: keys, sealing, blinding. No SQL, no HTTP.
 * KMS -> a key an originator and compartment -> a key a record and compartment -> AES-256-GCM.
 */
import type { Perf } from 'lru-cache';
import { Refusal } from '../errors.ts';
import type { Erasure } from '../rules/erasure.ts';
import { type Blinder, blinder } from './blind.ts';
import { type Contents, contents } from './content.ts';
import type { KeyStore } from './key-store.ts';
import type { Kms } from './kms.ts';
import { originatorKeys } from './originator-keys.ts';
import { recordKeys } from './record-keys.ts';
import { type Sealer, sealer } from './seal.ts';
import { type Tokens, tokens } from './token.ts';

export interface Vault extends Sealer, Contents, Blinder, Tokens {
  /**
   * Whether this node's master keys are those that the keys were wrapped under: what it blinds under others is found by nobody.
   * @throws Refusal KEY_UNAVAILABLE when they are not, or nobody can tell now
   */
  fits(): Promise<void>;
  /** Erases: destroys all keys of these records for good. What was sealed under them opens nowhere again (elsewhere within 30 s). */
  destroy(erasures: readonly Erasure[]): Promise<void>;
  /** Drops what is remembered of a record's keys on this node. */
  forget(record: string): void;
}

export interface VaultDeps {
  readonly kms: Kms;
  readonly keys: KeyStore;
  /** Milliseconds that only go forward; for tests. */
  readonly clock?: Perf;
}

/** @throws Error when the KMS does not answer */
export async function openVault({ kms, keys, clock = performance }: VaultDeps): Promise<Vault> {
  const originators = originatorKeys(kms, keys, clock);
  const records = recordKeys(keys, originators, clock);
  const sealing = sealer(records);
  return Object.freeze({
    ...sealing,
    ...contents(sealing),
    ...(await blinder(kms)),
    ...(await tokens(kms)),
    async fits() {
      try {
        await originators.fits();
      } catch (error) {
        throw new Refusal('KEY_UNAVAILABLE', {}, error);
      }
    },
    async destroy(erasures: readonly Erasure[]) {
      await keys.destroyRecordKeys(erasures);
      for (const { record } of erasures) records.forget(record);
    },
    forget: records.forget,
  });
}
