/** The list of attacks is true: each names a test that there is. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const project = join(import.meta.dirname, '../..');
const rows = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').split('\n').filter((line) => line.startsWith('| ')).map((line) => line.slice(1, -1).split(' | ').map((cell) => cell.trim()));
const attacks = rows.filter(([, file = '']) => file.startsWith('test/'));

t.test('each attack has its test', async (t) => {
  t.ok(attacks.length > 60);
  t.equal(new Set(attacks.map(([attack]) => attack)).size, attacks.length, 'no attack stands twice');
  for (const [attack = '', file = '', name = ''] of attacks) {
    const text = existsSync(join(project, file)) ? readFileSync(join(project, file), 'utf8') : '';
    t.ok([`test('${name}'`, `'${name}': [`].some((start) => text.includes(start)), `${attack}: ${file} has a test called ${name}`);
  }
});

t.test('each test of this folder stands in the list', async (t) => {
  const listed = new Set(attacks.map(([, file = '', name = '']) => `${file} ${name}`));
  for (const file of readdirSync(import.meta.dirname).filter((each) => each.endsWith('.test.ts') && each !== 'list.test.ts')) {
    const names = [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/^ *(?:await )?t\.test\('((?:[^'\\]|\\.)+)'|^  '((?:[^'\\]|\\.)+)': (?:\[|.*map)/gmu)].map((match) => match[1] ?? match[2] ?? '');
    // The first of a file holds what the others share, except where each has its own world.
    for (const name of file === 'faults.test.ts' ? names : names.filter((each) => !['tokens', 'staff', 'GraphQL', 'REST', 'search oracles'].includes(each))) t.ok(listed.has(`test/attacks/${file} ${name}`), `${file}: ${name}`);
  }
});
