/** A thousand values in one call, against one value: time of a call, one caller. */
import { asksOf, oneViewer, restBody } from '../asks.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';

const size = 1000;

export async function batch({ stage, world, load, big, rounds, seconds, profile }: Measuring): Promise<Figure[]> {
  const { database, samples } = await big();
  const server = await stage.serve(database, profile);
  const tokens = await oneViewer(world);
  const values = samples.map(({ value }) => value).slice(0, 2 * size);
  const thousands = [0, 1, 2, 3].map((i) => restBody(Array.from({ length: size }, (_, n) => values[(n * (i + 1) + i) % values.length] ?? '')));
  const job = (bodies: readonly string[]) => ({ url: server.url, path: '/v1/lookups', connections: 1, seconds, requests: asksOf(bodies, tokens) });
  const [single, thousand] = [job(values.map((value) => restBody([value]))), job(thousands)];
  const times: { one: number[]; many: number[] } = { one: [], many: [] };
  for (const warming of [single, thousand]) await load({ ...warming, seconds: 2 });
  for (let round = 0; round < rounds; round += 1) {
    times.one.push((await load(single)).median);
    times.many.push((await load(thousand)).median);
  }
  await server.stop();
  return [{
    name: 'batch', what: `lookup of ${size} values over that of one, time of a call`, ratio: medianRatio(times.many, times.one), bar: { most: 40 },
    detail: `${median(times.many).toFixed(1)} over ${median(times.one).toFixed(2)} ms`,
  }];
}
