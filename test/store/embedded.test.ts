import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import t from 'tap';
import type { Test } from 'tap';
import { removeEmbedded, runningEmbedded, startEmbedded } from '../../src/store/embedded/start.ts';

const starter = join(import.meta.dirname, '../support/embedded-starter.ts');

const folderOf = (t: Test): string => {
  const folder = join(t.testdir({}), '.prasan');
  t.teardown(async () => removeEmbedded(folder));
  return folder;
};

const placeOf = (folder: string): string => (JSON.parse(readFileSync(join(folder, 'embedded.json'), 'utf8')) as { place: string }).place;
const dataOf = (folder: string): string => join(placeOf(folder), 'data');

/** Process ids of whatever PostgreSQL process still has this data folder on its command line or as its working folder. */
const processesOn = (data: string): string[] => readdirSync('/proc').filter((pid) => {
  try {
    return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
  } catch {
    return false;
  }
});

const query = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
};

/** Another process that has the folder; it says its server's URL once it is ready. */
const otherProcess = async (t: Test, folder: string) => {
  const child = spawn(process.execPath, [starter, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const [url] = await once(child.stdout.setEncoding('utf8'), 'data') as [string];
  return { child, url: url.trim() };
};

t.test('starts a server, stops it without a trace, and finds its data again', async (t) => {
  const folder = folderOf(t);
  const first = await startEmbedded({ folder, durable: false });
  await query(first.ownerUrl, 'create table kept as select 42 as answer');
  t.equal(await runningEmbedded(folder), first.ownerUrl, 'commands beside it find it');
  const data = dataOf(folder);
  t.not(processesOn(data).length, 0);
  await first.stop();
  t.same(processesOn(data), []);
  t.equal(await runningEmbedded(folder), undefined);
  const second = await startEmbedded({ folder, durable: false });
  t.match(await query(second.ownerUrl, 'select answer from kept'), [{ answer: 42 }]);
  await second.stop();
});

t.test('durable, UTF-8, C locale, UTC, loopback, password', async (t) => {
  const folder = folderOf(t);
  const { ownerUrl, stop } = await startEmbedded({ folder });
  t.teardown(stop);
  const shown = async (name: string): Promise<unknown> => (await query(ownerUrl, `select current_setting('${name}') as it`))[0]?.['it'];
  const expected = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', server_encoding: 'UTF8', TimeZone: 'UTC', listen_addresses: '127.0.0.1', unix_socket_directories: '', data_checksums: 'on', max_connections: '100' };
  for (const [name, value] of Object.entries(expected)) t.equal(await shown(name), value, name);
  t.match(await query(ownerUrl, "select datcollate, datctype from pg_database where datname = 'template0'"), [{ datcollate: 'C', datctype: 'C' }]);
  t.equal(statSync(join(folder, 'embedded.json')).mode & 0o777, 0o600);
  const stranger = new URL(ownerUrl);
  stranger.password = 'guess';
  await t.rejects(query(stranger.href, 'select 1'), { code: '28P01' });
  stranger.password = '';
  await t.rejects(query(stranger.href, 'select 1'));
  t.match(await query(ownerUrl, 'select distinct auth_method from pg_hba_file_rules'), [{ auth_method: 'scram-sha-256' }]);
});

t.test('a second instance in the same folder gets one clear line, and disturbs nothing', async (t) => {
  const folder = folderOf(t);
  const { child, url } = await otherProcess(t, folder);
  await t.rejects(startEmbedded({ folder, durable: false }), { name: 'EmbeddedFault', message: new RegExp(`already runs in .* \\(process ${child.pid}\\): stop it first, or set PRASAN_FOLDER`) });
  t.match(await query(url, 'select 1 as one'), [{ one: 1 }]);
});

t.test('kill -9 of the process: PostgreSQL ends too, and the next start has the data', async (t) => {
  const folder = folderOf(t);
  const { child, url } = await otherProcess(t, folder);
  await query(url, 'create table kept as select 7 as answer');
  child.kill('SIGKILL');
  await once(child, 'close');
  for (let waited = 0; waited < 4000 && processesOn(dataOf(folder)).length > 0; waited++) await delay(25);
  t.same(processesOn(dataOf(folder)), [], 'ends by itself');
  const next = await startEmbedded({ folder, durable: false });
  t.match(await query(next.ownerUrl, 'select answer from kept'), [{ answer: 7 }]);
  await next.stop();
  t.same(processesOn(dataOf(folder)), []);
});

t.test('kill -9 of PostgreSQL itself: it comes back on the same address', async (t) => {
  const folder = folderOf(t);
  const back = Promise.withResolvers<void>();
  let ready = 0;
  const { ownerUrl, stop } = await startEmbedded({ folder, durable: false, log: (line) => {
    if (line.includes('ready to accept') && ++ready === 2) back.resolve();
    if (line.includes('is tried again')) back.reject(new Error(line));
  } });
  t.teardown(stop);
  await query(ownerUrl, 'create table kept as select 9 as answer');
  // The database alone keeps no process alive; a server's listener would.
  const alive = setInterval(() => undefined, 1000);
  t.teardown(() => { clearInterval(alive); });
  process.kill(Number.parseInt(readFileSync(join(dataOf(folder), 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
  await back.promise;
  t.match(await query(ownerUrl, 'select answer from kept'), [{ answer: 9 }]);
  await stop();
  t.same(processesOn(dataOf(folder)), [], 'and stops as one that was never killed');
});

t.test('what keeps it from coming back is waited out', async (t) => {
  const folder = folderOf(t);
  const back = Promise.withResolvers<void>();
  const lines: string[] = [];
  const { ownerUrl, stop } = await startEmbedded({ folder, durable: false, log: (line) => {
    lines.push(line);
    if (line.includes('is tried again')) renameSync(away, data);
    if (line.includes('ready to accept') && lines.some((one) => one.includes('is tried again'))) back.resolve();
  } });
  t.teardown(stop);
  const data = dataOf(folder);
  const away = `${data}-away`;
  const alive = setInterval(() => undefined, 1000);
  t.teardown(() => { clearInterval(alive); });
  await query(ownerUrl, 'create table kept as select 9 as answer');
  const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
  renameSync(data, away);
  process.kill(pid, 'SIGKILL');
  await back.promise;
  t.match(await query(ownerUrl, 'select answer from kept'), [{ answer: 9 }]);
  t.equal(lines.filter((line) => line.includes('is tried again')).length, 1, 'one line each time');
  await stop();
});

t.test('a stale pid file that names somebody else\'s process is no obstacle', async (t) => {
  const folder = folderOf(t);
  await (await startEmbedded({ folder, durable: false })).stop();
  writeFileSync(join(dataOf(folder), 'postmaster.pid'), `${process.ppid}\n${dataOf(folder)}\n1700000000\n5432\n\n127.0.0.1\n`);
  const next = await startEmbedded({ folder, durable: false });
  await next.stop();
});

t.test('a start that was killed in initdb leaves a half that the next one sweeps', async (t) => {
  const folder = folderOf(t);
  await (await startEmbedded({ folder, durable: false })).stop();
  rmSync(dataOf(folder), { recursive: true });
  mkdirSync(join(placeOf(folder), 'new-half', 'data'), { recursive: true });
  const next = await startEmbedded({ folder, durable: false });
  await next.stop();
  t.same(readdirSync(placeOf(folder)), ['data']);
});

t.test('a folder that was deleted begins anew; one that was copied does not share its original', async (t) => {
  const folder = folderOf(t);
  const one = await startEmbedded({ folder, durable: false });
  await query(one.ownerUrl, 'create table kept as select 1 as answer');
  await one.stop();
  const copy = join(t.testdirName, 'copy');
  t.teardown(async () => removeEmbedded(copy));
  mkdirSync(copy);
  writeFileSync(join(copy, 'embedded.json'), readFileSync(join(folder, 'embedded.json')));
  const two = await startEmbedded({ folder: copy, durable: false });
  await t.rejects(query(two.ownerUrl, 'select answer from kept'), { code: '42P01' });
  await two.stop();
  t.ok(existsSync(dataOf(folder)));
});

t.test('one clear line each: unwritable, of another major version', async (t) => {
  const blocked = t.testdir({ file: '' });
  const line = async (folder: string): Promise<string> => startEmbedded({ folder, durable: false }).then(() => 'started', (error: unknown) => String(error));
  t.match(await line(join(blocked, 'file', '.prasan')), /^EmbeddedFault: cannot write in .*file\/\.prasan \(.*set PRASAN_FOLDER/);
  if (process.getuid?.() !== 0) {
    chmodSync(blocked, 0o500);
    t.match(await line(join(blocked, '.prasan')), /^EmbeddedFault: cannot write in/);
    chmodSync(blocked, 0o700);
  }
  const folder = folderOf(t);
  await (await startEmbedded({ folder, durable: false })).stop();
  writeFileSync(join(dataOf(folder), 'PG_VERSION'), '14\n');
  const old = await line(folder);
  t.match(old, /^EmbeddedFault: .* was made by PostgreSQL 14 and this one is \d+: move .* away/);
  t.notMatch(old, '\n');
});
