/**
 * `npm test`: tap on all test files, or on those that are named. Half of what a small file costs is starting a process that has read the exchange's code: so
 * files of one folder that only declare tests share one, some at a time. A file that waits for something before its tests, or ends something after them, has a
 * process of its own; so has each file when few are named. Options of tap go through: `npm test -- --jobs=3 test/store/apply.test.ts`.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const batches = join(root, '.tap/together');
/** Folders whose tests keep to themselves, but for those that `alone` finds. */
const together = ['attacks', 'dictionary', 'exchange', 'identity', 'ledger', 'rules', 'store', 'surfaces', 'vault'];
const mostInOne = 8;
/** So many files are named by scripts; whoever names fewer wants to see them by themselves. */
const few = 10;

/** What is waited for before tests, ended after them, or changed for the whole process. */
const alone = (file: string): boolean => /^(?:(?:const|let) .*= )?await |^t\.(?:teardown|before|after)|startEmbedded|process\.env\[[^\]]*\] = /mu.test(readFileSync(join(root, file), 'utf8'));
const folderOf = (file: string): string => relative('test', file).split('/')[0] ?? '';

/** @returns a file that imports those, in a folder of its own that nothing commits */
function batch(folder: string, files: readonly string[], number: number): string {
  const name = join(batches, `${folder}-${number}.test.ts`);
  const imports = files.map((file) => `import '${relative(batches, join(root, file))}';\n`).join('');
  writeFileSync(name, `import t from 'tap';\n${imports}t.setTimeout(1_200_000); // Of all of them.\n`);
  return relative(root, name);
}

function gathered(files: readonly string[]): string[] {
  rmSync(batches, { recursive: true, force: true });
  mkdirSync(batches, { recursive: true });
  const [own, shared] = [files.filter((file) => !together.includes(folderOf(file)) || alone(file)), files.filter((file) => together.includes(folderOf(file)) && !alone(file))];
  const made = [...Map.groupBy(shared, folderOf)].flatMap(([folder, its]) => {
    const size = Math.ceil(its.length / Math.ceil(its.length / mostInOne));
    return Array.from({ length: Math.ceil(its.length / size) }, (_, i) => batch(folder, its.slice(i * size, (i + 1) * size), i + 1));
  });
  return [...own, ...made];
}

const args = process.argv.slice(2);
const named = args.filter((arg) => !arg.startsWith('-'));
const files = named.length === 0 ? globSync('test/**/*.test.ts', { cwd: root }).toSorted() : named;
const run = files.length > few && files.every((file) => file.endsWith('.test.ts')) ? gathered(files.map((file) => relative(root, resolve(file)))) : files;
const tap = spawn(process.execPath, [join(root, 'node_modules/tap/dist/esm/run.mjs'), ...args.filter((arg) => arg.startsWith('-')), ...run], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tap.kill(signal));
tap.once('close', (code, signal) => { process.exitCode = code ?? (signal === null ? 0 : 1); });
