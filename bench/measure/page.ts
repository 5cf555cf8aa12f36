/**
 * A page of 100 victims with three sealed compartments, opened, against the same page of records that hold only what is not sealed: time of a page, one caller.
 * The same kind, order, request and officer's rights on both sides; two partners, each of whom has its own records. "With none" could also be the same records read
 * by an officer who may open nothing: told beside it, without a bar: that page too fetches the ciphertext, and withholds.
 */
import { loadDictionary } from '../../src/dictionary/load.ts';
import type { Body } from '../../src/dictionary/types.ts';
import { applyRegistry } from '../../src/store/apply.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { openVictim, sealedVictim } from '../persons.ts';
import { makeWorld, partnerId } from '../registry.ts';
import { processorTimes, type Server } from '../stage.ts';

const size = 100;
const pages = 30;

interface Side {
  readonly token: string;
  /** Sealed fields in a record of a page that is as it should be. */
  readonly opened: boolean;
}

async function fill({ url }: Server, token: string, made: (n: number) => Body): Promise<void> {
  const rows = Array.from({ length: size * pages }, (_, n) => `${JSON.stringify({ ...made(n), externalRef: `BENCH-${n}` })}\n`);
  const response = await fetch(`${url}/v1/victims/import`, { method: 'POST', body: rows.join(''), headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` } });
  const last = (await response.text()).trim().split('\n').at(-1) ?? '';
  if (!last.includes(`"created":${rows.length}`)) throw new Error(`the import went wrong: ${response.status} ${last.slice(0, 500)}`);
}

/** Goes through all pages. @returns milliseconds of each */
async function walk({ url }: Server, { token, opened }: Side): Promise<number[]> {
  const times: number[] = [];
  let after = '';
  for (let page = 0; page < pages; page += 1) {
    const start = performance.now();
    const response = await fetch(`${url}/v1/victims?first=${size}${after}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    times.push(performance.now() - start);
    const { items = [], nextCursor } = JSON.parse(text) as { items?: { medical?: string; names?: unknown; repatriation?: unknown }[]; nextCursor?: string };
    const sealed = items.filter(({ medical, names, repatriation }) => medical !== undefined && names !== undefined && repatriation !== undefined).length;
    if (items.length !== size || sealed !== (opened ? size : 0)) throw new Error(`not the page that is to be timed: ${response.status}, ${items.length} records, ${sealed} opened`);
    after = `&after=${encodeURIComponent(nextCursor ?? '')}`;
  }
  return times;
}

export async function page({ stage, rounds, profile }: Measuring): Promise<Figure[]> {
  const world = makeWorld({ kinds: ['Victim'], caveats: ['VICTIM', 'HEALTH', 'CONSULAR'], purpose: 'VICTIM_PROTECTION' });
  const database = await stage.database('victims');
  const sql = stage.connect(database.ownerUrl);
  await applyRegistry(sql, loadDictionary(), world.registry, 'bench');
  const filler = await stage.serve(database);
  await fill(filler, await world.token(partnerId(0), 'importer'), sealedVictim);
  await fill(filler, await world.token(partnerId(1), 'importer'), openVictim);
  await filler.stop();
  await sql.unsafe('vacuum (analyze)');
  const sides = {
    sealed: { token: await world.token(partnerId(0), 'officer'), opened: true },
    none: { token: await world.token(partnerId(1), 'officer'), opened: false },
    uncleared: { token: await world.token(partnerId(0), 'officer', []), opened: false },
  };
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const server = await stage.serve(database, profile);
  for (const name of ['none', 'uncleared'] as const) await walk(server, sides[name]);
  // Keys are not in memory yet; the code that opens is new as well.
  const first = median(await walk(server, sides.sealed));
  const times = { sealed: [] as number[], none: [] as number[], uncleared: [] as number[] };
  const spent = { sealed: [] as string[], none: [] as string[], uncleared: [] as string[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const before = await processorTimes(server, sql);
      times[name].push(median(await walk(server, sides[name])));
      const after = await processorTimes(server, sql);
      spent[name].push([after.node - before.node, after.postgres - before.postgres].map((seconds) => ((seconds * 1000) / pages).toFixed(1)).join('+'));
    }
  }
  await server.stop();
  const of = (name: keyof typeof sides): string => `${median(times[name]).toFixed(1)} ms (${spent[name].at(-1) ?? ''})`;
  return [
    { name: 'page', what: `page of ${size} victims with three compartments over one with none, time of a page`, ratio: medianRatio(times.sealed, times.none), bar: { most: 3.5 }, detail: `${of('sealed')} over ${of('none')}; processor time node+postgres` },
    { name: 'page.uncleared', what: 'the same over the same records, to an officer who may open none', ratio: medianRatio(times.sealed, times.uncleared), detail: `${of('sealed')} over ${of('uncleared')}` },
    { name: 'page.first', what: 'the same, keys not in memory, over one with none', ratio: first / median(times.none), detail: `${first.toFixed(1)} ms` },
  ];
}
