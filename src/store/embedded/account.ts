import { spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { EmbeddedFault } from './fault.ts';

/** The operating system account PostgreSQL runs as: `undefined` is our own. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

/** PostgreSQL refuses to run as root: then it runs as `postgres` if this machine has it, else `nobody`. */
export const postgresAccount = (passwd: () => string = () => readFileSync('/etc/passwd', 'utf8')): Account => {
  if (process.getuid?.() !== 0) return undefined;
  const entries = passwd().split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = entries.find((entry) => entry[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedFault('PostgreSQL refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody`: run as another user, or set DATABASE_URL');
};

/** What PostgreSQL's programs get to see of our environment: nothing of ours, the C locale, UTC. */
export const childEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program to its end as `account`, in `/` (our own folder may be closed to that account). */
export const runAs = (account: Account, command: string, args: readonly string[]): Outcome => {
  const result = spawnSync(command, args, { ...account, cwd: '/', env: childEnv, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return { ok: result.status === 0, output: result.error?.message ?? `${result.stdout}${result.stderr}` };
};

/** Can `account` pass through and write in `folder`? Asked of the kernel: mode bits alone do not tell (ACLs, mounts). */
export const canUse = (account: Account, folder: string): boolean =>
  runAs(account, '/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder]).ok;

export const give = (account: Account, path: string): void => {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
};
