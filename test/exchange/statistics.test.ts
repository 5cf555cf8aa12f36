/** Counts by declared tables, and attackers who would learn more from them. Everything is synthetic. */
import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { demoBorder, submittedThen } from '../../src/cli/demo/border.ts';
import type { StatisticCell } from '../../src/rules/declassify.ts';
import type { Asker, StatisticsAnswer } from '../../src/exchange/api.ts';
import type { StatisticTable } from '../../src/rules/registry.ts';
import { askerOf, freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';

const now = new Date();
const quarterStart = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (now.getUTCMonth() % 3), 1));
/** The first, second or last month of the quarter that is over, and the one before that. */
const closed = (monthsBefore: number): Date => new Date(Date.UTC(quarterStart.getUTCFullYear(), quarterStart.getUTCMonth() - monthsBefore, 15));

interface Lot {
  readonly partner: string;
  readonly type: string;
  readonly records: number;
  readonly classification?: string;
  readonly channels?: readonly string[];
  readonly at?: Date;
  readonly more?: Readonly<Record<string, unknown>>;
}

let serial = 0;
const valueOf = (type: string): string => {
  serial += 1;
  return type === 'DOMAIN' ? `count-${serial}.example` : type === 'EMAIL' ? `count-${serial}@count.example` : type === 'URL' ? `https://count.example/${serial}` : `20.30.${serial >> 8}.${serial & 255}`;
};

async function fill(x: TestExchange, lots: readonly Lot[]): Promise<string[]> {
  const ids: string[] = [];
  for (const { partner, type, records, classification = 'RESTRICTED', channels = ['unodc'], at = closed(1), more = {} } of lots) {
    const by = x.asker(partner, { purpose: 'INVESTIGATION' });
    const made: string[] = [];
    for (let i = 0; i < records; i += 1) made.push((await x.exchange.submit(by, 'Indicator', { type, value: valueOf(type), classification, channels, ...more })).record.id);
    await x.admin`update record set created_at = ${at} where id = any(${made}::uuid[])`;
    ids.push(...made);
  }
  return ids;
}

const unodc = (x: TestExchange): Asker => x.asker('unodc', { purpose: 'STATISTICS' });
const table = 'unodc-indicators';
const month = (at: Date): string => at.toISOString().slice(0, 7);
const cell = ({ cells }: { readonly cells: readonly StatisticCell[] }, ...values: (string | null)[]): number | undefined => cells.find((one) => JSON.stringify(one.values) === JSON.stringify(values))?.count;
const around = (t: Test, count: number | undefined, truth: number, name: string): void => void t.ok(count !== undefined && Math.abs(count - truth) <= 5 && count >= 6, `${name}: ${count} for ${truth}`);

t.test('counts, sealed values too; small cells and cells of one originator are hidden with a companion', async (t) => {
  const x = await freshExchange(t);
  await fill(x, [
    { partner: 'th-ccib', type: 'DOMAIN', records: 20 }, { partner: 'th-pct', type: 'DOMAIN', records: 20, classification: 'CONFIDENTIAL' },
    { partner: 'th-ccib', type: 'URL', records: 16 }, { partner: 'th-atc', type: 'URL', records: 16 },
    { partner: 'th-ccib', type: 'EMAIL', records: 3 }, { partner: 'th-atc', type: 'EMAIL', records: 3 },
    { partner: 'th-ccib', type: 'IPV4_ADDR', records: 30 },
    { partner: 'th-ccib', type: 'DOMAIN', records: 5, classification: 'SECRET', channels: [] }, { partner: 'th-pct', type: 'DOMAIN', records: 5, channels: ['embassies-ip'] },
    { partner: 'th-pct', type: 'DOMAIN', records: 5, at: now },
  ]);
  const answer = await x.exchange.statistics(unodc(x), table);
  t.match(answer, { id: table, kind: 'Indicator', dimensions: ['type', 'month'], period: 'QUARTER' });
  around(t, cell(answer, null, null), 108, 'all that is shared there, in the period');
  around(t, cell(answer, 'DOMAIN', null), 40, 'unsealed and sealed');
  t.equal(cell(answer, 'EMAIL', null), undefined, 'six are too few');
  t.equal(cell(answer, 'IPV4_ADDR', null), undefined, 'thirty of one originator');
  around(t, cell(answer, 'URL', null), 32, 'what is hidden is enough without it');
  const dump = (await x.admin<{ sealed: string }[]>`select sealed from statistic_kept`).map(({ sealed }) => Buffer.from(sealed, 'base64').toString('latin1')).join();
  t.notMatch(dump, /DOMAIN|th-ccib/, 'what is kept is sealed');
  const hidden = await x.exchange.statistics(unodc(x), table, answer.of);
  t.strictSame(hidden, answer, 'asked again, the same to the last figure');
});

