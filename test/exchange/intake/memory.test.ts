import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

/** In a process of its own: what the test runner hooks into every promise would be measured else. */
const measure = fileURLToPath(new URL('memory-child.ts', import.meta.url));
/** As the exchange is started: V8 left to itself lets garbage of many times this size lie. */
const node = fileURLToPath(new URL('../../../bin/node', import.meta.url));

t.test('800,000 quoted rows in constant memory', async (t) => {
  const { stdout } = await promisify(execFile)('sh', [node, measure], { env: { PATH: process.env['PATH'] ?? '' } });
  const { rows, grown } = JSON.parse(stdout) as { rows: number; grown: number };
  t.equal(rows, 800_000);
  t.ok(grown < 100 * 1024 * 1024, `${Math.round(grown / 1024 / 1024)} MiB, garbage included, for 32 MB of rows`);
});
