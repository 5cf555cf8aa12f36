/** The property catches what it is there for: each leak of the table, planted in an exchange that keeps the law without it, is found within a bounded number of worlds. */
import t from 'tap';
import { outside } from './declassified.ts';
import { askBoth, batch, declare, type Leak, leakIn, openSides, type Sides, tellBoth, worldOf } from './law.ts';
import { byWriting, leaks } from './leaks.ts';
import { isRead } from './question.ts';
import { Untellable } from './side.ts';

const seed = Number(process.env['SEED'] ?? 20_261_122);
/** As many worlds as are tried for one leak. */
const most = Number(process.env['LEAK_WORLDS'] ?? 120);

/**
 * Worlds in which the leaks show, as worlds are generated now: tried before the others, so that the test need not tell those between. Where the generator
 * has changed, they are worlds like any other; the test says which worlds caught what.
 */
const telling = [0, 1, 2, 3, 4, 5, 7, 11, 15, 18, 19, 22, 38, 65, 105];
const order = [...new Set([...telling, ...Array.from({ length: most }, (_, n) => n)])].filter((n) => n < most);

/** An exchange that merely breaks is no leak that was caught. */
const isCaught = (leak: Leak | undefined): boolean => leak !== undefined && (leak.answers[0] !== leak.answers[1] || leak.answers[0].includes(outside));

/** @returns the names of those that this world shows */
async function shownBy(sides: Sides, planted: ReadonlyMap<string, Sides>, n: number): Promise<string[]> {
  const told = worldOf(seed, n);
  const shown: string[] = [];
  const reading = [...planted].filter(([name]) => !byWriting.has(name));
  if (reading.length > 0) {
    const standing = await tellBoth(sides, told);
    for (const [name, leaking] of reading) if (isCaught(await askBoth(leaking, told, standing, told.questions.filter(isRead)))) shown.push(name);
  }
  for (const [name, leaking] of planted) if (byWriting.has(name) && isCaught(await leakIn(leaking, told))) shown.push(name);
  return shown;
}

t.setTimeout(3_600_000);
t.test('leaks that are planted by hand are caught', { timeout: 3_600_000 }, async (t) => {
  const sides = await openSides(t, seed);
  const [left, right] = sides;
  const only = process.env['LEAK'] ?? '';
  const planted = new Map<string, Sides>();
  for (const [name, plant] of Object.entries(leaks).filter(([one]) => one.includes(only))) planted.set(name, [await left.planted(plant), await right.planted(plant)]);
  let declared: number | undefined;
  for (const [tried, n] of order.entries()) {
    if (planted.size === 0) break;
    if (Math.floor(n / batch) !== declared) await declare(sides, seed, n - (n % batch));
    declared = Math.floor(n / batch);
    const shown = await shownBy(sides, planted, n).catch((error: unknown) => {
      if (error instanceof Untellable) return [];
      throw error;
    });
    for (const name of shown) {
      planted.delete(name);
      t.pass(`${name}: caught after ${tried + 1}, in world ${n}`);
    }
  }
  for (const name of planted.keys()) t.fail(`${name}: not caught in ${most} worlds (seed ${seed})`);
});
