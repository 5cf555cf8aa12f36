/**
 * Stamped connections. Each client holds one connection, is checked out exclusively, and keeps its stamp while the viewer stays the same:
 * stamping every request anew halves throughput. Stamp and query go out in one flight; if the stamp fails, the query's answer is thrown away and
 * the client discarded. On a connection without a stamp the policies raise: it never shows zero rows instead.
 */
import type { Sql, TransactionSql } from 'postgres';
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
  /** One transaction with the stamp set for it alone. */
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
 * @param local for the transaction alone
 */
export const setStamp = (sql: Sql | TransactionSql, stamp: WideStamp, local: boolean) => sql`
  select set_config('prasan.partner', ${stamp.partner}, ${local}), set_config('prasan.purpose', ${String(stamp.purposeBit)}, ${local}),
    set_config('prasan.clearance', ${String(stamp.clearance)}, ${local}), set_config('prasan.caveats', ${String(stamp.caveats)}, ${local}),
    set_config('prasan.case', ${stamp.case?.join(',') ?? ''}, ${local}), set_config('prasan.desk', ${stamp.seat ?? anyDesk}, ${local}),
    set_config('prasan.wide', ${stamp.wide === true ? 'on' : 'off'}, ${local}), set_config('enable_seqscan', ${stamp.wide === true ? 'on' : 'off'}, ${local}),
    set_config('prasan.stamp', ${stampKey(stamp)}, ${local})`;

const isUnstamped = (error: unknown): boolean => codeOf(error) === undefinedObject;
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
  const setting = setStamp(client.sql, stamp, false).execute();
  const [set, answer] = await Promise.allSettled([setting, query(client.sql)]);
  if (set.status === 'rejected') {
    client.broken = true;
    throw set.reason;
  }
  client.stamp = key;
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
}

/**
 * The transaction, stamped before its first statement and in one flight with it: where the stamp fails the transaction is aborted, and nothing after it shows or
 * writes anything.
 */
function stampedFirst(sql: TransactionSql, set: () => void): TransactionSql {
  let isSet = false;
  return new Proxy(sql, {
    apply(target, self, given) {
      if (!isSet) {
        isSet = true;
        set();
      }
      return Reflect.apply(target as never, self, given) as unknown;
    },
  });
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
    const attempt = async (): Promise<T> => clients.use('', false, async (client) => {
      // Sent now: behind `begin` it would wait for the connection that waits for it.
      const answer = first(client.sql).execute();
      client.writing = true;
      const sent = new Standing();
      const working = client.sql.begin(async (sql) => {
        const told = await answer;
        begun = true;
        const value = await work(stampedFirst(sql, () => { sent.add(setStamp(sql, stamp, true)); }), told, sent);
        await sent.close();
        return value;
      });
      working.catch(() => undefined); // Told below.
      try {
        await answer;
      } catch (error) {
        // Before the transaction was begun, or as it was: nobody waits for the connection, which may be a long time away.
        client.broken = true;
        throw error;
      }
      try {
        const value = (await working) as T;
        await sent.stands();
        return value;
      } catch (error) {
        const why = sent.refused ?? error;
        if (!isForgotten(why)) throw why;
        client.broken = true;
        throw new Refusal('REGISTRY_MOVED');
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
