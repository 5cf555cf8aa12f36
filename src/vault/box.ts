/** Small secrets kept in the database: sealed under a key that the KMS derives for one use. */
import type { KeyObject } from 'node:crypto';
import { bind, decrypt, encrypt, keyObject } from './gcm.ts';
import type { Kms } from './kms.ts';

export interface Box {
  /** @param context bound in; must be given again to open */
  seal(plaintext: Uint8Array, context: string): Buffer;
  /** @throws Error when the key version is unknown, the context another, or the bytes were altered */
  open(sealed: Uint8Array, context: string): Buffer;
}

/** @param label what the box is for: two labels have nothing in common */
export async function openBox(kms: Kms, label: string): Promise<Box> {
  const keys = new Map<number, KeyObject>();
  for (const version of kms.versions) keys.set(version, keyObject(await kms.derive(`box/${label}`, version)));
  const key = (version: number): KeyObject => {
    const found = keys.get(version);
    if (found === undefined) throw new Error(`there is no key version ${version}`);
    return found;
  };
  const aad = (version: number, context: string): Buffer => bind(`prasan/box/${label}`, version, context);
  return {
    seal: (plaintext, context) => Buffer.concat([Buffer.of(kms.current), encrypt(key(kms.current), plaintext, aad(kms.current, context))]),
    open: (sealed, context) => decrypt(key(sealed[0] ?? 0), sealed.subarray(1), aad(sealed[0] ?? 0, context)),
  };
}
