import type { Level } from '../dictionary/compartment.ts';
import type { Body, Dictionary } from '../dictionary/types.ts';
import type { Vault } from '../vault/vault.ts';
import type { AttachmentStore, ErasureStore, FeedStore, FirewallStore, ImportStore, LedgerStore, ReadStore, StatisticStore, WriteStore } from './ports.ts';
import type { RequestStore } from './requests/request-port.ts';
import type { RegistryCache } from './registry-cache.ts';

/** What may be attached. */
export interface Attachable {
  /** Bytes of one file, at most. */
  readonly largest: number;
  /** Media types. */
  readonly types: readonly string[];
}

/** A list of known-good values that a value is on. */
export interface WarningHit {
  readonly list: string;
  /** Its title, for people. */
  readonly name?: string;
}

/** All that the use cases stand on. */
export interface Deps {
  readonly dictionary: Dictionary;
  readonly registry: RegistryCache;
  readonly read: ReadStore;
  readonly write: WriteStore;
  readonly ledger: LedgerStore;
  readonly feed: FeedStore;
  readonly imports: ImportStore;
  readonly erasures: ErasureStore;
  readonly statistics: StatisticStore;
  readonly firewall: FirewallStore;
  readonly requests: RequestStore;
  readonly attachments: AttachmentStore;
  /** What may be attached to requests. */
  readonly attachable: Attachable;
  readonly vault: Vault;
  /** Nothing above it is held. */
  readonly maximum: Level;
  /** What is known offline of an address. */
  enrich(address: string): { readonly country?: string; readonly asn?: number; readonly networkName?: string };
  /** The warning list of known-good values that the normalised value is on. @param use what it is asked for: lists that speak of blocks alone refuse no report */
  warn(type: string, value: string, use?: 'REPORT' | 'BLOCK'): WarningHit | undefined;
  /** Ids of new records; UUIDv7 of the clock unless given. For the tests that compare two databases. */
  newId?(): string;
  log: { warn(fields: Body, message: string): void };
}
