/** Counting a million records under row-level security, as a viewer of 300 audiences, against without. In SQL: what the policy itself costs. */
import type { Sql } from 'postgres';
import { purposeMask } from '../../src/dictionary/compartment.ts';
import { setStamp } from '../../src/store/sessions.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { reader } from '../registry.ts';

async function timed(sql: Sql): Promise<{ count: number; milliseconds: number }> {
  const start = performance.now();
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from record`;
  return { count: row?.count ?? 0, milliseconds: performance.now() - start };
}

export async function count({ stage, big, rounds }: Measuring): Promise<Figure[]> {
  const { database, count: all } = await big();
  const [free, bound] = [stage.connect(database.ownerUrl), stage.connect(database.appUrl)];
  const [seen] = await free<{ audiences: number }[]>`select count(distinct audience_id)::integer as audiences from audience_grant where partner = ${reader}`;
  await setStamp(bound, { partner: reader, purposeBit: purposeMask(['INVESTIGATION']), clearance: 2, caveats: 0, wide: true });
  const visible = await timed(bound);
  await timed(free);
  const times: { bound: number[]; free: number[] } = { bound: [], free: [] };
  for (let round = 0; round < rounds * 3; round += 1) {
    times.bound.push((await timed(bound)).milliseconds);
    times.free.push((await timed(free)).milliseconds);
  }
  return [{
    name: 'count', what: `count of ${all} records under row-level security over without`, ratio: medianRatio(times.bound, times.free), bar: { most: 1.5 },
    detail: `${median(times.bound).toFixed(0)} over ${median(times.free).toFixed(0)} ms; ${seen?.audiences ?? 0} audiences, ${((100 * visible.count) / all).toFixed(1)} % seen`,
  }];
}
