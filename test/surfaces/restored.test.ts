/** A node whose rows are older than the journal serves nobody, and says why in its log. */
import { setImmediate as turn } from 'node:timers/promises';
import pino from 'pino';
import t from 'tap';
import { surfaces } from '../../src/assemble.ts';
import { watchRecovery } from '../../src/cli/recovery.ts';
import { makeLog } from '../../src/surfaces/log.ts';
import { freshApp } from '../support/app.ts';

t.test('while it is restored', async (t) => {
  const x = await freshApp(t);
  let open = false;
  const app = await surfaces(x.assembly, { config: {}, log: makeLog({ level: 'silent', redacted: x.dictionary.redacted }), version: '0.0.0', open: () => open });
  t.teardown(async () => app.close());
  const { authorization } = await x.as('th-ccib');
  const status = async (url: string): Promise<number> => (await app.inject({ url, headers: { authorization } })).statusCode;
  t.equal(await status('/healthz'), 200, 'it lives');
  for (const url of ['/readyz', '/v1/me', '/v1/indicators', '/v1/changes', '/graphql?query={me{subject}}']) t.equal(await status(url), 503, url);
  t.match((await app.inject({ url: '/v1/me', headers: { authorization } })).json(), { code: 'UNAVAILABLE' });
  open = true;
  for (const url of ['/readyz', '/v1/me', '/graphql?query={me{subject}}']) t.equal(await status(url), 200, url);
});

t.test('the watch', async (t) => {
  const lines: { level: number; msg: string; lost?: string[] }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
  const asked: boolean[] = [];
  let [lost, noted] = [['1 erased records are there again'] as string[], 0];
  const recovery = { lost: async (whole: boolean) => { asked.push(whole); return lost; }, note: async () => { noted += 1; } };
  const watch = await watchRecovery(recovery, log);
  t.equal(watch.open(), false);
  t.match(lines, [{ level: 50, msg: /prasan replay/, lost: ['1 erased records are there again'] }], 'the reason is in the log');
  t.equal(noted, 0, 'nothing of such rows goes into the journal');
  await watch.stop();

  lost = [];
  const well = await watchRecovery(recovery, log);
  t.equal(well.open(), true);
  t.same([noted, asked], [1, [true, true]], 'every erasure is looked at first');
  await well.stop();

  const blind = await watchRecovery({ ...recovery, lost: async () => { throw new Error('no database'); } }, log);
  t.equal(blind.open(), false, 'what cannot be known is not well');
  await blind.stop();
  await turn();
});