t.test('one small cell takes another with it', async (t) => {
  const x = await freshExchange(t);
  await fill(x, ['th-ccib', 'th-pct'].flatMap((partner) => [{ partner, type: 'DOMAIN', records: 20 }, { partner, type: 'URL', records: 14 }, { partner, type: 'EMAIL', records: 2 }]));
  const answer = await x.exchange.statistics(unodc(x), table);
  around(t, cell(answer, null, null), 72, 'the margin');
  around(t, cell(answer, 'DOMAIN', null), 40, 'a large one');
  t.equal(cell(answer, 'EMAIL', null), undefined);
  t.equal(cell(answer, 'URL', null), undefined, 'else the small one would follow');
});

t.test('who may count, and nothing is listed for it', async (t) => {
  const x = await freshExchange(t);
  const [id = ''] = await fill(x, [{ partner: 'th-ccib', type: 'DOMAIN', records: 1 }]);
  const by = unodc(x);
  t.same((await x.exchange.statisticTables(by)).map((one) => one.id), ['unodc-indicators', 'unodc-screenings', 'unodc-victims', 'unodc-victims-exploitation']);
  const absent = await refused(x.exchange.statistics(by, 'no-such-table', undefined));
  t.equal(absent.code, 'NOT_FOUND');
  for (const asker of [
    x.asker('unodc', { purpose: 'KNOWLEDGE' }), x.asker('unodc', { purpose: 'STATISTICS', clearance: 'RESTRICTED' }), x.asker('th-ccib', { purpose: 'STATISTICS' }), x.asker('th-ncsa', { purpose: 'STATISTICS' }),
  ]) t.strictSame(await refused(x.exchange.statistics(asker, table, undefined)), absent, 'as if there were no such table');
  t.equal(await codeOf(x.exchange.statistics(x.asker('unodc', { purpose: 'STATISTICS', scopes: ['records:read'] }), table)), 'INSUFFICIENT_SCOPE');
  for (const period of ['2026', '2999-Q1', '1999-Q1', `${now.getUTCFullYear()}-Q${Math.floor(now.getUTCMonth() / 3) + 1}`, 'yesterday']) t.equal(await codeOf(x.exchange.statistics(by, table, period)), 'INVALID', period);
  const mine = x.asker('th-ccib', { purpose: 'STATISTICS' });
  for (const asker of [by, mine]) {
    t.strictSame((await x.exchange.find(asker, { kind: 'Indicator', filter: {} })).items, []);
    t.equal(await codeOf(x.exchange.get(asker, 'Indicator', id)), 'NOT_FOUND');
    t.strictSame((await x.exchange.changes(asker, {})).events, []);
  }
  t.equal(await codeOf(x.exchange.submit(mine, 'Indicator', { type: 'DOMAIN', value: 'never.example', classification: 'RESTRICTED', channels: [] })), 'PURPOSE_NOT_ALLOWED', 'nor written');
  const committee = x.asker('kh-mptc', { purpose: 'STATISTICS' });
  t.same((await x.exchange.statisticTables(committee)).map((one) => one.id), ['border-screenings'], 'a joint committee counts its own');

  for (const { author, kind = '', body } of demoBorder(now.getTime())) await x.exchange.submit(askerOf(author.partner, author), kind, body);
  await submittedThen(x.admin, now.getTime());
  for (const [asker, id] of [[committee, 'border-screenings'], [by, 'unodc-screenings']] as const) {
    const answer = await x.exchange.statistics(asker, id);
    around(t, cell(answer, null, null), 62, 'the demonstration has something to count');
    t.ok(answer.cells.length > 1);
    t.strictSame([cell(answer, 'REFERRED', 'VN'), cell(answer, 'REFERRED', null)], [undefined, undefined], 'and something to hide');
  }
});

t.test('the database counts nothing else for the nodes, nor for anybody else', async (t) => {
  const x = await freshExchange(t);
  const { statistics } = x.store;
  const stamp = { partner: 'unodc', purposeBit: 1 << 11, clearance: 3 as const, caveats: 0 };
  const secret = Buffer.alloc(32);
  const count = async (changes: Partial<typeof stamp>, id = table, when = month(closed(1)), tokens: Parameters<typeof statistics.count>[4] = []) => statistics.count({ ...stamp, ...changes }, id, when, secret, tokens);
  t.same(await count({}), []);
  for (const wrong of [
    async () => count({ partner: 'th-ccib' }), async () => count({ purposeBit: 2 }), async () => count({ clearance: 3 }, 'no-such'), async () => count({}, 'border-screenings'), async () => count({}, table, month(now)),
    async () => count({}, table, month(closed(1)), [{ field: 1, token: Buffer.from('otherfield'), value: 1 }]),
    async () => statistics.count({ ...stamp, clearance: 0 as never }, table, month(closed(1)), secret, []),
  ]) await t.rejects(wrong(), { code: '42501' });
});

