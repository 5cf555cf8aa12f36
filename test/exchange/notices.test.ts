/** Notices that a clause demands: in the feeds it names, in the same transaction, and nowhere else. Everything is synthetic. */
import t from 'tap';
import type { ChangeEvent, Notice } from '../../src/exchange/api.ts';
import { freshApp } from '../support/app.ts';
import { codeOf } from '../support/refused.ts';

const { exchange, asker, admin, as } = await freshApp(t);
const bank = asker('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' });
const others = Object.fromEntries(['th-ccib', 'th-dsi', 'th-amlo', 'th-pct', 'th-bot', 'th-mdes'].map((id) => [id, asker(id, { purpose: 'FINANCIAL_INTELLIGENCE' })]));

let number = 5_000_000_000;
const account = (more: object = {}) => ({ scheme: 'BANK', number: String((number += 1)), classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' }, ...more });
const submit = async (more: object = {}, by = bank) => (await exchange.submit(by, 'Account', account(more))).record;
const noticesOf = (event: ChangeEvent | undefined): readonly Notice[] | undefined => (event !== undefined && 'notices' in event ? event.notices : undefined);
const told = async (who: string, id: string, cursor?: string) => (await exchange.changes(others[who] ?? bank, { cursor, first: 1000 })).events.find((event) => event.id === id);
const rows = async () => (await admin<{ n: number }[]>`select count(*)::integer as n from notice`)[0]?.n;

t.test('a bank\'s disclosure is told to those whom the clause names, and to nobody else', async (t) => {
  const { id } = await submit();
  for (const who of ['th-ccib', 'th-dsi', 'th-amlo']) {
    const event = await told(who, id);
    t.match(event, { event: 'SHARED' });
    t.match(noticesOf(event), [{ agreement: 'aoc-1441', clause: '4.2', at: String }], who);
  }
  for (const who of ['th-pct', 'th-bot', 'th-mdes']) {
    const event = await told(who, id);
    t.match(event, { event: 'SHARED' });
    t.equal(noticesOf(event), undefined, who);
  }
  t.equal(noticesOf((await exchange.changes(bank, { first: 1000 })).events.find((event) => event.id === id)), undefined, 'the bank itself has none');
  const readings = (await exchange.ledger(bank, { record: id })).items.map(({ operation }) => operation).filter((operation) => operation.startsWith('notice'));
  t.strictSame(readings.sort(), ['notice to th-amlo', 'notice to th-ccib', 'notice to th-dsi'], 'the ledger keeps whom it was given to');
  const own = await submit({}, others['th-pct']);
  t.equal(noticesOf(await told('th-amlo', own.id)), undefined, 'under another clause there is none');
});

t.test('it is written with the share, whatever the way, or not at all', async (t) => {
  const before = await rows();
  t.equal(await codeOf(submit({ legalBasis: null })), 'GROUND_REQUIRED');
  t.equal(await rows(), before);
  const alone = await submit({ channels: [] });
  t.equal(await rows(), before, 'nothing shared, nothing told');
  await exchange.share(bank, 'Account', alone.id, 'aoc-1441');
  t.match(noticesOf(await told('th-amlo', alone.id)), [{ clause: '4.2' }], 'shared later');
  const complaint = await exchange.submit(bank, 'Complaint', { classification: 'RESTRICTED', channels: ['aoc-1441'], suspicionGround: 'Synthetic', accounts: [{ scheme: 'BANK', number: '5999999999' }] });
  for (const id of [complaint.record.id, ...(complaint.record.body['accounts'] as string[])]) t.match(noticesOf(await told('th-dsi', id)), [{ clause: '4.2' }], 'with all that a complaint brings');
  const { done } = await exchange.startImport(bank, { kind: 'Account', format: 'ndjson', channels: ['aoc-1441'], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
    (async function* () { yield Buffer.from(JSON.stringify({ ...account(), channels: undefined })); })());
  const now = await rows() ?? 0;
  t.match(await done, { created: 1 });
  t.equal(await rows(), now + 3, 'imported');
});

t.test('it goes out of sight with its record; row-level security shows it to its recipient alone', async (t) => {
  const { id } = await submit();
  const { cursor } = await exchange.changes(others['th-amlo'] ?? bank, { first: 1000 });
  const seenBy = async (partner: string): Promise<number> => admin.begin(async (sql) => {
    await sql`set local role prasan_app`;
    const everyPurpose = 2 ** 30 - 1;
    await sql`select set_config('prasan.partner', ${partner}, true), set_config('prasan.purpose', ${String(everyPurpose)}, true), set_config('prasan.clearance', '3', true), set_config('prasan.caveats', '0', true), set_config('prasan.wide', 'off', true)`;
    return (await sql<{ n: number }[]>`select count(*)::integer as n from notice where record_id = ${id}`)[0]?.n ?? -1;
  });
  const counts = async () => Promise.all(['th-amlo', 'th-dsi', 'th-pct', 'th-demo-bank', 'kr-embassy'].map(seenBy));
  t.strictSame(await counts(), [1, 1, 0, 0, 0]);
  await exchange.unshare(bank, 'Account', id, 'aoc-1441');
  t.strictSame(await counts(), [0, 0, 0, 0, 0]);
  t.strictSame(await told('th-amlo', id, cursor), { event: 'ACCESS_ENDED', id, kind: 'Account' });
  await exchange.share(bank, 'Account', id, 'aoc-1441');
  t.equal(noticesOf(await told('th-amlo', id))?.length, 2, 'shared again, told again');
});

t.test('the parties read in the agreement who is told, over REST and GraphQL', async (t) => {
  const by = await as('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' });
  interface Shown { readonly id: string; readonly clauses: readonly { readonly id: string; readonly notices: readonly { readonly to: readonly string[]; readonly kinds: readonly string[] }[] }[] }
  const noticesIn = (agreements: readonly Shown[] = []): unknown => agreements.find(({ id }) => id === 'aoc-1441')?.clauses.find(({ id }) => id === '4.2')?.notices;
  const rest = noticesIn((await by.get('/v1/agreements')).json<{ items: Shown[] }>().items);
  t.strictSame(rest, [{ to: ['th-ccib', 'th-dsi', 'th-amlo'], kinds: ['Account', 'Transfer', 'Complaint'] }]);
  const { data } = await by.graphql<{ agreements: Shown[] }>('{ agreements { id protectionDesk { partner } clauses { id ledgerDelay when { kind } notices { to kinds } } } }');
  t.strictSame(noticesIn(data?.agreements), rest);
});
