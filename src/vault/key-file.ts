/** The file that holds the master keys of the local KMS: JSON, mode 0600, replaced whole, never in part. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Each secret is 32 bytes, base64; a version has one of the three at least. */
export interface MasterKey {
  /** 1..255 */
  readonly id: number;
  /** What wraps and what secrets are derived from are both made of it. */
  readonly key?: string;
  /** Of a version that a rotation made: wraps, and nothing is derived from it. */
  readonly wrap?: string;
  /** What is left of a version that wraps no more: secrets are derived from it, and nothing opens with it. */
  readonly derive?: string;
  /** RFC 3339, UTC. */
  readonly created: string;
}

export interface KeyFile {
  readonly format: 'prasan-keys-1';
  /** What secrets are derived from (blinding, cursors). */
  readonly current: number;
  /** What wraps; `current` unless given. */
  readonly wraps?: number;
  readonly versions: readonly MasterKey[];
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
/** A new secret. */
export const newSecret = (): string => randomBytes(32).toString('base64');
const fresh = (id: number): MasterKey => ({ id, key: newSecret(), created: new Date().toISOString() });

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

/** In its folder too, before anything is wrapped by what stands in it: a key that a power cut takes back is lost for good. */
async function settle(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Replaces the file whole: whoever reads it, or finds it after a crash, has the old one or the new one. */
export async function replaceKeyFile(path: string, file: KeyFile): Promise<void> {
  await rename(await writeBeside(path, file), path);
  await settle(path);
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
    await settle(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/** Whether what it wrapped opens with it. */
export const opens = ({ key, wrap }: MasterKey): boolean => (key ?? wrap) !== undefined;

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
  for (const { id, key, wrap, derive } of versions) {
    if (!Number.isInteger(id) || id < 1 || id > 255) throw bad('a version id is not 1..255');
    const secrets: readonly unknown[] = [key, wrap, derive].filter((secret) => secret !== undefined);
    if (secrets.length === 0 || !secrets.every((secret) => typeof secret === 'string' && Buffer.from(secret, 'base64').length === 32)) throw bad(`version ${id} has no 32-byte key`);
  }
  if (new Set(versions.map(({ id }) => id)).size !== versions.length) throw bad('a version id stands twice');
  if (!versions.some(({ id, key, derive }) => id === file.current && (key ?? derive) !== undefined)) throw bad('its current version is not among its versions');
  if (!versions.some((version) => version.id === (file.wraps ?? file.current) && opens(version))) throw bad('the version that wraps is not among its versions');
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
  await replaceKeyFile(path, { ...file, current: current ? id : file.current, versions: [...file.versions, fresh(id)] });
  return id;
}

/** @throws Error when there is no such version */
export async function makeCurrent(path: string, id: number): Promise<void> {
  const file = await readKeyFile(path);
  if (!file.versions.some((version) => version.id === id)) throw new Error(`key file ${path}: has no version ${id}`);
  await replaceKeyFile(path, { ...file, current: id });
}
