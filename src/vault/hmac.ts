/** HMAC-SHA-256 (RFC 2104) of many short values under one key. */
import { hash } from 'node:crypto';

const block = 64;
const digestBytes = 32;
/** Values up to this many bytes are digested where the key stands: no buffer is made for them. */
const short = 512;

/**
 * Out of two digests, each made by one call: `createHmac` makes an object for each value, which takes twice as long as both.
 * @param key 32 bytes
 * @returns makes the HMAC of a value, each of its bytes a character (`binary`)
 */
export function hmacUnder(key: Uint8Array): (value: Uint8Array) => string {
  if (key.length !== digestBytes) throw new Error('a key has 32 bytes');
  const inner = Buffer.alloc(block + short, 0x36, 'binary');
  const outer = Buffer.alloc(block + digestBytes, 0x5c, 'binary');
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  const head = inner.subarray(0, block);
  return (value) => {
    let whole: Uint8Array;
    if (value.length > short) whole = Buffer.concat([head, value]);
    else {
      inner.set(value, block);
      whole = inner.subarray(0, block + value.length);
    }
    outer.write(hash('sha256', whole, 'binary'), block, digestBytes, 'binary');
    return hash('sha256', outer, 'binary');
  };
}
