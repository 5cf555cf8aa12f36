import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import t from 'tap';
import { freshDatabase, testServer } from '../support/postgres.ts';

const ask = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
};

t.test('each test has empty databases of its own, and leaves none behind', async (t) => {
  let name = '';
  await t.test('inside', async (t) => {
    const [one, two] = [await freshDatabase(t), await freshDatabase(t)];
    name = one.name;
    t.not(one.name, two.name);
    await ask(one.url(), 'create table here (a int)');
    t.match(await ask(two.url(), "select to_regclass('here') as found"), [{ found: null }]);
    t.match(await ask(one.url(one.keysName), "select to_regclass('here') as found"), [{ found: null }]);
    await ask(one.adminUrl, `create role ${name}_app login password 'p w'`);
    t.match(await ask(one.url(name, `${name}_app`, 'p w'), 'select current_user as who'), [{ who: `${name}_app` }]);
    t.match(await ask(one.url(), "select datcollate, pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()"), [{ datcollate: 'C', encoding: 'UTF8' }]);
  });
  const left = `select datname from pg_database where starts_with(datname, '${name}') union select rolname from pg_roles where starts_with(rolname, '${name}')`;
  t.same([...await ask(await testServer(), left)], []);
});

t.test('other processes use the same server', async (t) => {
  const script = `const { testServer } = await import(${JSON.stringify(join(import.meta.dirname, '../support/postgres.ts'))}); console.log(await testServer());`;
  const run = async (): Promise<string> => (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])).stdout.trim();
  const mine = await testServer();
  t.same(await Promise.all([run(), run()]), [mine, mine]);
});
