/**
 * Another master key in the file, and the end of the one before. Between the two whoever holds the databases wraps anew what the old one wrapped.
 * What secrets are derived from stays: values that are blinded with it would be found no more.
 */
import { derivingHalf } from './file-kms.ts';
import { type KeyFile, type MasterKey, newSecret, opens, readKeyFile, replaceKeyFile } from './key-file.ts';

/** Ids of the versions that open something and do not wrap: those that a rotation has still to end. */
const before = ({ versions, current, wraps = current }: KeyFile): readonly number[] => versions.filter((version) => opens(version) && version.id !== wraps).map(({ id }) => id);

/** Of a file in the middle of a rotation: the version that wraps, and those that are to end. Undefined: there is none under way. */
export async function underWay(path: string): Promise<{ readonly to: number; readonly from: readonly number[] } | undefined> {
  const file = await readKeyFile(path);
  const from = before(file);
  return from.length === 0 ? undefined : { to: file.wraps ?? file.current, from };
}

/** Adds a version that wraps from now on. @returns its id */
export async function beginRotation(path: string): Promise<number> {
  const file = await readKeyFile(path);
  const id = Math.max(...file.versions.map((version) => version.id)) + 1;
  if (id > 255) throw new Error(`key file ${path}: has used its 255 versions`);
  await replaceKeyFile(path, { ...file, wraps: id, versions: [...file.versions, { id, wrap: newSecret(), created: new Date().toISOString() }] });
  return id;
}

/** Of a version that wraps no more nothing is kept but what secrets are derived from. */
function retired({ id, key, derive, created }: MasterKey): readonly MasterKey[] {
  const half = key === undefined ? derive : derivingHalf(key).toString('base64');
  return half === undefined ? [] : [{ id, derive: half, created }];
}

/** Ends every version but the one that wraps: with this file nothing opens that they wrapped. */
export async function endRotation(path: string): Promise<void> {
  const file = await readKeyFile(path);
  const { current, wraps = current } = file;
  await replaceKeyFile(path, { ...file, wraps, versions: file.versions.flatMap((version) => (version.id === wraps ? [version] : retired(version))) });
}
