/**
 * Whether a connection is a session of the database. Behind a proxy that pools transactions it is not: the stamp that says who is asking would be set on one
 * backend and the rows read on another, which carries somebody else's. Found out by what such a proxy cannot hide: a setting that does not last, or two
 * statements that run on different backends while another transaction is open.
 */
import { randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { connectionOptions } from './clients.ts';

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
const open = (url: string): Sql => postgres(url, { ...connectionOptions, prepare: false });

/**
 * @returns whether what is set on a connection stays with it
 * @throws as the driver does, when the database cannot be reached
 */
export async function keepsSessions(url: string): Promise<boolean> {
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
    return after !== 'late' && after?.probe === probe && after.pid === before?.pid && after.timeout === '30s';
  } finally {
    done.resolve(undefined);
    await Promise.all([one.end({ timeout: 1 }), other.end({ timeout: 1 })]);
  }
}
