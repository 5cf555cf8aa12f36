/**
 * Faults of what the exchange stands on, on a PostgreSQL of this file's own: it is killed, its disk is full, clocks step back. Those that are tried elsewhere
 * stand in README.md beside. Synthetic records only.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { startEmbedded } from '../../src/store/embedded/start.ts';
import { freshApp, type TestApp } from '../support/app.ts';

t.setTimeout(600_000);
const folder = mkdtempSync(join(tmpdir(), 'prasan-faults-'));
/** What PostgreSQL says of itself; and whoever cannot reach it is not. */
const said: string[] = [];
const server = await startEmbedded({ folder, log: (line) => { if (!line.includes('not yet accepting connections')) said.push(line); } });
process.env['TEST_DATABASE_URL'] = server.ownerUrl;
t.teardown(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const place = (): string => (JSON.parse(readFileSync(join(folder, 'embedded.json'), 'utf8')) as { place: string }).place;
const body = (value: string): object => ({ value, classification: 'RESTRICTED', channels: ['embassies-ip'], sourceDetail: 'Synthetic source' });
const until = async (what: () => Promise<boolean>, state: () => string): Promise<void> => {
  for (let tries = 0; tries < 2000; tries++) {
    if (await what().catch(() => false)) return;
    await delay(100);
  }
  throw new Error(`it does not come back: ${state()}\n${said.slice(-20).join('\n')}`);
};

/** How many processes of PostgreSQL were killed: all of them, at one blow. */
function killPostgres(): number {
  const data = join(place(), 'data');
  const [pid = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((one) => one !== '');
  for (const one of [pid, ...children]) {
    try {
      process.kill(Number(one), 'SIGKILL');
    } catch {
      // It went with its parent.
    }
  }
  return children.length + 1;
}

async function ledgerOf(x: TestApp, id: string): Promise<number> {
  const [row] = await x.admin<{ count: number }[]>`select count(*)::integer as count from ledger_disclosure where ${id}::uuid = any(records)`;
  return row?.count ?? 0;
}

t.test('kill -9 of PostgreSQL in the middle of a request', { timeout: 600_000 }, async (t) => {
  const x = await freshApp(t);
  const [police, korea] = [await x.as('th-ccib'), await x.as('kr-embassy')];
  const made: string[] = [];
  const statuses = new Map<number, number>();
  let going = true;
  const note = (status: number): void => void statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const writer = async (name: string): Promise<void> => {
    for (let i = 0; going; i++) {
      const answer = await police.post('/v1/indicators', body(`killed-${name}-${i}.example`));
      note(answer.statusCode);
      if (answer.statusCode === 201) made.push(answer.json<{ id: string }>().id);
    }
  };
  const reader = async (): Promise<void> => {
    while (going) {
      note((await korea.get('/v1/indicators?first=20')).statusCode);
      note((await korea.post('/v1/lookups', { values: [{ value: 'killed-a-0.example' }] })).statusCode);
    }
  };
  const work = Promise.all([writer('a'), writer('b'), reader(), reader()]);
  const state = (): string => `${made.length} made, ${JSON.stringify([...statuses])}`;
  await until(async () => made.length > 5, state);
  for (let blow = 0; blow < 2; blow++) {
    const before = made.length;
    t.ok(killPostgres() > 3, 'all of it');
    await until(async () => made.length > before + 5, state);
  }
  going = false;
  await work;
  t.same([...statuses.keys()].filter((status) => ![200, 201, 503].includes(status)), [], `answered, or told to try again: ${JSON.stringify([...statuses])}`);
  for (const id of made) {
    const answer = await korea.get(`/v1/indicators/${id}`);
    if (answer.statusCode !== 200) t.fail(`${id} was acknowledged, and is gone: ${answer.body}`);
    if ((await police.get(`/v1/indicators/${id}`)).json<{ sourceDetail?: string }>().sourceDetail !== 'Synthetic source') t.fail(`${id} cannot be opened`);
    if ((await ledgerOf(x, id)) === 0) t.fail(`${id} was shown, and is not in the ledger`);
  }
  t.pass(`${made.length} acknowledged records are there, open, and their disclosures in the ledger`);
});

/** A file system of eight megabytes. @returns undefined where this process may not mount one */
function smallDisk(t: { teardown(done: () => void): unknown }): string | undefined {
  const path = join(folder, 'small');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  t.teardown(() => { execFileSync('umount', ['-l', path]); });
  const { uid, gid } = statSync(join(place(), 'data'));
  const inner = join(path, 'space');
  mkdirSync(inner, { mode: 0o700 });
  chownSync(inner, uid, gid);
  return inner;
}

t.test('full disk', { timeout: 600_000, skip: process.getuid?.() === 0 ? false : 'only root can mount a small file system' }, async (t) => {
  const x = await freshApp(t);
  const path = smallDisk(t);
  if (path === undefined) return t.comment('skipped: this machine lets nobody mount a file system');
  const police = await x.as('th-ccib');
  const kept = await police.post('/v1/indicators', body('kept.example'));
  t.equal(kept.statusCode, 201);
  execFileSync('chmod', ['755', folder, join(folder, 'small')]);
  await x.admin.unsafe(`create tablespace prasan_small location '${path}'`);
  for (const table of ['record', 'search_key', 'ledger_disclosure']) await x.admin.unsafe(`alter table ${table} set tablespace prasan_small`);
  await x.admin.unsafe('create table ballast (x text) tablespace prasan_small; alter table ballast alter column x set storage external');
  const fill = async (): Promise<boolean> => x.admin`insert into ballast select repeat('x', 7000) from generate_series(1, 20)`.then(() => true, () => false);
  while (await fill()) { /* until nothing fits */ }
  const filled: number[] = [];
  for (let i = 0; i < 400 && !filled.includes(503); i++) {
    const answer = await police.post('/v1/indicators', body(`full-${i}.example`));
    filled.push(answer.statusCode);
    if (answer.statusCode !== 201) t.match(answer.json(), { code: 'UNAVAILABLE' }, 'told to try again, and nothing of the disk');
  }
  t.same([...new Set(filled)].filter((status) => status !== 201), [503], 'a write that has no room is refused');
  await x.admin`drop table ballast`;
  t.equal((await police.post('/v1/indicators', body('roomy.example'))).statusCode, 201, 'with room again it goes on');
  t.equal((await police.get(String(kept.headers.location))).statusCode, 200, 'what was there is there');
  const acknowledged = filled.filter((status) => status === 201).length;
  const [row] = await x.admin<{ count: number }[]>`select count(*)::integer as count from record`;
  t.equal(row?.count, acknowledged + 2, 'what was refused left nothing behind');
  for (const table of ['record', 'search_key', 'ledger_disclosure']) await x.admin.unsafe(`alter table ${table} set tablespace pg_default`);
  await x.admin.unsafe('drop tablespace prasan_small');
});

t.test('clock steps backwards', { timeout: 600_000 }, async (t) => {
  const real = Date.now;
  let offset = 0;
  // Before the app is built: parts of it take the clock with them.
  Date.now = () => real() + offset;
  t.teardown(() => { Date.now = real; });
  const x = await freshApp(t);
  const [police, korea] = [await x.as('th-ccib'), await x.as('kr-embassy')];
  const first = (await police.post('/v1/indicators', body('clock-1.example'), { 'idempotency-key': 'clock' })).json<{ id: string }>().id;
  const feed = (await korea.get('/v1/changes')).json<{ cursor: string }>().cursor;
  const page = (await korea.get('/v1/indicators?first=1')).json<{ nextCursor?: string }>();
  offset = -3_600_000;
  const answer = await police.post('/v1/indicators', body('clock-2.example'));
  t.equal(answer.statusCode, 201, 'a token that was good stays good');
  const second = answer.json<{ id: string; createdAt: string }>();
  t.ok(second.id > first, 'a later record has a later id, and comes later');
  t.ok(Math.abs(Date.parse(second.createdAt) - real()) < 600_000, 'times of records are the database\'s');
  t.match((await korea.get(`/v1/changes?cursor=${feed}`)).json(), { events: [{ id: second.id }] }, 'the feed misses nothing');
  t.same((await korea.get('/v1/indicators')).json<{ items: { id: string }[] }>().items.map(({ id }) => id).filter((id) => id === first || id === second.id), [second.id, first], 'newest first');
  t.equal(page.nextCursor === undefined || (await korea.get(`/v1/indicators?first=1&after=${page.nextCursor}`)).statusCode === 200, true, 'a cursor of before goes on');
  t.equal((await police.post('/v1/indicators', body('clock-1.example'), { 'idempotency-key': 'clock' })).headers['idempotency-replayed'], 'true', 'a key of before is known');
  offset = 0;
  const token = await x.as('kr-embassy');
  offset = -3_600_000;
  t.equal((await token.get('/v1/me')).statusCode, 401, 'a token of the future is none');
  offset = 0;
  t.equal((await token.get('/v1/me')).statusCode, 200);
});
