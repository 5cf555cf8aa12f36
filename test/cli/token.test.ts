/** `prasan token`: one token on standard output, or one line on standard error. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import t from 'tap';
import { call, project, run } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'prasan-token-'));
const env = { PRASAN_FOLDER: folder };
t.teardown(() => { rmSync(folder, { recursive: true, force: true }); });

t.test('a token and nothing else, without a database', async (t) => {
  const { code, out, err } = await run(['token', 'kr-embassy', '--purpose', 'INVESTIGATION', '--clearance', 'RESTRICTED', '--life', '60'], env);
  t.equal(code, 0);
  t.equal(err, '');
  t.match(out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const claims = decodeJwt(out.trim());
  t.match(claims, { partner: 'kr-embassy', clearance: 'RESTRICTED', purposes: ['INVESTIGATION'], sub: 'demo@kr-embassy', aud: 'prasan', scope: 'records:read records:write records:erase import ledger:read statistics' });
  t.same(claims['caveats'], ['PERSONAL', 'VICTIM', 'HEALTH', 'OPERATIONAL', 'CONSULAR'], 'all the partner may have, unless told');
  t.equal((claims.exp ?? 0) - (claims.iat ?? 0), 60);
  t.same(readdirSync(folder), ['issuer-key.json']);
});

t.test('caveats, scopes, subject and purposes as told', async (t) => {
  const { out } = await call(['token', 'th-ccib', '--purpose', 'INVESTIGATION,PREVENTION', '--caveat', 'OPERATIONAL', '--caveat', 'SOURCE', '--scope', 'records:read', '--subject', 'somebody', '--desk', 'duty'], env);
  t.match(decodeJwt(out.trim()), { desk: 'duty', purposes: ['INVESTIGATION', 'PREVENTION'], caveats: ['OPERATIONAL', 'SOURCE'], scope: 'records:read', sub: 'somebody', clearance: 'SECRET' });
  const none = await call(['token', 'th-ccib', '--caveat', 'none'], env);
  t.same(decodeJwt(none.out.trim())['caveats'], []);
  t.notOk('desk' in decodeJwt(none.out.trim()));
});

t.test('what is not right is told in one line', async (t) => {
  const cases: [string[], number, RegExp][] = [
    [['kr-embasy'], 1, /^prasan: there is no partner kr-embasy; did you mean kr-embassy\? \(registry\/demo\/partners\.yaml lists them\)\n$/],
    [['kr-embassy', '--purpose', 'INVESTIGATE'], 1, /^prasan: there is no purpose INVESTIGATE; did you mean INVESTIGATION\?.*\n$/],
    [['kr-embassy', '--purpose', 'EXTRADITION'], 1, /^prasan: kr-embassy may not have the purpose EXTRADITION \(it may have .*\)\n$/],
    [['kr-embassy', '--clearance', 'HIGH'], 1, /^prasan: there is no level HIGH.*\n$/],
    [['kr-embassy', '--clearance', 'SECRET'], 1, /^prasan: kr-embassy is cleared up to CONFIDENTIAL, not SECRET\n$/],
    [['kr-embassy', '--caveat', 'SOURCE'], 1, /^prasan: kr-embassy may not have the caveat SOURCE.*\n$/],
    [['th-msdhs', '--desk', 'nmr'], 1, /^prasan: th-msdhs has no desk nmr; did you mean nrm\? \(it has nrm\)\n$/],
    [['kr-embassy', '--life', '86400'], 1, /^prasan: --life is a number of seconds from 1 to 43200 \(it is 86400\)\n$/],
    [[], 2, /^prasan token: for which partner\?\nusage: prasan token .*\n$/],
    [['kr-embassy', '--level', 'SECRET'], 2, /^prasan token: Unknown option '--level'.*\nusage: .*\n$/],
  ];
  for (const [args, wanted, line] of cases) {
    const { code, out, err } = await call(['token', ...args], env);
    t.equal(code, wanted);
    t.equal(out, '');
    t.match(err, line);
  }
  t.match(await call(['token', 'kr-embassy'], { ...env, DATABASE_URL: 'postgres://a:b@127.0.0.1/c' }), { code: 1, out: '', err: /do not work in production/ });
});

t.test('the table of commands', async (t) => {
  t.match(await call([]), { code: 0, out: /^prasan: a cross-border[^]* serve  [^]* apply / });
  t.match(await run(['sreve']), { code: 2, out: '', err: /^prasan: there is no command sreve; `prasan help` lists them\n$/ });
  t.match(await call(['toString']), { code: 2 });
  t.match(await call(['apply', '--help']), { code: 0, out: /^prasan apply <folder> \[--plan\]/ });
  t.match(await call(['config']), { code: 0, out: /\| `PORT` \| `8080` \|/ });
  t.match(await call(['apply', 'registry/demo'], { PRASAN_FOLDER: join(folder, 'none') }), { code: 1, err: /^prasan: there is no exchange in .*: start it once with `npm start`, or set DATABASE_OWNER_URL\n$/ });
  const there = readdirSync(join(project, 'src/cli')).map((file) => file.replace('.ts', ''));
  for (const name of ['token', 'apply', 'suspend', 'revoke', 'staff', 'disclosures', 'issuer', 'keys', 'backup', 'restore', 'import']) {
    const source = readFileSync(join(project, `src/cli/${there.includes(name) ? name : 'backup'}.ts`), 'utf8');
    const [{ out }, more] = [await call([name, '--help']), name === 'backup' ? ['replace'] : []];
    const taken = [...source.matchAll(/'?([\w-]+)'?: \{ type: '(?:string|boolean)'/g)].map(([, option = '']) => option).filter((option) => !more.includes(option));
    t.ok(taken.length > 0, name);
    for (const option of taken) t.match(out, `--${option}`, `${name} --${option} is told`);
  }
  const { err } = await call(['suspend']);
  for (const type of ['partner', 'client', 'staff', 'agreement', 'channel', 'issuer', 'statistic']) t.match(err, new RegExp(`name one[^]*${type}[^]*usage: [^\n]*\\b${type}\\b`));
});
