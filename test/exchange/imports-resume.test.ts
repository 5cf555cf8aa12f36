import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import t from 'tap';
import { freshExchange } from '../support/exchange.ts';
import { bytesOf, domains, importText, options, outcomesOf } from '../support/imports.ts';

const x = await freshExchange(t);
const ncsa = x.asker('th-ncsa', { purpose: 'CYBER_DEFENCE' });
const under = async (name: string): Promise<{ records: number; values: number }> => {
  const [row] = await x.admin<{ records: number; values: number }[]>`select count(*)::int as records, count(distinct body->>'value')::int as values
    from record where body->>'value' like ${`%.${name}`}`;
  return row ?? { records: 0, values: 0 };
};

function child(): ChildProcessByStdio<Writable, Readable, null> {
  const script = join(import.meta.dirname, '../support/import-child.ts');
  const started = spawn(process.execPath, [script, '--database', x.appUrl, '--keys', x.keysUrl, '--keyFile', x.keyFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.stdin.on('error', () => undefined); // it is killed while it reads
  return started;
}

t.test('killed in the middle: the same file again completes it, with nothing doubled', async (t) => {
  const text = domains(6000, 'killed.example');
  const node = child();
  const [said] = (await once(node.stdout, 'data')) as [Buffer];
  const id = said.toString().trim();
  node.stdin.write(text.slice(0, text.length - 1000)); // and never ends
  for (;;) {
    const { created } = await x.exchange.importReport(ncsa, id);
    if (created >= 1000) break;
  }
  node.kill('SIGKILL');
  await once(node, 'exit');
  const left = await x.exchange.importReport(ncsa, id);
  t.equal(left.state, 'RUNNING', 'nobody can know yet');
  const { records } = await under('killed.example');
  t.equal(records, left.created, 'whole batches, counted as they stand');
  t.equal((await outcomesOf(x.exchange, ncsa, id)).length, left.created);
  const again = await importText(x.exchange, ncsa, text);
  t.match(again.report, { state: 'DONE', unchanged: records, created: 6000 - records, refused: 0 });
  t.same(await under('killed.example'), { records: 6000, values: 6000 });
  await x.admin`update import_job set touched_at = touched_at - interval '121 seconds' where id = ${id}`;
  t.match(await x.exchange.importReport(ncsa, id), { state: 'FAILED', created: records, failure: { code: 'UNAVAILABLE', message: /same file again/ } }, 'given up after two silent minutes');
});

t.test('the same file twice at once, on two nodes', async (t) => {
  const other = await x.node();
  const text = domains(2600, 'twice.example');
  const [a, b] = await Promise.all([importText(x.exchange, ncsa, text), importText(other.exchange, ncsa, text.split('\n').reverse().join('\n'))]);
  t.match([a.report.state, b.report.state], ['DONE', 'DONE']);
  t.equal(a.report.created + b.report.created, 2600);
  t.equal(a.report.unchanged + b.report.unchanged, 2600);
  t.same(await under('twice.example'), { records: 2600, values: 2600 });
});

t.test('a partner suspended meanwhile gets no further', async (t) => {
  const { partners } = x.registry;
  const suspended = new Map([...partners].map(([id, partner]) => [id, id === 'th-ncsa' ? { ...partner, status: 'SUSPENDED' as const } : partner]));
  async function* rows(): AsyncGenerator<Uint8Array> {
    yield* bytesOf(domains(2300, 'suspended.example'));
    while ((await under('suspended.example')).records < 2000) await new Promise((resolve) => { setTimeout(resolve, 5); });
    await x.apply({ partners: suspended });
    yield* bytesOf(domains(3000, 'late.example'));
  }
  const { id, done } = await x.exchange.startImport(ncsa, options, rows());
  const report = await done;
  t.match(report, { state: 'FAILED', created: 2000, failure: { code: 'UNAUTHENTICATED', message: /up to line 2000/ } });
  t.same(await under('late.example'), { records: 0, values: 0 });
  await t.rejects(x.exchange.importReport(ncsa, id), { code: 'UNAUTHENTICATED' });
  await x.apply({ partners });
  t.same(await x.exchange.importReport(ncsa, id), report);
});

t.test('rows are asked for only as they are written', async (t) => {
  let sent = 0;
  let most = 0;
  async function* rows(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 20; i += 1) {
      yield* bytesOf(domains(250, `p${i}.pressure.example`));
      sent += 250;
      const [job] = await x.admin<{ created: number }[]>`select created from import_job order by id desc limit 1`;
      most = Math.max(most, sent - (job?.created ?? 0));
    }
  }
  t.match((await importText(x.exchange, ncsa, rows())).report, { created: 5000 });
  t.ok(most <= 2000, `at most ${most} rows were read and not yet written`);
});
