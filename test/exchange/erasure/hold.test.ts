/** Legal holds, and erasure by a record's own retention. Synthetic records only. */
import t, { type Test } from 'tap';
import { createExchange } from '../../../src/exchange/exchange.ts';
import { keepRetention } from '../../../src/exchange/erasure/settle.ts';
import { freshExchange } from '../../support/exchange.ts';
import { refused } from '../../support/refused.ts';

async function world(t: Test) {
  const x = await freshExchange(t);
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const submit = async (value: string, more: object = {}) =>
    (await x.exchange.submit(writer, 'Indicator', { type: 'DOMAIN', value, classification: 'RESTRICTED', channels: ['embassies-ip'], rationale: 'synthetic', ...more })).record;
  return { ...x, writer, reader, submit };
}
const words = { authority: 'Synthetic Court', reason: 'evidence in a synthetic case' };

t.test('a hold stops an erasure until it is released', async (t) => {
  const { exchange, writer, reader, submit, admin, asker } = await world(t);
  const { id } = await submit('held.example');
  for (const [field, given] of [['authority', { ...words, authority: ' ' }], ['reason', { ...words, reason: '\u200b' }], ['reason', { ...words, reason: undefined }]] as const) {
    t.match(await refused(exchange.hold(writer, 'Indicator', id, given)), { code: 'INVALID', public: { errors: [{ field }] } });
  }
  await t.rejects(exchange.hold(reader, 'Indicator', id, words), { code: 'FORBIDDEN' });
  const hold = await exchange.hold(writer, 'Indicator', id, words);
  t.match(hold, { record: id, placedBy: 'tester', ...words });
  const other = await exchange.hold(writer, undefined, id, { ...words, authority: 'Another court' });
  t.equal((await refused(exchange.erase(writer, 'Indicator', id, 'COURT_ORDER'))).code, 'HELD');
  t.ok((await exchange.get(reader, 'Indicator', id)).id, 'it stands');
  t.strictSame(await exchange.holds(writer, 'Indicator', id), [hold, other]);
  await t.rejects(exchange.holds(reader, 'Indicator', id), { code: 'FORBIDDEN' }, 'a hold is its originator\'s matter');
  await t.rejects(exchange.holds(asker('kh-mptc', { purpose: 'INVESTIGATION' }), 'Indicator', id), { code: 'NOT_FOUND' });
  const [low] = await exchange.holds(asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: [] }), 'Indicator', id);
  t.notOk('authority' in (low ?? {}), 'its words need clearance');
  const [kept] = await admin<{ text: string }[]>`select string_agg(h::text, ' ') as text from legal_hold h`;
  t.notMatch(kept?.text, /Synthetic Court|evidence/, 'and are sealed');

  await t.rejects(exchange.releaseHold(writer, 'Indicator', id, id, words), { code: 'NOT_FOUND' });
  const released = await exchange.releaseHold(writer, 'Indicator', id, hold.id, { authority: 'Synthetic Court', reason: 'closed' });
  t.match(released, { ...hold, releasedBy: 'tester', releaseAuthority: 'Synthetic Court', releaseReason: 'closed' });
  t.strictSame(await exchange.releaseHold(writer, 'Indicator', id, hold.id, words), released, 'once');
  t.equal((await refused(exchange.erase(writer, 'Indicator', id, 'COURT_ORDER'))).code, 'HELD', 'the other one stands');
  await exchange.releaseHold(writer, 'Indicator', id, other.id, words);
  t.match(await exchange.erase(writer, 'Indicator', id, 'COURT_ORDER'), { reason: 'COURT_ORDER' });
  t.equal((await refused(exchange.hold(writer, 'Indicator', id, words))).code, 'ERASED');
});

