/**
 * The one law: a response is a function of what was released to the viewer, and of nothing else. Two databases that differ only in what a viewer may
 * not see must answer it alike, whatever it asks, on every surface. Thousands of worlds: `npm run -s law -- --worlds 5000`. See test/noninterference/README.md.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import t from 'tap';

/** The same worlds each time, so that red means a change; others by `npm run -s law`, which draws its own. */
const seed = Number(process.env['SEED'] ?? 378_022);
const worlds = Number(process.env['WORLDS'] ?? 200);

t.setTimeout(3_600_000); // However slow the machine: what is tried is counted in worlds.
t.test('two databases that differ in what a viewer may not see answer it alike', { timeout: 3_600_000 }, async (t) => {
  // In a process of their own: tap follows each promise of a test, of which there are millions here.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'noninterference/run.ts'), '--worlds', String(worlds), '--seed', String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [code, said, leaks] = await Promise.all([new Promise((resolve) => { child.once('close', resolve); }), text(child.stdout), text(child.stderr)]);
  t.comment(said);
  t.equal(code, 0, leaks);
  const [told = 0, differing = 0, questions = 0] = (/seed \d+: (\d+) worlds told, (\d+) of them different, (\d+) questions asked of both/.exec(said.slice(said.lastIndexOf('seed '))) ?? []).slice(1).map(Number);
  t.ok(code !== 0 || (told > worlds * 0.8 && differing > worlds / 2 && questions > worlds * 10), `the worlds are told, and differ (seed ${seed})`);
});
