/** `prasan apply`, `suspend` and `resume` as commands, against an exchange that answers meanwhile. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { difference } from '../../src/cli/difference.ts';
import { call, project, run } from '../support/command.ts';
import { Refusal } from '../../src/errors.ts';
import { freshExchange } from '../support/exchange.ts';

const folder = mkdtempSync(join(tmpdir(), 'prasan-apply-'));
t.teardown(() => { rmSync(folder, { recursive: true, force: true }); });

const demo = join(project, 'registry/demo');
const changed = join(folder, 'changed');
cpSync(demo, changed, { recursive: true });
const file = join(changed, 'rtp-embassies.yaml');
writeFileSync(file, readFileSync(file, 'utf8').replace('members: [th-ccib, th-pct, th-atc, kr-embassy, jp-embassy]', 'members: [th-ccib, th-pct, th-atc, jp-embassy]'));

t.test('plan, apply, apply again, suspend, resume', async (t) => {
  const x = await freshExchange(t);
  const env = { DATABASE_OWNER_URL: x.database.url() };
  const asker = (partner: string) => x.asker(partner, { purpose: 'INVESTIGATION' });
  const { record } = await x.exchange.submit(asker('th-ccib'), 'Indicator', { value: 'one.example', classification: 'RESTRICTED', channels: ['embassies-ip'] });
  const seen = async (): Promise<string> => x.exchange.get(asker('kr-embassy'), 'Indicator', record.id).then(() => 'seen', (error: unknown) => (error instanceof Refusal ? error.code : String(error)));

  t.match(await call(['apply', demo], env), { code: 0, out: /nothing to change: all that is declared is in force\n$/ });
  const plan = await call(['apply', changed, '--plan'], env);
  t.equal(plan.code, 0);
  t.equal(plan.out, [
    '~ channel embassies-ip', '    members: th-ccib, th-pct, th-atc, kr-embassy, jp-embassy -> th-ccib, th-pct, th-atc, jp-embassy',
    'in force and not declared here, stays: issuer urn:test:issuer', 'effect at once:', '  kr-embassy loses 1 Indicator record', '',
  ].join('\n'));
  t.equal(await seen(), 'seen', 'a plan changes nothing');
  t.match(await run(['apply', changed, '--reason', 'the embassy left'], env), { code: 0, out: /in force: 1 change, registry version 2\n$/ });
  t.equal(await seen(), 'NOT_FOUND');
  t.match(await call(['apply', changed], env), { code: 0, out: /nothing to change/ });
  t.match(await call(['apply', demo], env), { code: 0, out: /registry version 3\n$/ });
  t.equal(await seen(), 'seen');

  t.match(await call(['suspend', 'agreement', 'rtp-embassies-2025', '--reason', 'dispute'], env), { code: 0, err: '' });
  t.equal(await seen(), 'NOT_FOUND');
  t.match(await call(['apply', demo], env), { code: 0, out: /stays suspended: agreement rtp-embassies-2025[^]*nothing to change/ }, 'not lifted unawares');
  t.equal(await seen(), 'NOT_FOUND');
  t.match(await call(['resume', 'agreement', 'rtp-embassies-2025'], env), { code: 0 });
  t.equal(await seen(), 'seen');
  const history = await x.admin<{ version: number; reason: string | null; actor: string }[]>`select version::float8 as version, reason, actor from registry_history order by registry_history.version`;
  t.same(history.map(({ reason }) => reason), [null, 'the embassy left', null, 'dispute', null]);
  t.match(history.at(-1)?.actor, /.@./);

  const faults: [string[], number, RegExp][] = [
    [['apply', join(folder, 'nowhere')], 1, /nowhere: there is no such folder\n$/],
    [['apply'], 2, /^prasan apply: which folder\?\nusage: prasan apply <folder>/],
    [['suspend', 'partner', 'kr-embassy'], 2, /a suspension needs a --reason/],
    [['suspend', 'partner', 'kr-embasy', '--reason', 'x'], 1, /^prasan: there is no partner kr-embasy in force; did you mean kr-embassy\?\n$/],
    [['suspend', 'desk', 'kr-embassy', '--reason', 'x'], 2, /name one partner, client, staff, agreement, channel, statistic or issuer/],
  ];
  for (const [args, code, line] of faults) {
    const ended = await call(args, env);
    t.equal(ended.code, code);
    t.match(ended.err, line);
  }
});

t.test('differences are told by name', async (t) => {
  const before = { status: 'ACTIVE', clauses: [{ id: '3.1', ceiling: 1, purposes: 3, caveats: 0, routing: { above: 1 } }], members: ['a', 'b'] };
  const after = { ...before, validTo: '2030-01-01T00:00:00.000Z', members: ['a'], clauses: [{ id: '3.1', ceiling: 2, purposes: 1, caveats: 16, routing: { above: 2 } }, { id: '4', ceiling: 0, purposes: 1, caveats: 0 }] };
  t.same(difference(before, after), [
    'clauses[3.1].ceiling: RESTRICTED -> CONFIDENTIAL', 'clauses[3.1].purposes: PREVENTION, INVESTIGATION -> PREVENTION', 'clauses[3.1].caveats: none -> OPERATIONAL',
    'clauses[3.1].routing.above: RESTRICTED -> CONFIDENTIAL', 'members: a, b -> a', 'clauses[4].id: not there -> "4"', 'clauses[4].ceiling: not there -> UNCLASSIFIED',
    'clauses[4].purposes: not there -> PREVENTION', 'clauses[4].caveats: not there -> none', 'validTo: not there -> "2030-01-01T00:00:00.000Z"',
  ]);
});
