/**
 * Short reads under one stamp travel together: what arrives while others of the same viewer are under way waits for them and goes out as one statement.
 * A statement costs node and database much the same for one question as for ten; nobody waits who has no company.
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
}

/** Statements of one stamp under way at once: while the database answers one, the next is made up. */
const inFlight = 2;

/**
 * @param most questions in a statement
 * @param ask answers all questions in order, in one statement; when it throws, all that asked get the error
 */
export function gathered<Q, A>(most: number, ask: (stamp: Stamp, questions: readonly Q[]) => Promise<readonly A[]>): (stamp: Stamp, question: Q) => Promise<A> {
  const queues = new Map<string, Queue<Q, A>>();

  async function run(key: string, stamp: Stamp, queue: Queue<Q, A>): Promise<void> {
    queue.running += 1;
    while (queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, most);
      try {
        const answers = await ask(stamp, batch.map(({ question }) => question));
        for (const [i, { resolve, reject }] of batch.entries()) {
          const answer = answers[i];
          if (answer === undefined) reject(new Error('a question without an answer'));
          else resolve(answer);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queue.running -= 1;
    if (queue.running === 0) queues.delete(key);
  }

  return async (stamp, question) =>
    new Promise<A>((resolve, reject) => {
      const key = stampKey(stamp);
      let queue = queues.get(key);
      if (queue === undefined) queues.set(key, (queue = { waiting: [], running: 0 }));
      queue.waiting.push({ question, resolve, reject });
      if (queue.running < inFlight) void run(key, stamp, queue);
    });
}