t.test('a hold is answered when it is in the journal too', async (t) => {
  const x = await world(t);
  const { id } = await x.submit('held.example');
  const crashing = createExchange({ ...x.deps, erasures: { ...x.deps.erasures, journalHolds: async () => { throw new Error('killed'); } } });
  t.equal((await refused(crashing.hold(x.writer, 'Indicator', id, words))).code, 'KEY_UNAVAILABLE');
  t.equal((await refused(x.exchange.erase(x.writer, 'Indicator', id, 'OTHER'))).code, 'HELD', 'it holds all the same');
  t.equal((await x.assembly.keys.journal.holds()).length, 0);
  await keepRetention(x.deps);
  const [journaled] = await x.assembly.keys.journal.holds();
  t.match(journaled, { record: id, release: undefined });
  await x.exchange.releaseHold(x.writer, 'Indicator', id, journaled?.id ?? '', words);
  t.match(await x.assembly.keys.journal.holds(), [{ record: id, release: { by: 'tester' } }]);
});

t.test('a record is erased when its own retention is over, unless it is held', async (t) => {
  const x = await world(t);
  const { exchange, writer, reader, submit, admin } = x;
  const retainUntil = '2126-02-01T00:00:00.000Z';
  const due = await submit('due.example', { retainUntil });
  const held = await submit('held.example', { retainUntil });
  const later = await submit('later.example', { retainUntil: '2199-01-01T00:00:00Z' });
  const never = await submit('never.example');
  const hold = await exchange.hold(writer, 'Indicator', held.id, words);
  const { cursor } = await exchange.changes(reader, {});
  await admin`update record set body = body || '{"retainUntil": "2026-02-01T00:00:00.000Z"}'::jsonb where body ->> 'retainUntil' = ${retainUntil}`;
  const partner = x.registry.partners.get('th-ccib');
  if (partner === undefined) throw new Error('no partner');
  await x.apply({ partners: new Map([...x.registry.partners, ['th-ccib', { ...partner, status: 'SUSPENDED' }]]) });

  const nodes = [x.deps, (await x.node()).deps];
  const counts = await Promise.all(nodes.map(async (deps) => keepRetention(deps)));
  t.equal(counts.reduce((a, b) => a + b), 1, 'two nodes at once, one erasure');
  t.equal((await refused(exchange.get(reader, 'Indicator', due.id))).code, 'ERASED');
  for (const { id } of [held, later, never]) t.ok((await exchange.get(reader, 'Indicator', id)).id);
  t.strictSame((await exchange.changes(reader, { cursor })).events, [{ event: 'ERASED', id: due.id, kind: 'Indicator', reason: 'RETENTION_ENDED' }]);
  t.match(await admin`select partner, subject, operation, purpose from ledger_entry where subject = 'retention'`, [{ partner: 'th-ccib', operation: 'erase' }]);
  t.equal(await keepRetention(x.deps), 0);

  await x.apply({ partners: x.registry.partners });
  await x.deps.registry.refresh();
  await exchange.releaseHold(writer, 'Indicator', held.id, hold.id, words);
  t.equal(await keepRetention(x.deps), 1, 'the hold is off');
  t.same(await x.deps.erasures.waiting(9), []);
});

t.test('the node can erase nothing by itself', async (t) => {
  const x = await world(t);
  const { id } = await x.submit('kept.example');
  const stamp = (partner: string) => ({ partner, purposeBit: 2, clearance: 3 as const, caveats: 0 });
  await t.rejects(x.store.sessions.read(stamp('kr-embassy'), async (sql) => sql`select prasan_erase(${id}::uuid, 'OTHER')`), { code: '42501' });
  await t.rejects(x.store.sessions.plain(async (sql) => sql`select prasan_bury(${id}::uuid, 'OTHER', statement_timestamp())`), { code: '42501' });
  await t.rejects(x.store.sessions.read(stamp('th-ccib'), async (sql) => sql`delete from record where id = ${id}`), { code: '42501' });
  await t.rejects(x.store.sessions.read(stamp('th-ccib'), async (sql) => sql`delete from tombstone`), { code: '42501' });
});
