/** Asks the load generator's process for one round at a time. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Stage } from './stage.ts';

export interface Ask {
  /** JSON. */
  readonly body: string;
  readonly token?: string;
  /** The token is bound to a key, and this is what goes with it (RFC 9449): good for one request. */
  readonly proof?: string;
}

export interface Job {
  readonly url: string;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  readonly requests: readonly Ask[];
  /** Requests a second, of all connections; undefined: as many as there can be. */
  readonly rate?: number;
  /** Whether refusals (429) are looked for; otherwise an answer that is not 2xx is a fault. */
  readonly refused?: boolean;
}

export interface Outcome {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  readonly answers: number;
  readonly meanBytes: number;
  /** Answers that are not 2xx. */
  readonly refused: number;
}

export type Loader = (job: Job) => Promise<Outcome>;

export function openLoader(stage: Stage): Loader {
  const child = fork(join(import.meta.dirname, 'load.ts'), { execArgv: [] });
  stage.onClose(async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
  });
  return async (job) => {
    child.send(job);
    const [answer] = (await once(child, 'message')) as [{ readonly outcome?: Outcome; readonly failure?: string }];
    if (answer.outcome === undefined) throw new Error(`${job.path}: ${answer.failure ?? 'no outcome'}`);
    return answer.outcome;
  };
}
