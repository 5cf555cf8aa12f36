/** Yesterday's rows are restored, and what was erased, held or suspended since stays so. Synthetic records only. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import t, { type Test } from 'tap';
import { keepRetention } from '../../../src/exchange/erasure/settle.ts';
import { initDatabases } from '../../../src/store/migrate.ts';
import { writeArchive } from '../../../src/store/recovery/archive.ts';
import { journalOf } from '../../../src/store/recovery/journal.ts';
import { replay } from '../../../src/store/recovery/replay.ts';
import { restoreKeys, restoreRows } from '../../../src/store/recovery/restore.ts';
import { asVerified } from '../../../src/rules/viewer.ts';
import { freshExchange, type TestExchange } from '../../support/exchange.ts';
import { lives } from '../../support/lives.ts';
import { withNeedsBy } from '../../support/needs.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { refused } from '../../support/refused.ts';
import { fullConsent, victimsOf } from '../../support/victims.ts';

const words = { authority: 'Synthetic Court', reason: 'synthetic' };

async function world(t: Test) {
  const x = await freshExchange(t);
  const folder = await mkdtemp(join(tmpdir(), 'prasan-backup-'));
  const keys = postgres(x.database.url(x.database.keysName), { max: 1, onnotice: () => undefined });
  t.teardown(async () => {
    await keys.end();
    await rm(folder, { recursive: true, force: true });
  });
  const backUp = async (): Promise<void> => {
    await writeArchive(x.admin, join(folder, 'rows'), 'rows');
    await writeArchive(keys, join(folder, 'keys'), 'keys');
  };
  return { x, folder, keys, backUp };
}

/** The victim and her record, as the table of lives has them. */
const victim = lives.find(({ kind }) => kind === 'Victim') ?? lives.find(({ kind }) => kind === 'Identity');

async function submitVictim(x: TestExchange): Promise<string> {
  if (victim === undefined) throw new Error('no victim');
  const writer = x.asker(victim.writer.partner, { purpose: victim.writer.purpose });
  return (await x.exchange.submit(writer, victim.kind, { ...victim.given, channels: [victim.channel] })).record.id;
}

const suspend = async (x: TestExchange, partner: string): Promise<void> => {
  const held = x.registry.partners.get(partner);
  if (held === undefined) throw new Error('no partner');
  await x.apply({ partners: new Map([...x.registry.partners, [partner, { ...held, status: 'SUSPENDED' }]]) });
};

/** Two of the staff, each with a passkey and a code, as they stand after joining. */
async function joined(x: TestExchange): Promise<readonly [string, string]> {
  const ids = [randomUUID(), randomUUID()] as const;
  for (const id of ids) {
    await x.admin`insert into staff (id, partner, clearance, caveats, purposes, scopes, administrator, status, sealed) values (${id}, 'kr-embassy', 1, 0, 2, '{}', false, 'ACTIVE', '\\x00')`;
    await x.admin`insert into staff_passkey (id, staff_id, partner, public_key, counter) values (${Buffer.from(id)}, ${id}, 'kr-embassy', '\\x00', 0)`;
    await x.admin`insert into staff_code (id, staff_id, partner) values (${Buffer.from(id)}, ${id}, 'kr-embassy')`;
  }
  return ids;
}

const desk = { purpose: 'INVESTIGATION', desk: 'duty' } as const;
const bytes = Buffer.from('Synthetic: a note\n');
async function* whole(): AsyncGenerator<Uint8Array> { yield bytes; }
/** Two files of a request. */
async function attachTwo(x: TestExchange): Promise<readonly [string, string]> {
  const police = x.asker('th-ccib', desk);
  const { record: { id: request } } = await x.exchange.submit(police, 'Request', {
    asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }], classification: 'UNCLASSIFIED', channels: ['aoc-1441'], authority: { type: 'STATUTE', number: 'section 18' },
    subscriberData: { value: '203.0.113.7', at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic' },
  });
  const attach = async (name: string): Promise<string> => (await x.exchange.attach(police, { request, name, mediaType: 'text/plain', classification: 'UNCLASSIFIED' }, whole())).record.id;
  return [await attach('kept.txt'), await attach('erased.txt')];
}

