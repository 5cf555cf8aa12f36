/** Links: there for a viewer only while both ends are, in every answer, in the feed, whoever moves an end. Everything is synthetic. */
import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import type { Asker } from '../../src/exchange/api.ts';
import type { Released } from '../../src/rules/release.ts';
import type { Declared } from '../../src/rules/registry.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';
import { importText } from '../support/imports.ts';

/** Links go where their ends go. */
const withLinks = (demo: Declared): Declared => ({
  ...demo,
  agreements: new Map([...demo.agreements].map(([id, agreement]) => [id, {
    ...agreement,
    clauses: agreement.clauses.map((clause) => (clause.id === '3.1' || clause.id === '3.3' ? { ...clause, kinds: [...clause.kinds, 'Link'] } : clause)),
  }])),
});

interface Cast {
  readonly x: TestExchange;
  readonly ccib: Asker;
  readonly atc: Asker;
  readonly korea: Asker;
}
const channels = ['embassies-ip'];
const channel = 'embassies-ip';

async function cast(t: Test): Promise<Cast> {
  const x = await freshExchange(t, { registry: withLinks });
  const by = (partner: string): Asker => x.asker(partner, { purpose: 'INVESTIGATION' });
  return { x, ccib: by('th-ccib'), atc: by('th-atc'), korea: by('kr-embassy') };
}

let count = 0;
const maker = ({ x: { exchange } }: Cast) => ({
  indicator: async (by: Asker, more: object = {}): Promise<string> =>
    (await exchange.submit(by, 'Indicator', { type: 'DOMAIN', value: `link-${(count += 1)}.example`, classification: 'RESTRICTED', channels, ...more })).record.id,
  place: async (by: Asker, more: object = {}): Promise<string> => (await exchange.submit(by, 'Place', { type: 'COMPOUND', country: 'KH', classification: 'RESTRICTED', channels, ...more })).record.id,
  link: async (by: Asker, source: string, target: string, more: object = {}): Promise<Released> =>
    (await exchange.submit(by, 'Link', { source, linkType: 'LOCATED_AT', target, rationale: 'Synthetic', classification: 'RESTRICTED', channels, ...more })).record,
});

/** What a viewer is shown of a link by each way there is. */
async function ways({ x: { exchange } }: Cast, by: Asker, id: string, source: string): Promise<unknown[]> {
  const got = await exchange.get(by, 'Link', id).then(() => true, () => false);
  const history = await exchange.revisions(by, 'Link', id).then((list) => list.length > 0, () => false);
  const listed = (await exchange.find(by, { kind: 'Link', filter: {} })).items.some((one) => one.id === id);
  const found = (await exchange.find(by, { kind: 'Link', filter: { source: { eq: source } } })).items.some((one) => one.id === id);
  const { count: all } = await exchange.digest(by, ['Link']);
  return [got, history, listed, found, all];
}
const all = [true, true, true, true, 1];
const nothing = [false, false, false, false, 0];

