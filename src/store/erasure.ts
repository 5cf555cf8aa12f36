/** Erasing: what a record's own retention ends, and the tie between rows and keys. */
import type { TransactionSql } from 'postgres';
import type { ErasureStore } from '../exchange/ports.ts';
import { type Erasure, isErasureReason } from '../rules/erasure.ts';
import { appendIn } from './ledger.ts';
import { type HoldRow, holdOf } from './recovery/holds.ts';
import type { Journal } from './recovery/journal.ts';
import type { Sessions } from './sessions.ts';
import { Standing } from './standing.ts';

export interface ErasureDeps {
  readonly sessions: Sessions;
  readonly journal: Journal;
  readonly node: string;
}

/** Nobody asked: the record itself said until when. */
const retention = (partner: string, registryVersion: number) =>
  ({ partner, subject: 'retention', client: 'prasan', issuer: 'prasan', purpose: 'RETENTION', registryVersion });

async function eraseBatch({ node }: ErasureDeps, tx: TransactionSql, atMost: number): Promise<number> {
  const erased = await tx<{ record_id: string; originator: string }[]>`select * from prasan_erase_due(${atMost})`;
  // Nothing was decided by the registry: the entry says which one stood.
  const [state] = await tx<{ version: number }[]>`select version::float8 as version from registry_state`;
  const sent = new Standing();
  for (const partner of new Set(erased.map(({ originator }) => originator))) {
    appendIn(tx, node, { viewer: retention(partner, state?.version ?? 0), operation: 'erase', requestId: 'retention', asked: [], disclosures: [] }, sent);
  }
  // Nothing is erased without its entry; the next round tries again.
  await sent.stands();
  return erased.length;
}

const holdsAtOnce = 500;

export function erasureStore(deps: ErasureDeps): ErasureStore {
  const { sessions, journal } = deps;
  return {
    async eraseDue(atMost) {
      let total = 0;
      for (;;) {
        const erased = await sessions.plain(async (sql) => sql.begin(async (tx) => eraseBatch(deps, tx, atMost)));
        total += erased;
        if (erased < atMost) return total;
      }
    },
    waiting: async (atMost) => sessions.plain(async (sql): Promise<Erasure[]> => {
      const rows = await sql<{ record_id: string; reason: string; erased_at: Date }[]>`select * from prasan_keys_waiting(${atMost})`;
      return rows.map(({ record_id, reason, erased_at }) => ({ record: record_id, reason: isErasureReason(reason) ? reason : 'OTHER', at: erased_at.toISOString() }));
    }),
    settled: async (records) => sessions.plain(async (sql) => void (await sql`select prasan_keys_destroyed(${records as string[]}::uuid[])`)),
    async journalHolds() {
      for (;;) {
        const holds = (await sessions.plain(async (sql) => sql<HoldRow[]>`select * from prasan_holds_waiting(${holdsAtOnce})`)).map(holdOf);
        if (holds.length === 0) return;
        await journal.noteHolds(holds);
        const [ids, released] = [holds.map(({ id }) => id), `{${holds.map(({ release }) => release !== undefined).join(',')}}`];
        await sessions.plain(async (sql) => sql`select prasan_holds_journaled(${ids}::uuid[], ${released}::text::boolean[])`);
      }
    },
  };
}
