/** What production refuses to start with, each in one line that says what to do, and all of it at once by `prasan doctor`. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { registryFaults } from '../../src/cli/production.ts';
import { passageTo } from '../../src/store/pooler.ts';
import { builtinIssuer } from '../../src/identity/builtin-issuer.ts';
import { issuer, registry } from '../identity/fixtures/world.ts';
import { call, project, run } from '../support/command.ts';
import { freshExchange } from '../support/exchange.ts';
import { transactionPooler } from '../support/transaction-pooler.ts';

t.setTimeout(300_000);

t.test('a registry without issuers, with the demonstration\'s, without pinned algorithms', async (t) => {
  const demo = (await builtinIssuer(t.testdir())).entry(['th-ccib']);
  t.match(registryFaults(registry()), [/^no token issuer is declared: .*`prasan apply <folder>`$/]);
  t.same(registryFaults(registry(issuer())), []);
  t.match(registryFaults(registry(demo)), [/^the registry trusts the demonstration's issuer .*: suspend it with `prasan suspend issuer/]);
  t.match(registryFaults(registry(issuer({ jwks: demo.jwks }))), [/demonstration's issuer/], 'under another name');
  t.same(registryFaults(registry(issuer(), { ...demo, status: 'SUSPENDED' })), [], 'what is suspended is trusted no more');
  for (const algorithms of [[], ['none'], ['HS256'], ['EdDSA', 'none'], undefined, 'EdDSA']) {
    const document = { ...issuer(), algorithms } as unknown as ReturnType<typeof issuer>;
    t.match(registryFaults(registry(document)), [/^the issuer .* has no pinned algorithms: name them/], JSON.stringify(algorithms));
  }
});

t.test('the settings of docs/install.md are read alike by a shell and by systemd, which takes a comment behind a value for part of it', async (t) => {
  const [, settings = ''] = /`\/etc\/prasan\/env`[^]*?```sh\n([^]*?)```/.exec(readFileSync(join(project, 'docs/install.md'), 'utf8')) ?? [];
  const lines = settings.trim().split('\n');
  t.ok(lines.length > 5);
  for (const line of lines) t.match(line, /^(?:#.*|[A-Z_]+=[^\s'"#]+)$/, line);
});

t.test('on real databases', async (t) => {
  const x = await freshExchange(t);
  const pooled = new URL(x.appUrl);
  pooled.port = String(await transactionPooler(t, new URL(x.appUrl)));
  const env = { DATABASE_URL: x.appUrl, KEY_DATABASE_URL: x.keysUrl, MATCHER_DATABASE_URL: x.matcherUrl, KEY_FILE: x.keyFile, PUBLIC_URL: 'https://exchange.example', PORT: '0', METRICS_PORT: '0' };
  const doctor = async (more: Readonly<Record<string, string>> = {}): ReturnType<typeof call> => call(['doctor'], { ...env, ...more });

  await t.test('a proxy that pools transactions is found out, PostgreSQL itself is not taken for one', async (t) => {
    t.equal(await passageTo(x.appUrl), 'SESSION');
    t.equal(await passageTo(pooled.href), 'TRANSACTIONS');
    const { code, err } = await call(['serve'], { ...env, DATABASE_URL: pooled.href });
    t.equal(code, 1);
    t.match(err, /^prasan: DATABASE_URL goes through a proxy that pools transactions: connect to PostgreSQL itself.*\n$/);
  });

  await t.test('settings of a connection that are lost on the way; a role that row-level security does not bind, and that may not look either', async (t) => {
    t.equal(await passageTo(`${x.appUrl}?statement_timeout=0`), 'SETTINGS');
    t.match((await doctor({ KEY_DATABASE_URL: `${x.keysUrl}?statement_timeout=0` })).out, /^KEY_DATABASE_URL goes through a proxy that does not pass settings of a connection on: .* of the role prasan_keys \(docs\/install\.md\)$/m);
    const role = `walk_${process.pid}`;
    await x.admin.unsafe(`create role ${role} login bypassrls password 'only-for-tests'`);
    try {
      const { code, err } = await call(['serve'], { ...env, DATABASE_URL: x.database.url(undefined, role, 'only-for-tests') });
      t.match({ code, err }, { code: 1, err: new RegExp(`^prasan: DATABASE_URL names ${role}, which row-level security does not bind: use the role prasan_app[^\n]*\n$`) });
    } finally {
      await x.admin.unsafe(`drop role ${role}`);
    }
  });

  await t.test('nothing is missing', async (t) => {
    t.match(await run(['doctor'], env), { code: 0, out: 'production can start\n', err: '' });
  });

  await t.test('everything that is missing, at once', async (t) => {
    const folder = t.testdir({ 'roles.json': '{}', 'issuer-key.json': '{}' });
    copyFileSync(x.keyFile, join(folder, 'master-key.json'));
    await x.admin`update registry_object set doc = jsonb_set(doc, '{algorithms}', '[]') where type = 'issuer'`;
    const all = await doctor({ DATABASE_URL: pooled.href, KEY_DATABASE_URL: x.database.url(x.database.keysName), MATCHER_DATABASE_URL: 'postgres://prasan_matcher:x@127.0.0.1:1/prasan', KEY_FILE: join(folder, 'master-key.json'), LOG_LEVEL: 'loud', PUBLIC_URL: 'http://exchange.example' });
    t.equal(all.code, 1);
    for (const line of [
      /^LOG_LEVEL must be one of/m, /^KEY_FILE is the demonstration's \(.*\): name another place/m, /^DATABASE_URL goes through a proxy that pools transactions/m, /^the issuer urn:test:issuer has no pinned algorithms/m,
      /^KEY_DATABASE_URL names prasan, which row-level security does not bind: use the role prasan_keys/m, /^MATCHER_DATABASE_URL: the database cannot be reached \(ECONNREFUSED\)/m, /^note: PUBLIC_URL is no https address/m,
      /^6 things keep production from starting$/m,
    ]) t.match(all.out, line);
    t.notMatch(all.out, 'only-for-tests', 'no password is shown');
  });

  await t.test('a key file that others can read, one that is none, and no settings at all', async (t) => {
    const path = join(t.testdir(), 'key.json');
    writeFileSync(path, '{}', { mode: 0o644 });
    t.match(await doctor({ KEY_FILE: path }), { code: 1, out: /^KEY_FILE must be a file that only its owner can read: chmod 600/m });
    writeFileSync(join(t.testdir(), 'other.json'), '{}', { mode: 0o600 });
    t.match(await doctor({ KEY_FILE: join(t.testdirName, 'other.json') }), { code: 1, out: /^key file .*is no prasan-keys-1 file$/m });
    t.match(await call(['doctor'], {}), { code: 0, out: /^DATABASE_URL is not set/ });
    t.match(await call(['doctor'], { DATABASE_URL: x.appUrl }), { code: 1, out: /^KEY_DATABASE_URL must be set[^]*^KEY_FILE must be set/m });
    t.match(await call(['doctor', 'now']), { code: 2, err: /takes no arguments/ });
  });
});
