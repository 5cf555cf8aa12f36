/** The store: the exchange's ports over one PostgreSQL. */
import type { Dictionary } from '../dictionary/types.ts';
import type { AttachmentStore, ErasureStore, FeedStore, FirewallStore, ImportStore, LedgerStore, ReadStore, StatisticStore, WriteStore } from '../exchange/ports.ts';
import type { RequestStore } from '../exchange/requests/request-port.ts';
import type { LimitPort } from '../exchange/limits/port.ts';
import type { Registry } from '../rules/registry.ts';
import { attachmentStore } from './attachments.ts';
import { erasureStore } from './erasure.ts';
import { firewallStore } from './firewall.ts';
import { feedStore } from './feed.ts';
import { importStore } from './imports.ts';
import { internMemory } from './intern.ts';
import { limitStore } from './limits.ts';
import { inFlight, ledgerStore } from './ledger.ts';
import { readStore } from './read.ts';
import type { Journal } from './recovery/journal.ts';
import { type OauthItems, oauthItems } from './oauth-items.ts';
import { type ProofMemory, proofMemory } from './proofs.ts';
import { type Recovery, recoveryOf } from './recovery/watch.ts';
import { type Revocation, revokeToken } from './revocations.ts';
import { audienceMemory } from './rows.ts';
import { requestStore } from './requests.ts';
import { endDueShares } from './retention.ts';
import { wrappedKeys } from './signing-keys.ts';
import { type StaffStore, staffStore } from './staff/staff.ts';
import { statisticStore } from './statistics.ts';
import { openSessions, type Sessions } from './sessions.ts';
import { writeStore } from './write.ts';

export interface Store {
  readonly read: ReadStore;
  readonly write: WriteStore;
  readonly ledger: LedgerStore;
  readonly feed: FeedStore;
  readonly imports: ImportStore;
  readonly erasures: ErasureStore;
  readonly statistics: StatisticStore;
  readonly firewall: FirewallStore;
  /** Of the built-in issuer. */
  readonly oauthItems: OauthItems;
  readonly staff: StaffStore;
  /** Private halves of its keys, wrapped, by `kid`. */
  wrappedKeys(): Promise<ReadonlyMap<string, Buffer>>;
  /** Takes a token out of force, with the next request of every node. */
  revoke(revocation: Revocation): Promise<void>;
  readonly limits: LimitPort;
  /** Of DPoP proofs. */
  readonly proofs: ProofMemory;
  readonly requests: RequestStore;
  readonly attachments: AttachmentStore;
  readonly sessions: Sessions;
  readonly recovery: Recovery;
  /** Ends shares whose retention is over. @returns how many */
  endDueShares(): Promise<number>;
  /** Drops DPoP proofs, and what the built-in issuer remembers, once they are too old to matter. */
  forgetProofs(): Promise<void>;
  /** Drops what limits counted in periods that are over. */
  forgetLimits(): Promise<void>;
  /** Drops Idempotency-Keys older than 24 hours. */
  forgetIdempotency(): Promise<void>;
  /** @throws when the database does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly dictionary: Dictionary;
  /** This node's name in the ledger. */
  readonly node: string;
  /** Of the key database. */
  readonly journal: Journal;
  /** The registry as this node knows it; asked when something is written. */
  registry(): Promise<Registry>;
}

export function openStore({ url, poolSize, dictionary, node, registry, journal }: StoreOptions): Store {
  const sessions = openSessions(url, poolSize);
  // The ledger's group commit has connections of its own: no request that holds all others may keep it waiting.
  const appender = openSessions(url, inFlight);
  const audiences = audienceMemory();
  const memory = internMemory();
  const read = readStore(sessions, dictionary, audiences);
  return {
    read,
    write: writeStore({ sessions, dictionary, audiences, memory, node, registry }),
    ledger: ledgerStore(sessions, appender, node),
    feed: feedStore(sessions, dictionary, audiences),
    imports: importStore(sessions),
    erasures: erasureStore({ sessions, journal, node }),
    statistics: statisticStore(sessions),
    firewall: firewallStore(sessions),
    oauthItems: oauthItems(sessions),
    staff: staffStore(sessions),
    wrappedKeys: async () => wrappedKeys(sessions),
    revoke: async (revocation) => sessions.plain(async (sql) => revokeToken(sql, revocation)),
    limits: limitStore(sessions, node),
    proofs: proofMemory(appender),
    requests: requestStore(sessions),
    attachments: attachmentStore(sessions),
    sessions,
    recovery: recoveryOf(sessions, journal),
    endDueShares: async () => endDueShares({ sessions, dictionary, audiences, memory, registry }),
    forgetProofs: async () => void (await sessions.plain(async (sql) => sql`select prasan_forget_proofs()`)),
    forgetLimits: async () => void (await sessions.plain(async (sql) => sql`select prasan_forget_limits()`)),
    forgetIdempotency: async () => void (await sessions.plain(async (sql) => sql`select prasan_forget_idempotency()`)),
    ping: async () => void (await read.moment()),
    close: async () => {
      await Promise.all([sessions.close(), appender.close()]);
    },
  };
}
