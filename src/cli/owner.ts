/** The owner's connections, for commands that change what is in force, and for those that keep the databases. */
import { hostname, userInfo } from 'node:os';
import postgres, { type Sql } from 'postgres';
import { readKeyOwner, readSettings } from '../config.ts';
import { type Journal, journalOf } from '../store/recovery/journal.ts';
import { embeddedOwner } from './embedded.ts';
import { Fault } from './fault.ts';

export interface Owner {
  readonly sql: Sql;
  /** Whether it is the demonstration's. */
  readonly embedded: boolean;
  /** Of the key database, where its URL is known. */
  readonly journal: Journal | undefined;
}

/** Both databases. */
export interface Owners extends Owner {
  readonly keys: Sql;
  readonly journal: Journal;
}

interface Places {
  readonly ownerUrl: string;
  readonly keysOwnerUrl: string | undefined;
  readonly stop: () => Promise<void>;
  readonly embedded: boolean;
}

async function places(): Promise<Places> {
  const { DATABASE_OWNER_URL: url, DATABASE_URL: production, PRASAN_FOLDER: folder = '.prasan' } = readSettings(process.env, ['DATABASE_OWNER_URL', 'DATABASE_URL', 'PRASAN_FOLDER']);
  if (url === undefined && production !== undefined) throw new Fault('DATABASE_OWNER_URL must be set: the nodes\' own role may not change what is in force');
  if (url === undefined) return { ...(await embeddedOwner(folder)), embedded: true };
  return { ownerUrl: url, keysOwnerUrl: readKeyOwner(process.env), stop: async () => undefined, embedded: false };
}

const connect = (url: string): Sql => postgres(url, { max: 1, onnotice: () => undefined, connection: { application_name: 'prasan' } });

/**
 * Runs `work` on DATABASE_OWNER_URL, or on the embedded exchange, whose PostgreSQL is started for the command when it does not run.
 * @throws Fault when there is neither
 */
export async function asOwner<T>(work: (owner: Owner & { readonly keys: Sql | undefined }) => Promise<T>): Promise<T> {
  const { ownerUrl, keysOwnerUrl, stop, embedded } = await places();
  // The journal can be written with the nodes' own role too.
  const keysUrl = keysOwnerUrl ?? readSettings(process.env, ['KEY_DATABASE_URL']).KEY_DATABASE_URL;
  const [sql, journalSql] = [connect(ownerUrl), keysUrl === undefined ? undefined : connect(keysUrl)];
  try {
    const journal = journalSql === undefined ? undefined : journalOf(async (use) => use(journalSql));
    return await work({ sql, embedded, journal, keys: keysOwnerUrl === undefined ? undefined : journalSql });
  } finally {
    await Promise.all([sql.end({ timeout: 5 }), journalSql?.end({ timeout: 5 })]);
    await stop();
  }
}

/** The same, where both databases are needed. @throws Fault when the key database's owner is not known */
export const asOwners = async <T>(work: (owners: Owners) => Promise<T>): Promise<T> => asOwner(async ({ keys, journal, ...owner }) => {
  if (keys === undefined || journal === undefined) throw new Fault('KEY_DATABASE_OWNER_URL must be set: the keys are needed too');
  return work({ ...owner, keys, journal });
});

/** Who did it, for the registry's history. */
export function actor(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}@${hostname()}`;
  }
}
