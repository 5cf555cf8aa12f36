/** Every answer is in the ledger before it leaves, no-hits too, with what was asked blinded. Everything is synthetic. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { Exchange } from '../../src/exchange/api.ts';
import type { Deps } from '../../src/exchange/deps.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import { inFlight } from '../../src/store/ledger.ts';
import { freshExchange } from '../support/exchange.ts';
import { codeOf } from '../support/refused.ts';

const made = await freshExchange(t);
const { exchange, deps, asker, admin } = made;
const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
let count = 0;
const body = () => ({ value: `ledger-${(count += 1)}.com`, type: 'DOMAIN', classification: 'RESTRICTED', channels: ['embassies-ip'] });
const { record: one } = await exchange.submit(ccib, 'Indicator', { ...body(), value: 'ledger-canary.com', externalRef: 'LEDGER-CANARY-REF' });
const entries = async (requestId: string) => admin<{ operation: string; records: number; asked: string[] | null }[]>`select operation, records, asked from ledger_entry where request_id = ${requestId}`;

const reads: Readonly<Record<string, (on: Exchange, by: typeof ccib) => Promise<unknown>>> = {
  get: async (on, by) => on.get(by, 'Indicator', one.id),
  find: async (on, by) => on.find(by, { kind: 'Indicator', filter: { externalRef: { eq: 'LEDGER-CANARY-REF' } } }),
  lookup: async (on, by) => on.lookup(by, [{ value: 'ledger-canary.com' }, { value: 'ledger-canary-absent.com' }]),
  observable: async (on, by) => on.observable(by, { value: 'ledger-canary.com' }),
  revisions: async (on, by) => on.revisions(by, 'Indicator', one.id),
  changes: async (on, by) => on.changes(by, {}),
  digest: async (on, by) => on.digest(by),
  ledger: async (on, by) => on.ledger(by, {}),
  me: async (on, by) => on.me(by),
  partners: async (on, by) => on.partners(by),
  agreements: async (on, by) => on.agreements(by),
  channels: async (on, by) => on.channels(by),
};

t.test('no answer resolves before its entry is durable', async (t) => {
  for (const [operation, read] of Object.entries(reads)) {
    let resolved = false;
    let early: boolean | undefined;
    const spied: Deps = { ...deps, ledger: { ...deps.ledger, append: async (entry) => {
      const written = await deps.ledger.append(entry);
      early = resolved;
      return written;
    } } };
    const by = asker('kr-embassy', { purpose: 'INVESTIGATION' });
    await read(createExchange(spied), by).then(() => { resolved = true; });
    t.equal(early, false, operation);
    t.match(await entries(by.requestId), [{ operation }]);
  }
});

t.test('nothing found is an answer too', async (t) => {
  const by = asker('jp-embassy', { purpose: 'INVESTIGATION' });
  t.equal(await codeOf(exchange.get(by, 'Indicator', randomUUID())), 'NOT_FOUND');
  await exchange.lookup(by, [{ value: 'nobody-knows.com' }]);
  const found = await entries(by.requestId);
  t.strictSame(found.map(({ operation, records, asked }) => [operation, records, asked?.length]), [['get', 0, 1], ['lookup', 0, 1]]);
});

t.test('a ledger that cannot be written refuses the answer', async (t) => {
  const broken: Deps = { ...deps, ledger: { ...deps.ledger, append: async () => Promise.reject(new Error('disk full')) } };
  for (const [operation, read] of Object.entries(reads)) await t.rejects(read(createExchange(broken), korea), /disk full/, operation);
  // Of a write the entry fails in the database, while the commit is on its way already.
  await admin.unsafe(`create function no_entry() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
    create trigger no_entry before insert on ledger_entry for each row when (new.operation in ('submit', 'amend')) execute function no_entry()`);
  const value = body();
  await t.rejects(exchange.submit(ccib, 'Indicator', value), /disk full/);
  t.equal((await exchange.find(ccib, { kind: 'Indicator', filter: { value: { value: value.value } } })).items.length, 0, 'and the write with it');
  await t.rejects(exchange.amend(ccib, 'Indicator', one.id, { description: 'x' }, '*'), /disk full/);
  await admin.unsafe('drop trigger no_entry on ledger_entry; drop function no_entry()');
  t.notOk('description' in (await exchange.get(ccib, 'Indicator', one.id)).body);
});

t.test('writes are in the ledger', async (t) => {
  const by = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const { record } = await exchange.submit(by, 'Indicator', body());
  await exchange.amend(by, 'Indicator', record.id, { description: 'x' }, '*');
  await exchange.unshare(by, 'Indicator', record.id, 'embassies-ip');
  await exchange.share(by, 'Indicator', record.id, 'embassies-ip');
  await exchange.withdraw(by, 'Indicator', record.id);
  t.strictSame((await entries(by.requestId)).map(({ operation }) => operation).sort(), ['amend', 'share', 'submit', 'unshare', 'withdraw']);
});

t.test('what was asked is kept blinded', async (t) => {
  await Promise.all(Object.values(reads).map(async (read) => read(exchange, korea)));
  const text = JSON.stringify([await admin`select * from ledger_entry`, await admin`select * from ledger_disclosure`]);
  t.notMatch(text, /canary/i);
  const asked = await admin<{ asked: string[] }[]>`select asked from ledger_entry where operation = 'get' and asked is not null`;
  t.ok(asked.length > 0 && asked.every(({ asked: values }) => values.every((value) => /^[0-9a-f]{32,}$/.test(value))));
});

t.test('concurrent requests share one commit', async (t) => {
  const askers = Array.from({ length: 40 }, () => asker('kr-embassy', { purpose: 'INVESTIGATION' }));
  const counted = Promise.withResolvers<void>();
  let appended = 0;
  const counting: Deps = { ...deps, ledger: { ...deps.ledger, append: async (entry) => {
    const written = deps.ledger.append(entry);
    if (++appended === askers.length) counted.resolve();
    return written;
  } } };
  // While somebody holds the ledger, all who want to write in it gather: what comes of them then does not depend on how fast the machine is.
  const held = await admin.reserve();
  await held`begin`;
  await held`lock table ledger_entry in exclusive mode`;
  const answers = Promise.all(askers.map(async (by) => createExchange(counting).get(by, 'Indicator', one.id)));
  await counted.promise.finally(async () => { await held`rollback`; held.release(); });
  await answers;
  const [commits] = await admin<{ commits: number; entries: number }[]>`
    select count(distinct xmin::text)::integer as commits, count(*)::integer as entries from ledger_entry where request_id = any(${askers.map(({ requestId }) => requestId)})`;
  t.equal(commits?.entries, 40, 'an entry each');
  t.ok((commits?.commits ?? 40) <= inFlight + 2, `in ${commits?.commits} commits`);
});

t.test('an originator reads who has read its records, as far as the officer sees them', async (t) => {
  const { record } = await exchange.submit(ccib, 'Indicator', { ...body(), sourceDetail: 'x', location: { lat: 1, lon: 2 } });
  const above = await exchange.submit(ccib, 'Indicator', { ...body(), classification: 'CONFIDENTIAL' });
  await exchange.get(korea, 'Indicator', record.id);
  await exchange.get(korea, 'Indicator', above.record.id);
  const low = asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: [] });
  const readers = async (by: typeof ccib, id: string) => (await exchange.ledger(by, { record: id })).items.filter(({ partner }) => partner === 'kr-embassy');
  t.match(await readers(ccib, record.id), [{ operation: 'get', purpose: 'INVESTIGATION', records: [record.id] }]);
  t.ok((await readers(ccib, record.id))[0]?.fields.includes('location'));
  t.notOk((await readers(low, record.id))[0]?.fields.includes('location'), 'fields it does not see are not named');
  t.strictSame(await readers(low, above.record.id), [], 'records it does not see neither');
  t.strictSame((await exchange.ledger(korea, { record: record.id })).items, [], 'and nobody reads of another\'s');
});

t.test('a registry that moves between the read and the entry: the answer is made anew, under the new one', async (t) => {
  const partner = made.registry.partners.get('jp-embassy');
  if (partner === undefined) throw new Error('no such partner');
  /** The next entry is written only after this change was put in force. */
  const moving = (change: object): Exchange => {
    let moved = false;
    return createExchange({ ...deps, ledger: { ...deps.ledger, append: async (entry) => {
      if (!moved) await made.apply({ partners: new Map(made.registry.partners).set(partner.id, { ...partner, ...change }) });
      moved = true;
      return deps.ledger.append(entry);
    } } });
  };
  const harmless = asker('jp-embassy', { purpose: 'INVESTIGATION' });
  t.equal((await moving({ name: { en: 'renamed', th: 'renamed' } }).get(harmless, 'Indicator', one.id)).id, one.id);
  t.equal((await entries(harmless.requestId)).length, 1, 'one entry, for the answer that left');
  const lowered = asker('jp-embassy', { purpose: 'INVESTIGATION' });
  t.equal(await codeOf(moving({ clearance: 0 }).get(lowered, 'Indicator', one.id)), 'NOT_FOUND', 'a lowered clearance counts at once');
  const suspended = asker('jp-embassy', { purpose: 'INVESTIGATION' });
  t.equal(await codeOf(moving({ status: 'SUSPENDED' }).get(suspended, 'Indicator', one.id)), 'UNAUTHENTICATED');
  t.equal((await entries(suspended.requestId)).length, 0, 'nothing left, nothing entered');
});

t.test('an entry that the driver sends again, behind the commit, is none', async (t) => {
  await exchange.submit(ccib, 'Indicator', body());
  // Prepared statements that call it are planned anew, and refused once, for they answer with something else.
  await admin.unsafe(`drop function prasan_stand(boolean, boolean);
    create function prasan_stand(current boolean, counts boolean) returns boolean language sql as $$ select current and counts $$; grant execute on function prasan_stand to prasan_app`);
  const { record } = await exchange.submit(ccib, 'Indicator', body());
  t.equal((await exchange.get(ccib, 'Indicator', record.id)).id, record.id, 'what was answered stands');
});
