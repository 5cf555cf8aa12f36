/** Statements and transactions die young: nothing that lives longer leads to them. And the driver's statements are the driver's in all else. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { openConnection } from '../../src/store/connection.ts';
import { freshDatabase } from '../support/postgres.ts';

t.test('nothing of a statement or a transaction is left among old objects', async (t) => {
  const database = await freshDatabase(t);
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', join(import.meta.dirname, '../support/grown.ts'), database.url()]);
  // Were each kept, it would be three million at least, for what was asked alone.
  for (const [what, bytes] of Object.entries(JSON.parse(stdout) as Readonly<Record<string, number>>)) t.ok(bytes < 2_000_000, `${what}: ${bytes}`);
});

t.test('statements do what those of the driver do', async (t) => {
  const database = await freshDatabase(t);
  const sql = openConnection(database.url());
  t.teardown(async () => sql.end());
  t.strictSame([...await sql`select ${1}::integer as one, ${sql`${'two'}::text as two`}`], [{ one: 1, two: 'two' }], 'with one within another');
  t.strictSame([...await sql`select * from (values (1, 2)) as v(a, b) where ${sql('a')} = ${1}`.values()], [[1, 2]]);
  t.strictSame([...await sql`select 1 as one; select 2 as two`.simple()].map((rows) => [...rows as unknown as unknown[]]), [[{ one: 1 }], [{ two: 2 }]]);
  const many: number[] = [];
  await sql<{ n: number }[]>`select n from generate_series(1, 5) n`.cursor(2, (rows) => void many.push(...rows.map(({ n }) => n)));
  t.strictSame(many, [1, 2, 3, 4, 5]);
  const error = await sql`select 1 / 0`.then(() => undefined, (thrown: unknown) => thrown);
  t.match(error, { code: '22012', stack: /short-lived\.test\.ts/ }, 'an error says where it was asked');
  t.strictSame([...await sql`select 1 as one`], [{ one: 1 }]);
});
