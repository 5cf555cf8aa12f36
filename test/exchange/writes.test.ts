/** What a partner can never do to another's record, and what a writer can never learn by writing. Everything is synthetic. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { Exchange } from '../../src/exchange/api.ts';
import { Refusal } from '../../src/errors.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';

const made = await freshExchange(t);
const { exchange, asker, admin } = made;
const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
const outsider = asker('kh-camcert', { purpose: 'CYBER_DEFENCE' });
let count = 0;
const body = (more: Record<string, unknown> = {}) => ({ value: `writes-${(count += 1)}.com`, type: 'DOMAIN', classification: 'RESTRICTED', channels: ['embassies-ip'], ...more });
const submit = async (more: Record<string, unknown> = {}, by = ccib) => (await exchange.submit(by, 'Indicator', body(more))).record;

const attempts: Readonly<Record<string, (id: string, by: typeof ccib) => Promise<unknown>>> = {
  amend: async (id, by) => exchange.amend(by, 'Indicator', id, { description: 'mine' }, '*'),
  withdraw: async (id, by) => exchange.withdraw(by, 'Indicator', id),
  share: async (id, by) => exchange.share(by, 'Indicator', id, 'embassies-ip'),
  unshare: async (id, by) => exchange.unshare(by, 'Indicator', id, 'embassies-ip'),
};
const rowOf = async (id: string) => JSON.stringify(await admin`select * from record where id = ${id}`);

t.test('a record of another partner is never changed: seen, it is FORBIDDEN; unseen, it is as absent', async (t) => {
  const { id } = await submit();
  const before = await rowOf(id);
  for (const [name, attempt] of Object.entries(attempts)) {
    t.equal(await codeOf(attempt(id, korea)), 'FORBIDDEN', `${name} of what it may read`);
    t.strictSame(await refused(attempt(id, outsider)), await refused(attempt(randomUUID(), outsider)), `${name} of what it may not see`);
    t.equal(await codeOf(attempt(id, outsider)), 'NOT_FOUND');
  }
  t.equal(await rowOf(id), before, 'nothing was changed');
});

t.test('a channel that is not the writer\'s is as one that does not exist', async (t) => {
  const { id } = await submit();
  const into = async (channel: string) => refused(exchange.submit(ccib, 'Indicator', body({ channels: [channel] })));
  t.strictSame(await into('thaicert-camcert'), await into('nowhere'));
  t.equal((await into('nowhere')).code, 'NOT_FOUND');
  t.strictSame(await refused(exchange.share(ccib, 'Indicator', id, 'thaicert-camcert')), await refused(exchange.share(ccib, 'Indicator', id, 'nowhere')));
});

t.test('two amendments under one ETag: exactly one is STALE', async (t) => {
  for (const patch of [{ description: 'changed' }, { classification: 'CONFIDENTIAL' }]) {
    const { id, etag } = await submit();
    const both = await Promise.allSettled([1, 2].map(async (n) => exchange.amend(ccib, 'Indicator', id, { ...patch, confidence: n }, etag)));
    t.strictSame(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    t.equal(both.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : '')).join(''), 'STALE', JSON.stringify(patch));
  }
  const { id } = await submit();
  t.equal(await codeOf(exchange.amend(ccib, 'Indicator', id, { description: 'x' }, undefined)), 'PRECONDITION_REQUIRED');
  t.equal(await codeOf(exchange.amend(ccib, 'Indicator', id, { description: 'x' }, '"other"')), 'STALE');
});

t.test('own numbers conflict only with what the writer sees: its own, at the same level', async (t) => {
  const { id } = await submit({ externalRef: 'N-1' });
  const again = await refused(exchange.submit(ccib, 'Indicator', body({ externalRef: 'N-1' })));
  t.match(again, { code: 'CONFLICT', public: { extra: { record: id } } });
  await submit({ externalRef: 'N-1' }, korea);
  t.pass('another partner uses the same number');
  await submit({ externalRef: 'N-2', classification: 'CONFIDENTIAL' });
  const low = asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED' });
  await submit({ externalRef: 'N-2' }, low);
  t.pass('a number of a record above the writer is no obstacle');
  const other = await submit({});
  t.equal(await codeOf(exchange.amend(ccib, 'Indicator', other.id, { externalRef: 'N-1' }, '*')), 'CONFLICT');
  const race = await Promise.allSettled(Array.from({ length: 4 }, async () => submit({ externalRef: 'N-3' })));
  t.equal(race.filter(({ status }) => status === 'fulfilled').length, 1, 'of concurrent submissions one');
  t.ok(race.every((one) => one.status === 'fulfilled' || (one.reason as { code: string }).code === 'CONFLICT'));
  const free = await Promise.all([submit({}), submit({})]);
  const taken = await Promise.allSettled(free.map(async ({ id: one }) => exchange.amend(ccib, 'Indicator', one, { externalRef: 'N-4' }, '*')));
  t.strictSame(taken.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'of concurrent amendments one');
  t.ok(taken.every((one) => one.status === 'fulfilled' || (one.reason as { code: string }).code === 'CONFLICT'));
});

t.test('nobody writes what it could not read back', async (t) => {
  const low = asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: [] });
  t.equal(await codeOf(exchange.submit(low, 'Indicator', body({ classification: 'CONFIDENTIAL' }))), 'FORBIDDEN');
  t.match(await refused(exchange.submit(low, 'Indicator', body({ sourceDetail: 'x' }))), { code: 'FORBIDDEN', public: { errors: [{ field: 'sourceDetail' }] } });
  t.match(await refused(exchange.submit(low, 'Indicator', body({ description: 'x', markings: [{ field: 'description', level: 'SECRET' }] }))), { code: 'FORBIDDEN' });
});

/** The demonstration's registry with clause 3.1 of the embassies' arrangement made stricter. */
async function stricter(one: TestExchange, change: object): Promise<void> {
  const agreement = one.registry.agreements.get('rtp-embassies-2025');
  if (agreement === undefined) throw new Error('no such agreement');
  const clauses = agreement.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, ...change } : clause));
  await one.apply({ agreements: new Map(one.registry.agreements).set(agreement.id, { ...agreement, clauses }) });
}

