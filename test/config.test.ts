import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ConfigFault, configTable, readConfig, readInitConfig } from '../src/config.ts';

const faultsOf = (env: Record<string, string>, read: (env: Record<string, string>) => unknown = readConfig): readonly string[] => {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults;
    throw error;
  }
};

t.test('an empty environment is the embedded demonstration on loopback', async (t) => {
  const { config, warnings } = readConfig({ PORT: ' ', DATABASE_URL: '' });
  t.match(config, { mode: 'embedded', port: 8080, host: '127.0.0.1', audience: 'prasan', maxClassification: 'SECRET', logLevel: 'info', poolSize: 8 });
  t.ok(Object.isFrozen(config));
  t.same(warnings, []);
});

t.test('one line a fault: the variable and what would be right', async (t) => {
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ PORT: '80a' }, /^PORT must be a whole number from 0 to 65535 \(it is "80a"\)$/],
    [{ PORT: '65536' }, /^PORT must/],
    [{ PORT: '-1' }, /^PORT must/],
    [{ PORT: '1e3' }, /^PORT must/],
    [{ HOST: 'a b' }, /^HOST must be an IP address or a host name/],
    [{ HOST: '0.0.0.0' }, /^HOST must be a loopback address .*set DATABASE_URL/],
    [{ HOST: '::' }, /^HOST must be a loopback/],
    [{ HOST: 'exchange.example.org' }, /^HOST must be a loopback/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of fatal, error/],
    [{ MAX_CLASSIFICATION: 'secret' }, /^MAX_CLASSIFICATION must be one of UNCLASSIFIED/],
    [{ PUBLIC_URL: 'exchange.example.org' }, /^PUBLIC_URL must be a URL like https/],
    [{ PUBLIC_URL: 'ftp://exchange.example.org' }, /^PUBLIC_URL must/],
    [{ TRUSTED_PROXIES: 'nginx', PUBLIC_URL: 'https://x.example.org' }, /^TRUSTED_PROXIES must be IP addresses/],
    [{ TRUSTED_PROXIES: '10.0.0.0/8' }, /^PUBLIC_URL must be set when TRUSTED_PROXIES is/],
    [{ TRUSTED_PROXIES: '10.0.0.0/33', PUBLIC_URL: 'https://x.example.org' }, /^TRUSTED_PROXIES must/],
    [{ WARNING_LISTS: '/nowhere/at/all' }, /^WARNING_LISTS must be a folder that exists/],
    [{ TOKEN_LEEWAY_SECONDS: '301' }, /^TOKEN_LEEWAY_SECONDS must be a whole number from 0 to 300/],
    [{ DATABASE_OWNER_URL: 'mysql://x/y' }, /^DATABASE_OWNER_URL must be a URL like postgres:/],
  ];
  for (const [env, fault] of cases) {
    const faults = faultsOf(env);
    t.equal(faults.length, 1, JSON.stringify(env));
    t.match(faults[0], fault);
  }
});

t.test('all faults come at once', async (t) => {
  t.equal(faultsOf({ PORT: 'x', LOG_LEVEL: 'y', HOST: '10.0.0.1' }).length, 3);
});

t.test('loopback has many names', async (t) => {
  for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) t.equal(readConfig({ HOST }).config.host, HOST);
});

t.test('production needs its keys, and listens where it is told', async (t) => {
  const DATABASE_URL = 'postgres://app:pa%20ss@db.example.org/prasan';
  t.match(faultsOf({ DATABASE_URL }), [/^KEY_DATABASE_URL must be set when DATABASE_URL is/, /^KEY_FILE must be set/]);
  const folder = t.testdir({ 'keys.json': '{}' });
  const KEY_FILE = join(folder, 'keys.json');
  chmodSync(KEY_FILE, 0o600);
  const env = { DATABASE_URL, KEY_DATABASE_URL: 'postgresql://app@127.0.0.1:5433/keys', KEY_FILE, HOST: '0.0.0.0', PUBLIC_URL: 'https://x.example.org/' };
  t.match(readConfig(env).config, { mode: 'production', host: '0.0.0.0', databaseUrl: DATABASE_URL, keyFile: KEY_FILE, publicUrl: 'https://x.example.org' });
  chmodSync(KEY_FILE, 0o400);
  t.same(faultsOf(env), []);
  chmodSync(KEY_FILE, 0o640);
  t.match(faultsOf(env), [/^KEY_FILE must be a file that only its owner can read: chmod 600/]);
  t.match(faultsOf({ ...env, KEY_FILE: join(folder, 'none') }), [/^KEY_FILE must be a file that exists/]);
});

t.test('a bad DATABASE_URL never falls back to embedded mode, and is not repeated: it holds a password', async (t) => {
  const faults = faultsOf({ DATABASE_URL: 'http://app:hunter2@db/prasan', HOST: '0.0.0.0' });
  t.match(faults[0], /^DATABASE_URL must be a URL like postgres:/);
  t.notMatch(faults.join(), /hunter2|HOST/);
});

t.test('db init: the key file may be absent, one owner serves both databases of one server', async (t) => {
  const env = {
    DATABASE_URL: 'postgres://prasan_app:a@db:5432/prasan', KEY_DATABASE_URL: 'postgres://prasan_keys:k@db:5432/prasan_keys',
    DATABASE_OWNER_URL: 'postgres://postgres:o@db:5432/prasan', KEY_FILE: join(t.testdir({}), 'keys.json'),
  };
  t.match(readInitConfig(env).config, { databaseOwnerUrl: env.DATABASE_OWNER_URL, keyDatabaseOwnerUrl: 'postgres://postgres:o@db:5432/prasan_keys', keyFile: env.KEY_FILE });
  const apart = { ...env, KEY_DATABASE_URL: 'postgres://prasan_keys:k@keys:5432/prasan_keys' };
  t.match(faultsOf(apart, readInitConfig), [/^KEY_DATABASE_OWNER_URL must be set for `prasan db init`/]);
  t.equal(faultsOf({}, readInitConfig).length, 4, 'the fifth follows from the others');
  const wrong = faultsOf({ ...env, DATABASE_URL: 'x' }, readInitConfig);
  t.equal(wrong.length, 1);
  t.match(wrong[0], /^DATABASE_URL must be a URL/);
});

t.test('a misspelt PRASAN_ variable is told', async (t) => {
  t.match(readConfig({ PRASAN_FOLDR: 'x', PRASAN_FOLDER: 'y' }).warnings, [/^PRASAN_FOLDR is not a setting/]);
});

t.test('the table documents every variable', async (t) => {
  const table = configTable();
  t.match(table, '| `PORT` | `8080` |');
  t.match(table, '| `KEY_FILE` | required in production |');
  t.equal(table.trim().split('\n').length, 26);
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  for (const row of table.trim().split('\n')) t.ok(readme.includes(`${row}\n`), `the README has ${row.slice(0, 40)}`);
});
