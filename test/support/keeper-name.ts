import { createHash } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';

const ofCheckout = resolve(import.meta.dirname, '../../node_modules/.cache/prasan-test');
const hash = createHash('sha256').update(ofCheckout).digest('hex').slice(0, 32);

const memory = '/dev/shm';
const tmpfs = 0x01_02_19_94;

/** Whether there is a file system of memory that has room for a cluster: by its size, which all processes of a run see alike. */
function roomInMemory(): boolean {
  try {
    const { type, blocks, bsize } = statfsSync(memory);
    return type === tmpfs && blocks * bsize >= 4 * 2 ** 30;
  } catch {
    return false;
  }
}

/**
 * Where the cluster of the tests is. A new database is seven hundred small files, which memory makes in a tenth of the time;
 * without it, inside what `npm ci` wipes and nothing commits.
 */
export const clusterFolder = roomInMemory() ? `${memory}/prasan-test-${hash}` : ofCheckout;

/** The keeper's name in the abstract socket namespace: one a checkout. It tells `ready`, never the password. */
export const keeperName = `\0prasan-keeper-${hash}`;
