/** The same lookup at a million records against ten thousand: median latency of four connections. */
import { asksOf, checkAnswers, oneViewer, restBody } from '../asks.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';

export async function scale({ stage, world, load, big, small, rounds, seconds }: Measuring): Promise<Figure[]> {
  const sides = [];
  const tokens = await oneViewer(world);
  for (const open of [big, small]) {
    const { database, samples, count } = await open();
    const server = await stage.serve(database);
    const requests = asksOf(samples.slice(0, 2_000).map(({ value }) => restBody([value])), tokens);
    await checkAnswers(server, requests.slice(0, 1));
    const job = { url: server.url, path: '/v1/lookups', connections: 4, seconds, requests };
    await load({ ...job, seconds: 3 });
    sides.push({ server, job, count, times: [] as number[] });
  }
  for (let round = 0; round < rounds; round += 1) for (const { job, times } of sides) times.push((await load(job)).median);
  for (const { server } of sides) await server.stop();
  const [large, little] = sides;
  if (large === undefined || little === undefined) throw new Error('two sides are needed');
  return [{
    name: 'scale', what: `REST lookup, ${large.count} records over ${little.count}, median latency`, ratio: medianRatio(large.times, little.times), bar: { most: 1.3 },
    detail: `${median(large.times).toFixed(2)} over ${median(little.times).toFixed(2)} ms`,
  }];
}
