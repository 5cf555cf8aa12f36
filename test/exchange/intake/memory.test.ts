import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

/** In a process of its own: what the test runner hooks into every promise would be measured else. */
const measure = fileURLToPath(new URL('memory-child.ts', import.meta.url));

t.test('800,000 quoted rows in constant memory', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [measure], { env: { PATH: process.env['PATH'] ?? '' } });
  const { rows, grown } = JSON.parse(stdout) as { rows: number; grown: number };
  t.equal(rows, 800_000);
  t.ok(grown < 150 * 1024 * 1024, `${Math.round(grown / 1024 / 1024)} MiB, garbage included, for 32 MB of rows`);
});
