import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.ts';
import { give, runAs } from './account.ts';
import { EmbeddedFault, isErrno } from './fault.ts';
import type { Memory } from './place.ts';

export const superuser = 'prasan';

export const dataOf = (memory: Memory): string => join(memory.place, 'data');

const major = (text: string): string => /\d+/.exec(text)?.[0] ?? '?';

/**
 * Makes the cluster of `memory.place` if there is none: UTF-8, C locale, checksums, and a password for whoever connects.
 * It comes to be whole or not at all (a killed run leaves a half that the next one sweeps).
 */
export const makeCluster = (account: Account, bin: string, memory: Memory, durable: boolean): void => {
  const data = dataOf(memory);
  for (const name of readdirSync(memory.place)) if (name.startsWith('new-')) rmSync(join(memory.place, name), { recursive: true });
  if (existsSync(data)) {
    const made = major(readFileSync(join(data, 'PG_VERSION'), 'utf8'));
    const ours = major(runAs(account, join(bin, 'postgres'), ['--version']).output);
    if (made === ours) return;
    throw new EmbeddedFault(`${data} was made by PostgreSQL ${made} and this one is ${ours}: move ${memory.folder} away to start anew, or set DATABASE_URL`);
  }
  const half = mkdtempSync(join(memory.place, 'new-'));
  give(account, half);
  const password = join(half, 'password');
  writeFileSync(password, memory.password, { mode: 0o600 });
  give(account, password);
  const args = ['-D', join(half, 'data'), '-U', superuser, '-A', 'scram-sha-256', '--pwfile', password, '-E', 'UTF8', '--locale=C', '--no-instructions'];
  const { ok, output } = runAs(account, join(bin, 'initdb'), durable ? args : [...args, '--no-sync']);
  if (!ok) throw new EmbeddedFault(`initdb failed in ${memory.place}: ${output.trim().split('\n').at(-1) ?? ''}`, output);
  rmSync(password);
  renameSync(join(half, 'data'), data);
  rmSync(half, { recursive: true });
};

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
};

/** Is this process a postmaster on this data folder (and not a stranger that got the number after a restart)? */
const serves = (pid: number, data: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data);
  } catch {
    return false;
  }
};

/**
 * Ends a PostgreSQL that a killed run left on this cluster, and sweeps its pid file.
 * The caller holds the lock of the folder, so whatever runs here belongs to nobody alive.
 */
export const endLeftover = async (data: string): Promise<void> => {
  const file = join(data, 'postmaster.pid');
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
  for (const [signal, seconds] of [['SIGINT', 20], ['SIGQUIT', 10], ['SIGKILL', 5]] as const) {
    if (!(pid > 1) || !serves(pid, data)) break;
    process.kill(pid, signal);
    for (let waited = 0; waited < seconds * 20 && alive(pid); waited++) await delay(50);
  }
  if (pid > 1 && serves(pid, data)) throw new EmbeddedFault(`a PostgreSQL of an earlier run (process ${pid}) does not stop: end it and start again`);
  rmSync(file, { force: true });
};
