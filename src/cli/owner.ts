/** The owner's connection, for commands that change what is in force. */
import { hostname, userInfo } from 'node:os';
import postgres, { type Sql } from 'postgres';
import { readSettings } from '../config.ts';
import { embeddedOwner } from './embedded.ts';
import { Fault } from './fault.ts';

export interface Owner {
  readonly sql: Sql;
  /** Whether it is the demonstration's. */
  readonly embedded: boolean;
}

/**
 * Runs `work` on DATABASE_OWNER_URL, or on the embedded exchange, whose PostgreSQL is started for the command when it does not run.
 * @throws Fault when there is neither
 */
export async function asOwner<T>(work: (owner: Owner) => Promise<T>): Promise<T> {
  const { DATABASE_OWNER_URL: url, DATABASE_URL: production, PRASAN_FOLDER: folder = '.prasan' } = readSettings(process.env, ['DATABASE_OWNER_URL', 'DATABASE_URL', 'PRASAN_FOLDER']);
  if (url === undefined && production !== undefined) throw new Fault('DATABASE_OWNER_URL must be set: the nodes\' own role may not change what is in force');
  const database = url === undefined ? await embeddedOwner(folder) : { ownerUrl: url, stop: async () => undefined };
  const sql = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined, connection: { application_name: 'prasan' } });
  try {
    return await work({ sql, embedded: url === undefined });
  } finally {
    await sql.end({ timeout: 5 });
    await database.stop();
  }
}

/** Who did it, for the registry's history. */
export function actor(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}@${hostname()}`;
  }
}
