import { type KeyObject, randomBytes } from 'node:crypto';
import { bind, decrypt, encrypt, hkdf, keyObject } from './gcm.ts';
import { type MasterKey, opens, readKeyFile } from './key-file.ts';
import type { Kms } from './kms.ts';

interface Master {
  readonly wrapping: KeyObject | undefined;
  /** Secrets are derived from this half, so that no label can ever meet the wrapping key. */
  readonly deriving: Buffer | undefined;
}

const bytesOf = (secret: string): Buffer => Buffer.from(secret, 'base64');

/** The half that secrets are derived from, of a whole key: nothing that the key wrapped opens with it. */
export function derivingHalf(key: string): Buffer {
  const bytes = bytesOf(key);
  const half = hkdf(bytes, 'prasan/1/derive');
  bytes.fill(0);
  return half;
}

function wrappingHalf(secret: string): KeyObject {
  const bytes = bytesOf(secret);
  const key = keyObject(hkdf(bytes, 'prasan/1/wrap'));
  bytes.fill(0);
  return key;
}

function masterOf({ key, wrap, derive }: MasterKey): Master {
  const wraps = key ?? wrap;
  return {
    wrapping: wraps === undefined ? undefined : wrappingHalf(wraps),
    deriving: key !== undefined ? derivingHalf(key) : derive === undefined ? undefined : bytesOf(derive),
  };
}

/**
 * The KMS of a single file of master keys. Read at the start, and again when something is met that a version wrapped which was not in it: a rotation needs no
 * restart. What secrets are derived from stays as it was read.
 * @param path made by `createKeyFile`; mode 0600 or stricter
 * @throws Error in one line when the file is missing, open to others or damaged: it never makes one by itself, because a new key
 *   in the place of a lost one would silently give up everything sealed under the old
 */
export async function fileKms(path: string): Promise<Kms> {
  const file = await readKeyFile(path);
  const masters = new Map(file.versions.map((version) => [version.id, masterOf(version)]));
  const { current } = file;
  let wraps = file.wraps ?? current;
  const half = <T extends keyof Master>(version: number, which: T): NonNullable<Master[T]> => {
    const found = masters.get(version)?.[which];
    if (found === undefined) throw new Error(`key file has no version ${version} ${which === 'wrapping' ? 'that opens' : 'to derive from'}`);
    return found;
  };
  const aad = (version: number, context: string): Buffer => bind('prasan/wrap', version, context);

  const kms: Kms = {
    versions: [...masters].filter(([, { deriving }]) => deriving !== undefined).map(([id]) => id).sort((a, b) => a - b),
    current,
    get wraps() {
      return wraps;
    },
    async refresh() {
      const newer = await readKeyFile(path);
      for (const version of newer.versions) if (!masters.has(version.id) && opens(version)) masters.set(version.id, { wrapping: masterOf(version).wrapping, deriving: undefined });
      const wanted = newer.wraps ?? newer.current;
      if (masters.get(wanted)?.wrapping !== undefined) wraps = wanted;
    },
    async generate(context) {
      const key = randomBytes(32);
      return { key, wrapped: await kms.wrap(key, context) };
    },
    async wrap(key, context) {
      if (key.length !== 32) throw new Error('only 32-byte keys are wrapped');
      return Buffer.concat([Buffer.of(wraps), encrypt(half(wraps, 'wrapping'), key, aad(wraps, context))]);
    },
    async unwrap(wrapped, context) {
      const version = wrapped[0] ?? 0;
      if (!masters.has(version)) await kms.refresh();
      return decrypt(half(version, 'wrapping'), wrapped.subarray(1), aad(version, context));
    },
    async derive(label, version) {
      return hkdf(half(version, 'deriving'), `prasan/1/${label}`);
    },
  };
  return Object.freeze(kms);
}