t.test('attackers', async (t) => {
  const x = await freshExchange(t);
  const committee = (partner: string): Asker => x.asker(partner, { purpose: 'STATISTICS' });
  const own: StatisticTable = { id: 'own', title: { en: 'Synthetic', th: 'สมมติ' }, agreement: 'gbc-rbc', clause: '3', channels: ['th-kh-border'], kind: 'Indicator', dimensions: ['type'], period: 'QUARTER', status: 'ACTIVE' };
  const monthly: StatisticTable = { ...own, id: 'own-months', dimensions: ['type', 'month'] };
  const agreement = x.registry.agreements.get('gbc-rbc');
  if (agreement === undefined) throw new Error('no agreement');
  const clauses = agreement.clauses.map((clause) => ({ ...clause, kinds: ['Indicator'] }));
  await x.apply({ agreements: new Map([...x.registry.agreements, [agreement.id, { ...agreement, clauses }]]), statistics: new Map([[own.id, own], [monthly.id, monthly]]) });
  const channels = ['th-kh-border'];
  const lot = (partner: string, type: string, records: number): Lot => ({ partner, type, records, channels });
  const others = await fill(x, [lot('th-ccib', 'DOMAIN', 8), lot('th-pct', 'DOMAIN', 2), lot('th-ccib', 'URL', 20), lot('th-pct', 'URL', 20), lot('th-ccib', 'EMAIL', 6), lot('th-pct', 'EMAIL', 6)]);
  const ask = async (partner = 'kh-mptc', id = 'own', period?: string): Promise<StatisticsAnswer> => x.exchange.statistics(committee(partner), id, period);

  await t.test('one who fills a cell before the period is over does not make it flip', async (t) => {
    await fill(x, [lot('kh-mptc', 'DOMAIN', 30)]);
    t.equal(cell(await ask(), 'DOMAIN'), undefined, 'ten of others stay ten');
    const seen = await ask('kh-trc');
    t.equal(cell(seen, 'DOMAIN') === undefined || Math.abs((cell(seen, 'DOMAIN') ?? 0) - 40) <= 5, true, 'to a third the records are what others submitted');
  });
  await t.test('one who repeats, submits and withdraws afterwards sees the same for ever', async (t) => {
    const before = await ask();
    await fill(x, [lot('kh-mptc', 'DOMAIN', 3)]);
    const [first = ''] = others;
    await x.exchange.withdraw(x.asker('th-ccib', { purpose: 'INVESTIGATION' }), 'Indicator', first);
    await fill(x, [lot('th-ccib', 'DOMAIN', 1)]);
    for (let i = 0; i < 3; i += 1) t.strictSame((await ask()).cells, before.cells);
    const months = await ask('kh-mptc', 'own-months');
    const both = before.cells.flatMap(({ values: [type = null], count }) => (cell(months, type, null) === undefined ? [] : [[cell(months, type, null), count]]));
    t.ok(both.length > 0);
    for (const [one, other] of both) t.equal(one, other, 'the same cell has the same noise in another table');
  });
  await t.test('two who compare their answers see the same figures', async (t) => {
    const [one, two] = [await ask('kh-mptc'), await ask('kh-trc')];
    for (const { values, count } of one.cells) if (cell(two, ...values) !== undefined) t.equal(cell(two, ...values), count, String(values));
    t.equal(cell(one, null), cell(two, null));
  });
  await t.test('nobody reads what was counted', async (t) => {
    t.strictSame((await x.exchange.find(committee('kh-mptc'), { kind: 'Indicator', filter: {} })).items, []);
    t.equal(await codeOf(x.exchange.get(committee('kh-mptc'), 'Indicator', others[1] ?? '')), 'NOT_FOUND');
  });
});

t.test('an originator reads in the ledger that its records were counted, as a number', async (t) => {
  const x = await freshExchange(t);
  await fill(x, [{ partner: 'th-ccib', type: 'DOMAIN', records: 4 }]);
  const by = { ...unodc(x), requestId: randomUUID() };
  await x.exchange.statistics(by, table);
  const ledger = async (clearance: 'CONFIDENTIAL' | 'RESTRICTED', purpose: 'INVESTIGATION' | 'STATISTICS' = 'INVESTIGATION') =>
    (await x.exchange.ledger(x.asker('th-ccib', { purpose, clearance }), {})).items.filter(({ operation }) => operation === 'statistics').map(({ partner, records, fields, counted }) => ({ partner, records, fields, counted }));
  t.strictSame(await ledger('CONFIDENTIAL'), [{ partner: 'unodc', records: [], fields: [], counted: 4 }]);
  t.strictSame(await ledger('RESTRICTED'), [], 'how many there are is for those who might have seen each');
  t.strictSame(await ledger('CONFIDENTIAL', 'STATISTICS'), []);
  t.same(await x.admin`select operation, records from ledger_entry where request_id = ${by.requestId}`, [{ operation: 'statistics', records: 0 }]);
});
