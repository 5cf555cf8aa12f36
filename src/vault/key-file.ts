/** The file that holds the master keys of the local KMS: JSON, mode 0600, replaced whole, never in part. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface MasterKey {
  /** 1..255 */
  readonly id: number;
  /** 32 random bytes, base64. */
  readonly key: string;
  /** RFC 3339, UTC. */
  readonly created: string;
}

export interface KeyFile {
  readonly format: 'prasan-keys-1';
  readonly current: number;
  readonly versions: readonly MasterKey[];
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
const fresh = (id: number): MasterKey => ({ id, key: randomBytes(32).toString('base64'), created: new Date().toISOString() });

async function writeBeside(path: string, file: KeyFile): Promise<string> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return beside;
}

/**
 * Makes a key file with one version. Atomic: of two processes, one makes it and the other finds it.
 * @returns whether this call made it; an existing one is left as it is
 */
export async function createKeyFile(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = await writeBeside(path, { format: 'prasan-keys-1', current: 1, versions: [fresh(1)] });
  try {
    await link(beside, path); // unlike rename, refuses to replace
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

function parse(path: string, text: string): KeyFile {
  const bad = (what: string): Error => new Error(`key file ${path}: ${what}`);
  let file: Partial<KeyFile> | null;
  try {
    file = JSON.parse(text) as Partial<KeyFile> | null;
  } catch {
    throw bad('is not JSON'); // without the parser's message: it would quote key material
  }
  if (file?.format !== 'prasan-keys-1' || !Array.isArray(file.versions) || file.versions.length === 0) throw bad('is no prasan-keys-1 file');
  const versions = file.versions as readonly MasterKey[];
  for (const { id, key } of versions) {
    if (!Number.isInteger(id) || id < 1 || id > 255) throw bad('a version id is not 1..255');
    if (typeof key !== 'string' || Buffer.from(key, 'base64').length !== 32) throw bad(`version ${id} has no 32-byte key`);
  }
  if (new Set(versions.map(({ id }) => id)).size !== versions.length) throw bad('a version id stands twice');
  if (!versions.some(({ id }) => id === file.current)) throw bad('its current version is not among its versions');
  return file as KeyFile;
}

/** @throws Error in one line when it is missing, readable by others, or not a key file; never makes one */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw new Error(hasCode(error, 'ENOENT') ? `key file ${path} is missing` : `key file ${path} cannot be read`, { cause: error });
  });
  try {
    const stat = await handle.stat(); // of the open file, so that nobody swaps it between the look and the reading
    if (!stat.isFile()) throw new Error(`key file ${path} is no file`);
    if ((stat.mode & 0o077) !== 0) throw new Error(`key file ${path} is open to others (mode ${(stat.mode & 0o777).toString(8)}): chmod 600`);
    return parse(path, await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

/**
 * Adds a version. With several nodes: add with `current: false`, restart each, then `makeCurrent` and restart again,
 * so that no node blinds with a version that another cannot probe yet.
 * @returns the new version's id
 */
export async function addKeyVersion(path: string, { current = true }: { readonly current?: boolean } = {}): Promise<number> {
  const file = await readKeyFile(path);
  const id = Math.max(...file.versions.map((version) => version.id)) + 1;
  if (id > 255) throw new Error(`key file ${path}: has used its 255 versions`);
  await rename(await writeBeside(path, { ...file, current: current ? id : file.current, versions: [...file.versions, fresh(id)] }), path);
  return id;
}

/** @throws Error when there is no such version */
export async function makeCurrent(path: string, id: number): Promise<void> {
  const file = await readKeyFile(path);
  if (!file.versions.some((version) => version.id === id)) throw new Error(`key file ${path}: has no version ${id}`);
  await rename(await writeBeside(path, { ...file, current: id }), path);
}
