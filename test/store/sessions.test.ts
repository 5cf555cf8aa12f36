/** Stamped connections: what becomes of requests that outlive the store. */
import postgres from 'postgres';
import t from 'tap';
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