t.test('what must go through an embassy names its desk', async (t) => {
  t.match(await refused(exchange.submit(ccib, 'Indicator', body({ classification: 'TOP_SECRET', channels: [] }))), { code: 'USE_DIPLOMATIC_CHANNEL', public: { extra: { desk: { desk: String } } } }, 'above the maximum');
  await stricter(made, { routing: { partner: 'th-embassy-phnom-penh', desk: 'diplomatic', above: 1, sensitive: true, arrestWithReturn: false } });
  const desk = { code: 'USE_DIPLOMATIC_CHANNEL', public: { extra: { desk: { partner: 'th-embassy-phnom-penh', desk: 'diplomatic', contact: String } } } };
  t.match(await refused(exchange.submit(ccib, 'Indicator', body({ classification: 'CONFIDENTIAL' }))), desk, 'above the clause\'s level');
  t.match(await refused(exchange.submit(ccib, 'Indicator', body({ sensitive: true }))), desk, 'sensitive');
  const { id } = await submit();
  t.match(await refused(exchange.amend(ccib, 'Indicator', id, { sensitive: true }, '*')), desk, 'made sensitive afterwards');
  await submit({ classification: 'CONFIDENTIAL', channels: [] });
  await stricter(made, {});
});

t.test('a clause that demands a ground of suspicion has it', async (t) => {
  await stricter(made, { groundRequired: true });
  t.match(await refused(exchange.submit(ccib, 'Indicator', body())), { code: 'GROUND_REQUIRED', public: { errors: [{ field: 'legalBasis.ground' }] } });
  const { id } = await submit({ channels: [] });
  t.equal(await codeOf(exchange.share(ccib, 'Indicator', id, 'embassies-ip')), 'GROUND_REQUIRED');
  for (const ground of [' ', '\u200b', '\u3164']) {
    t.match(await refused(submit({ legalBasis: { ground } })), { code: 'INVALID', public: { errors: [{ field: 'legalBasis.ground', message: /says nothing/ }] } }, 'what nobody can read is none');
    t.match(await refused(exchange.amend(ccib, 'Indicator', id, { legalBasis: { ground } }, '*')), { code: 'INVALID', public: { errors: [{ field: 'legalBasis.ground' }] } }, 'nor is it made one afterwards');
  }
  await submit({ legalBasis: { ground: 'Synthetic complainants named it.' } });
  await stricter(made, {});
});

