/** A single lookup with everything on, against a bare route with the same select: answers a second at 32 connections. */
import { asksOf, checkAnswers, checkGraphql, graphqlBody, manyViewers, oneViewer, restBody, writeTokens } from '../asks.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Job } from '../loader.ts';
import type { Measuring } from '../measuring.ts';
import { processorTimes } from '../stage.ts';

const connections = 32;
const warm = 2_000;

export async function lookup({ stage, world, load, big, rounds, seconds, profile }: Measuring): Promise<Figure[]> {
  const { database, samples } = await big();
  const server = await stage.serve(database, profile);
  const bare = await stage.script('bare.ts', { DATABASE_URL: database.appUrl, TOKENS: await writeTokens(stage, samples) });
  const rest = samples.map(({ value }) => restBody([value]));
  const [one, many] = [await oneViewer(world), await manyViewers(world)];
  await checkAnswers(server, [...asksOf(rest.slice(0, 1), one), ...asksOf(rest.slice(0, many.length), many)]);
  const of = (url: string, path: string, requests: Job['requests']): Job => ({ url, path, connections, seconds, requests });
  const jobs = {
    bare: of(bare.url, '/v1/lookups', rest.slice(0, warm).map((body) => ({ body }))),
    one: of(server.url, '/v1/lookups', asksOf(rest.slice(0, warm), one)),
    many: of(server.url, '/v1/lookups', asksOf(rest.slice(0, warm), many)),
    graphql: of(server.url, '/graphql', asksOf(samples.slice(0, warm).map(({ value }) => graphqlBody(value)), one)),
    cold: of(server.url, '/v1/lookups', asksOf(rest, one)),
  };
  const rates: Record<keyof typeof jobs, number[]> = { bare: [], one: [], many: [], graphql: [], cold: [] };
  for (const ask of jobs.graphql.requests.slice(0, 1)) await checkGraphql(server, ask);
  const names = Object.keys(jobs) as (keyof typeof jobs)[];
  for (const name of names) await load({ ...jobs[name], seconds: 2 });
  const sql = stage.connect(database.ownerUrl);
  const spent: Record<keyof typeof jobs, [number, number][]> = { bare: [], one: [], many: [], graphql: [], cold: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const before = await processorTimes(name === 'bare' ? bare : server, sql);
      const { rate, answers } = await load(jobs[name]);
      const after = await processorTimes(name === 'bare' ? bare : server, sql);
      rates[name].push(rate);
      spent[name].push([((after.node - before.node) * 1e6) / answers, ((after.postgres - before.postgres) * 1e6) / answers]);
    }
  }
  const microseconds = (name: keyof typeof jobs): string => [0, 1].map((i) => median(spent[name].map((both) => both[i] ?? 0)).toFixed(0)).join('+');
  await server.stop();
  await bare.stop();
  const figure = (name: keyof typeof jobs, what: string, least?: number): Figure => ({
    name: `lookup.${name}`, what, ratio: medianRatio(rates[name], rates.bare), ...(least === undefined ? {} : { bar: { least } }),
    detail: `${median(rates[name]).toFixed(0)} of ${median(rates.bare).toFixed(0)} answers/s; processor time (node+postgres) ${microseconds(name)} of ${microseconds('bare')} us`,
  });
  return [
    figure('one', 'REST lookup, one viewer, of the bare route', 0.5),
    figure('many', 'REST lookup, 200 viewers of 20 partners, of the bare route', 0.4),
    figure('graphql', 'GraphQL lookup, one viewer, of the bare route', 0.35),
    figure('cold', `REST lookup, one viewer, ${samples.length} values (record keys mostly not in memory)`),
  ];
}
