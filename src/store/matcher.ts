/**
 * The matcher: looks up the tokens that searches and submissions left, on a connection of its own whose role reads tokens and writes candidates, and can
 * do nothing else. Every job gets one result, match or not.
 */
import postgres from 'postgres';
import { connectionOptions } from './clients.ts';

export interface Matcher {
  /** Looks up all that waits. @returns how many jobs it did */
  run(): Promise<number>;
  close(): Promise<void>;
}

const atOnce = 500;

/** @param url as the role prasan_matcher */
export function openMatcher(url: string): Matcher {
  const sql = postgres(url, { ...connectionOptions, connection: { ...connectionOptions.connection, application_name: 'prasan matcher' } });
  return {
    async run() {
      for (let total = 0; ;) {
        const { count } = await sql`
          with waiting as (
            select j.id, j.tokens from match_job j where not exists (select from match_result r where r.job_id = j.id) order by j.at limit ${atOnce}
          )
          insert into match_result (job_id, records)
          select w.id, array(select distinct k.record_id from unnest(w.tokens) t(token) cross join lateral (select k.record_id from search_key k where k.token = t.token) k)
          from waiting w on conflict do nothing`;
        total += count;
        if (count < atOnce) return total;
      }
    },
    close: async () => sql.end({ timeout: 5 }),
  };
}
