/** `npm run -s law -- --worlds 5000 [--seed 7] [--from 120]`, or one world: `--seed 7 --world 123`. The seed and the number make a world again. */
import { parseArgs } from 'node:util';
import { openSides, tallied, tryWorlds } from './law.ts';

const { values } = parseArgs({ options: { worlds: { type: 'string', default: '1000' }, seed: { type: 'string' }, world: { type: 'string' }, from: { type: 'string', default: '0' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const first = Number(values.world ?? values.from);
const last = values.world === undefined ? first + Number(values.worlds) - 1 : first;

const closers: (() => Promise<void>)[] = [];
const tally = tallied();
const said = (): string => `seed ${seed}: ${tally.worlds} worlds told, ${tally.differing} of them different, ${tally.questions} questions asked of both, ${tally.untold.length} not told\n`;
try {
  const sides = await openSides({ teardown: (done) => closers.unshift(done) }, seed, first);
  const leak = await tryWorlds(sides, seed, first, last, tally, (n) => { if (n % 100 === 99) process.stdout.write(said()); });
  if (leak !== undefined) {
    process.stderr.write(`${leak}\n`);
    process.exitCode = 1;
  }
  process.stdout.write(`${said()}${tally.untold.slice(0, 20).map((why) => `  not told: ${why.slice(0, 600)}\n`).join('')}`);
} finally {
  for (const close of closers) await close();
}
