/** Production: `db init`, what refuses to serve, `apply`, and a request with a token of a declared issuer. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import t from 'tap';
import { stringify } from 'yaml';
import { builtinIssuer, demoIssuer } from '../../src/identity/builtin-issuer.ts';
import { call, prasan, run } from '../support/command.ts';
import { freshDatabase } from '../support/postgres.ts';

/** Roles are shared by all databases of the tests' server, and so is their password. */
const password = 'only-for-tests';
const folder = mkdtempSync(join(tmpdir(), 'prasan-production-'));
t.teardown(() => { rmSync(folder, { recursive: true, force: true }); });

const iss = 'https://login.police.example';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

function declare(name: string, issuers: Readonly<Record<string, unknown>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'issuers.yaml'), stringify({ issuers }));
  return path;
}

t.test('from empty databases to the first request', async (t) => {
  const database = await freshDatabase(t);
  const env = {
    PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'info', KEY_FILE: join(folder, 'master-key.json'), PRASAN_FOLDER: join(folder, 'nothing'),
    DATABASE_URL: database.url(undefined, 'prasan_app', password), KEY_DATABASE_URL: database.url(database.keysName, 'prasan_keys', password),
  };
  const owner = { ...env, DATABASE_OWNER_URL: database.url(), KEY_DATABASE_OWNER_URL: database.url(database.keysName) };
  const refused = async (line: RegExp, more: Readonly<Record<string, string>> = {}, how = call, lines = 1): Promise<void> => {
    const { code, err, out } = await how(['serve'], { ...env, ...more });
    t.equal(code, 1);
    t.match(err, line);
    t.notMatch(out + err, password, 'no password is shown');
    t.equal(err.trim().split('\n').length, lines, 'one line each');
  };

  await refused(/^prasan: KEY_FILE must be a file that exists.*\nprasan: .*DATABASE_URL.*\nprasan: .*KEY_DATABASE_URL.*\n$/, {}, call, 3);
  t.match(await run(['db', 'init'], owner), { code: 0, err: '', out: /^key file made: .*\nroles and tables are up to date in both databases\n$/ });
  t.equal(statSync(env.KEY_FILE).mode & 0o777, 0o600);
  const both = await Promise.all([run(['db', 'init'], owner), run(['db', 'init'], owner)]);
  for (const one of both) t.match(one, { code: 0, err: '', out: /^key file is there/ }, 'again, and twice at once');

  await refused(/^prasan: no token issuer is declared: .*`prasan apply <folder>`\n$/, {}, run);
  await refused(/^prasan: DATABASE_URL names prasan, which row-level security does not bind: use the role prasan_app that `prasan db init` makes\nprasan: no token issuer is declared.*\n$/, { DATABASE_URL: database.url() }, call, 2);
  await refused(/^prasan: DATABASE_URL: the database cannot be reached \(ECONNREFUSED\).*\n$/, { DATABASE_URL: 'postgres://prasan_app:only-for-tests@127.0.0.1:1/prasan' });
  await refused(/^prasan: DATABASE_URL: the database refuses the user name or the password of its URL\n$/, { DATABASE_URL: database.url(undefined, 'prasan_app', 'another') });
  chmodSync(env.KEY_FILE, 0o644);
  await refused(/^prasan: KEY_FILE must be a file that only its owner can read: chmod 600.*\nprasan: no token issuer is declared: .*\nprasan: KEY_DATABASE_URL names prasan, which row-level security does not bind: .*\n$/, { KEY_DATABASE_URL: database.url(database.keysName) }, call, 3);
  chmodSync(env.KEY_FILE, 0o600);
  t.match(await call(['apply', 'registry/demo'], env), { code: 1, err: /^prasan: DATABASE_OWNER_URL must be set/ }, 'the nodes\' role applies nothing');

  t.match(await call(['apply', 'registry/demo', '--reason', 'test'], owner), { code: 0, out: /in force: \d+ changes, registry version 1\n$/ });
  const builtin = await builtinIssuer(join(folder, 'demo'));
  const { issuer: _, ...entry } = builtin.entry(['th-ccib']);
  t.match(await call(['apply', declare('demo-issuer', { [demoIssuer]: entry })], owner), { code: 1, err: /^prasan: the registry trusts the demonstration's issuer .*\n$/ });
  const ours = { jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'EdDSA' }] }, algorithms: ['EdDSA'], partners: ['th-ccib'], maxLife: 3600 };
  t.match(await call(['apply', declare('issuer', { [iss]: ours })], owner), { code: 0, out: /^\+ issuer https:\/\/login\.police\.example\n/ });

  const server = prasan(['serve'], env);
  t.teardown(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
  });
  const url = /"listening":"([^"]+)"/.exec(await server.printed('"listening"'))?.[1] ?? '';
  const signed = async (clearance: string): Promise<string> => new SignJWT({ client_id: 'desk', scope: 'records:read', clearance, caveats: [], purposes: ['INVESTIGATION'] })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'one' }).setIssuer(iss).setSubject('officer').setAudience('prasan').setIssuedAt().setExpirationTime('5m').sign(privateKey);
  const token = await signed('RESTRICTED');
  const me = async (bearer: string): Promise<Response> => fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${bearer}` } });
  t.match(await (await me(token)).json(), { partner: { id: 'th-ccib' }, purpose: 'INVESTIGATION', clearance: 'RESTRICTED' });
  const unbound = await me(await signed('SECRET'));
  t.equal(unbound.status, 401, 'whoever steals a bearer token opens nothing that is CONFIDENTIAL');
  t.match(unbound.headers.get('www-authenticate'), /^DPoP /);
  const demo = await builtin.issue({ partner: 'th-ccib', subject: 'x', clearance: 'SECRET', caveats: [], purposes: ['INVESTIGATION'], scopes: ['records:read'] });
  t.equal((await me(demo)).status, 401);
  t.equal((await fetch(`${url}/demo/partners`)).status, 404, 'no page of the demonstration');
  t.equal((await fetch(`${url}/readyz`)).status, 200);
  t.notOk(existsSync(env.PRASAN_FOLDER), 'nothing is written beside');

  t.match(await call(['suspend', 'issuer', iss, '--reason', 'key lost'], owner), { code: 0 });
  t.equal((await me(token)).status, 401, 'with the next request');
  server.child.kill('SIGTERM');
  t.match(await server.ended, { code: 0, err: '' });
});