t.test('a link comes and goes with its ends', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x: { exchange }, ccib, atc, korea } = c;
  const make = maker(c);
  const source = await make.indicator(ccib, { channels: [] });
  const target = await make.place(atc);
  let { cursor } = await exchange.changes(korea, { kinds: ['Link'] });
  const told = async (): Promise<unknown[]> => {
    const page = await exchange.changes(korea, { kinds: ['Link'], cursor });
    ({ cursor } = page);
    return page.events.map(({ event, id }) => `${event} ${id}`);
  };
  const { id } = await make.link(ccib, source, target);
  t.strictSame(await ways(c, ccib, id, source), all, 'who made it sees both ends');
  t.strictSame([await ways(c, korea, id, source), await told()], [nothing, []], 'the source is not shared');
  await exchange.share(ccib, 'Indicator', source, channel);
  t.strictSame([await ways(c, korea, id, source), await told()], [all, [`SHARED ${id}`]], 'it is now');
  t.match((await exchange.get(korea, 'Link', id)).body, { source, linkType: 'LOCATED_AT', target, rationale: 'Synthetic', revision: 1 });

  const low = c.x.asker('kr-embassy', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED' });
  await exchange.amend(ccib, 'Indicator', source, { classification: 'CONFIDENTIAL' }, '*');
  t.strictSame([await ways(c, korea, id, source), await ways(c, low, id, source), await told()], [all, nothing, []], 'an end that is raised takes the link along');
  const prevention = c.x.asker('kr-embassy', { purpose: 'PREVENTION' });
  t.strictSame(await ways(c, prevention, id, source), nothing, 'above the ceiling of that purpose');
  await exchange.amend(ccib, 'Indicator', source, { classification: 'RESTRICTED' }, '*');
  t.strictSame([await ways(c, low, id, source), await ways(c, prevention, id, source)], [all, all]);
  t.strictSame(await told(), [], 'and nobody who had it all the time is told');

  await exchange.unshare(atc, 'Place', target, channel);
  t.strictSame([await ways(c, korea, id, source), await ways(c, ccib, id, source), await told()], [nothing, nothing, [`ACCESS_ENDED ${id}`]], 'another partner takes its end back');
  await exchange.share(atc, 'Place', target, channel);
  t.strictSame([await ways(c, korea, id, source), await told()], [all, [`SHARED ${id}`]]);
  await exchange.unshare(ccib, 'Link', id, channel);
  t.strictSame([await ways(c, korea, id, source), await told()], [nothing, [`ACCESS_ENDED ${id}`]]);
  await exchange.unshare(atc, 'Place', target, channel);
  await exchange.share(atc, 'Place', target, channel);
  await exchange.share(ccib, 'Link', id, channel);
  t.strictSame([await ways(c, korea, id, source), await told()], [all, [`SHARED ${id}`]]);
  await exchange.withdraw(atc, 'Place', target);
  t.strictSame([await ways(c, korea, id, source), await ways(c, ccib, id, source), await told()], [nothing, nothing, [`ACCESS_ENDED ${id}`]], 'an end that is withdrawn');
  t.equal(await codeOf(exchange.withdraw(ccib, 'Link', id)), 'NOT_FOUND');
});

t.test('suspended agreements, retention and withdrawn imports take links along', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x, ccib, atc, korea } = c;
  const make = maker(c);
  const [source, target] = [await make.indicator(ccib), await make.place(atc)];
  const { id } = await make.link(ccib, source, target);
  let { cursor } = await x.exchange.changes(korea, { kinds: ['Link'] });
  const told = async (): Promise<unknown[]> => {
    const page = await x.exchange.changes(korea, { kinds: ['Link'], cursor });
    ({ cursor } = page);
    return page.events.map(({ event }) => event);
  };
  const suspend = async (status: 'SUSPENDED' | 'ACTIVE'): Promise<void> => {
    const partner = x.registry.partners.get('th-atc');
    const agreement = x.registry.agreements.get(x.registry.channels.get(channel)?.agreement ?? '');
    if (partner === undefined || agreement === undefined) throw new Error('no agreement');
    await x.apply({ agreements: new Map([...x.registry.agreements, [agreement.id, { ...agreement, status }]]) });
  };
  t.strictSame(await ways(c, korea, id, source), all);
  await suspend('SUSPENDED');
  t.strictSame([await ways(c, korea, id, source), await told()], [nothing, ['ACCESS_ENDED']]);
  t.strictSame(await ways(c, ccib, id, source), nothing, 'its originator has it by its own right, and the end by the agreement');
  await suspend('ACTIVE');
  t.strictSame([await ways(c, korea, id, source), await told()], [all, ['SHARED']]);

  await x.admin`update share set until = statement_timestamp() - interval '1 second' where record_id = ${target}`;
  t.equal(await x.store.endDueShares(), 1);
  t.strictSame([await ways(c, korea, id, source), await told()], [nothing, ['ACCESS_ENDED']], 'the end\'s share is over');
  await x.exchange.share(atc, 'Place', target, channel);
  await x.admin`update share set until = statement_timestamp() - interval '1 second' where record_id = ${id}`;
  t.strictSame(await ways(c, korea, id, source), all);
  t.equal(await x.store.endDueShares(), 1);
  t.strictSame([await ways(c, korea, id, source), await ways(c, ccib, id, source)], [nothing, all], 'the link\'s own share is over');

  const rows = [{ type: 'DOMAIN', value: 'imported-end.example' }].map((row) => JSON.stringify(row)).join('\n');
  const imported = await importText(x.exchange, ccib, rows, { channels, format: 'ndjson', defaults: { classification: 'RESTRICTED' } });
  const [end] = imported.outcomes;
  if (end?.outcome !== 'created') throw new Error('not imported');
  const other = await make.link(ccib, end.id, target);
  t.equal((await x.exchange.get(korea, 'Link', other.id)).id, other.id);
  await x.exchange.withdrawImport(ccib, imported.id);
  t.equal(await codeOf(x.exchange.get(korea, 'Link', other.id)), 'NOT_FOUND');
});

