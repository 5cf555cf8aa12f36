/**
 * The one law: a response is a function of what was released to the viewer, and of nothing else. Two databases that differ only in what a viewer may
 * not see must answer it alike, whatever it asks. `SEED` repeats a run, `RUNS` sets how many worlds are tried.
 */
import fc from 'fast-check';
import t from 'tap';
import { ask, standing } from './noninterference/ask.ts';
import { openSide, tell } from './noninterference/tell.ts';
import { type Step, world } from './noninterference/world.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_007);
const runs = Number(process.env['RUNS'] ?? 30);

/** Where two answers part. */
function apart(left: string, right: string): string {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  const near = (text: string): string => text.slice(Math.max(0, at - 300), at + 300);
  return `  left:  ...${near(left)}...\n  right: ...${near(right)}...`;
}
const steps = (told: readonly Step[]): string => told.map(({ at, id, originator, what }) => `  ${at} ${id.slice(-4)} ${originator} ${JSON.stringify(what)}`).join('\n');

t.setTimeout(240_000);
t.test('two databases that differ in what a viewer may not see answer it alike', async (t) => {
  const left = await openSide(t, 'extra-left');
  const right = await openSide(t, 'extra-right');
  const sides = [left, right] as const;
  let compared = 0;
  let differing = 0;
  const tried = await fc.check(fc.asyncProperty(fc.gen(), async (g) => {
    const { eye, sides: told, ids, note } = world(g);
    if (JSON.stringify(told[0]) !== JSON.stringify(told[1])) differing += 1;
    const half = Math.max(...told.flatMap((side) => side.map(({ at }) => at))) / 2;
    const [a, b] = await Promise.all(sides.map(async (side, i) => {
      await side.wipe();
      const cursor = await standing(side, eye);
      let middle: string | undefined;
      await tell(side, told[i as 0 | 1], half, async () => { middle = await standing(side, eye); });
      return ask(side, eye, ids, { cursor, middle });
    }));
    for (const [question, answer] of a ?? []) {
      compared += 1;
      const other = b?.get(question);
      if (answer.includes('FAULT')) throw new Error(`${note}: ${question} failed: ${answer}`);
      if (answer !== other) throw new Error(`${note}: ${question}\n${apart(answer, other ?? '')}\n${steps(told[0])}\n  --\n${steps(told[1])}`);
    }
  }), { seed, numRuns: runs, endOnFailure: true, interruptAfterTimeLimit: 60_000 });
  t.comment(`seed ${seed}: ${tried.numRuns} worlds, ${differing} of them different, ${compared} answers compared`);
  if (tried.failed) t.fail(`SEED=${seed}: ${tried.errorInstance instanceof Error ? tried.errorInstance.stack : 'interrupted'}`);
  t.ok(differing > tried.numRuns / 2 && compared > 1000, 'the worlds differ');
});
