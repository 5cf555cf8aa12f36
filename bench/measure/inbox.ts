/** A desk's inbox with 500 requests that wait, against that of a desk with 5, with 100,000 others in the table: time of a page, one caller. */
import { loadDictionary } from '../../src/dictionary/load.ts';
import { applyRegistry } from '../../src/store/apply.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { makeWorld, partnerId } from '../registry.ts';
import { requestTo } from '../requests.ts';
import type { Server } from '../stage.ts';

const others = 100_000;
const asker = partnerId(0);
/** Who was asked, how often. */
const desks = { many: { partner: 1, waiting: 500 }, few: { partner: 2, waiting: 5 }, other: { partner: 3, waiting: 1 } } as const;
const looks = 40;

async function ask({ url }: Server, token: string, partner: number, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const answer = await fetch(`${url}/v1/requests`, { method: 'POST', body: JSON.stringify(requestTo([partner], n)), headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });
    if (answer.status !== 201) throw new Error(`a request was refused: ${await answer.text()}`);
  }
}

/** @returns milliseconds of each look at the first page */
async function look({ url }: Server, token: string, first: number, expected: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < looks; n += 1) {
    const start = performance.now();
    const answer = await fetch(`${url}/v1/inbox?desk=duty&first=${first}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    times.push(performance.now() - start);
    const { items = [] } = JSON.parse(text) as { items?: { request?: { arrest?: unknown } }[] };
    if (items.length !== expected || items.some(({ request }) => request?.arrest === undefined)) throw new Error(`not the page that is to be timed: ${answer.status}, ${items.length} requests`);
  }
  return times;
}

export async function inbox({ stage, rounds, profile, say }: Measuring): Promise<Figure[]> {
  const world = makeWorld({ kinds: ['Indicator'], caveats: ['PERSONAL'], requests: ['ARREST'] });
  const database = await stage.database('inboxes');
  const sql = stage.connect(database.ownerUrl);
  await applyRegistry(sql, loadDictionary(), world.registry, 'bench');
  const server = await stage.serve(database, profile);
  const token = async ({ partner }: { readonly partner: number }): Promise<string> => world.token(partnerId(partner), 'officer');
  const asking = await world.token(asker, 'officer');
  for (const { partner, waiting } of Object.values(desks)) await ask(server, asking, partner, waiting);
  say(`copying ${others} requests`);
  // Of the third desk's one request and its leg, as many copies, each with records of its own; nobody reads them here.
  await sql.unsafe(`
    create table seed as select gen_random_uuid() as leg, gen_random_uuid() as request, l.record_id as of_leg, l.request_id as of_request, n from request_leg l, generate_series(1, ${others}) n where l.partner = '${partnerId(desks.other.partner)}';
    set session_replication_role = replica;
    insert into record select (jsonb_populate_record(r, jsonb_build_object('id', s.request))).* from seed s join record r on r.id = s.of_request;
    insert into record select (jsonb_populate_record(r, jsonb_build_object('id', s.leg))).* from seed s join record r on r.id = s.of_leg;
    insert into request_leg select (jsonb_populate_record(l, jsonb_build_object('record_id', s.leg, 'request_id', s.request, 'due', l.due + s.n * interval '1 second'))).* from seed s join request_leg l on l.record_id = s.of_leg;
    insert into record_end select (jsonb_populate_record(e, jsonb_build_object('record_id', s.leg, 'end_id', s.request))).* from seed s join record_end e on e.record_id = s.of_leg;
    set session_replication_role = origin;
    drop table seed;`);
  await sql.unsafe('vacuum (analyze)');
  const [many, few] = [await token(desks.many), await token(desks.few)];
  const sides = { many: [many, 5, 5], few: [few, 5, 5], page: [many, 50, 50] } as const;
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const looked = async (name: keyof typeof sides): Promise<number[]> => look(server, sides[name][0], sides[name][1], sides[name][2]);
  for (const name of [...names, ...names]) await looked(name);
  const times = { many: [] as number[], few: [] as number[], page: [] as number[] };
  for (let round = 0; round < rounds; round += 1) for (const name of names) times[name].push(median(await looked(name)));
  await server.stop();
  const detail = (name: keyof typeof sides): string => `${median(times[name]).toFixed(1)} over ${median(times.few).toFixed(1)} ms`;
  return [
    { name: 'inbox', what: `page of 5 of a desk with 500 requests over one with 5, ${others} in the table, time of a page`, ratio: medianRatio(times.many, times.few), bar: { most: 1.5 }, detail: detail('many') },
    { name: 'inbox.page', what: 'page of 50 of the desk with 500 over the whole inbox of 5', ratio: medianRatio(times.page, times.few), detail: detail('page') },
  ];
}