t.test('what a link may name', async (t) => {
  const c = await cast(t);
  const { x: { exchange }, ccib, atc } = c;
  const make = maker(c);
  const [source, target, invisible] = [await make.indicator(ccib), await make.place(ccib), await make.place(atc, { channels: [] })];
  const { id } = await make.link(ccib, source, target);
  const absent = await refused(make.link(ccib, source, randomUUID()));
  t.match(absent, { code: 'NOT_FOUND', public: { errors: [{ field: 'target', message: 'you see no record of this id (one that exists by others, as a link does, is not named here)' }] } });
  t.strictSame(await refused(make.link(ccib, source, invisible)), absent);
  t.strictSame(await refused(make.link(ccib, source, id)), absent, 'no link to a link');
  t.match(await refused(make.link(ccib, source, source)), { code: 'INVALID', public: { errors: [{ field: 'target', message: 'names the record that source names' }] } }, 'nor from a record to itself');
  t.match(await refused(exchange.submit(ccib, 'Link', { source, linkType: 'OWNS', classification: 'RESTRICTED' })), { code: 'INVALID', public: { errors: [{ field: 'target' }] } });
  t.match(await refused(exchange.amend(ccib, 'Link', id, { target: await make.place(ccib) }, '*')), { code: 'INVALID', public: { errors: [{ field: 'target', message: /does not change/ }] } });
  t.match(await refused(exchange.amend(ccib, 'Link', id, { source: null }, '*')), { code: 'INVALID', public: { errors: [{ field: 'source' }] } });
  t.match((await exchange.amend(ccib, 'Link', id, { source, target: target.toUpperCase(), linkType: 'PART_OF' }, '*')).body, { source, target, linkType: 'PART_OF', revision: 2 });
  const rows = [[source, target], [source, invisible], [source, source], [target, source]].map(([from, to]) => JSON.stringify({ source: from, linkType: 'SAME_AS', target: to, classification: 'RESTRICTED' })).join('\n');
  const { outcomes } = await importText(exchange, ccib, rows, { kind: 'Link', channels, format: 'ndjson', defaults: {} });
  t.match(outcomes, [{ outcome: 'created' }, { outcome: 'refused', code: 'NOT_FOUND', field: 'target' }, { outcome: 'refused', code: 'INVALID', field: 'target' }, { outcome: 'created' }]);
});

t.test('a link that is made while its end goes, and two ends that go at once', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x: { exchange, admin }, ccib, atc, korea } = c;
  const make = maker(c);
  for (let round = 0; round < 6; round += 1) {
    const [source, target] = [await make.indicator(ccib), await make.place(atc)];
    const early = await Promise.all([make.link(ccib, source, target), make.link(atc, target, source)]);
    const done = await Promise.allSettled([
      make.link(ccib, source, target), exchange.unshare(ccib, 'Indicator', source, channel), exchange.unshare(atc, 'Place', target, channel), make.link(atc, source, target),
      exchange.unshare(ccib, 'Link', early[0]?.id ?? '', channel),
    ]);
    for (const one of done) if (one.status === 'rejected') t.equal((one.reason as { code?: string }).code, 'NOT_FOUND', String(one.reason));
    await Promise.allSettled([exchange.share(atc, 'Place', target, channel), exchange.amend(ccib, 'Indicator', source, { classification: 'CONFIDENTIAL' }, '*')]);
  }
  const wrong = await admin`select r.id from record r join audience a on a.id = r.audience_id
    where r.kind = 'Link' and a.ends <> (select array_agg(distinct e.audience_id order by e.audience_id) from record_end d join record e on e.id = d.end_id where d.record_id = r.id)`;
  t.strictSame([...wrong], [], 'every link stands where its ends let it');
  const astray = await admin`select 1 from search_key k join scope s on s.id = k.scope_id join record r on r.id = k.record_id where s.audience_id <> r.audience_id`;
  t.equal(astray.length, 0, 'and its search keys with it');
  t.strictSame((await exchange.find(korea, { kind: 'Link', filter: {} })).items, [], 'none is there where a source is not');
});