t.test('an erased victim stays erased, and who was suspended since stays suspended', async (t) => {
  const { x, folder, backUp } = await world(t);
  if (victim === undefined) throw new Error('no victim');
  const { exchange, assembly } = x;
  const shelter = x.asker(victim.writer.partner, { purpose: victim.writer.purpose });
  const police = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const submit = async (value: string) => (await exchange.submit(police, 'Indicator', { type: 'DOMAIN', value, classification: 'RESTRICTED', channels: ['embassies-ip'], rationale: 'synthetic' })).record.id;
  const her = await submitVictim(x);
  const kept = await submit('kept.example');
  const held = await submit('held.example');
  const old = await submit('old-hold.example');
  const oldHold = await exchange.hold(police, 'Indicator', old, words);
  const { cursor } = await exchange.changes(reader, {});
  const [left, renewed] = await joined(x);
  const [file, goneFile] = await attachTwo(x);
  await backUp();

  await exchange.erase(x.asker('th-ccib', desk), 'RequestAttachment', goneFile, 'OTHER');
  await exchange.erase(shelter, victim.kind, her, 'SUBJECT_REQUEST');
  const hold = await exchange.hold(police, 'Indicator', held, words);
  await exchange.releaseHold(police, 'Indicator', old, oldHold.id, words);
  const since = await submit('since.example');
  await exchange.erase(police, 'Indicator', since, 'OTHER');
  await suspend(x, 'jp-embassy');
  const { staff } = assembly.store;
  await staff.setStatus('kr-embassy', left, 'SUSPENDED', Buffer.of(1), { actor: 'test' });
  await staff.renew(renewed, { id: Buffer.of(2), staff: renewed, partner: 'kr-embassy', renews: true, life: 60 }, Buffer.of(2), { actor: 'test' });
  await assembly.store.recovery.note();
  const [before] = await x.admin<{ readings: number; version: number }[]>`select (select count(*)::int from ledger_entry) as readings, (select version::int from registry_state) as version`;

  await t.rejects(restoreRows(x.admin, x.dictionary, assembly.keys.journal, folder, { replace: true }), /stop all nodes/);
  await assembly.store.close();
  await t.rejects(restoreRows(x.admin, x.dictionary, assembly.keys.journal, folder, { replace: false }), /not empty/);
  const done = await restoreRows(x.admin, x.dictionary, assembly.keys.journal, folder, { replace: true });
  t.strictSame(done, { erasures: 2, holds: 2, suspensions: 3 });

  const { exchange: again, deps, store } = await x.node();
  t.strictSame(await store.recovery.lost(true), [], 'nothing is missing');
  t.equal((await refused(again.get(shelter, victim.kind, her))).code, 'ERASED', 'she stays erased');
  const [row] = await x.admin`select (select count(*)::int from record where id = ${her}) + (select count(*)::int from revision where record_id = ${her}) + (select count(*)::int from search_key where record_id = ${her}) as rows`;
  t.strictSame({ ...row }, { rows: 0 });
  t.match((await again.get(reader, 'Indicator', kept)).body, { rationale: 'synthetic' }, 'what stood opens');
  const parts: Buffer[] = [];
  for await (const part of (await again.attached(x.asker('th-demo-isp', { ...desk, desk: 'lawful' }), file)).content) parts.push(part);
  t.ok(Buffer.concat(parts).equals(bytes), 'a file too');
  t.equal((await refused(again.attached(x.asker('th-ccib', desk), goneFile))).code, 'ERASED');
  t.strictSame((await x.admin`select count(*)::int as n from attachment_piece`).map(({ n }) => Number(n)), [1], 'and of the erased one nothing is left');
  await t.rejects(again.get(reader, 'Indicator', since), { code: 'NOT_FOUND' });
  t.equal((await refused(again.me(x.asker('jp-embassy', { purpose: 'INVESTIGATION' })))).code, 'UNAUTHENTICATED', 'suspended since, and still');
  const persons = await x.admin`select s.id, s.status, (select count(*)::int from staff_passkey p where p.staff_id = s.id) as passkeys, (select count(*)::int from staff_code c where c.staff_id = s.id) as codes from staff s order by s.status`;
  t.match(persons, [{ id: renewed, status: 'INVITED', passkeys: 0, codes: 0 }, { id: left, status: 'SUSPENDED', passkeys: 1, codes: 0 }], 'so of staff; a lost passkey does not come back');
  const seconds = Math.floor(Date.now() / 1000);
  const issued = async (issuedAt: number) => again.me({ ...reader, claims: asVerified({ ...reader.claims, issuedAt }) });
  t.equal((await refused(issued(seconds - 300))).code, 'UNAUTHENTICATED', 'a token of before the restore: whether it was revoked since the backup nobody knows');
  t.match(await issued(seconds + 1), { partner: { id: 'kr-embassy' } }, 'one of since then counts');
  t.equal((await refused(again.erase(police, 'Indicator', held, 'OTHER'))).code, 'HELD', 'held since, and still');
  t.match(await again.holds(police, 'Indicator', held), [hold]);
  t.match(await again.erase(police, 'Indicator', old, 'OTHER'), { reason: 'OTHER' }, 'released since, and still');
  await t.rejects(again.changes(reader, { cursor }), { code: 'CURSOR_EPOCH' });
  const [after] = await x.admin<{ readings: number; version: number }[]>`select (select count(*)::int from ledger_entry) as readings, (select version::int from registry_state) as version`;
  t.ok((after?.readings ?? 0) >= (before?.readings ?? 0), 'no disclosure is lost from the ledger');
  t.ok((after?.version ?? 0) > (before?.version ?? 0), 'a number of the registry never stands for two');
  const next = (await again.submit(police, 'Indicator', { type: 'DOMAIN', value: 'next.example', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record;
  t.match((await again.changes(reader, {})).events.map(({ id }) => id), [kept, held, next.id]);
  await keepRetention(deps);
  await store.recovery.note();
  t.match(await assembly.keys.journal.outOfForce(), [{ type: 'partner', id: 'jp-embassy', overlay: { status: 'SUSPENDED' } }, { type: 'staff', id: left }, { type: 'staff-keys', id: renewed }]);
});

t.test('what ended with an erased record, or before it for a reason of its own, is replayed as it was', async (t) => {
  const { x, folder, backUp } = await world(t);
  const { exchange, assembly } = x;
  const police = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const { ministry, submit } = victimsOf(x);
  const channels = ['embassies-ip'];
  const indicator = async (value: string): Promise<string> => (await exchange.submit(police, 'Indicator', { type: 'DOMAIN', value, classification: 'RESTRICTED', channels })).record.id;
  const link = async (source: string, target: string): Promise<string> => (await exchange.submit(police, 'Link', { source, linkType: 'LOCATED_AT', target, rationale: 'Synthetic', classification: 'RESTRICTED', channels })).record.id;
  const [source, other, target, third] = [await indicator('source.example'), await indicator('other.example'), await indicator('target.example'), await indicator('third.example')];
  await link(source, target);
  const [own, stays] = [await link(other, target), await link(third, target)];
  const case_ = { authority: 'th-ccib', number: 'ค.๑/2569' };
  const consent = { ...fullConsent, purposes: [...fullConsent.purposes, 'PROSECUTION'], recipients: [...fullConsent.recipients, 'th-ccib'], case: case_, scope: ['recruitment'] };
  const her = await submit({ recruitment: 'Synthetic promise', means: ['DECEPTION'], acts: ['HARBOURING'], exploitation: ['FORCED_CRIMINALITY_SCAM'], consent });
  await exchange.submit(ministry, 'Testimony', { victim: her, channels: ['witnesses'], classification: 'RESTRICTED' });
  await backUp();
  await exchange.erase(police, 'Indicator', source, 'COURT_ORDER');
  await exchange.erase(police, 'Link', own, 'SUBJECT_REQUEST');
  await exchange.erase(police, 'Indicator', other, 'COURT_ORDER');
  await exchange.erase(ministry, 'Victim', her, 'SUBJECT_REQUEST');
  const graves = async () => (await x.admin`select record_id, kind, reason from tombstone order by record_id`).map((row) => ({ ...row }));
  const before = await graves();
  t.equal(before.length, 6, 'two with their links, and she with her testimony');
  await assembly.store.close();
  t.match(await restoreRows(x.admin, x.dictionary, assembly.keys.journal, folder, { replace: true }), { erasures: 6 });
  t.strictSame(await graves(), before, 'each once, with its reason');
  const { exchange: again, store } = await x.node();
  t.strictSame(await store.recovery.lost(true), [], 'nothing is missing');
  t.equal((await again.get(police, 'Link', stays)).id, stays);
});

t.test('rows restored by other means: no node serves until they are replayed', async (t) => {
  const { x, folder, backUp } = await world(t);
  const { assembly, exchange } = x;
  const police = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const submit = async (value: string) => (await exchange.submit(police, 'Indicator', { type: 'DOMAIN', value, classification: 'RESTRICTED', channels: [], rationale: 'synthetic' })).record.id;
  const [erased, held] = [await submit('erased.example'), await submit('held.example')];
  await backUp();
  await exchange.erase(police, 'Indicator', erased, 'OTHER');
  await exchange.hold(police, 'Indicator', held, words);
  await suspend(x, 'jp-embassy');
  await assembly.store.recovery.note();
  t.strictSame(await assembly.store.recovery.lost(true), []);
  await assembly.store.close();
  // An empty journal: as pg_restore, which knows of none.
  const none = { ...assembly.keys.journal, erasures: async () => [], holds: async () => [], outOfForce: async () => [] };
  await restoreRows(x.admin, x.dictionary, none, folder, { replace: true });
  await x.admin`update registry_state set version = version - 3`;
  const node = await x.node();
  const lost = await node.store.recovery.lost(true);
  t.strictSame(lost, ['partner jp-embassy is in force again', '1 erased records are there again', '1 legal holds are missing']);
  await node.store.recovery.note();
  t.equal((await assembly.keys.journal.outOfForce()).length, 1, 'what is lost is not taken for what was lifted');
  const done = await x.admin.begin(async (tx) => {
    await tx`set local role prasan_owner`;
    return replay(tx, x.dictionary, assembly.keys.journal);
  });
  t.strictSame(done, { erasures: 1, holds: 1, suspensions: 1 });
  t.strictSame(await node.store.recovery.lost(true), []);
});

t.test('what is put back in force goes out of the journal', async (t) => {
  const { x } = await world(t);
  const { assembly: { store, keys } } = x;
  await suspend(x, 'jp-embassy');
  await store.recovery.note();
  t.equal((await keys.journal.outOfForce()).length, 1);
  await x.apply({ partners: x.registry.partners });
  await store.recovery.note();
  t.equal((await keys.journal.outOfForce()).length, 0);
});

const moved = async (t: Test) => {
  const there = await freshDatabase(t);
  const password = 'only-for-tests';
  const appUrl = there.url(undefined, 'prasan_app', password);
  const keysUrl = there.url(there.keysName, 'prasan_keys', password);
  await initDatabases({ ownerUrl: there.url(), keysOwnerUrl: there.url(there.keysName), appUrl, keysUrl });
  const open = (url: string) => postgres(url, { max: 1, onnotice: () => undefined });
  return { sql: open(there.url()), keys: open(there.url(there.keysName)), appUrl, keysUrl };
};

t.test('both databases are restored elsewhere, byte by byte', async (t) => {
  const { x, folder, backUp, keys } = await world(t);
  for (const life of lives) {
    const by = x.asker(life.writer.partner, { purpose: life.writer.purpose });
    const submit = async (kind: string, body: object): Promise<string> => (await x.exchange.submit(by, kind, body)).record.id;
    const { given } = await withNeedsBy(life, async (path, needed) => submit(x.dictionary.byPath.get(path)?.name ?? '', needed));
    await submit(life.kind, { ...given, channels: [life.channel] });
  }
  // More than the driver's stream holds at once, and still to be written when its end arrives.
  await x.admin`insert into registry_history (version, actor, reason, changes) select n, 'test', repeat('x', 500), '[]' from generate_series(1, 3000) n`;
  await backUp();
  for (const content of ['rows', 'keys']) for (const file of await readdir(join(folder, content))) t.equal((await stat(join(folder, content, file))).mode & 0o077, 0, `${file} is its owner's alone`);
  const there = await moved(t);
  const journal = journalOf(async (use) => use(there.keys));
  await restoreKeys(there.keys, folder, { replace: false });
  await t.rejects(restoreKeys(there.keys, folder, { replace: false }), /not empty/);
  await restoreRows(there.sql, x.dictionary, journal, folder, { replace: false });
  const same = async (a: Sql, b: Sql, table: string): Promise<void> => {
    const text = async (sql: Sql) => (await sql.unsafe<{ text: string }[]>(`select t::text from ${table} t order by 1`)).map((row) => row.text);
    t.strictSame(await text(b), await text(a), table);
  };
  for (const table of ['record', 'revision', 'search_key', 'share', 'record_ref', 'outbox', 'audience', 'scope', 'registry_object', 'ledger_entry']) await same(x.admin, there.sql, table);
  for (const table of ['record_key', 'originator_key']) await same(keys, there.keys, table);
  const forced = await there.sql`select count(*)::int as count from pg_class where relrowsecurity and not relforcerowsecurity and relnamespace = 'public'::regnamespace`;
  t.match(forced, [{ count: 0 }], 'row-level security is forced again');
  await Promise.all([there.sql.end(), there.keys.end()]);
});

t.test('restored keys: of what was erased none comes back', async (t) => {
  const { x, folder, keys, backUp } = await world(t);
  const her = await submitVictim(x);
  await backUp();
  if (victim === undefined) throw new Error('no victim');
  await x.exchange.erase(x.asker(victim.writer.partner, { purpose: victim.writer.purpose }), victim.kind, her, 'OTHER');
  await x.assembly.keys.close();
  await restoreKeys(keys, folder, { replace: true });
  t.match(await keys`select (select count(*)::int from record_key where record_id = ${her}) as hers, (select count(*)::int from erasure) as listed, (select count(*) > 0 from originator_key) as some`, [{ hers: 0, listed: 1, some: true }]);
});

t.test('a damaged or half backup restores nothing', async (t) => {
  const { x, folder, backUp } = await world(t);
  await submitVictim(x);
  await backUp();
  const manifest = JSON.parse(await readFile(join(folder, 'rows', 'manifest.json'), 'utf8')) as { tables: { name: string }[] };
  t.ok(manifest.tables.some(({ name }) => name === 'record'));
  const file = join(folder, 'rows', 'record.copy.gz');
  await truncate(file, (await stat(file)).size - 5);
  await x.assembly.store.close();
  await t.rejects(restoreRows(x.admin, x.dictionary, x.assembly.keys.journal, folder, { replace: true }), /record.copy.gz is damaged: nothing was restored/);
  await rm(file);
  await t.rejects(restoreRows(x.admin, x.dictionary, x.assembly.keys.journal, folder, { replace: true }), /missing/);
  t.match(await x.admin`select count(*)::int as count from record`, [{ count: 1 }]);
});
