/** Whoever follows the ledger by its cursor is told of every reading once: one that a clause kept back, one that was committed late. Synthetic records. */
import t from 'tap';
import { freshApp } from '../support/app.ts';
import { codeOf } from '../support/refused.ts';

const x = await freshApp(t, {
  registry: (demo) => {
    const agreement = demo.agreements.get('rtp-embassies-2025');
    if (agreement === undefined) throw new Error('no agreement');
    const clauses = agreement.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, ledgerDelay: 'P30D' } : clause));
    return { ...demo, agreements: new Map([...demo.agreements, [agreement.id, { ...agreement, clauses }]]) };
  },
});
const { exchange, asker, admin } = x;
const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
const covert = asker('kr-embassy', { purpose: 'INVESTIGATION' });
const open = asker('jp-embassy', { purpose: 'PREVENTION' });
const submit = async (n: number): Promise<string> =>
  (await exchange.submit(ccib, 'Indicator', { value: `synthetic-follow-${n}.com`, type: 'DOMAIN', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record.id;

/** All that is new since a cursor, page by page. */
async function since(cursor: string | undefined, first = 2): Promise<{ told: string[]; cursor: string }> {
  const told: string[] = [];
  for (let at = cursor ?? ''; ;) {
    const page = await exchange.ledger(ccib, { cursor: at, first });
    told.push(...page.items.filter(({ operation }) => operation === 'get').map(({ partner, delayedBy = '' }) => `${partner} ${delayedBy}`.trim()));
    at = page.cursor ?? '';
    if (page.items.length === 0) return { told, cursor: at };
  }
}

/** The same, until so many are there: an open transaction of anybody on the server, another test's too, keeps what came after it waiting. */
async function sinceUntil(count: number, cursor: string): Promise<{ told: string[]; cursor: string }> {
  let all = await since(cursor);
  for (let tries = 0; all.told.length < count && tries < 10_000; tries += 1) {
    const more = await since(all.cursor);
    all = { told: [...all.told, ...more.told], cursor: more.cursor };
  }
  return all;
}

/** Where who follows stands. Begun before there is any reading: a first page may list one that its cursor, kept back by somebody's open transaction, tells once more. */
let { cursor = '' } = await exchange.ledger(ccib, {});

t.test('each reading once, when it may be seen', async (t) => {
  const id = await submit(1);
  await exchange.get(open, 'Indicator', id);
  t.ok((await exchange.ledger(ccib, { record: id })).items.some(({ partner }) => partner === 'jp-embassy'));
  await exchange.get(covert, 'Indicator', id);
  for (let n = 0; n < 5; n += 1) await exchange.get(open, 'Indicator', id);
  const next = await sinceUntil(6, cursor);
  t.strictSame(next.told, Array.from({ length: 6 }, () => 'jp-embassy'), 'in pages of two, what was read since; not what is kept back');
  t.equal(next.cursor.length, cursor.length, 'of one length');
  ({ cursor } = next);
  t.strictSame((await since(cursor)).told, [], 'and nothing twice');
  const from = new Date().toISOString();
  await admin`update ledger_disclosure set visible_at = statement_timestamp() + interval '5 milliseconds' where visible_at is not null`;
  const later = await sinceUntil(1, cursor);
  t.strictSame(later.told, ['kr-embassy P30D'], 'what was kept back is told once its time has come, with the delay');
  t.notOk((await exchange.ledger(ccib, { from })).items.some(({ partner }) => partner === 'kr-embassy'), 'which a question by the time of reading never tells');
  t.strictSame((await since(later.cursor)).told, [], 'once');
  ({ cursor } = later);
});

t.test('a reading that is committed after somebody looked, of before', async (t) => {
  const id = await submit(2);
  const slow = await admin.reserve();
  await slow`begin`;
  await slow`insert into ledger_disclosure (entry_id, part, at, originator, partner, purpose, operation, records, fields)
    values ('01900000-0000-7000-8000-000000000001', 0, statement_timestamp() - interval '1 hour', 'th-ccib', 'us-hsi', 'INVESTIGATION', 'get', array[${id}::uuid], '{}')`;
  await exchange.get(open, 'Indicator', id);
  const meanwhile = await since(cursor);
  t.strictSame(meanwhile.told, [], 'what may still be overtaken waits');
  await slow`commit`;
  slow.release();
  t.strictSame((await sinceUntil(2, meanwhile.cursor)).told, ['us-hsi', 'jp-embassy'], 'and is told with what came late');
});

t.test('the cursor is bound to its asker, its record and the epoch; it stands alone', async (t) => {
  const id = await submit(3);
  const { cursor } = await exchange.ledger(ccib, { record: id });
  t.equal(await codeOf(exchange.ledger(ccib, { cursor })), 'BAD_CURSOR', 'of another question');
  t.equal(await codeOf(exchange.ledger(covert, { cursor, record: id })), 'BAD_CURSOR', 'of another asker');
  t.equal(await codeOf(exchange.ledger(asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED' }), { cursor, record: id })), 'CURSOR_SCOPE_CHANGED');
  t.equal(await codeOf(exchange.ledger(ccib, { cursor, record: id, from: '2026-01-01T00:00:00Z' })), 'INVALID');
  t.equal((await exchange.ledger(ccib, { record: id, to: '2026-01-01T00:00:00Z' })).cursor, undefined, 'a list that ends has nothing to follow');
  const by = await x.as('th-ccib', { purpose: 'INVESTIGATION' });
  type Page = { readonly items: { partner: string }[]; readonly cursor: string };
  const page = async (from?: string): Promise<Page> => (await by.get(`/v1/ledger?record=${id}${from === undefined ? '' : `&cursor=${encodeURIComponent(from)}`}`)).json();
  /** What a reading adds to that cursor: it may have to wait, and what came before it with it. */
  async function read(from: string): Promise<Page> {
    await exchange.get(open, 'Indicator', id);
    let next = await page(from);
    for (let tries = 0; next.items.every(({ partner }) => partner !== 'jp-embassy') && tries < 10_000; tries += 1) next = await page(next.cursor);
    return next;
  }
  const { cursor: rest } = await read((await page()).cursor);
  const { items } = await read(rest);
  t.ok(items.length > 0 && items.every(({ partner }) => partner === 'jp-embassy'));
  const { data } = await by.graphql<{ ledger: { items: { partner: string }[]; cursor: string } }>('query q($record: ID, $cursor: String) { ledger(record: $record, cursor: $cursor) { items { partner } cursor } }', { record: id, cursor: rest });
  t.strictSame(data?.ledger.items, items.map(({ partner }) => ({ partner })), 'GraphQL says the same');
  await admin`update feed_state set epoch = gen_random_uuid()`;
  t.equal(await codeOf(exchange.ledger(ccib, { cursor, record: id })), 'CURSOR_EPOCH');
});
