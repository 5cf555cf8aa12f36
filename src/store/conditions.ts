/** What a search asks of the search keys, as SQL. */
import type { PendingQuery, Row, Sql } from 'postgres';
import type { Condition, Ranking } from '../exchange/ports.ts';
import { byteas } from './byteas.ts';

/** Fragments one after the other; the driver takes an empty list of them for a parameter. */
export const joined = (sql: Sql, fragments: PendingQuery<Row[]>[]) => (fragments.length === 0 ? sql`` : sql`${fragments}`);

/** What else must hold of record `k`. */
export const answering = (sql: Sql, conditions: readonly Condition[]) => joined(sql, conditions.map(({ tokens, ranges }) => sql`and exists (
    select 1 from search_key o where o.record_id = k.record_id and (o.token = any(${byteas(tokens)}::text::bytea[]) ${joined(sql, ranges.map(([low, high]) => sql`or o.token between ${low} and ${high}`))}))`));

/** The records that share most with a question: what each token brings, summed up. Counts and cuts are over what this viewer may find, and over nothing else. */
export const heaviest = (sql: Sql, { tokens, weights, conditions, most, limit }: Ranking) => sql`
  select f.record_id, sum(f.weight) as total from (
    select k.record_id, t.weight from unnest(${byteas(tokens)}::text::bytea[], ${`{${weights.join(',')}}`}::text::integer[]) t(token, weight) cross join lateral (
      select k.record_id from search_key k where k.token = t.token ${answering(sql, conditions)} order by k.record_id desc limit ${most}) k
  ) f group by f.record_id order by total desc, f.record_id desc limit ${limit}`;
