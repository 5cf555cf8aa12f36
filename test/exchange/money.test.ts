/** The way of money: over what is released, hop by hop, and never past what is not. Everything is synthetic. */
import t from 'tap';
import type { MoneyTrail } from '../../src/exchange/api.ts';
import { freshExchange } from '../support/exchange.ts';
import { codeOf } from '../support/refused.ts';

const { exchange, asker, admin } = await freshExchange(t);
const writers = {
  ccib: asker('th-ccib', { purpose: 'FINANCIAL_INTELLIGENCE' }), bank: asker('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' }), dsi: asker('th-dsi', { purpose: 'FINANCIAL_INTELLIGENCE' }),
};
const amlo = asker('th-amlo', { purpose: 'FINANCIAL_INTELLIGENCE' });
const noMoney = asker('th-amlo', { purpose: 'FINANCIAL_INTELLIGENCE', caveats: ['PERSONAL', 'OPERATIONAL'] });

let base = 4_000_000_000;
/** Numbers of accounts that no other test's money touches. */
const accounts = (n: number): string[] => Array.from({ length: n }, () => String((base += 1)));
const bank = (number: string, code = '002') => ({ scheme: 'BANK', institution: { code }, number });
const moved = async (who: keyof typeof writers, from: object, to: object, hour: number, more: object = {}): Promise<string> =>
  (await exchange.submit(writers[who], 'Transfer', {
    from, to, amount: '1000', currency: 'THB', at: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(), classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' }, ...more,
  })).record.id;
const shape = ({ hops }: MoneyTrail): string[][] => hops.map(({ transfers }) => transfers.map(({ id }) => id));

t.test('it joins by number across originators, in order of time, and ends where nothing more is released', async (t) => {
  const run = async (hidden: 'unshared' | 'absent') => {
    const [a = '', b = '', c = '', d = '', e = ''] = accounts(5);
    const first = await moved('ccib', bank(a), bank(b), 1);
    const early = await moved('bank', bank(b), bank(e), 0);
    const second = await moved('bank', bank(b), bank(c), 2);
    const third = hidden === 'unshared' ? await moved('dsi', bank(c), bank(d), 3, { channels: [] }) : '';
    const fourth = await moved('ccib', bank(d), bank(e), 4);
    return { first, early, second, third, fourth, trail: await exchange.transfersFrom(amlo, { number: a }), own: await exchange.transfersFrom(writers.dsi, { number: a }) };
  };
  const [one, other] = [await run('unshared'), await run('absent')];
  t.strictSame(shape(one.trail), [[one.first], [one.second]], 'what left before the money came is no part of it, nor what lies behind a hop that is not released');
  t.strictSame([one.trail.cut, one.trail.hops.map(({ cut }) => cut)], [false, [false, false]]);
  t.strictSame(shape(other.trail), [[other.first], [other.second]], 'alike where there is none');
  t.strictSame(shape(one.own), [[one.first], [one.second], [one.third], [one.fourth]], 'whoever sees the hop sees on');
  t.match(one.trail.hops[0]?.transfers[0]?.body, { amount: '1000', currency: 'THB', at: '2026-01-01T01:00:00.000Z' });
});

