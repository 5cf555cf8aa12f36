/** Random bytes that are no secrets (nonces, what fills up a question), drawn many at a time: a draw costs the same for a few as for thousands. */
import { randomBytes } from 'node:crypto';

const drawn = 16_384;
let pool = Buffer.alloc(0);

/** @returns so many bytes that nobody else is given. They have lain in memory for a while: no key is made of them */
export function randomNow(length: number): Buffer {
  if (length > drawn / 4) return randomBytes(length);
  if (pool.length < length) pool = randomBytes(drawn);
  const given = pool.subarray(0, length);
  pool = pool.subarray(length);
  return given;
}
