/** The exchange with its limits: what asks for values is counted before, what found nothing and what was imported afterwards. */
import type { Asker, Exchange, FindQuery } from '../api.ts';
import type { Limiter } from './limiter.ts';

/** A lookup of one value, or the first page of a search by something: a further page asks for nothing new. */
const seeks = ({ filter, after }: FindQuery): boolean => after === undefined && Object.keys(filter).length > 0;

/** Values that a search asks for at once. */
const valuesOf = ({ filter }: FindQuery): number => Math.max(1, ...Object.values(filter).map(({ in: several }) => (Array.isArray(several) ? several.length : 1)));

export function limitedExchange(exchange: Exchange, limiter: Limiter): Exchange {
  /** @param missed how many of the values found nothing */
  async function sought<T>({ claims }: Asker, values: number, work: () => Promise<T>, missed: (answer: T) => number): Promise<T> {
    await limiter.take(claims, 'lookupsPerMinute', values);
    await limiter.check(claims, 'missesPerHour');
    const answer = await work();
    await limiter.charge(claims, 'missesPerHour', missed(answer));
    return answer;
  }
  const none = (items: readonly unknown[]): number => (items.length === 0 ? 1 : 0);

  return {
    ...exchange,
    lookup: async (asker, values) => sought(asker, values.length, async () => exchange.lookup(asker, values), (answers) => answers.filter(({ nothing }) => nothing !== undefined).length),
    observable: async (asker, value) => sought(asker, 1, async () => exchange.observable(asker, value), ({ claims }) => none(claims)),
    find: async (asker, query) => {
      if (!seeks(query)) return exchange.find(asker, query);
      const values = valuesOf(query);
      // Of what fills a page nobody can say how much of it was in vain.
      return sought(asker, values, async () => exchange.find(asker, query), ({ items, nextCursor }) => (nextCursor === undefined ? Math.max(0, values - items.length) : 0));
    },
    transfersFrom: async (asker, query) => sought(asker, 1, async () => exchange.transfersFrom(asker, query), ({ hops }) => none(hops.flatMap(({ transfers }) => transfers))),
    proposeHolds: async (asker, body) => sought(asker, 1, async () => exchange.proposeHolds(asker, body), ({ requests, left }) => none([...requests, ...left])),
    startImport: async (asker, options, stream) => {
      await limiter.check(asker.claims, 'importRowsPerDay');
      const started = await exchange.startImport(asker, options, stream);
      // A file that has begun is read to its end: half of it would be worth less than none.
      const done = started.done.then(async (report) => {
        await limiter.charge(asker.claims, 'importRowsPerDay', report.rows);
        return report;
      });
      done.catch(() => undefined); // Whoever waits for it is told; nobody need.
      return { ...started, done };
    },
  };
}
