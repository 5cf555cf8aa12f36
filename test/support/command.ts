/** The real `prasan` command: in a process of its own, or, which is many times as fast, called in this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';

export const project = join(import.meta.dirname, '../..');
export type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with all of standard output once it holds this; rejects when the command ends before. */
  printed(text: string): Promise<string>;
}

/** Nothing of the tester's own environment but PATH and where compiled code is kept: a DATABASE_URL there must not reach the command. */
const inherited = (): Environment => Object.fromEntries(['PATH', 'NODE_COMPILE_CACHE'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

export function prasan(args: readonly string[], env: Environment = {}, cwd = project): Command {
  const child = spawn('sh', [join(project, 'bin/node'), join(project, 'src/cli/main.ts'), ...args], { cwd, env: { ...inherited(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { err += chunk; });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return {
    child,
    ended,
    printed: async (text) => new Promise((resolve, reject) => {
      const look = (): void => {
        if (!out.includes(text)) return;
        waiting.delete(look);
        resolve(out);
      };
      waiting.add(look);
      look();
      void ended.then(({ code }) => { reject(new Error(`ended with ${code} before it printed ${JSON.stringify(text)}: ${err}${out}`)); });
    }),
  };
}

/** In a process of its own, as it is typed. */
export const run = async (args: readonly string[], env?: Environment): Promise<Ended> => prasan(args, env).ended;

/** Takes what is written to a stream. @returns what gives it back, and all that was written */
function taken(stream: NodeJS.WriteStream): () => string {
  const { write } = stream;
  let text = '';
  stream.write = ((chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
    text += Buffer.from(chunk).toString('utf8');
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  }) as typeof stream.write;
  return () => {
    stream.write = write;
    return text;
  };
}

let called = false;

/**
 * The command in this process, with this environment and its output taken: one at a time, and no test may say anything meanwhile. What a process alone can
 * show (signals, what is left behind, two at once) is for `run` and `prasan`.
 */
export async function call(args: readonly string[], env: Environment = {}): Promise<Ended> {
  if (called) throw new Error('a command is called already: use run for two at once');
  called = true;
  const own = process.env;
  process.env = { ...inherited(), ...env };
  const [out, err] = [taken(process.stdout), taken(process.stderr)];
  try {
    return { code: await main(args), out: out(), err: err() };
  } finally {
    out();
    err();
    process.env = own;
    called = false;
  }
}

/** Process numbers whose command line or open folder names any of these words. */
export function processesNaming(...words: readonly string[]): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false;
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return words.some((word) => line.includes(word));
    } catch {
      return false;
    }
  });
}
