/** Stamped connections: what becomes of requests that outlive the store. */
import postgres, { type TransactionSql } from 'postgres';
import t from 'tap';
import type { Stamp } from '../../src/exchange/ports.ts';
import type { Standing, Statement } from '../../src/store/standing.ts';
import { openSessions } from '../../src/store/sessions.ts';
import { freshDatabase } from '../support/postgres.ts';

t.test('after the end nothing opens a connection again, and nobody waits for one', async (t) => {
  const database = await freshDatabase(t);
  const sessions = openSessions(database.url(), 1);
  await sessions.plain(async (sql) => sql`select 1`);
  await sessions.plain(async (sql) => sql`select 1`);
  const started = Promise.withResolvers<undefined>();
  const busy = sessions.plain(async (sql) => {
    const query = sql`select pg_sleep(0.2)`.execute();
    started.resolve(undefined);
    return query;
  });
  await started.promise;
  const waiting = sessions.plain(async (sql) => sql`select 1`);
  const refused = t.rejects(waiting, /closed/);
  await sessions.close();
  await busy;
  await refused;
  await t.rejects(sessions.plain(async (sql) => sql`select 1`), /closed/);
  const admin = postgres(database.url(), { max: 1 });
  const [left] = await admin<{ count: number }[]>`select count(*)::integer as count from pg_stat_activity where datname = current_database() and application_name = 'prasan'`;
  await admin.end();
  t.equal(left?.count, 0);
});

t.test('no statement is compiled: it would take longer than it runs', async (t) => {
  const database = await freshDatabase(t);
  const sessions = openSessions(database.url(), 1);
  t.teardown(async () => sessions.close());
  t.equal(await sessions.plain(async (sql) => (await sql<{ jit: string }[]>`select current_setting('jit') as jit`)[0]?.jit), 'off');
});

t.test('statements that travel with the commit: all stand, or none', async (t) => {
  const database = await freshDatabase(t);
  const sessions = openSessions(database.url(), 1);
  t.teardown(async () => sessions.close());
  await sessions.plain(async (sql) => sql`create table thing (n integer primary key)`);
  const stamp = { partner: 'th-one', purposeBit: 1, clearance: 0, caveats: 0 } as const;
  const kept = async (): Promise<number[]> => (await sessions.plain(async (sql) => sql<{ n: number }[]>`select n from thing order by n`)).map(({ n }) => n);
  const put = async (...numbers: readonly number[]): Promise<void> =>
    sessions.transactionAfter(stamp, (sql) => sql`select 1`, async (sql, _told, sent: Standing) => {
      for (const n of numbers) sent.add(sql`insert into thing values (${n})` as Statement, (error) => new Error('taken', { cause: error }));
    });
  await put(1, 2);
  await put(3, 4);
  t.strictSame(await kept(), [1, 2, 3, 4]);
  await t.rejects(put(5, 1, 6), /taken/, 'what the first that failed means');
  t.strictSame(await kept(), [1, 2, 3, 4], 'none of those that were sent with it');
  await t.rejects(sessions.transactionAfter(stamp, (sql) => sql`select 1`, async (sql, _told, sent) => {
    sent.add(sql`insert into thing values (${7})`);
    throw new Error('thought better of it');
  }), /thought better/);
  t.strictSame(await kept(), [1, 2, 3, 4]);
  // As a pooler does, or a changed column: the driver would send each of them once more, behind the commit, where it stands alone.
  await sessions.plain(async (sql) => sql.unsafe('deallocate all'));
  await t.rejects(put(8, 9), { code: 'REGISTRY_MOVED' }, 'to be begun again');
  t.strictSame(await kept(), [1, 2, 3, 4], 'nothing stands alone');
  await put(8, 9);
  t.strictSame(await kept(), [1, 2, 3, 4, 8, 9], 'on a new connection');
  await t.rejects(sessions.transactionAfter(stamp, (sql) => sql`select 1 / 0`, async (sql) => sql`insert into thing values (10)`), /division/);
  t.strictSame(await kept(), [1, 2, 3, 4, 8, 9], 'nothing where the question before it fails');
});

t.test('a connection is said to carry only what was set on it, and a transaction that is over takes no more', async (t) => {
  const database = await freshDatabase(t);
  const sessions = openSessions(database.url(), 1);
  t.teardown(async () => sessions.close());
  await sessions.plain(async (sql) => sql`create table thing (n integer primary key, who text default current_setting('prasan.partner'))`);
  const [one, two] = ['th-one', 'kh-two'].map((partner) => ({ partner, purposeBit: 1, clearance: 0, caveats: 0 }) as const) as [Stamp, Stamp];
  const partnerOf = async (stamp: Stamp): Promise<string | undefined> => sessions.read(stamp, async (sql) => (await sql<{ who: string }[]>`select current_setting('prasan.partner') as who`)[0]?.who);
  const written = async (): Promise<string[]> => (await sessions.plain(async (sql) => sql<{ n: number; who: string }[]>`select n, who from thing order by n`)).map(({ n, who }) => `${n} ${who}`);
  t.equal(await partnerOf(one), 'th-one');
  await sessions.transaction(two, async () => undefined);
  t.equal(await partnerOf(two), 'kh-two', 'after a transaction that said nothing');
  await sessions.transaction(one, async (sql) => sql.unsafe('insert into thing values (1)'));
  await sessions.transaction(one, async (sql) => sql`insert into thing values (2)`);
  await sessions.transaction(two, async (sql) => sql`insert into thing values (3)`);
  await t.rejects(sessions.transaction(one, async (sql) => {
    await sql`insert into thing values (4)`;
    throw new Error('thought better of it');
  }), /thought better/);
  t.equal(await partnerOf(two), 'kh-two', 'a stamp goes with the transaction that is rolled back');
  t.equal(await partnerOf(one), 'th-one');
  const late: TransactionSql[] = [];
  await t.rejects(sessions.transaction(one, async (sql) => {
    late.push(sql);
    await sql`select 1 / 0`;
  }), { code: '22012' });
  t.throws(() => late.map((sql) => sql`insert into thing values (5)`), /over/, 'it would stand alone');
  // As a pooler does: of several statements on their way none is sent again.
  await sessions.plain(async (sql) => sql.unsafe('deallocate all'));
  await t.rejects(sessions.transactionAfter(two, (sql) => sql`select 1`, async (sql, _told, sent) => {
    await sql`select 1`;
    sent.add(sql`insert into thing values (6)`);
  }), { code: 'REGISTRY_MOVED' }, 'to be begun again');
  t.equal(await partnerOf(two), 'kh-two');
  t.strictSame(await written(), ['1 th-one', '2 th-one', '3 kh-two']);
});
