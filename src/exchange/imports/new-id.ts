/** Ids for many records: UUIDs of version 7 in the order they are made (RFC 9562 section 6.2, a counter), from random bytes drawn many at a time. */
import { randomFillSync, randomInt } from 'node:crypto';
import { v7 } from 'uuid';

const size = 16;
const pool = new Uint8Array(size * 512);
let at = pool.length;
let msecs = 0;
let seq = 0;

export function newId(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  const random = pool.subarray(at, (at += size));
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = randomInt(2 ** 30); // leaves room to count within the millisecond
  } else seq += 1;
  return v7({ random, msecs, seq });
}
