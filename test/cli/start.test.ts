/** How the exchange's Node is started: by bin/node everywhere, by its own words in the image. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import t from 'tap';

const at = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname;

t.test('the flags of bin/node are those of the image', async (t) => {
  const told = execFileSync('sh', [at('bin/node'), '-p', 'JSON.stringify({ flags: process.execArgv, major: process.versions.node.split(".")[0] })'], { encoding: 'utf8' });
  const { flags, major } = JSON.parse(told) as { flags: string[]; major: string };
  t.strictSame([flags[0], major], ['--max-semi-space-size=16', '24']);
  const [, entry = '[]'] = /^ENTRYPOINT (.*)$/m.exec(readFileSync(at('Dockerfile'), 'utf8')) ?? [];
  t.strictSame(JSON.parse(entry), ['node', flags[0], 'src/cli/main.ts']);
});