t.test('what is erased takes its links along; one under a hold stays, and is there for nobody', async (t) => {
  const c = await cast(t);
  const { x: { exchange, admin }, ccib, atc, korea } = c;
  const make = maker(c);
  const [source, target] = [await make.indicator(ccib), await make.place(atc)];
  const [link, held] = [await make.link(ccib, source, target), await make.link(ccib, source, target, { linkType: 'OWNS' })];
  await exchange.hold(ccib, 'Link', held.id, { authority: 'Synthetic Court', reason: 'Synthetic' });
  const { cursor } = await exchange.changes(korea, { kinds: ['Link'] });
  const { cursor: own } = await exchange.changes(ccib, { kinds: ['Link'] });
  await exchange.erase(atc, 'Place', target, 'OTHER');
  for (const by of [korea, ccib]) {
    t.strictSame((await exchange.find(by, { kind: 'Link', filter: {} })).items, []);
    t.equal(await codeOf(exchange.get(by, 'Link', held.id)), 'NOT_FOUND');
  }
  const told = async (by: Asker, from: string): Promise<unknown[]> => (await exchange.changes(by, { kinds: ['Link'], cursor: from })).events.map(({ event, id }) => [event, id]);
  t.strictSame(await told(korea, cursor), [['ERASED', link.id], ['ACCESS_ENDED', held.id]]);
  t.strictSame(await told(ccib, own), [['ERASED', link.id], ['ACCESS_ENDED', held.id]]);
  t.strictSame((await admin<{ id: string }[]>`select id from record where kind = 'Link'`).map(({ id }) => id), [held.id]);
  t.strictSame((await admin<{ record_id: string }[]>`select record_id from search_key where record_id = any(${[link.id, held.id]}::uuid[])`).length, 0);
  await exchange.unshare(ccib, 'Indicator', source, channel);
  await c.x.apply({});
  t.strictSame((await admin`select 1 from record r join audience_grant g on g.audience_id = r.audience_id where r.id = ${held.id}`).length, 0, 'wherever its other end goes');
});

t.test('an originator is not told through which channels another sees an end', async (t) => {
  const c = await cast(t);
  const { x: { exchange }, ccib, atc } = c;
  const make = maker(c);
  const [source, target] = [await make.indicator(ccib), await make.place(atc)];
  const { id } = await make.link(ccib, source, target);
  const asked = { partner: 'kr-embassy', purpose: 'INVESTIGATION' };
  t.match(await exchange.viewAs(ccib, 'Link', id, asked), { visible: true, record: { body: { source, target } } });
  await exchange.unshare(ccib, 'Indicator', source, channel);
  t.match(await exchange.viewAs(ccib, 'Link', id, asked), { visible: false });
});

t.test('the node can move a link nowhere but where its ends let it', async (t) => {
  const c = await cast(t);
  const { x: { store, admin }, ccib } = c;
  const make = maker(c);
  const [source, target] = [await make.indicator(ccib), await make.place(ccib)];
  const { id } = await make.link(ccib, source, target);
  const other = await make.link(ccib, source, await make.place(ccib, { channels: [] }));
  const [row] = await admin<{ audience_id: number }[]>`select audience_id from record where id = ${other.id}`;
  await t.rejects(store.sessions.plain(async (sql) => sql`select prasan_follow_ends(${[id]}::uuid[], ${[row?.audience_id ?? 0]}::integer[])`), { code: '42501' });
  t.strictSame([...(await store.sessions.plain(async (sql) => sql`select * from prasan_left_behind(${[source]}::uuid[])`))], [], 'and is told nothing of what stands right');
  await t.rejects(store.sessions.plain(async (sql) => sql`select * from record_end`), { code: '42501' });
});
