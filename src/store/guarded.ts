/**
 * Transactions whose connection may die. The driver (postgres 3.4) goes on writing to the connection of a transaction when that is gone, be it the
 * next statement or its own rollback, and a write to no socket ends the process. So nothing is let through to it any more: what runs inside is left
 * hanging, and `begin` refuses by itself as soon as the connection is closed.
 */
import type { Sql, TransactionSql } from 'postgres';
import { isLost } from './loss.ts';

/** Each time another: what waits for one that is kept is kept with it. */
const never = async (): Promise<never> => new Promise<never>(() => undefined);

type Work = (tx: TransactionSql) => Promise<unknown>;

/**
 * The client, with a `begin` that survives the loss of its connection.
 * @param sql a client of one connection
 * @param gone whether that is lost: it has no other
 */
export function guarded(sql: Sql, gone: () => boolean): Sql {
  const begin = sql.begin.bind(sql) as (work: Work) => Promise<unknown>;
  const guardedBegin = async (work: Work): Promise<unknown> =>
    begin(async (tx) => {
      const live = new Proxy(tx, {
        apply(target, self, given) {
          if (gone()) throw Object.assign(new Error('the connection is gone'), { code: 'CONNECTION_CLOSED' });
          return Reflect.apply(target as never, self, given) as unknown;
        },
      });
      try {
        const value = await work(live);
        return gone() ? await never() : value;
      } catch (error) {
        if (gone() || isLost(error)) await never();
        throw error;
      }
    });
  return Object.assign(sql, { begin: guardedBegin as Sql['begin'] });
}
