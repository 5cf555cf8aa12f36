/** A complaint with its accounts, indicators and transfers in one call: all of them or none. Everything is synthetic. */
import t from 'tap';
import type { Released } from '../../src/rules/release.ts';
import { freshExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';

const { exchange, asker, admin } = await freshExchange(t, { deps: { warn: (_type, value) => (value === 'good.example' ? { list: 'synthetic' } : undefined) } });
const centre = asker('th-ccib', { purpose: 'INVESTIGATION' });
const amlo = asker('th-amlo', { purpose: 'FINANCIAL_INTELLIGENCE' });

type Fields = Readonly<Record<string, unknown>>;
let count = 0;
const number = (): string => String(3_000_000_000 + (count += 1));
const complaint = (more: Fields = {}): Record<string, unknown> => ({
  classification: 'RESTRICTED', channels: ['aoc-1441'], reportedThrough: 'HOTLINE', suspicionGround: 'Synthetic: paid for what never came',
  accounts: [{ local: 'mule', scheme: 'BANK', institution: { code: '002' }, number: number() }, { scheme: 'BANK', institution: { code: '004' }, number: number() }],
  indicators: [{ type: 'DOMAIN', value: `intake-${count}.com`, role: 'SCAM_SITE' }],
  transfers: [{ from: { scheme: 'BANK', number: number() }, to: { account: 'local:mule' }, amount: '1000', currency: 'THB', at: '2026-01-31T08:00:00Z' }],
  ...more,
});
const submit = async (body: unknown, key?: string): Promise<Released> =>
  (await exchange.submit(centre, 'Complaint', body, key === undefined ? {} : { idempotency: { key, body: Buffer.from(JSON.stringify(body)) } })).record;
const ids = (record: Released, name: string): readonly string[] => record.body[name] as readonly string[];
const tally = async (): Promise<unknown> => (await admin`select (select count(*) from record) as records, (select count(*) from search_key) as keys, (select count(*) from outbox) as events,
  (select count(*) from share) as shares, (select count(*) from record_ref) as refs, (select count(*) from idempotency) as keyed, (select count(*) from ledger_disclosure) as disclosed`)[0];

t.test('all are made, inherit what they do not say, and are told to those who see them', async (t) => {
  const { cursor } = await exchange.changes(amlo, {});
  const body = complaint();
  const record = await submit(body);
  t.strictSame([ids(record, 'accounts').length, ids(record, 'indicators').length, ids(record, 'transfers').length], [2, 1, 1]);
  const [mule = '', other = ''] = ids(record, 'accounts');
  const first = await exchange.get(amlo, 'Account', mule);
  t.match(first.body, { channels: ['aoc-1441'], classification: 'RESTRICTED', legalBasis: { ground: 'Synthetic: paid for what never came' } });
  const [transfer = ''] = ids(record, 'transfers');
  const sent = await exchange.get(amlo, 'Transfer', transfer);
  t.match(sent.body['to'], { account: mule, scheme: 'BANK', institution: { code: '002' }, number: first.body['number'] }, 'the end is filled from the account it names');
  const events = (await exchange.changes(amlo, { cursor })).events.map(({ event, id }) => `${event} ${id}`).sort();
  t.strictSame(events, [record.id, mule, other, transfer, ...ids(record, 'indicators')].map((id) => `SHARED ${id}`).sort(), 'the feed has all');
  const [entry] = await admin<{ records: string[] }[]>`select array_agg(r order by r) as records from ledger_disclosure d, unnest(d.records) r where d.operation = 'submit' and d.entry_id = (select max(entry_id::text)::uuid from ledger_disclosure where operation = 'submit')`;
  t.strictSame(entry?.records, [record.id, mule, other, transfer, ...ids(record, 'indicators')].sort(), 'and so has the ledger');
  const own = complaint({ accounts: [{ scheme: 'BANK', number: number(), channels: [], classification: 'CONFIDENTIAL', legalBasis: { ground: 'its own' } }], transfers: [] });
  const apart = await exchange.get(centre, 'Account', ids(await submit(own), 'accounts')[0] ?? '');
  t.match(apart.body, { channels: [], classification: 'CONFIDENTIAL', legalBasis: { ground: 'its own' } }, 'what it says itself stands');
});

t.test('a fault in any of them leaves nothing, and is told at its place', async (t) => {
  const before = await tally();
  const end = { from: { scheme: 'BANK', number: number() }, to: { account: 'local:mule' }, amount: '1', currency: 'THB', at: '2026-01-31T08:00:00Z' };
  const faulty: readonly (readonly [Fields, string, string])[] = [
    [{ transfers: [end, { ...end, amount: 'much' }] }, 'INVALID', 'transfers.1.amount'],
    [{ accounts: [{ scheme: 'BANK', number: number() }, { scheme: 'BANK', number: '12' }], transfers: [] }, 'INVALID', 'accounts.1.number'],
    [{ transfers: [{ ...end, to: { account: 'local:nobody' } }] }, 'INVALID', 'transfers.0.to.account'],
    [{ transfers: [{ ...end, to: { account: '01920000-0000-7000-8000-00000000dead' } }] }, 'NOT_FOUND', 'transfers.0.to.account'],
    [{ transfers: [{ ...end, to: { account: 'local:mule', number: number() } }] }, 'INVALID', 'transfers.0.to.number'],
    [{ accounts: [{ local: 'mule', scheme: 'BANK', number: number() }, { local: 'mule', scheme: 'BANK', number: number() }] }, 'INVALID', 'accounts.1.local'],
    [{ accounts: [{ id: '01920000-0000-7000-8000-00000000dead', scheme: 'BANK' }], transfers: [] }, 'INVALID', 'accounts.0'],
    [{ accounts: ['01920000-0000-7000-8000-00000000dead'], transfers: [] }, 'NOT_FOUND', 'accounts.0'],
    [{ indicators: [{ type: 'DOMAIN', value: 'good.example' }] }, 'KNOWN_GOOD', 'indicators.0.value'],
    [{ indicators: [{ type: 'DOMAIN', value: 'intake-x.com', channels: ['thaicert-camcert'] }] }, 'NOT_FOUND', 'indicators.0.channels'],
    [{ transfers: [{ ...end, classification: 'SECRET' }] }, 'FORBIDDEN', 'transfers.0.classification'],
    [{ accounts: [{ local: 'mule', scheme: 'BANK', number: number(), surprise: 1 }] }, 'INVALID', 'accounts.0.surprise'],
  ];
  for (const [more, code, field] of faulty) t.match(await refused(submit(complaint(more), 'faulty')), { code, public: { errors: [{ field }] } }, field);
  const all = await refused(submit(complaint({
    scamType: 'NONE', transfers: [{ ...end, to: { account: 'local:nobody' }, amount: 'much' }, { ...end, amount: 'more', currency: undefined }],
    indicators: [{ type: 'DOMAIN', value: 'good.example' }, { type: 'PORT', value: 'x' }], accounts: [{ local: 'mule', id: '01920000-0000-7000-8000-00000000dead' }, { local: 'a b', scheme: 'BANK', number: number() }],
  })));
  t.match(all, { code: 'INVALID' });
  const places = (all as { readonly public?: { readonly errors?: readonly { field: string; message: string }[] } }).public?.errors ?? [];
  t.strictSame(places.map(({ field }) => field).sort(),
    ['accounts.0', 'accounts.1.local', 'indicators.1.type', 'scamType', 'transfers.0.amount', 'transfers.0.to.account', 'transfers.1.amount', 'transfers.1.currency', 'transfers.1.to.account'], 'all of them at once, each once');
  t.match(places.find(({ field }) => field === 'transfers.0.to.account'), { message: /`local` name/ });
  t.strictSame(await tally(), before, 'nothing of it stands');
});

t.test('what the originator holds already is referred to, not doubled', async (t) => {
  const account = { scheme: 'BANK', institution: { code: '002' }, number: number() };
  const first = await submit(complaint({ accounts: [{ ...account, local: 'mule' }] }));
  const again = await submit(complaint({ accounts: [{ ...account, local: 'mule' }, account] }));
  const [held] = ids(first, 'accounts');
  t.strictSame(ids(again, 'accounts'), [held, held], 'the same claim');
  t.equal(((await exchange.get(centre, 'Transfer', ids(again, 'transfers')[0] ?? '')).body['to'] as Fields)['account'], held, 'a local name leads there too');
  const numbered = { ...account, number: number(), externalRef: 'ACC-1' };
  const [one] = ids(await submit(complaint({ accounts: [numbered], transfers: [] })), 'accounts');
  t.strictSame(ids(await submit(complaint({ accounts: [{ ...numbered, number: number() }], transfers: [] })), 'accounts'), [one], 'the same number of its own');
  const nameless = await submit(complaint({ accounts: [{ scheme: 'BANK' }, { scheme: 'BANK' }], transfers: [] }));
  t.equal(new Set(ids(nameless, 'accounts')).size, 2, 'what says nothing of its own is no claim to share');
  const transfers = [{ to: { account: 'local:mule' }, amount: '5', currency: 'THB', at: '2026-02-01T08:00:00Z', bankReference: 'SYN-SAME' }];
  const both = [await submit(complaint({ accounts: [{ ...account, local: 'mule' }], transfers })), await submit(complaint({ accounts: [{ ...account, local: 'mule' }], transfers }))];
  t.equal(new Set(both.flatMap((record) => ids(record, 'transfers'))).size, 1, 'a transfer to a held account is that which is held');
  const foreign = await exchange.submit(amlo, 'Account', { ...account, classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' } });
  t.not(foreign.record.id, held, 'another originator\'s claim is its own');
});

t.test('a key is used once, whole, whoever sends at once', async (t) => {
  const body = complaint();
  const first = await submit(body, 'intake-1');
  const before = await tally() as Fields;
  const replay = await submit(body, 'intake-1');
  t.strictSame([replay.id, replay.json], [first.id, first.json]);
  t.equal((await tally() as Fields)['records'], before['records'], 'a replay makes nothing');
  t.equal(await codeOf(submit(complaint(), 'intake-1')), 'IDEMPOTENCY_CONFLICT');
  const double = complaint();
  const results = await Promise.allSettled(Array.from({ length: 4 }, async () => submit(double, 'intake-2')));
  const made = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
  t.equal(new Set(made).size, 1, 'of concurrent ones, one');
  t.ok(results.every((one) => one.status === 'fulfilled' || (one.reason as { code: string }).code === 'IDEMPOTENCY_CONFLICT'));
  const same = complaint();
  const unkeyed = await Promise.all(Array.from({ length: 3 }, async () => submit(same)));
  t.equal(new Set(unkeyed.flatMap((record) => ids(record, 'accounts'))).size, 2, 'accounts that several bring at once are made once');
});

t.test('no record enters without the ground that the clause demands', async (t) => {
  const before = await tally();
  t.match(await refused(submit(complaint({ suspicionGround: undefined }))), { code: 'GROUND_REQUIRED' });
  t.match(await refused(submit(complaint({ channels: [], suspicionGround: undefined, accounts: [{ scheme: 'BANK', number: number(), channels: ['aoc-1441'] }], transfers: [] }))),
    { code: 'GROUND_REQUIRED', public: { errors: [{ field: 'accounts.0.legalBasis.ground' }] } }, 'inline');
  t.strictSame(await tally(), before);
  const stands = await submit(complaint());
  t.equal(await codeOf(exchange.amend(centre, 'Complaint', stands.id, { suspicionGround: null }, stands.etag)), 'GROUND_REQUIRED', 'it is not dropped afterwards');
  const alone = await submit(complaint({ channels: [], suspicionGround: undefined }));
  t.equal(await codeOf(exchange.share(centre, 'Complaint', alone.id, 'aoc-1441')), 'GROUND_REQUIRED', 'nor is it shared later without one');
  const grounded = await submit(complaint({ channels: [] }));
  t.match((await exchange.share(centre, 'Complaint', grounded.id, 'aoc-1441')).body, { channels: ['aoc-1441'] }, 'suspicionGround is one');
});

t.test('imports take ids, and fill ends from the accounts they name', async (t) => {
  const [account = ''] = ids(await submit(complaint()), 'accounts');
  const rows = [
    { suspicionGround: 'Synthetic', classification: 'RESTRICTED', accounts: [account] },
    { classification: 'RESTRICTED', accounts: [account] },
    { suspicionGround: 'Synthetic', classification: 'RESTRICTED', accounts: [{ scheme: 'BANK', number: number() }] },
  ];
  const run = async (kind: string, given: readonly object[]): Promise<{ outcome: string; code?: string; id?: string }[]> => {
    const { id, done } = await exchange.startImport(centre, { kind, format: 'ndjson', channels: ['aoc-1441'], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
      (async function* () { yield Buffer.from(given.map((row) => JSON.stringify(row)).join('\n')); })());
    await done;
    return Array.fromAsync(exchange.importOutcomes(centre, id)) as Promise<{ outcome: string; code?: string; id?: string }[]>;
  };
  t.match(await run('Complaint', rows), [{ outcome: 'created' }, { outcome: 'refused', code: 'GROUND_REQUIRED' }, { outcome: 'refused', code: 'INVALID', field: 'accounts.0' }]);
  const [made] = await run('Transfer', [{ to: { account }, amount: '7', currency: 'THB', at: '2026-03-01T08:00:00Z', classification: 'RESTRICTED', legalBasis: { ground: 'Synthetic' } }]);
  t.match((await exchange.get(centre, 'Transfer', made?.id ?? '')).body['to'], { account, number: String }, 'filled');
});

t.test('nothing is taken over from what is classified higher', async (t) => {
  const { record } = await exchange.submit(centre, 'Account', { scheme: 'BANK', number: number(), classification: 'RESTRICTED', markings: [{ field: 'number', level: 'SECRET' }] });
  const transfer = { to: { account: record.id }, amount: '7', currency: 'THB', at: '2026-03-01T08:00:00Z', classification: 'RESTRICTED' };
  const made = await exchange.submit(centre, 'Transfer', transfer);
  t.strictSame(made.record.body['to'], { account: record.id, scheme: 'BANK' });
});
