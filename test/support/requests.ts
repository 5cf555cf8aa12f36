/** For tests of requests. */
import type { Sql } from 'postgres';

/** Moves time: everything that is due is due so much earlier. */
export async function later(admin: Sql, interval: string): Promise<void> {
  await admin`update request_leg set since = since - ${interval}::interval, due = due - ${interval}::interval, next_at = next_at - ${interval}::interval, until_at = until_at - ${interval}::interval,
    clocks = (select coalesce(jsonb_agg(c || jsonb_build_object('due', prasan_instant((c ->> 'due')::timestamptz - ${interval}::interval))), '[]') from jsonb_array_elements(clocks) c)`;
}
