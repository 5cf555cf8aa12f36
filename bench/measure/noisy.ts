/** A partner that asks twenty times what it may: what that costs the others, in the median of their lookups. */
import { asksOf, checkAnswers, oneViewer, restBody } from '../asks.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import { openLoader } from '../loader.ts';
import type { Measuring } from '../measuring.ts';
import { noisy as noisyPartner, noisyLimit } from '../registry.ts';

const times = 20;

export async function noisy({ stage, world, load, small, rounds, seconds, profile }: Measuring): Promise<Figure[]> {
  const { database, samples } = await small();
  const server = await stage.serve(database, profile);
  const bodies = samples.map(({ value }) => restBody([value]));
  const quiet = { url: server.url, path: '/v1/lookups', connections: 4, seconds, requests: asksOf(bodies, await oneViewer(world)) };
  const loud = { ...quiet, connections: 32, seconds: seconds + 2, requests: asksOf(bodies, [await world.token(noisyPartner, 'officer-0')]), rate: (times * noisyLimit) / 60, refused: true };
  await checkAnswers(server, quiet.requests.slice(0, 1));
  const other = openLoader(stage);
  await load({ ...quiet, seconds: 2 });
  const medians: { alone: number[]; beside: number[] } = { alone: [], beside: [] };
  let refused = 0;
  for (let round = 0; round < rounds; round += 1) {
    medians.alone.push((await load(quiet)).median);
    const noise = other(loud);
    medians.beside.push((await load(quiet)).median);
    refused += (await noise).refused;
  }
  await server.stop();
  if (refused === 0) throw new Error('nothing of the noise was refused: it is not limited');
  return [{
    name: 'noisy', what: `median lookup of others beside a partner at ${times} times its limit, over without`, ratio: medianRatio(medians.beside, medians.alone), bar: { most: 1.3 },
    detail: `${median(medians.beside).toFixed(2)} over ${median(medians.alone).toFixed(2)} ms; ${loud.rate} requests/s of it, ${refused} refused`,
  }];
}
