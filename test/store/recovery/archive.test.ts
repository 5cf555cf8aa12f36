/** Reading a table's file back: what PostgreSQL refuses is told, wherever it notices. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import postgres from 'postgres';
import t from 'tap';
import { readTable } from '../../../src/store/recovery/archive.ts';
import { freshDatabase } from '../../support/postgres.ts';

t.test('a row that is refused, and all of them after the last', async (t) => {
  const database = await freshDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), 'prasan-archive-'));
  const sql = postgres(database.url(), { max: 1, onnotice: () => undefined });
  t.teardown(async () => {
    await sql.end();
    await rm(folder, { recursive: true, force: true });
  });
  await sql.unsafe('create table parent (id integer primary key); create table child (id integer primary key, parent integer references parent)');
  const restore = async (name: string, lines: string): Promise<unknown> => {
    await writeFile(join(folder, `${name}.copy.gz`), gzipSync(lines));
    const columns = name === 'child' ? ['id', 'parent'] : ['id'];
    return sql.begin(async (tx) => readTable(tx, folder, { name, columns, rows: 1, sha256: '' }, name));
  };
  await t.rejects(restore('parent', '1\n2\nthree\n'), { code: '22P02' }, 'as it is read');
  await t.rejects(restore('parent', `1\n1\n`), { code: '23505' });
  await t.rejects(restore('child', '1\t1\n2\t2\n'), { code: '23503' }, 'at the end');
  t.strictSame([...(await sql`select from parent`), ...(await sql`select from child`)], [], 'nothing of it is kept');
  await restore('parent', '1\n2\n');
  await restore('child', '1\t1\n2\t2\n');
  t.match(await sql`select count(*)::integer as n from child`, [{ n: 2 }], 'and the connection goes on');
});
