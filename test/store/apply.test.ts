/** Putting a registry in force, on a real PostgreSQL. */
import t, { type Test } from 'tap';
import { grantRows } from '../../src/rules/grant.ts';
import type { Audience } from '../../src/rules/record.ts';
import type { Agreement, Registry } from '../../src/rules/registry.ts';
import { applyRegistry, changeRegistry, changesOf, merged } from '../../src/store/apply.ts';
import { effects } from '../../src/store/plan.ts';
import { loadRegistry } from '../../src/store/registry.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';

const embassies = 'rtp-embassies-2025';
const body = (value: string, channel = 'embassies-ip') =>
  ({ type: 'DOMAIN', value, classification: 'RESTRICTED', channels: [channel], location: { lat: 10, lon: 101 }, description: 'SYNTHETIC' });

const officer = (x: TestExchange, partner: string) => x.asker(partner, { purpose: 'INVESTIGATION' });
const submitted = async (x: TestExchange, value: string): Promise<string> => (await x.exchange.submit(officer(x, 'th-ccib'), 'Indicator', body(value))).record.id;
const agreement = (x: TestExchange, id: string): Agreement => {
  const found = x.registry.agreements.get(id);
  if (found === undefined) throw new Error(id);
  return found;
};
const withAgreement = (x: TestExchange, ...changed: Agreement[]) => ({ agreements: new Map([...x.registry.agreements, ...changed.map((one) => [one.id, one] as const)]) });
const databaseNow = async (x: TestExchange): Promise<number> => {
  const [row] = await x.admin<{ now: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`;
  return row?.now ?? 0;
};

interface GrantRecord {
  readonly id: string;
  readonly audience_id: number;
  readonly partner: string;
  /** `agreement clause`; null: the originator's own. */
  readonly basis: string | null;
  readonly active: boolean;
  readonly upper: number | null;
}
const grants = async (x: TestExchange): Promise<GrantRecord[]> => x.admin<GrantRecord[]>`
  select id::text, audience_id, partner, agreement || ' ' || clause as basis, valid @> statement_timestamp() as active, (extract(epoch from upper(valid)) * 1000)::float8 as upper from audience_grant g order by g.id`;

/** What the database would let through now is what the rules compute now, for every audience. */
async function locksAgree(t: Test, x: TestExchange): Promise<void> {
  const registry = await loadRegistry(x.admin);
  const audiences = await x.admin<Audience[]>`select id, kind, level, originator, channels, state from audience order by id`;
  const held = await x.admin<{ grant: string }[]>`
    select concat_ws(' ', audience_id, partner, coalesce(channel, '-'), coalesce(clause, '-'), purposes, ceiling, caveats) as grant from audience_grant where valid @> statement_timestamp()`;
  const now = await databaseNow(x);
  const wanted = audiences.flatMap((audience) => grantRows(registry, x.dictionary, audience).filter((row) => row.from <= now && now < row.to)
    .map((row) => [audience.id, row.partner, row.channel ?? '-', row.clause ?? '-', row.purposes, row.ceiling, row.caveats].join(' ')));
  t.same(held.map(({ grant }) => grant).sort(), wanted.sort(), 'both locks agree');
}

t.test('applying the same again changes nothing, and no grant is touched', async (t) => {
  const x = await freshExchange(t);
  await submitted(x, 'one.example');
  const before = await grants(x);
  t.same(await applyRegistry(x.admin, x.dictionary, x.registry, 'test'), []);
  t.same(await applyRegistry(x.admin, x.dictionary, { partners: new Map(), issuers: new Map(), clients: new Map(), agreements: new Map(), channels: new Map(), mechanisms: new Map(), statistics: new Map() }, 'test'), [], 'leaving all out deletes nothing');
  t.same(await grants(x), before);
  t.equal((await loadRegistry(x.admin)).version, 1);
  const [{ members } = { members: [] }] = await x.admin<{ members: string[] }[]>`select array(select jsonb_array_elements_text(doc->'members')) as members from registry_object where type = 'channel' and id = 'certs'`;
  t.same(members, ['th-ncsa', 'kh-camcert']);
});

t.test('grants are end-dated, never deleted, and those that nothing changed stay', async (t) => {
  const x = await freshExchange(t);
  await submitted(x, 'one.example');
  await x.exchange.submit(officer(x, 'th-ccib'), 'Indicator', body('two.example', 'th-kh-investigation'));
  const before = await grants(x);
  const one = agreement(x, embassies);
  await x.apply(withAgreement(x, { ...one, clauses: one.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, caveats: 0 } : clause)) }));
  const after = await grants(x);
  t.same(after.slice(0, before.length).map(({ id }) => id), before.map(({ id }) => id), 'every earlier row is there');
  const active = new Set(before.filter((row) => row.active).map(({ id }) => id));
  for (const row of after.slice(0, before.length)) t.equal(row.active, active.has(row.id) && row.basis !== `${embassies} 3.1`, `${row.partner} ${row.basis ?? 'own'}`);
  t.ok(after.slice(before.length).every((row) => row.basis === `${embassies} 3.1` && row.active), 'only the changed clause has new ones');
  await locksAgree(t, x);
});

t.test('a suspension, and its end, are in force with the next request of every node', async (t) => {
  const x = await freshExchange(t);
  const other = await x.node();
  const id = await submitted(x, 'one.example');
  const kr = officer(x, 'kr-embassy');
  const everywhere = [x.exchange, other.exchange];
  for (const exchange of everywhere) t.equal((await exchange.get(kr, 'Indicator', id)).id, id);

  await x.apply(withAgreement(x, { ...agreement(x, embassies), status: 'SUSPENDED' }));
  for (const exchange of everywhere) await t.rejects(exchange.get(kr, 'Indicator', id), { code: 'NOT_FOUND' });
  for (const exchange of everywhere) await t.rejects(exchange.submit(officer(x, 'th-ccib'), 'Indicator', body('two.example')), { code: 'FORBIDDEN' });
  t.equal((await other.exchange.get(officer(x, 'th-ccib'), 'Indicator', id)).id, id, 'the originator keeps its own');
  await locksAgree(t, x);

  await x.apply({});
  for (const exchange of everywhere) t.equal((await exchange.get(kr, 'Indicator', id)).id, id);

  const embassy = x.registry.partners.get('kr-embassy');
  if (embassy === undefined) throw new Error('kr-embassy');
  await x.apply({ partners: new Map([...x.registry.partners, ['kr-embassy', { ...embassy, status: 'SUSPENDED' }]]) });
  for (const exchange of everywhere) await t.rejects(exchange.get(kr, 'Indicator', id), { code: 'UNAUTHENTICATED' });
  await locksAgree(t, x);
});

t.test('an agreement ends by the clock of the database, without anybody doing anything', async (t) => {
  const x = await freshExchange(t);
  const id = await submitted(x, 'one.example');
  const kr = officer(x, 'kr-embassy');
  const end = Math.ceil(await databaseNow(x)) + 5000;
  await x.apply(withAgreement(x, { ...agreement(x, embassies), validTo: new Date(end).toISOString() }));
  t.equal((await x.exchange.get(kr, 'Indicator', id)).id, id);
  await x.admin`select pg_sleep_until(${new Date(end)})`;
  await t.rejects(x.exchange.get(kr, 'Indicator', id), { code: 'NOT_FOUND' });
  t.same((await x.exchange.find(kr, { kind: 'Indicator', filter: { value: { value: 'one.example' } } })).items, []);
  await locksAgree(t, x);
});

t.test('what is declared for later begins then', async (t) => {
  const x = await freshExchange(t, { registry: (demo) => ({ ...demo, agreements: new Map([...demo.agreements].map(([id, one]) => [id, id === embassies ? { ...one, status: 'SUSPENDED' as const } : one])) }) });
  const { record } = await x.exchange.submit(officer(x, 'th-ccib'), 'Indicator', { ...body('one.example'), channels: ['th-kh-investigation'] });
  const mptc = officer(x, 'kh-mptc');
  const start = Math.ceil(await databaseNow(x)) + 5000;
  const one = agreement(x, 'mdes-mptc-2024');
  const { supersedes: _, ...alone } = one;
  await x.apply({ agreements: new Map([...x.registry.agreements, [one.id, { ...alone, validFrom: new Date(start).toISOString() }]]), channels: new Map([...x.registry.channels].map(([id, channel]) => [id, id === 'th-kh-investigation' ? { ...channel, agreement: one.id } : channel])) });
  await t.rejects(x.exchange.get(mptc, 'Indicator', record.id), { code: 'NOT_FOUND' });
  await locksAgree(t, x);
  await x.admin`select pg_sleep_until(${new Date(start)})`;
  t.equal((await x.exchange.get(mptc, 'Indicator', record.id)).id, record.id);
  await locksAgree(t, x);
});

t.test('a new agreement takes the channels of the one it supersedes over without a gap', async (t) => {
  const x = await freshExchange(t);
  const id = await submitted(x, 'one.example');
  const kr = officer(x, 'kr-embassy');
  const old = agreement(x, embassies);
  const start = Math.ceil(await databaseNow(x)) + 1000;
  await x.apply(withAgreement(x, { ...old, id: 'rtp-embassies-2027', supersedes: embassies, validFrom: new Date(start).toISOString() }));
  let reads = 0;
  while ((await databaseNow(x)) < start + 200) {
    t.equal((await x.exchange.get(kr, 'Indicator', id)).id, id);
    reads += 1;
  }
  t.ok(reads > 5, `${reads} reads across the change`);
  const { grants: mine } = await x.exchange.me(kr);
  t.same([...new Set(mine.filter(({ channel }) => channel === 'embassies-ip').map((one) => one.agreement))], ['rtp-embassies-2027']);
  await locksAgree(t, x);
});

t.test('writers that make new audiences meanwhile get the grants of the registry they commit under', async (t) => {
  const x = await freshExchange(t);
  const one = agreement(x, embassies);
  const flips = (async () => {
    for (let i = 0; i < 5; i += 1) await x.apply(withAgreement(x, { ...one, clauses: one.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, caveats: i % 2 === 0 ? 0 : clause.caveats } : clause)) }));
  })();
  const levels = ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL'];
  const writes = ['th-ccib', 'th-pct', 'kr-embassy'].flatMap((partner) => levels.map(async (classification) =>
    x.exchange.submit(officer(x, partner), 'Indicator', { type: 'DOMAIN', value: 'one.example', classification, channels: ['embassies-ip'] })));
  await Promise.all([flips, ...writes]);
  await locksAgree(t, x);
});

t.test('a change that cannot be made undoes all of it', async (t) => {
  const x = await freshExchange(t);
  const before = await grants(x);
  await t.rejects(changeRegistry(x.admin, x.dictionary, () => { throw new Error('no'); }, 'test', null), { message: 'no' });
  t.equal((await loadRegistry(x.admin)).version, 1);
  t.same(await grants(x), before);
});

t.test('the plan tells what then happens, and writes nothing', async (t) => {
  const x = await freshExchange(t);
  for (const value of ['one.example', 'two.example', 'three.example']) await submitted(x, value);
  await x.exchange.submit(officer(x, 'th-ccib'), 'Indicator', body('four.example', 'th-kh-investigation'));
  const channel = x.registry.channels.get('embassies-ip');
  if (channel === undefined) throw new Error('embassies-ip');
  const declared = { ...x.registry, channels: new Map([...x.registry.channels, ['embassies-ip', { ...channel, members: channel.members.filter((id) => id !== 'kr-embassy') }]]) };
  const now: Registry = await loadRegistry(x.admin);
  const next = merged(now, changesOf(now, declared), now.version + 1);
  const [first] = await effects(x.admin, x.dictionary, now, next);
  t.same(first?.effects, [{ partner: 'kr-embassy', kind: 'Indicator', gained: 0, lost: 3 }]);
  t.equal((await loadRegistry(x.admin)).version, 1);
  const seen = async (): Promise<number> => (await x.exchange.find(officer(x, 'kr-embassy'), { kind: 'Indicator', filter: {} })).items.length;
  t.equal(await seen(), 3);
  await x.apply(declared);
  t.equal(await seen(), 0);
  const [back] = await effects(x.admin, x.dictionary, next, now);
  t.same(back?.effects, [{ partner: 'kr-embassy', kind: 'Indicator', gained: 3, lost: 0 }]);
  const [, later] = await effects(x.admin, x.dictionary, now, merged(now, changesOf(now, { ...x.registry, ...withAgreement(x, { ...agreement(x, embassies), validTo: '2040-01-01T00:00:00.000Z' }) }), 2), [Date.parse('2040-01-01T00:00:00Z')]);
  t.same(later?.effects.map(({ partner, lost }) => `${partner} ${lost}`), ['jp-embassy 3', 'kr-embassy 3', 'th-atc 3', 'th-pct 3']);
});
