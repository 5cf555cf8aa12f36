/**
 * Stamped connections. Each client holds one connection, is checked out exclusively, and keeps its stamp while the viewer stays the same:
 * stamping every request anew halves throughput. Stamp and query go out in one flight; if the stamp fails, the query's answer is thrown away and
 * the client discarded. On a connection without a stamp the policies raise: it never shows zero rows instead.
 */
import type { PendingQuery, Row, Sql, TransactionSql } from 'postgres';
import { Refusal } from '../errors.ts';
import type { Stamp } from '../exchange/ports.ts';
import type { GrantRow } from '../rules/grant.ts';
import { type Client, openClients } from './clients.ts';
import { codeOf, isGone, isLost } from './loss.ts';
import { isForgotten, Standing, type Statement } from './standing.ts';

/** PostgreSQL's code for a setting that is not there: the connection has no stamp. */
const undefinedObject = '42704';

export interface Sessions {
  /** Runs one read under the viewer's stamp. */
  read<T>(stamp: WideStamp, query: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs on a connection without a stamp: what has no viewer (ledger appends, the registry, the sequencer). */
  plain<T>(query: (sql: Sql) => Promise<T>): Promise<T>;
  /** One transaction under the stamp. */
  transaction<T>(stamp: Stamp, work: (sql: TransactionSql) => Promise<T>): Promise<T>;
  /**
   * The same, behind a question that travels with its beginning and is answered just before it: what the work needs to know first costs no flight of its own.
   * @param first without a stamp, and outside the transaction
   * @param work may leave statements to stand or fall with the transaction
   * @throws Refusal REGISTRY_MOVED when the connection has to be made anew first: to be begun again
   */
  transactionAfter<Q, T>(stamp: Stamp, first: (sql: Sql) => Statement<Q>, work: (sql: TransactionSql, told: Q, sent: Standing) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** For metrics. */
  usage(): { readonly size: number; readonly idle: number; readonly waiting: number };
}

/** What a read under this stamp must find in `prasan.stamp`: every read says under which stamp it ran, and its caller compares. */
export const stampKey = ({ partner, purposeBit, clearance, caveats, case: named, seat }: Stamp): string =>
  [`${clearance}.${caveats}.${purposeBit}.${partner}${seat === undefined ? '' : `/${seat}`}`, ...(named ?? [])].join(' ');

/** What grants of single desks give to who names none: kept with each of them, so that a stamp that lacks the setting has none of them. */
export const anyDesk = '*';

/** The desks of a grant, as they are kept; null: of whoever of the partner. */
export const desksKept = ({ desks }: Pick<GrantRow, 'desks'>): readonly string[] | null => (desks === undefined ? null : [anyDesk, ...desks]);

/** A stamp with how visibility is evaluated: row by row, or, for statements that look at many, from the viewer's sets gathered once. */
export interface WideStamp extends Stamp {
  readonly wide?: boolean;
  /** Not to share its connection: a statement that others under the same stamp should not wait for. */
  readonly alone?: boolean;
}

/** What a connection carries. */
const carriedKey = (stamp: WideStamp): string => `${stampKey(stamp)}${stamp.wide === true ? ' wide' : ''}`;

/**
 * Statements that look at a few rows find them through indexes whatever the statistics say: after a large import, and until PostgreSQL has looked
 * again, a table passes for small, and each of thousands of asked values would be sought by reading it whole.
 */
export const setStamp = (sql: Sql, stamp: WideStamp) => sql`
  select set_config('prasan.partner', ${stamp.partner}, false), set_config('prasan.purpose', ${String(stamp.purposeBit)}, false),
    set_config('prasan.clearance', ${String(stamp.clearance)}, false), set_config('prasan.caveats', ${String(stamp.caveats)}, false),
    set_config('prasan.case', ${stamp.case?.join(',') ?? ''}, false), set_config('prasan.desk', ${stamp.seat ?? anyDesk}, false),
    set_config('prasan.wide', ${stamp.wide === true ? 'on' : 'off'}, false), set_config('enable_seqscan', ${stamp.wide === true ? 'on' : 'off'}, false),
    set_config('prasan.stamp', ${stampKey(stamp)}, false)`;

/** Not: some other thing that is not there. */
const isUnstamped = (error: unknown): boolean => codeOf(error) === undefinedObject && error instanceof Error && error.message.includes('prasan.');
/** Whether the statement may be sent once more: the connection went away under it, or has no stamp. Only for reads. */
const retriable = (error: unknown): boolean => isLost(error) || isUnstamped(error);

/** A statement that took too long (57014), a server whose disk or memory is full (53100, 53200). */
const overloaded: ReadonlySet<string | undefined> = new Set(['57014', '53100', '53200']);

/** A database that went away, or is not there, is a reason to try again, and no fault of the exchange's. */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isGone(error) || overloaded.has(codeOf(error))) throw new Refusal('UNAVAILABLE', {}, error);
    throw error;
  }
}

