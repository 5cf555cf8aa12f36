import type { KeyObject } from 'node:crypto';
import { Refusal } from '../errors.ts';
import { bind, decrypt, encrypt, hkdf, keyObject, overhead } from './gcm.ts';
import type { Kms } from './kms.ts';

export interface Tokens {
  /**
   * Seals a cursor: URL-safe text that only this exchange reads, whose length depends on the plaintext's length alone.
   * @param purpose `list`, `feed`: each has its own key
   * @param aad what it is bound to (partner, filter ...), and must be presented with
   */
  sealToken(purpose: string, plaintext: Uint8Array, aad: string): string;
  /** @throws Refusal BAD_CURSOR whatever is wrong with it: its text, its key, what it is bound to */
  openToken(purpose: string, token: string, aad: string): Buffer;
}

const longest = 1024;

export async function tokens(kms: Kms): Promise<Tokens> {
  const roots = new Map(await Promise.all(kms.versions.map(async (version) => [version, await kms.derive('tokens', version)] as const)));
  const cached = new Map<string, KeyObject>();

  function keyOf(version: number, purpose: string): KeyObject {
    const name = `${version} ${purpose}`;
    let key = cached.get(name);
    if (key === undefined) {
      const root = roots.get(version);
      if (root === undefined) throw new Error('the token names a version that is gone');
      key = keyObject(hkdf(root, purpose));
      cached.set(name, key);
    }
    return key;
  }
  const bound = (version: number, purpose: string, aad: string): Buffer => bind('token', version, purpose, aad);

  return {
    sealToken(purpose, plaintext, aad) {
      const version = kms.current;
      return Buffer.concat([Buffer.of(version), encrypt(keyOf(version, purpose), plaintext, bound(version, purpose, aad))]).toString('base64url');
    },
    openToken(purpose, token, aad) {
      try {
        if (token.length > longest) throw new Error('too long');
        const bytes = Buffer.from(token, 'base64url');
        // Node reads over letters that are not base64url, and over loose bits at the end: one cursor, one spelling.
        if (bytes.length <= overhead || bytes.toString('base64url') !== token) throw new Error('not canonical base64url');
        const version = bytes[0] ?? 0;
        return decrypt(keyOf(version, purpose), bytes.subarray(1), bound(version, purpose, aad));
      } catch (error) {
        throw new Refusal('BAD_CURSOR', {}, error);
      }
    },
  };
}
