import { type KeyObject, randomBytes } from 'node:crypto';
import { bind, decrypt, encrypt, hkdf, keyObject } from './gcm.ts';
import { readKeyFile } from './key-file.ts';
import type { Kms } from './kms.ts';

interface Master {
  readonly wrapping: KeyObject;
  /** Secrets are derived from this half, so that no label can ever meet the wrapping key. */
  readonly deriving: Buffer;
}

function masterOf(bytes: Buffer): Master {
  const master = { wrapping: keyObject(hkdf(bytes, 'prasan/1/wrap')), deriving: hkdf(bytes, 'prasan/1/derive') };
  bytes.fill(0);
  return master;
}

/**
 * The KMS of a single file of master keys, read once.
 * @param path made by `createKeyFile`; mode 0600 or stricter
 * @throws Error in one line when the file is missing, open to others or damaged: it never makes one by itself, because a new key
 *   in the place of a lost one would silently give up everything sealed under the old
 */
export async function fileKms(path: string): Promise<Kms> {
  const file = await readKeyFile(path);
  const masters = new Map(file.versions.map(({ id, key }) => [id, masterOf(Buffer.from(key, 'base64'))]));
  const current = file.current;
  const master = (version: number): Master => {
    const found = masters.get(version);
    if (found === undefined) throw new Error(`key file has no version ${version}`);
    return found;
  };
  const aad = (version: number, context: string): Buffer => bind('prasan/wrap', version, context);

  const kms: Kms = {
    versions: [...masters.keys()].sort((a, b) => a - b),
    current,
    async generate(context) {
      const key = randomBytes(32);
      return { key, wrapped: await kms.wrap(key, context) };
    },
    async wrap(key, context) {
      if (key.length !== 32) throw new Error('only 32-byte keys are wrapped');
      return Buffer.concat([Buffer.of(current), encrypt(master(current).wrapping, key, aad(current, context))]);
    },
    async unwrap(wrapped, context) {
      const version = wrapped[0] ?? 0;
      return decrypt(master(version).wrapping, wrapped.subarray(1), aad(version, context));
    },
    async derive(label, version) {
      return hkdf(master(version).deriving, `prasan/1/${label}`);
    },
  };
  return Object.freeze(kms);
}
