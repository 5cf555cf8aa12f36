import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import { randomNow } from './random.ts';

const nonceBytes = 12;
const tagBytes = 16;
/** What sealing adds to the plaintext: nonce and tag. */
export const overhead = nonceBytes + tagBytes;

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce: `nonce | ciphertext | tag`.
 * At most 2^32 messages a key keep the chance of a repeated nonce below 2^-32 (8.3 there): every key here stays far below.
 */
export function encrypt(key: KeyObject, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const nonce = randomNow(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  const body = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
}

/** @throws Error when the key, the bound data or a single bit is another */
export function decrypt(key: KeyObject, sealed: Uint8Array, aad: Uint8Array): Buffer {
  if (sealed.length < overhead) throw new Error('sealed bytes are too short');
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(end));
  const body = decipher.update(sealed.subarray(nonceBytes, end));
  decipher.final(); // throws before a byte of `body` is handed out
  return body;
}

/** Bound data with unambiguous borders: no two lists of parts give the same bytes, whatever the parts hold. */
export const bind = (...parts: readonly (string | number)[]): Buffer => Buffer.from(JSON.stringify(parts), 'utf8');

/** HKDF-SHA-256 (RFC 5869) without salt: the input is uniformly random already (3.1 there). */
export const hkdf = (secret: Uint8Array, info: string, length = 32): Buffer => Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, length));

/** Makes a key object of 32 bytes, and wipes them: the one copy left is OpenSSL's. */
export function keyObject(bytes: Uint8Array): KeyObject {
  if (bytes.length !== 32) throw new Error('a key has 32 bytes');
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
