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

/** Those of one transaction. */
export class Standing {
  readonly #sent: (readonly [Inner, Promise<unknown>])[] = [];
  #refused: Error | undefined;

  /** @param meaning what it means that the statement failed; the error itself, unless given */
  add(statement: Statement, meaning: (error: Error) => Error = (error) => error): void {
    const answer = statement.execute();
    answer.catch((error: unknown) => { this.#refused ??= meaning(error instanceof Error ? error : new Error(String(error))); });
    const inner = statement as unknown as Inner;
    // The driver sends a statement once more that the server has forgotten, behind others that are written already: it would lose step with the server. It is handed over in the turn before this.
    queueMicrotask(() => { if (inner.state !== null) inner.prepared = false; });
    this.#sent.push([inner, answer]);
  }

  /** Before the commit is sent: from now on no statement may be sent any more. */
  async close(): Promise<void> {
    // On a new connection statements wait in line for each other: the driver has yet to learn what they take.
    for (const [{ state }, answer] of this.#sent) if (state === null) await answer;
    // Sent once more it would come behind the commit, which has ended what it belongs to: it would stand alone.
    for (const [statement] of this.#sent) statement.prepared = false;
  }

  /** After the commit. @throws what the first that failed means */
  async stands(): Promise<void> {
    await Promise.allSettled(this.#sent.map(async ([, answer]) => answer));
    if (this.#refused !== undefined) throw this.#refused;
  }

  /** What the first that failed means. */
  get refused(): Error | undefined {
    return this.#refused;
  }
}
