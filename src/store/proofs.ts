/** DPoP proofs that were used: remembered in the database, so that none counts twice on any node. */
import { byteas } from './byteas.ts';
import type { Sessions } from './sessions.ts';

export interface ProofMemory {
  /**
   * Remembers a proof. Concurrent ones share one statement.
   * @param proof its digest
   * @param issued its `iat`, Unix seconds
   * @param until Unix seconds, from when it is too old to be accepted anyway
   * @returns whether it is new; not when it was used before, or when the database's memory begins after it
   */
  first(proof: Uint8Array, issued: number, until: number): Promise<boolean>;
}

interface Waiting {
  readonly proof: Uint8Array;
  readonly issued: number;
  readonly until: number;
  readonly resolve: (first: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const atOnce = 256;
const inFlight = 2;
const nameOf = (proof: Uint8Array): string => Buffer.from(proof).toString('hex');

export function proofMemory(sessions: Sessions): ProofMemory {
  const queue: Waiting[] = [];
  let writing = 0;

  async function write(batch: readonly Waiting[]): Promise<void> {
    // In order, so that two nodes with the same proofs wait for each other, and never both.
    const unique = [...new Map(batch.map((one) => [nameOf(one.proof), one])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    const rows = await sessions.plain(async (sql) => sql<{ proof: Buffer }[]>`
      select proof from prasan_first_proofs(${byteas(unique.map(({ proof }) => proof))}::text::bytea[], ${unique.map(({ issued }) => issued)}::float8[], ${unique.map(({ until }) => until)}::float8[]) as proof`);
    const fresh = new Set(rows.map(({ proof }) => nameOf(proof)));
    // Of two alike in one batch, one is the first.
    for (const { proof, resolve } of batch) resolve(fresh.delete(nameOf(proof)));
  }

  async function flush(): Promise<void> {
    writing += 1;
    while (queue.length > 0) {
      const batch = queue.splice(0, atOnce);
      try {
        await write(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing -= 1;
  }

  return {
    first: async (proof, issued, until) =>
      new Promise<boolean>((resolve, reject) => {
        queue.push({ proof, issued, until, resolve, reject });
        if (writing < inFlight) void flush();
      }),
  };
}
