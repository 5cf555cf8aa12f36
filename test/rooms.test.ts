/** Imports point one way (docs/architecture.md): this reads the import statements and holds it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const source = fileURLToPath(new URL('../src/', import.meta.url));

interface Import {
  /** Path in `src`, of the file that imports. */
  readonly from: string;
  /** Path in `src`, or the name of a package. */
  readonly to: string;
  readonly names: readonly string[];
  /** `import type`, or only `type` names: gone when it runs. */
  readonly typeOnly: boolean;
}

const statement = /^(?:import|export)\s+(type\s+)?(?:([^;='"]*?)\s+from\s+)?'([^']+)';/gm;
const dynamic = /\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(file: string, text: string): Import[] {
  const to = (target: string): string => (target.startsWith('.') ? relative(source, resolve(source, dirname(file), target)) : target);
  const found = [...text.matchAll(statement)].map(([, type, clause = '', target = '']) => {
    const names = (/\{([\s\S]*)\}/.exec(clause)?.[1] ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
    const typeOnly = type !== undefined || (names.length > 0 && names.every((name) => name.startsWith('type ')));
    return { from: file, to: to(target), names: names.map((name) => name.replace(/^type /, '').replace(/ as .*$/, '')), typeOnly };
  });
  return [...found, ...[...text.matchAll(dynamic)].map(([, target = '']) => ({ from: file, to: to(target), names: [], typeOnly: false }))];
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]));
const imports = [...texts].flatMap(([file, text]) => importsOf(file, text));

/** The first segment, without its ending: `exchange`, `errors`, `app`. */
const roomOf = (path: string): string => (path.split('/')[0] ?? '').replace(/\.ts$/, '');

/** What each room may import, beside itself and packages. */
const sees: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  ledger: [],
  dictionary: ['errors'],
  rules: ['dictionary', 'errors'],
  vault: ['rules', 'dictionary', 'errors'],
  identity: ['rules', 'dictionary', 'errors'],
  exchange: ['ledger', 'vault', 'rules', 'dictionary', 'errors'],
  store: ['exchange', 'ledger', 'vault', 'rules', 'dictionary', 'errors'],
  surfaces: ['exchange', 'rules', 'dictionary', 'errors'],
  config: ['dictionary', 'errors'],
  app: ['surfaces', 'exchange', 'rules', 'dictionary', 'errors', 'config'],
};
/** They start and run the others. */
const starters = new Set(['assemble', 'server', 'cli']);

const inSource = ({ to }: Import): boolean => files.includes(to);
const shown = ({ from, to, names }: Import): string => `${from} imports ${names.join(', ') || 'from'} ${to}`;

t.ok(files.length > 50 && imports.filter(inSource).length > 100, 'the statements are found');

t.test('each room imports only what stands before it', async (t) => {
  const unknown = [...new Set(files.map(roomOf))].filter((room) => sees[room] === undefined && !starters.has(room));
  t.same(unknown, [], 'every room has its place');
  const wrong = imports.filter(inSource).filter(({ from, to }) => {
    const [room, target] = [roomOf(from), roomOf(to)];
    return room !== target && !starters.has(room) && !(sees[room]?.includes(target) ?? false);
  });
  t.same(wrong.map(shown), []);
});

t.test('identity sees of the rules only the viewer, the staff, and the registry as a type', async (t) => {
  const wrong = imports.filter(({ from, to }) => roomOf(from) === 'identity' && roomOf(to) === 'rules')
    .filter(({ to, typeOnly }) => to !== 'rules/viewer.ts' && to !== 'rules/staff.ts' && !(to === 'rules/registry.ts' && typeOnly));
  t.same(wrong.map(shown), []);
  const words = imports.filter(({ from, to }) => roomOf(from) === 'identity' && roomOf(to) === 'dictionary' && !['dictionary/compartment.ts', 'dictionary/validate/twice.ts'].includes(to));
  t.same(words.map(shown), [], 'and of the dictionary only the levels, caveats and purposes, and how a member that stands twice is told');
});

t.test('surfaces see released records, and no step before release', async (t) => {
  const allowed = new Set(['rules/release.ts', 'rules/viewer.ts', 'rules/registry.ts', 'rules/staff.ts']);
  const wrong = imports.filter(({ from, to, typeOnly }) => roomOf(from) === 'surfaces' && roomOf(to) === 'rules' && !(typeOnly && allowed.has(to)));
  t.same(wrong.map(shown), []);
  const useCases = imports.filter(({ from, to }) => roomOf(from) === 'surfaces' && roomOf(to) === 'exchange' && to !== 'exchange/api.ts');
  t.same(useCases.filter(({ typeOnly }) => !typeOnly).map(shown), [], 'and the use cases as an interface');
});

t.test('only identity makes verified claims', async (t) => {
  const makers = imports.filter(({ names }) => names.includes('asVerified'));
  t.ok(makers.length > 0);
  t.same(makers.filter(({ from }) => roomOf(from) !== 'identity').map(shown), []);
});

/** The write path, which carries over what the writer cannot see and keeps the revision before. */
const writers = new Set(['exchange/amend.ts', 'exchange/carried.ts', 'store/write.ts']);

t.test('only the rules and the write path look into a stored record', async (t) => {
  const readers = [...texts].filter(([, text]) => /\bStored\s*\.\s*bodyOf\b|\bbodyOf\s*\}\s*=\s*Stored\b/.test(text)).map(([file]) => file);
  t.ok(readers.includes('rules/release.ts'));
  t.same(readers.filter((file) => roomOf(file) !== 'rules' && !writers.has(file)), []);
});

t.test('only release makes a released record, and only the exchange calls it', async (t) => {
  const makers = [...texts].filter(([, text]) => /\bReleased\s*\.\s*of\b/.test(text)).map(([file]) => file);
  t.same(makers, ['rules/release.ts']);
  const callers = imports.filter(({ to, names }) => to === 'rules/release.ts' && names.includes('release'));
  t.same(callers.filter(({ from }) => roomOf(from) !== 'exchange' && roomOf(from) !== 'rules').map(shown), []);
});

t.test('frameworks and drivers stay in their rooms', async (t) => {
  const homes: Readonly<Record<string, readonly string[]>> = {
    fastify: ['surfaces', 'app', 'assemble', 'server'],
    mercurius: ['surfaces'],
    postgres: ['store', 'cli', 'server'],
    'drizzle-orm': ['store', 'cli'],
    jose: ['identity', 'cli', 'server'],
  };
  const wrong = imports.filter(({ from, to }) => {
    const home = homes[to.split('/')[0] ?? ''];
    return !inSource({ from, to, names: [], typeOnly: false }) && home !== undefined && !home.includes(roomOf(from));
  });
  t.same(wrong.map(shown), []);
});

t.test('pure rooms touch neither files nor network nor clock', async (t) => {
  const impure = /^node:(?:fs|net|http|https|dns|child_process|worker_threads|timers)/;
  const pure = new Set(['rules', 'ledger']);
  // Telling an address from other text is no traffic.
  const harmless = new Set(['isIP', 'isIPv4', 'isIPv6']);
  const wrong = imports.filter(({ from, to, names }) => {
    const held = pure.has(roomOf(from)) || (roomOf(from) === 'dictionary' && from !== 'dictionary/load.ts');
    return held && impure.test(to) && !(to === 'node:net' && names.every((name) => harmless.has(name)));
  });
  t.same(wrong.map(shown), []);
  const clocks = [...texts].filter(([file, text]) => pure.has(roomOf(file)) && /\bDate\.now\(\)|\bnew Date\(\)|\bperformance\.now\(\)/.test(text)).map(([file]) => file);
  t.same(clocks, []);
});
