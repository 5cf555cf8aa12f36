/**
 * The one law: a response is a function of what was released to the viewer, and of nothing else. Two databases that differ only in what a viewer may
 * not see must answer it alike, whatever it asks, on every surface. Thousands of worlds: `npm run -s law -- --worlds 5000`. See test/noninterference/README.md.
 */
import t from 'tap';
import { openSides, tallied, tryWorlds } from './noninterference/law.ts';

/** The same worlds each time, so that red means a change; others by `npm run -s law`, which draws its own. */
const seed = Number(process.env['SEED'] ?? 378_022);
const worlds = Number(process.env['WORLDS'] ?? 200);

t.setTimeout(3_600_000); // However slow the machine: what is tried is counted in worlds.
t.test('two databases that differ in what a viewer may not see answer it alike', { timeout: 3_600_000 }, async (t) => {
  const tally = tallied();
  const leak = await tryWorlds(await openSides(t, seed), seed, 0, worlds - 1, tally);
  t.comment(`seed ${seed}: ${tally.worlds} worlds told, ${tally.differing} of them different, ${tally.questions} questions asked of both`);
  if (leak !== undefined) t.fail(leak);
  for (const why of tally.untold.slice(0, 5)) t.comment(`not told: ${why.slice(0, 400)}`);
  t.ok(leak !== undefined || (tally.worlds > worlds * 0.8 && tally.differing > worlds / 2 && tally.questions > worlds * 10), `the worlds are told, and differ (seed ${seed})`);
});
