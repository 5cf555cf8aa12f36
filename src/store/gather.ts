/**
 * Short reads under one stamp travel together: what arrives while others of the same viewer are under way, or while they wait for a connection, goes out with them
 * as one statement. A statement costs node and database much the same for one question as for ten; nobody waits who has no company.
 */
import type { Stamp } from '../exchange/ports.ts';
import { stampKey } from './sessions.ts';

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue<Q, A> {
  readonly waiting: Waiting<Q, A>[];
  running: number;
  /** One of those that run has no connection yet: it will take what arrives until then. */
  collecting: boolean;
}

/** Statements of one stamp under way at once: while the database answers one, the next is made up. */
const inFlight = 2;

/**
 * @param most questions in a statement
 * @param ask takes the questions once it has a connection, as often as it likes, and answers all of them in order, in one statement; when it throws, all that
 *   asked get the error
 */
export function gathered<Q, A>(most: number, ask: (stamp: Stamp, take: () => readonly Q[]) => Promise<readonly A[]>): (stamp: Stamp, question: Q) => Promise<A> {
  const queues = new Map<string, Queue<Q, A>>();

  async function lot(key: string, stamp: Stamp, queue: Queue<Q, A>): Promise<void> {
    let batch: readonly Waiting<Q, A>[] | undefined;
    queue.collecting = true;
    const taken = (): readonly Waiting<Q, A>[] => {
      if (batch !== undefined) return batch;
      batch = queue.waiting.splice(0, most);
      queue.collecting = false;
      if (queue.waiting.length > 0 && queue.running < inFlight) void run(key, stamp, queue);
      return batch;
    };
    try {
      const answers = await ask(stamp, () => taken().map(({ question }) => question));
      for (const [i, { resolve, reject }] of taken().entries()) {
        const answer = answers[i];
        if (answer === undefined) reject(new Error('a question without an answer'));
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of taken()) reject(error);
    }
  }

  async function run(key: string, stamp: Stamp, queue: Queue<Q, A>): Promise<void> {
    queue.running += 1;
    while (queue.waiting.length > 0 && !queue.collecting) await lot(key, stamp, queue);
    queue.running -= 1;
    if (queue.running === 0) queues.delete(key);
  }

  return async (stamp, question) =>
    new Promise<A>((resolve, reject) => {
      const key = stampKey(stamp);
      let queue = queues.get(key);
      if (queue === undefined) queues.set(key, (queue = { waiting: [], running: 0, collecting: false }));
      queue.waiting.push({ question, resolve, reject });
      if (queue.running < inFlight && !queue.collecting) void run(key, stamp, queue);
    });
}