/** Runs a read under the stamp, setting it first where the client carries another. */
async function stamped<T>(client: Client, stamp: WideStamp, query: (sql: Sql) => Promise<T>): Promise<T> {
  const key = carriedKey(stamp);
  if (client.stamp === key) return query(client.sql);
  client.stamp = '';
  // The driver's queries are lazy: without `execute` the stamp would go out when it is awaited, which is after the query.
  const setting = setStamp(client.sql, stamp).execute();
  const [set, answer] = await Promise.allSettled([setting, query(client.sql)]);
  if (set.status === 'rejected') {
    client.broken = true;
    throw set.reason;
  }
  client.stamp = key;
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
}

/** Sends what begins and ends transactions: never as a prepared statement, which the server might have forgotten, and the driver would send once more behind the others. */
const controlling = (statement: PendingQuery<Row[]>): PendingQuery<Row[]> => statement.simple().execute();

/** The transaction, as its work has it. @param before called before each statement is made. @throws as that does */
const within = (sql: Sql, before: () => void): TransactionSql =>
  new Proxy(sql as unknown as TransactionSql, {
    apply(target, self, given) {
      before();
      return Reflect.apply(target as never, self, given) as unknown;
    },
    get(target, name, self) {
      if (name === 'unsafe') before();
      return Reflect.get(target, name, self) as unknown;
    },
  });

/** Begins a transaction, in one flight with a question before it. @returns what that is answered; where one of the two fails nothing was done, and the connection is of no more use */
async function begunAfter<Q>(client: Client, first: (sql: Sql) => Statement<Q>): Promise<Q> {
  const answers = Promise.all([first(client.sql).execute(), controlling(client.sql`begin`)]);
  try {
    return (await answers)[0];
  } catch (error) {
    client.broken = true;
    throw error;
  }
}

/**
 * Works in the transaction that was begun on a connection, and commits it. The stamp is set before the first statement and in one flight with it, unless the connection
 * carries it: where that fails the transaction is aborted, and nothing after it shows or writes anything.
 *
 * The driver has a way of its own for transactions; what that makes for each holds all that the work holds, and lives long (`short-lived.ts`), and it goes on
 * writing to a connection that is gone.
 */
async function committed<T>(client: Client, stamp: Stamp, work: (sql: TransactionSql, sent: Standing) => Promise<T>): Promise<T> {
  const sent = new Standing();
  const key = carriedKey(stamp);
  let carried = client.stamp === key;
  client.stamp = '';
  let open = true;
  const before = (): void => {
    // It would stand alone.
    if (!open) throw new Error('the transaction is over');
    if (carried) return;
    carried = true;
    sent.add(setStamp(client.sql, stamp));
  };
  try {
    const value = await work(within(client.sql, before), sent);
    await sent.close();
    open = false;
    const { command } = await controlling(client.sql`commit`);
    await sent.stands();
    // Where a statement failed whose error nobody passed on.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
    if (carried) client.stamp = key;
    return value;
  } catch (error) {
    const unfinished = open;
    open = false;
    if (isGone(error)) client.broken = true;
    else if (unfinished) await controlling(client.sql`rollback`).catch(() => { client.broken = true; });
    const why = sent.refused ?? error;
    if (!isForgotten(why) && !isUnstamped(why)) throw why;
    client.broken = true;
    throw new Refusal('REGISTRY_MOVED');
  }
}

/** @param may whether nothing but reads was sent */
async function again<T>(attempt: () => Promise<T>, may = (): boolean => true): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= 2 || !may() || !retriable(error)) throw error;
    }
  }
}

/** @param size how many connections, all told */
export function openSessions(url: string, size: number): Sessions {
  const clients = openClients(url, size);

  const transactionAfter = async <Q, T>(stamp: Stamp, first: (sql: Sql) => Statement<Q>, work: (sql: TransactionSql, told: Q, sent: Standing) => Promise<T>): Promise<T> => {
    let begun = false;
    const attempt = async (): Promise<T> => clients.use(carriedKey(stamp), false, async (client) => {
      client.writing = true;
      try {
        const told = await begunAfter(client, first);
        begun = true;
        return await committed(client, stamp, async (sql, sent) => work(sql, told, sent));
      } finally {
        client.writing = false;
      }
    });
    // Until the question before it is answered the transaction has done nothing: a connection that died while it was idle costs a write no refusal.
    return orUnavailable(again(attempt, () => !begun));
  };

  return {
    read: async (stamp, query) => orUnavailable(again(async () => clients.use(carriedKey(stamp), stamp.wide !== true && stamp.alone !== true, async (client) => stamped(client, stamp, query).catch((error: unknown) => {
      // It carries what it says no more: the next try is another's.
      if (isUnstamped(error)) client.broken = true;
      throw error;
    })))),
    plain: async (query) => orUnavailable(again(async () => clients.use('', false, async (client) => query(client.sql)))),
    transaction: async (stamp, work) => transactionAfter(stamp, (sql) => sql`select`, work),
    transactionAfter,
    close: async () => clients.close(),
    usage: () => clients.usage(),
  };
}
