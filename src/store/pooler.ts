/**
 * Whether a connection is a session of the database. Behind a proxy that pools transactions it is not: the stamp that says who is asking would be set on one
 * backend and the rows read on another, which carries somebody else's. Found out by what such a proxy cannot hide: a setting that does not last, or two
 * statements that run on different backends while another transaction is open.
 */
import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { openConnection } from './connection.ts';

/** Milliseconds in which the second statement must be answered: a proxy with one backend left keeps it waiting for the open transaction. */
const patience = 5_000;

interface Seen {
  readonly pid: number;
  readonly probe: string | null;
  readonly timeout: string;
}

const look = async (sql: Sql): Promise<Seen | undefined> => {
  const [seen] = await sql<Seen[]>`select pg_backend_pid() as pid, current_setting('prasan.probe', true) as probe, current_setting('statement_timeout') as timeout`;
  return seen;
};

const late = async (): Promise<'late'> => new Promise((resolve) => { setTimeout(resolve, patience, 'late').unref(); });

/** Statements are sent unprepared: a proxy that pools would refuse prepared ones, by another message at another time. */
const open = (url: string): Sql => openConnection(url, { prepare: false });

/** Whether a connection is a session: `TRANSACTIONS` are pooled before it, or what it is begun with is refused or dropped on the way (`SETTINGS`). */
export type Passage = 'SESSION' | 'TRANSACTIONS' | 'SETTINGS';

const passageOf = (before: Seen | undefined, after: Seen | 'late' | undefined, probe: string): Passage => {
  if (after === 'late' || after?.probe !== probe || after.pid !== before?.pid) return 'TRANSACTIONS';
  return after.timeout === '30s' ? 'SESSION' : 'SETTINGS';
};

/** PgBouncer's answer to settings of a connection that it does not know, and was not told to ignore. */
const refusesSettings = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '08P01' && error.message.includes('startup parameter');

async function tried(url: string): Promise<Passage> {
  const [one, other] = [open(url), open(url)];
  const done = Promise.withResolvers<undefined>();
  const probe = randomUUID();
  try {
    await other`select 1`;
    await one`select set_config('prasan.probe', ${probe}, false)`;
    const before = await look(one);
    // A proxy gives out the backend that was used last, which is ours, or the one that was not used for longest, which is not.
    const began = Promise.withResolvers<undefined>();
    const holding = other.begin(async (tx) => {
      await tx`select 1`;
      began.resolve(undefined);
      await done.promise;
    });
    holding.catch(began.reject);
    await began.promise;
    const after = await Promise.race([look(one), late()]);
    done.resolve(undefined);
    await holding;
    return passageOf(before, after, probe);
  } finally {
    done.resolve(undefined);
    await Promise.all([one.end({ timeout: 1 }), other.end({ timeout: 1 })]);
  }
}

/**
 * @returns whether what is set on a connection stays with it
 * @throws as the driver does, when the database cannot be reached
 */
export const passageTo = async (url: string): Promise<Passage> => tried(url).catch((error: unknown) => {
  if (refusesSettings(error)) return 'SETTINGS';
  throw error;
});
