/** The real `prasan` command, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** Nothing of the tester's own environment but PATH: a DATABASE_URL there must not reach the command. */
export function prasan(args: readonly string[], env: Environment = {}, cwd = project): Command {
  const child = spawn('sh', [join(project, 'bin/node'), join(project, 'src/cli/main.ts'), ...args], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
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

export const run = async (args: readonly string[], env?: Environment): Promise<Ended> => prasan(args, env).ended;

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
