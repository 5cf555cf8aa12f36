import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Account } from './account.ts';
import { canUse, give } from './account.ts';
import { EmbeddedFault, reasonOf } from './fault.ts';

/** What `<folder>/embedded.json` (mode 0600) remembers between runs. */
export interface Memory {
  /** The folder this was written for: a copy of the checkout must not run on the original's cluster. */
  readonly folder: string;
  /** Where cluster and scratch files are: in `folder`, unless PostgreSQL's account cannot go there. */
  readonly place: string;
  readonly password: string;
  /** The loopback port, while it runs. */
  readonly port?: number;
}

const fileOf = (folder: string): string => join(folder, 'embedded.json');

/** Step by step: Node's own recursive mkdir never returns below a file system that takes no folders, such as /proc. */
const makeFolders = (path: string, mode = 0o777): void => {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path, { mode });
  } catch (cause) {
    if (!existsSync(path)) throw cause; // Another start was first.
  }
};

/** Makes the folder, and says so in one line if it cannot be written. @returns its real path */
export const openFolder = (folder: string, account: Account): string => {
  try {
    // Parents are not ours to close: only the folder itself is.
    makeFolders(resolve(folder), 0o700);
    const real = realpathSync(folder);
    // PostgreSQL's account must pass through it; everything in it has a mode of its own.
    if (account !== undefined) chmodSync(real, 0o711);
    const probe = join(real, `.probe-${process.pid}`);
    writeFileSync(probe, '', { mode: 0o600 });
    rmSync(probe);
    return real;
  } catch (cause) {
    throw new EmbeddedFault(`cannot write in ${resolve(folder)} (${reasonOf(cause)}): make it writable, or set PRASAN_FOLDER to another folder`, cause);
  }
};

export const readMemory = (folder: string): Memory | undefined => {
  try {
    const memory = JSON.parse(readFileSync(fileOf(folder), 'utf8')) as Partial<Memory>;
    const { place, password } = memory;
    return place === undefined || password === undefined || memory.folder !== folder ? undefined : { ...memory, folder, place, password };
  } catch {
    return undefined;
  }
};

export const writeMemory = (memory: Memory): void => {
  const half = `${fileOf(memory.folder)}.${process.pid}`;
  writeFileSync(half, `${JSON.stringify(memory, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(half, fileOf(memory.folder));
};

/** Makes a folder of root's own that others may pass through. @returns whether it is one, and not somebody else's */
const ownFolder = (path: string): boolean => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o711 });
    const stat = lstatSync(path);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) return false;
    chmodSync(path, 0o711);
    return true;
  } catch {
    return false;
  }
};

const outsides = ['/var/lib/prasan', '/var/tmp/prasan'];
const nameOf = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 16);

/** Where a cluster of this folder may be outside of it, though the folder itself be gone. */
export const outsidePlaces = (folder: string): string[] => outsides.map((path) => join(path, nameOf(folder)));

/** Where root keeps what the account cannot reach in a folder of mode 0700 (a checkout under /root). */
const outside = (account: Account): string => {
  for (const path of outsides) {
    if (ownFolder(path) && enterable(account, path)) return path;
  }
  throw new EmbeddedFault('neither /var/lib/prasan nor /var/tmp/prasan can be made for PostgreSQL: set PRASAN_FOLDER to a folder that every user can reach');
};

const enterable = (account: Account, path: string): boolean => {
  const probe = join(path, `probe-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(probe, { mode: 0o700 });
  try {
    give(account, probe);
    return canUse(account, probe);
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
};

const usable = (account: Account, folder: string): boolean => account === undefined || enterable(account, folder);

/** Where a copy of the binaries goes, if one is needed. */
export const spareFolder = (account: Account, folder: string): string => (usable(account, folder) ? folder : outside(account));

/** The memory of this folder, new if there is none. A place outside that nobody remembers is swept: its folder was deleted or moved. */
export const memoryOf = (account: Account, folder: string): Memory => {
  const known = readMemory(folder);
  if (known !== undefined && existsSync(known.place)) return known;
  const place = usable(account, folder) ? join(folder, 'postgres') : join(outside(account), nameOf(folder));
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { mode: 0o700 });
  give(account, place);
  const memory = { folder, place, password: randomBytes(24).toString('base64url') };
  writeMemory(memory);
  return memory;
};
