/** Erasing for good: what goes, what stays, who is told, and what happens when it is cut short. All people in tests are synthetic. */
import t, { type Test } from 'tap';
import postgres from 'postgres';
import { createExchange } from '../../../src/exchange/exchange.ts';
import { keepRetention } from '../../../src/exchange/erasure/settle.ts';
import type { TestExchange } from '../../support/exchange.ts';
import { freshExchange } from '../../support/exchange.ts';
import { refused } from '../../support/refused.ts';

const canary = 'zqcanary-erased';
const given = {
  type: 'DOMAIN', value: `${canary}.com`, classification: 'RESTRICTED', channels: ['embassies-ip'], externalRef: `${canary}-ref`, description: canary, rationale: canary,
};

async function world(t: Test) {
  const x = await freshExchange(t);
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const submit = async (more: object = {}) => (await x.exchange.submit(writer, 'Indicator', { ...given, ...more })).record;
  return { ...x, writer, reader, submit };
}

/** Every row of both databases as text, by table. */
async function dump({ admin, database }: TestExchange): Promise<Map<string, string>> {
  const keys = postgres(database.url(database.keysName), { max: 1 });
  const tables = new Map<string, string>();
  for (const [prefix, sql] of [['', admin], ['keys.', keys]] as const) {
    const names = await sql<{ name: string }[]>`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;
    for (const { name } of names) tables.set(prefix + name, (await sql.unsafe<{ row: string }[]>(`select t::text as row from "${name}" t`)).map(({ row }) => row).join('\n'));
  }
  await keys.end();
  return tables;
}

/** Where the id of an erased record may stand: none of these holds what it held. */
const mayName: Readonly<Record<string, string>> = {
  tombstone: 'that it was erased', outbox: 'that it was shared and went, for the feed', share: 'under which clause it was shared, ended', ledger_disclosure: 'who read it',
  'keys.erasure': 'the erasure list', idempotency: 'that its submission is not repeated, for 24 hours', import_outcome: 'what became of the row that brought it', legal_hold: 'that it was held', record_end: 'what existed by it and is under a hold, there for nobody', record_extract: 'the same of what was made of it', 'keys.hold': 'the same',
};

t.test('what goes, and what stays', async (t) => {
  const x = await world(t);
  const { exchange, writer, reader, submit } = x;
  const record = await submit();
  await exchange.amend(writer, 'Indicator', record.id, { description: `${canary}-2` }, '*');
  const low = x.asker('kr-embassy', { purpose: 'CYBER_DEFENCE', clearance: 'UNCLASSIFIED', caveats: [] });
  const stranger = x.asker('kh-mptc', { purpose: 'INVESTIGATION' });
  const { cursor } = await exchange.changes(reader, {});
  const strangers = (await exchange.changes(stranger, {})).cursor;
  const own = (await exchange.changes(writer, {})).cursor;

  t.same(await refused(exchange.erase(reader, 'Indicator', record.id, 'OTHER')), { code: 'FORBIDDEN', public: { detail: 'only its originator changes a record' } });
  await t.rejects(exchange.erase(stranger, 'Indicator', record.id, 'OTHER'), { code: 'NOT_FOUND' });
  await t.rejects(exchange.erase(x.asker('th-ccib', { purpose: 'INVESTIGATION', scopes: ['records:read', 'records:write'] }), 'Indicator', record.id, 'OTHER'), { code: 'INSUFFICIENT_SCOPE' });
  await t.rejects(exchange.erase(writer, 'Indicator', record.id, 'RETENTION_ENDED'), { code: 'INVALID' });
  await t.rejects(exchange.erase(writer, 'Indicator', record.id, 'OTHER', '"another"'), { code: 'STALE' });
  t.ok((await exchange.get(reader, 'Indicator', record.id)).id, 'it stands still');

  const { etag } = await exchange.get(writer, 'Indicator', record.id);
  const left = await exchange.erase(writer, 'Indicator', record.id, 'SUBJECT_REQUEST', etag);
  t.match(left, { id: record.id, kind: 'Indicator', originator: 'th-ccib', reason: 'SUBJECT_REQUEST' });
  t.strictSame(await exchange.erase(writer, undefined, record.id, 'OTHER'), left, 'again, with the same answer');

  for (const who of [writer, reader]) {
    t.strictSame(await refused(exchange.get(who, 'Indicator', record.id)), { code: 'ERASED', public: { extra: { erased: left } } });
    t.equal((await refused(exchange.revisions(who, 'Indicator', record.id))).code, 'ERASED');
    t.strictSame((await exchange.find(who, { kind: 'Indicator', filter: {} })).items, []);
    t.strictSame((await exchange.lookup(who, [{ value: given.value }]))[0]?.claims, []);
    t.equal((await exchange.digest(who)).count, 0);
    t.strictSame((await exchange.changes(who, {})).events, [], 'nothing for who begins anew');
  }
  for (const who of [low, stranger]) t.strictSame(await refused(exchange.get(who, 'Indicator', record.id)), { code: 'NOT_FOUND', public: {} });
  await t.rejects(exchange.get(reader, 'Place', record.id), { code: 'NOT_FOUND' }, 'under another kind there never was one');
  t.equal((await refused(exchange.amend(writer, 'Indicator', record.id, { description: 'x' }, '*'))).code, 'ERASED');
  t.equal((await refused(exchange.withdraw(writer, 'Indicator', record.id))).code, 'ERASED');
  t.equal((await refused(exchange.share(writer, 'Indicator', record.id, 'embassies-ip'))).code, 'ERASED');
  const event = { event: 'ERASED', id: record.id, kind: 'Indicator', reason: 'SUBJECT_REQUEST' };
  t.strictSame((await exchange.changes(reader, { cursor })).events, [event]);
  t.strictSame((await exchange.changes(writer, { cursor: own })).events, [event]);
  t.strictSame((await exchange.changes(stranger, { cursor: strangers })).events, []);
  const entries = (await exchange.ledger(writer, { record: record.id, first: 500 })).items;
  t.match(entries.filter(({ operation }) => operation === 'erase'), [{ partner: 'th-ccib', records: [record.id], fields: [] }, {}]);
  t.match(entries.find(({ partner }) => partner === 'kr-embassy'), { operation: 'get', records: [record.id], fields: [] }, 'who read it stays known');

  const tables = await dump(x);
  const hex = record.id.replaceAll('-', '');
  t.strictSame([...tables].filter(([name, text]) => (text.includes(record.id) || text.includes(hex)) && mayName[name] === undefined).map(([name]) => name), [], 'its id stands nowhere else');
  for (const form of [canary, Buffer.from(canary).toString('hex')]) t.strictSame([...tables].filter(([, text]) => text.includes(form)).map(([name]) => name), [], 'nor what it held');
  const again = await submit();
  t.not(again.id, record.id, 'its own number is free');
});

t.test('a table that names records is emptied by an erasure, or stands in the list with its reason', async (t) => {
  const x = await world(t);
  const named = await x.admin<{ name: string }[]>`select distinct table_name as name from information_schema.columns
    where table_schema = 'public' and data_type in ('uuid', 'ARRAY') and (column_name like '%record%' or udt_name = '_uuid')`;
  const emptied = ['record_ref', 'revision', 'search_key', 'case_confirmation', 'firewall_alert', 'match_result', 'match_token', 'notice', 'case_hand', 'protection_referral', 'request_leg', 'attachment'];
  t.strictSame(named.map(({ name }) => name).filter((name) => !emptied.includes(name) && mayName[name] === undefined), []);
  const { id } = await x.submit();
  await x.admin`insert into case_confirmation (record_id, partner, desk, subject) values (${id}, 'th-msdhs', 'duty', 'synthetic')`;
  await x.admin`insert into case_hand (record_id, partner, desk, subject) values (${id}, 'th-msdhs', 'duty', 'synthetic')`;
  await x.admin`insert into protection_referral (partner, desk, record_id, from_partner, from_desk) values ('th-msdhs', 'nrm', ${id}, 'th-atc', 'duty')`;
  await x.admin`insert into firewall_alert (day, partner, desk, record_id) values ('2026-01-31', 'th-msdhs', 'duty', ${id})`;
  await x.admin`insert into match_result (job_id, records) values (gen_random_uuid(), array[${id}::uuid])`;
  await x.admin`insert into match_token (job_id, record_id, token, weight) values (gen_random_uuid(), ${id}, '\\x00', 200)`;
  await x.admin`insert into notice (record_id, recipient, originator, agreement, clause) values (${id}, 'th-dsi', 'th-ccib', 'synthetic', '1')`;
  await x.admin`insert into request_leg (record_id, request_id, asker, partner, desk, asks, precedence, state, since, waiting, clocks, steps)
    values (${id}, gen_random_uuid(), 'th-ccib', 'th-dsi', 'duty', 'INFORMATION', 0, 'SENT', now(), false, '[]', '[]')`;
  await x.admin`insert into attachment (id, partner, request_id, record_id, compartment, sealed_key, pieces) values (gen_random_uuid(), 'th-ccib', gen_random_uuid(), ${id}, 'U', 'synthetic', 1)`;
  await x.exchange.erase(x.writer, 'Indicator', id, 'OTHER');
  for (const name of emptied) {
    const [row] = await x.admin.unsafe<{ count: number }[]>(`select count(*)::integer as count from ${name} t where t::text like '%${id}%'`);
    t.equal(row?.count, 0, name);
  }
});

t.test('who saw it knows that it was erased; who did not, or no longer would, does not', async (t) => {
  const x = await world(t);
  const { exchange, writer, reader, submit } = x;
  const withdrawn = await submit({ value: 'withdrawn.com', externalRef: 'SYN-1' });
  const { cursor } = await exchange.changes(reader, {});
  await exchange.withdraw(writer, 'Indicator', withdrawn.id);
  await exchange.erase(writer, 'Indicator', withdrawn.id, 'OTHER');
  t.strictSame((await exchange.changes(reader, { cursor })).events, [{ event: 'WITHDRAWN', id: withdrawn.id, kind: 'Indicator' }], 'withdrawn is what it saw');
  await t.rejects(exchange.get(reader, 'Indicator', withdrawn.id), { code: 'NOT_FOUND' });
  t.equal((await refused(exchange.get(writer, 'Indicator', withdrawn.id))).code, 'ERASED');

  const channel = x.registry.channels.get('embassies-ip');
  if (channel === undefined) throw new Error('no channel');
  const members = (names: readonly string[]) => x.apply({ channels: new Map([...x.registry.channels, ['embassies-ip', { ...channel, members: names }]]) });
  await members(channel.members.filter((name) => name !== 'jp-embassy'));
  const record = await submit();
  const before = (await exchange.changes(reader, {})).cursor;
  await exchange.erase(writer, 'Indicator', record.id, 'OTHER');
  const late = x.asker('jp-embassy', { purpose: 'INVESTIGATION' });
  await members(channel.members);
  await t.rejects(exchange.get(late, 'Indicator', record.id), { code: 'NOT_FOUND' }, 'a member since then never saw it');
  t.equal((await refused(exchange.get(reader, 'Indicator', record.id))).code, 'ERASED');
  await members(channel.members.filter((name) => name !== 'kr-embassy'));
  await t.rejects(exchange.get(reader, 'Indicator', record.id), { code: 'NOT_FOUND' }, 'who is out of the channel');
  t.strictSame((await exchange.changes(reader, { cursor: before })).events, [{ event: 'ACCESS_ENDED', id: record.id, kind: 'Indicator' }]);
});

t.test('cut short between the two databases: nothing is readable, and any node finishes it', async (t) => {
  const x = await world(t);
  const { writer, reader, submit } = x;
  const record = await submit();
  const keysOf = async () => {
    const keys = postgres(x.database.url(x.database.keysName), { max: 1 });
    const [row] = await keys<{ keys: number; listed: number }[]>`select (select count(*)::int from record_key where record_id = ${record.id}) as keys, (select count(*)::int from erasure where record_id = ${record.id}) as listed`;
    await keys.end();
    return { ...row };
  };
  const crashing = createExchange({ ...x.deps, vault: { ...x.deps.vault, destroy: async () => { throw new Error('killed'); } } });
  t.equal((await refused(crashing.erase(writer, 'Indicator', record.id, 'OTHER'))).code, 'KEY_UNAVAILABLE', 'it is not answered as done');
  t.equal((await refused(x.exchange.get(reader, 'Indicator', record.id))).code, 'ERASED', 'and not readable');
  t.match(await keysOf(), { keys: Number, listed: 0 });
  t.not((await keysOf())['keys'], 0);
  const unsettled = { ...x.deps, erasures: { ...x.deps.erasures, settled: async () => { throw new Error('killed'); } } };
  await t.rejects(keepRetention(unsettled), /killed/, 'cut short once more, after the keys');
  t.same(await keysOf(), { keys: 0, listed: 1 });
  t.match(await x.deps.erasures.waiting(9), [{ record: record.id }]);
  await x.exchange.erase(writer, 'Indicator', record.id, 'OTHER');
  t.same(await x.deps.erasures.waiting(9), [], 'repeating the call finishes it');
  const second = await submit();
  await t.rejects(crashing.erase(writer, 'Indicator', second.id, 'OTHER'), { code: 'KEY_UNAVAILABLE' });
  await keepRetention((await x.node()).deps);
  t.same(await x.deps.erasures.waiting(9), [], 'and so does another node by itself');
});

t.test('the rows are lost before the commit: nothing has happened', async (t) => {
  const x = await world(t);
  const record = await x.submit();
  const failing = createExchange({ ...x.deps, write: { write: async (stamp, work) => x.deps.write.write(stamp, async (tx) => {
    await work(tx);
    throw new Error('killed before the commit');
  }) } });
  await t.rejects(failing.erase(x.writer, 'Indicator', record.id, 'OTHER'), /killed/);
  t.match((await x.exchange.get(x.reader, 'Indicator', record.id)).body, { rationale: canary });
});
