import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** Where the cluster of the tests is: inside what `npm ci` wipes and nothing commits. */
export const clusterFolder = resolve(import.meta.dirname, '../../node_modules/.cache/prasan-test');

/** The keeper's name in the abstract socket namespace: one a checkout. It tells `ready`, never the password. */
export const keeperName = `\0prasan-keeper-${createHash('sha256').update(clusterFolder).digest('hex').slice(0, 32)}`;
