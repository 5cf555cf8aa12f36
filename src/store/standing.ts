/**
 * Statements that a transaction stands or falls with, and whose answers nobody waits for before the commit: they travel together with it. Where one of them
 * fails the transaction is aborted, all behind it fails too, and PostgreSQL answers the commit by rolling back.
 */

/** A statement of the driver's: nothing is sent of it until it is executed, or waited for. */
export type Statement<T = unknown> = Promise<T> & { execute(): Promise<T> };

/** What the driver (postgres 3.4) keeps in a statement, and its types do not tell. */
interface Inner {
  /** null: not handed to the connection yet. */
  readonly state: object | null;
  /** Whether the connection holds it prepared. */
  prepared: boolean;
}

/** Routines of PostgreSQL that find a prepared statement gone, or its plan no longer fitting. */
const forgetting: ReadonlySet<unknown> = new Set(['FetchPreparedStatement', 'RevalidateCachedQuery', 'transformAssignedExpr']);

/** Whether the connection holds statements that the server has thrown away: it is of no more use. */
export const isForgotten = (error: unknown): boolean => error instanceof Error && 'routine' in error && forgetting.has(error.routine);

export interface Standing {
  /** @param meaning what it means that the statement failed; the error itself, unless given */
  add(statement: Statement, meaning?: (error: Error) => Error): void;
  /** Before the commit is sent: from now on no statement may be sent any more. */
  close(): Promise<void>;
  /** After the commit. @throws what the first that failed means */
  stands(): Promise<void>;
  /** What the first that failed means. */
  readonly refused: Error | undefined;
}

export function standing(): Standing {
  const sent: (readonly [Inner, Promise<unknown>])[] = [];
  let refused: Error | undefined;
  return {
    add(statement, meaning = (error) => error) {
      const answer = statement.execute();
      answer.catch((error: unknown) => { refused ??= meaning(error instanceof Error ? error : new Error(String(error))); });
      sent.push([statement as unknown as Inner, answer]);
    },
    async close() {
      // On a new connection statements wait in line for each other: the driver has yet to learn what they take.
      for (const [{ state }, answer] of sent) if (state === null) await answer;
      // The driver sends a statement once more that the server has forgotten. It would come behind the commit, which has ended what it belongs to: it would stand alone.
      for (const [statement] of sent) statement.prepared = false;
    },
    async stands() {
      await Promise.allSettled(sent.map(async ([, answer]) => answer));
      if (refused !== undefined) throw refused;
    },
    get refused() { return refused; },
  };
}
