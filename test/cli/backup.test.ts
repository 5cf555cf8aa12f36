/** `prasan backup`, `restore`, `replay` and `suspend` as commands. Synthetic records only. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { call, run } from '../support/command.ts';
import { freshExchange, testIssuer } from '../support/exchange.ts';
import { refused } from '../support/refused.ts';

const folder = mkdtempSync(join(tmpdir(), 'prasan-backups-'));
t.teardown(() => { rmSync(folder, { recursive: true, force: true }); });

t.test('yesterday is restored, and today is not undone', { timeout: 240_000 }, async (t) => {
  const x = await freshExchange(t);
  const env = { DATABASE_OWNER_URL: x.database.url(), KEY_DATABASE_OWNER_URL: x.database.url(x.database.keysName) };
  const police = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const submit = async (value: string) => (await x.exchange.submit(police, 'Indicator', { type: 'DOMAIN', value, classification: 'RESTRICTED', channels: ['embassies-ip'], rationale: 'synthetic' })).record.id;
  const [erased, kept] = [await submit('erased.example'), await submit('kept.example')];
  const yesterday = join(folder, 'yesterday');
  const made = await run(['backup', yesterday], env);
  t.match(made, { code: 0, out: /^rows: \d+ rows of \d+ tables[^]*keys: \d+ rows[^]*keep the two apart/ }, made.err);
  t.match(await call(['backup', yesterday], env), { code: 1, err: /is there already/ });
  t.match(await call(['backup', join(folder, 'keys-only'), '--keys'], env), { code: 0 });
  t.same([existsSync(join(folder, 'keys-only/rows')), existsSync(join(folder, 'keys-only/keys'))], [false, true]);

  await x.exchange.erase(police, 'Indicator', erased, 'OTHER');
  t.match(await call(['suspend', 'partner', 'jp-embassy', '--reason', 'synthetic'], env), { code: 0, err: '' });
  t.match(await x.assembly.keys.journal.outOfForce(), [{ id: 'jp-embassy' }], 'noted beside the keys at once');
  t.match(await call(['restore', yesterday, '--replace'], env), { code: 1, err: /stop all nodes first/ });
  await x.assembly.close();
  t.match(await call(['restore', yesterday], env), { code: 1, err: /not empty/ });
  t.match(await call(['restore', join(folder, 'nowhere'), '--replace'], env), { code: 1, err: /holds no backup of rows/ });
  const done = await run(['restore', yesterday, '--replace'], env);
  t.match(done, { code: 0, out: 'rows: restored. done again since then: 1 erasures, 0 legal holds, 1 suspensions; the feed has a new epoch\n' }, done.err);
  const node = await x.node();
  t.equal((await refused(node.exchange.get(police, 'Indicator', erased))).code, 'ERASED');
  t.match((await node.exchange.get(police, 'Indicator', kept)).body, { rationale: 'synthetic' }, 'and its keys are there');
  t.equal((await refused(node.exchange.me(x.asker('jp-embassy', { purpose: 'INVESTIGATION' })))).code, 'UNAUTHENTICATED');
  t.match(await call(['replay'], env), { code: 0, out: 'done again since then: 0 erasures, 0 legal holds, 0 suspensions; the feed has a new epoch\n' }, 'nothing is left to do');
  const withKeys = { ...env, KEY_FILE: x.keyFile };
  t.match(await call(['keys', 'rotate'], withKeys), { code: 0, out: /^version 2 of the master key is in / });
  t.match(await call(['keys', 'rotate', '--finish'], withKeys), { code: 0, out: /^1 keys are wrapped anew by version 2/ });
  t.match((await (await x.node()).exchange.get(police, 'Indicator', kept)).body, { rationale: 'synthetic' }, 'under another master key');
  t.match(await call(['revoke', 'some-jti', '--issuer', testIssuer, '--reason', 'synthetic'], env), { code: 0, out: /counts no more, from the next request on/ });
  t.match(await call(['resume', 'partner', 'jp-embassy'], env), { code: 0 });
  t.match(await call(['replay'], env), { code: 0, out: /0 suspensions/ }, 'what was resumed stays so');
  for (const args of [['backup'], ['restore'], ['replay', 'x'], ['backup', 'a', 'b']]) t.match(await call(args, env), { code: 2, err: /usage: prasan/ });
  t.match(await call(['backup', join(folder, 'none')], { DATABASE_OWNER_URL: x.database.url() }), { code: 1, err: /KEY_DATABASE_OWNER_URL must be set/ });
});
