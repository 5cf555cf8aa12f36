/** Limits: where all nodes count. */
import type { LimitPort } from '../exchange/limits/port.ts';
import type { Sessions } from './sessions.ts';

/** @param node unique among the nodes that run */
export const limitStore = (sessions: Sessions, node: string): LimitPort => ({
  take: async ({ name, measure, period, limit, want, anyway }) => {
    const [row] = await sessions.plain(async (sql) => sql<{ granted: number; used: number; reset: number }[]>`
      select granted::float8, used::float8, reset from prasan_take_quota(${name}, ${measure}, ${period}, ${limit}, ${want}, ${anyway})`);
    if (row === undefined) throw new Error('prasan_take_quota gives a row');
    return { granted: row.granted, used: row.used, resetSeconds: row.reset };
  },
  places: async (name, want, limit) => {
    const [row] = await sessions.plain(async (sql) => sql<{ places: number }[]>`select prasan_take_places(${name}, ${node}, ${want}, ${limit}) as places`);
    return row?.places ?? 0;
  },
});