t.test('nothing is followed without FINANCIAL, nor by an end that is withheld', async (t) => {
  const [a = '', b = '', c = ''] = accounts(3);
  await moved('ccib', bank(a), bank(b), 1);
  t.strictSame(await exchange.transfersFrom(noMoney, { number: a }), { hops: [], cut: false });
  const high = await moved('ccib', bank(b), bank(c), 2, { markings: [{ field: 'from', level: 'SECRET' }] });
  t.strictSame((await exchange.transfersFrom(amlo, { number: a })).hops.length, 1, 'the second leaves from where AMLO may not know');
  t.strictSame(shape(await exchange.transfersFrom(writers.ccib, { number: a })).flat().includes(high), true, 'its originator may');
  const { record } = await exchange.submit(writers.ccib, 'Account', { ...bank(a), classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' }, markings: [{ field: 'number', level: 'SECRET' }] });
  t.strictSame((await exchange.transfersFrom(amlo, { account: record.id })).hops, [], 'an account whose number is withheld leads nowhere by it');
});

t.test('from a record, a number however it is written, an address of a coin; by institution; since', async (t) => {
  const [a = '', b = '', c = ''] = accounts(3);
  const account = await exchange.submit(writers.bank, 'Account', { ...bank(a), classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' } });
  const coin = '0x52908400098527886E0F7030069857D2E4169EE7';
  const first = await moved('ccib', bank(a), { cryptoAddress: coin }, 1);
  const second = await moved('bank', { cryptoAddress: coin.toLowerCase() }, bank(b), 2);
  const elsewhere = await moved('bank', bank(a, '004'), bank(c), 3);
  t.strictSame(shape(await exchange.transfersFrom(amlo, { account: account.record.id })), [[first], [second]], 'the account of that bank');
  t.strictSame(shape(await exchange.transfersFrom(amlo, { number: `${a.slice(0, 3)}-${a.slice(3)}`, code: '004' })), [[elsewhere]]);
  t.strictSame(shape(await exchange.transfersFrom(amlo, { cryptoAddress: coin.toLowerCase() })), [[second]]);
  t.strictSame(shape(await exchange.transfersFrom(amlo, { number: a, since: '2026-01-01T02:30:00Z' })), [[elsewhere]]);
  t.strictSame(shape(await exchange.transfersFrom(amlo, { number: a, hops: 1 })), [[first, elsewhere]]);
  const named = await moved('ccib', { account: account.record.id }, bank(c), 5);
  t.ok(shape(await exchange.transfersFrom(amlo, { account: account.record.id })).flat().includes(named), 'what names the account itself');
  const unshared = await exchange.submit(writers.dsi, 'Account', { ...bank(b), classification: 'RESTRICTED' });
  t.equal(await codeOf(exchange.transfersFrom(amlo, { account: unshared.record.id })), 'NOT_FOUND');
  for (const query of [{}, { number: a, cryptoAddress: coin }, { number: a, hops: 7 }, { number: '?' }, { number: a, since: 'soon' }]) t.equal(await codeOf(exchange.transfersFrom(amlo, query)), 'INVALID', JSON.stringify(query));
});

t.test('cycles end, six hops are the most, and what is cut is said', async (t) => {
  const [a = '', b = ''] = accounts(2);
  for (const hour of [1, 2, 3]) await moved('ccib', hour % 2 === 1 ? bank(a) : bank(b), hour % 2 === 1 ? bank(b) : bank(a), hour);
  t.equal(shape(await exchange.transfersFrom(amlo, { number: a })).flat().length, 3, 'round and round, each once');
  const chain = accounts(9);
  for (let i = 0; i + 1 < chain.length; i += 1) await moved('bank', bank(chain[i] ?? ''), bank(chain[i + 1] ?? ''), i);
  t.equal((await exchange.transfersFrom(amlo, { number: chain[0] ?? '' })).hops.length, 6);
  const along = async (from: number, hops?: number): Promise<unknown> => {
    const { hops: walked, cut } = await exchange.transfersFrom(amlo, { number: chain[from] ?? '', hops });
    return [cut, walked.map((hop) => hop.cut)];
  };
  const stops = (length: number, goesOn: boolean): unknown => [goesOn, Array.from({ length }, (_, i) => goesOn && i === length - 1)];
  for (const hops of [1, 3, 6]) t.strictSame(await along(0, hops), stops(hops, true), `${hops} hops of eight: it goes on from the last`);
  t.strictSame(await along(2), stops(6, false), 'the last six are all there is');
  t.strictSame(await along(7, 1), stops(1, false), 'and so is the last one, asked alone');
  const [hub = '', sink = ''] = accounts(2);
  const rows = Array.from({ length: 205 }, (_, i) => JSON.stringify({ from: bank(hub), to: bank(sink), amount: String(i + 1), currency: 'THB', at: '2026-01-01T01:00:00Z', bankReference: `SYN-${i}`, classification: 'RESTRICTED', legalBasis: { ground: 'Synthetic' } }));
  const { done } = await exchange.startImport(writers.bank, { kind: 'Transfer', format: 'ndjson', channels: ['aoc-1441'], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
    (async function* () { yield Buffer.from(rows.join('\n')); })());
  t.match(await done, { created: 205 });
  const trail = await exchange.transfersFrom(amlo, { number: hub });
  t.strictSame([trail.cut, trail.hops.map(({ cut, transfers }) => [cut, transfers.length])], [true, [[true, 200]]]);
});

t.test('that the way goes on is said of what is released alone', async (t) => {
  const run = async (beyond?: object): Promise<MoneyTrail> => {
    const [a = '', b = '', c = ''] = accounts(3);
    await moved('ccib', bank(a), bank(b), 1);
    if (beyond !== undefined) await moved('dsi', bank(b), bank(c), 2, beyond);
    return exchange.transfersFrom(amlo, { number: a, hops: 1 });
  };
  for (const [what, beyond] of Object.entries({ unshared: { channels: [] }, withheld: { markings: [{ field: 'from', level: 'SECRET' }] }, earlier: { at: '2025-12-31T00:00:00Z' }, none: undefined })) {
    t.strictSame(((trail) => [trail.cut, trail.hops.map(({ cut }) => cut)])(await run(beyond)), [false, [false]], what);
  }
  t.equal((await run({})).cut, true, 'released');
  const [a = '', b = '', c = ''] = accounts(3);
  await moved('ccib', bank(a), bank(b), 1);
  const beyond = await moved('dsi', bank(b), bank(c), 2);
  await exchange.transfersFrom(amlo, { number: a, hops: 1 });
  const entries = (await exchange.ledger(writers.dsi, { first: 100 })).items.filter(({ records }) => records.includes(beyond));
  t.strictSame(entries.map(({ operation }) => operation), ['submit'], 'and the record itself is not disclosed');
});

t.test('the ledger names all that was disclosed, and each originator reads its own', async (t) => {
  const [a = '', b = '', c = ''] = accounts(3);
  const mine = await moved('ccib', bank(a), bank(b), 1);
  const theirs = await moved('bank', bank(b), bank(c), 2);
  await exchange.transfersFrom(amlo, { number: a });
  const read = async (who: keyof typeof writers) => (await exchange.ledger(writers[who], { first: 1 })).items[0];
  t.match(await read('ccib'), { operation: 'transfersFrom', partner: 'th-amlo', records: [mine] });
  t.match(await read('bank'), { operation: 'transfersFrom', partner: 'th-amlo', records: [theirs] });
  const [{ asked } = { asked: '' }] = await admin<{ asked: string }[]>`select asked::text as asked from ledger_entry where operation = 'transfersFrom' order by id desc limit 1`;
  t.notOk(asked.includes(a), 'what was asked is blinded');
});