t.test('a keyed submission is made once', async (t) => {
  const keyed = async (key: string, value: object, by = ccib, on: Exchange = exchange) => on.submit(by, 'Indicator', value, { idempotency: { key, body: Buffer.from(JSON.stringify(value)) } });
  const one = body();
  const first = await keyed('k-1', one);
  const replay = await keyed('k-1', one);
  t.strictSame([first.created, replay.created, replay.record.id], [true, false, first.record.id]);
  t.equal(await codeOf(keyed('k-1', body())), 'IDEMPOTENCY_CONFLICT', 'another body');
  const said = Buffer.from(JSON.stringify(one));
  t.equal(await codeOf(exchange.submit(ccib, 'Account', one, { idempotency: { key: 'k-1', body: said } })), 'IDEMPOTENCY_CONFLICT', 'the same of another kind');
  t.equal((await keyed('k-1', one, korea)).created, true, 'another partner\'s key is its own');
  t.equal((await keyed('k-1', { ...one, value: 'writes-other-officer.com' }, asker('th-ccib', { purpose: 'INVESTIGATION', subject: 'another' }))).created, true, 'so is another officer\'s');
  const same = body();
  const results = await Promise.allSettled(Array.from({ length: 5 }, async () => keyed('k-2', same)));
  const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  t.equal(done.filter(({ created }) => created).length, 1, 'of concurrent ones, one makes it');
  t.equal(new Set(done.map(({ record }) => record.id)).size, 1);
  t.ok(results.every((result) => result.status === 'fulfilled' || (result.reason as { code: string }).code === 'IDEMPOTENCY_CONFLICT'));
  const secret = body({ classification: 'CONFIDENTIAL' });
  await keyed('k-3', secret);
  t.equal(await codeOf(keyed('k-3', secret, asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED' }))), 'NOT_FOUND', 'asked for again with less clearance');
});

t.test('no record is committed before its keys are stored, and none whose keys are not', async (t) => {
  const { deps } = made;
  const stored = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const sealNew: typeof deps.vault.sealNew = async (items) => {
    const { texts, durable } = await deps.vault.sealNew(items);
    reached.resolve();
    return { texts, durable: durable.then(async () => stored.promise) };
  };
  const slow = createExchange({ ...deps, vault: { ...deps.vault, sealNew } });
  const failed = Promise.reject(new Refusal('KEY_UNAVAILABLE'));
  failed.catch(() => undefined); // Told by whoever awaits it.
  const lost = createExchange({ ...deps, vault: { ...deps.vault, sealNew: async (items) => ({ ...(await deps.vault.sealNew(items)), durable: failed }) } });
  const [waiting, never] = [body({ rationale: 'synthetic' }), body({ rationale: 'synthetic' })];
  const there = async (value: unknown): Promise<boolean> => (await exchange.find(ccib, { kind: 'Indicator', filter: { value: { value: String(value) } } })).items.length > 0;
  const submission = slow.submit(ccib, 'Indicator', waiting);
  await reached.promise;
  t.notOk(await there(waiting.value), 'what is not durable is not there');
  stored.resolve();
  t.ok((await submission).created);
  t.ok(await there(waiting.value));
  t.equal(await codeOf(lost.submit(ccib, 'Indicator', never)), 'KEY_UNAVAILABLE');
  t.notOk(await there(never.value), 'nothing is left of it');
});
