/**
 * The matcher: looks up the tokens that searches and submissions left, on a connection of its own whose role reads tokens and writes candidates, and can
 * do nothing else. Every job gets one result, match or not; with what matched, by which tokens.
 */
import { alertSum } from '../dictionary/names/index.ts';
import { openClients } from './clients.ts';

export interface Matcher {
  /** Looks up all that waits. @returns how many jobs it did */
  run(): Promise<number>;
  close(): Promise<void>;
}

const atOnce = 500;

/** @param url as the role prasan_matcher */
export function openMatcher(url: string): Matcher {
  const clients = openClients(url, 1, 'prasan matcher');
  return {
    run: async () => clients.use('', false, async ({ sql }) => {
      for (let total = 0; ;) {
        const { count } = await sql`
          with waiting as (
            select j.id, j.tokens, j.weights, j.facts, j.fact_weights from match_job j where not exists (select from match_result r where r.job_id = j.id) order by j.at limit ${atOnce}
          ), shared as (
            select w.id, k.record_id, t.token, sum(t.weight) as weight from waiting w cross join lateral unnest(w.tokens, w.weights) t(token, weight)
              cross join lateral (select k.record_id from search_key k where k.token = t.token) k
            group by w.id, k.record_id, t.token
          ), agreeing as (
            select s.id, s.record_id, f.token, sum(f.weight) as weight from (select distinct id, record_id from shared) s join waiting w on w.id = s.id
              cross join lateral unnest(w.facts, w.fact_weights) f(token, weight)
            where exists (select from search_key k where k.token = f.token and k.record_id = s.record_id)
            group by s.id, s.record_id, f.token
          ), weighed as (
            select * from shared union all select * from agreeing
          ), alike as (
            select a.id, a.record_id from weighed a group by a.id, a.record_id having sum(a.weight) >= ${alertSum}
          ), kept as (
            insert into match_token (job_id, record_id, token, weight)
            select t.id, t.record_id, t.token, t.weight from weighed t join alike a on a.id = t.id and a.record_id = t.record_id on conflict do nothing
          )
          insert into match_result (job_id, records)
          select w.id, array(select a.record_id from alike a where a.id = w.id) from waiting w on conflict do nothing`;
        total += count;
        if (count < atOnce) return total;
      }
    }),
    close: async () => clients.close(),
  };
}
