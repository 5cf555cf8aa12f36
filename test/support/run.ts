/**
 * `npm test`: tap on all test files, or on those that are named. Half of what a small file costs is starting a process that has read the exchange's code: so
 * files of one folder share one, some at a time: those that only declare tests, and, fewer at a time, those that wait for something before them (mostly for an
 * exchange of their own) or end something after them. What is changed for a whole process has one of its own; so has each file when few are named. Options of tap go through: `npm test -- --jobs=3 test/store/apply.test.ts`.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const batches = join(root, '.tap/together');
/** Folders whose tests keep to themselves, but for those that `alone` finds. */
const together = ['.', 'attacks', 'dictionary', 'exchange', 'identity', 'ledger', 'rules', 'store', 'surfaces', 'vault'];
const mostInOne = 8;
/** Of those that wait: what each waited for stays until the last is done. */
const mostWaiting = 4;
/** Begun first: whatever comes last, the others are done beside it. */
const long = ['test/noninterference.test.ts', 'test/noninterference/mutations.test.ts', 'test/server.test.ts'];
/** So many files are named by scripts; whoever names fewer wants to see them by themselves. */
const few = 10;

const holds = (file: string, what: RegExp): boolean => what.test(readFileSync(join(root, file), 'utf8'));
/** What is changed for the whole process, and what waits for its own tests. */
const alone = (file: string): boolean => long.includes(file) || !together.includes(folderOf(file)) || holds(file, /^await |startEmbedded|process\.env\[[^\]]*\] = /mu);
/** What is waited for before tests, or ended after them. */
const waits = (file: string): boolean => holds(file, /^(?:const|let) .*= await |^t\.(?:teardown|before|after)/mu);
const folderOf = (file: string): string => dirname(relative('test', file)).split('/')[0] ?? '';

/** @returns a file that imports those, in a folder of its own that nothing commits */
function batch(name: string, files: readonly string[], waiting: boolean): string {
  const path = join(batches, `${name}.test.ts`);
  const imported = files.map((file) => `import '${relative(batches, join(root, file))}';\n`);
  // Of one after the other. tap would end before the next is read, were there no test that waits for all of them.
  const read = ["const read = Promise.withResolvers<void>();\nt.test('all files are read', async () => read.promise);\n", ...imported.map((line) => line.replace(/import ('.*')/u, 'await import($1)')), 'read.resolve();\n'];
  writeFileSync(path, `import t from 'tap';\n${(waiting ? read : imported).join('')}t.setTimeout(1_200_000); // Of all of them.\n`);
  return relative(root, path);
}

/** As equal in size as can be. */
function parted(files: readonly string[], most: number): string[][] {
  const size = Math.ceil(files.length / Math.ceil(files.length / most));
  return Array.from({ length: Math.ceil(files.length / size) }, (_, i) => files.slice(i * size, (i + 1) * size));
}

function gathered(files: readonly string[]): string[] {
  rmSync(batches, { recursive: true, force: true });
  mkdirSync(batches, { recursive: true });
  const shared = files.filter((file) => !alone(file));
  const made = [...Map.groupBy(shared, folderOf)].flatMap(([folder, its]) => [false, true].flatMap((waiting) => {
    const those = its.filter((file) => waits(file) === waiting);
    return those.length === 0 ? [] : parted(those, waiting ? mostWaiting : mostInOne).map((some, i) => batch(`${folder === '.' ? 'top' : folder}-${waiting ? 'waiting-' : ''}${i + 1}`, some, waiting));
  }));
  const first = long.filter((file) => files.includes(file));
  return [...first, ...files.filter((file) => alone(file) && !first.includes(file)), ...made];
}

const args = process.argv.slice(2);
const named = args.filter((arg) => !arg.startsWith('-'));
const files = named.length === 0 ? globSync('test/**/*.test.ts', { cwd: root }).toSorted() : named;
const run = files.length > few && files.every((file) => file.endsWith('.test.ts')) ? gathered(files.map((file) => relative(root, resolve(file)))) : files;
const tap = spawn(process.execPath, [join(root, 'node_modules/tap/dist/esm/run.mjs'), ...args.filter((arg) => arg.startsWith('-')), ...run], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tap.kill(signal));
tap.once('close', (code, signal) => { process.exitCode = code ?? (signal === null ? 0 : 1); });
