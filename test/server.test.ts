/** `npm start`, as a newcomer runs it: the real process, on a folder of its own. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { removeEmbedded } from '../src/store/embedded/start.ts';
import { call, type Command, prasan, processesNaming, project, run } from './support/command.ts';

const shell = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'prasan-serve-'));
const env = { PORT: '0', METRICS_PORT: '0', PRASAN_FOLDER: folder, LOG_LEVEL: 'warn' };
const started: Command[] = [];

/** Whatever a failing test leaves behind ends with the file. */
t.teardown(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(async ({ ended }) => ended));
  await removeEmbedded(folder);
  rmSync(folder, { recursive: true, force: true });
});

interface Server {
  readonly command: Command;
  readonly url: string;
  readonly told: string;
}

async function start(more: Readonly<Record<string, string>> = {}): Promise<Server> {
  const command = prasan(['serve'], { ...env, ...more });
  started.push(command);
  const told = await command.printed('Ctrl-C');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0];
  if (url === undefined) throw new Error(told);
  return { command, url, told };
}

const place = (): string => (JSON.parse(readFileSync(join(folder, 'embedded.json'), 'utf8')) as { place: string }).place;
const tokenOf = async (...args: string[]): Promise<string> => (await call(['token', ...args], env)).out.trim();
const find = async (url: string, token: string): Promise<{ id: string }[]> => {
  const answer = await fetch(`${url}/v1/indicators?first=500`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { items: { id: string }[] }).items;
};
let known: readonly { id: string }[] = [];

t.test('the first start: what it prints works when pasted', async (t) => {
  const { command, url, told } = await start();
  for (const path of ['/', '/graphiql', '/docs', '/healthz', '/readyz', '/openapi.json', '/demo/partners']) t.equal((await fetch(url + path)).status, 200, path);
  const commands = told.match(/curl [^]*?"\n/g) ?? [];
  t.equal(commands.length, 2);
  const claims = await Promise.all(commands.map(async (line) => {
    const { stdout } = await shell('sh', ['-c', line], { cwd: project, env: { PATH: process.env['PATH'] } });
    const { items } = JSON.parse(stdout) as { items: { claims: Record<string, unknown>[] }[] };
    return items[0]?.claims[0] ?? {};
  }));
  t.match(claims[0], { location: { lat: Number }, rationale: /^SYNTHETIC/ });
  t.match(claims[1], { value: '192.52.193.66', withheld: /./ });
  t.notOk('location' in (claims[1] ?? {}));
  const withheld = claims[1]?.['withheld'];
  t.ok(Array.isArray(withheld) && withheld.includes('location'), 'withheld is named');

  known = await find(url, await tokenOf('th-ccib', '--purpose', 'INVESTIGATION'));
  t.ok(known.length > 200, `${known.length} records for th-ccib`);
  const police = await tokenOf('th-ccib', '--purpose', 'INVESTIGATION', '--clearance', 'CONFIDENTIAL', '--desk', 'duty');
  const asked = async <T>(path: string): Promise<T> => (await fetch(url + path, { headers: { authorization: `Bearer ${police}` } })).json() as Promise<T>;
  const { items } = await asked<{ items: { overdue: boolean; request: { originator: string } }[] }>('/v1/inbox');
  t.strictSame(items.map(({ overdue, request }) => [request.originator, overdue]), [['th-dsi', true], ['th-amlo', false]], 'two wait for the police, one of them too long');
  t.match((await asked<{ executors: unknown[] }>('/v1/request-sums')).executors, [
    { side: 'ASKED', partner: 'th-ccib', legs: 2, overdue: 1 }, { asks: 'ACCOUNT_HOLD', partner: 'th-bot', done: 0 }, { asks: 'ACCOUNT_HOLD', partner: 'th-demo-bank', done: 1 }, { asks: 'SUBSCRIBER_DATA', partner: 'th-demo-isp' },
  ]);
  for (const secret of ['roles.json', 'master-key.json', 'issuer-key.json', 'embedded.json']) t.equal(statSync(join(folder, secret)).mode & 0o777, 0o600, secret);

  const second = await run(['serve'], env);
  t.equal(second.code, 1);
  t.match(second.err, /^prasan: Prasan already runs in .*: stop it first, or set PRASAN_FOLDER to another folder\n$/);

  command.child.kill('SIGINT');
  const { code, err } = await command.ended;
  t.equal(code, 0);
  t.equal(err, '');
  t.same(processesNaming(place()), [], 'no process is left');
});

t.test('a second start finds its data; requests in flight are finished before it ends', async (t) => {
  const { command, url } = await start();
  const token = await tokenOf('th-ccib', '--purpose', 'INVESTIGATION');
  t.same((await find(url, token)).map(({ id }) => id), known.map(({ id }) => id));

  const body = JSON.stringify({ values: [{ value: '192.52.193.66' }] });
  const slow = request(`${url}/v1/lookups`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length } });
  slow.write(body.slice(0, 10));
  await once(slow, 'socket').then(async ([socket]: unknown[]) => new Promise<void>((resolve) => { (socket as NodeJS.WritableStream).write('', () => { resolve(); }); }));
  // The head has arrived once another request, sent later, is answered.
  t.equal((await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).status, 200);
  command.child.kill('SIGTERM');
  await t.rejects((async () => { for (;;) await fetch(`${url}/healthz`, { headers: { connection: 'close' } }).then(async (answer) => answer.text()); })(), 'it stops listening');
  slow.end(body.slice(10));
  const [answer] = (await once(slow, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
  t.equal(answer.statusCode, 200, 'what was in flight is answered');
  answer.resume();
  t.equal((await command.ended).code, 0);
  t.same(processesNaming(place()), []);
});

t.test('killed in the middle, it starts again', async (t) => {
  const first = await start();
  first.command.child.kill('SIGKILL');
  await first.command.ended;
  const { command, url } = await start();
  t.equal((await find(url, await tokenOf('th-ccib', '--purpose', 'INVESTIGATION'))).length, known.length);

  t.test('a suspended partner is out with the next request, also after a restart', async (t) => {
    const token = await tokenOf('kr-embassy', '--purpose', 'INVESTIGATION');
    const asked = async (at: string): Promise<number> => (await fetch(`${at}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
    t.equal(await asked(url), 200);
    t.match(await call(['suspend', 'partner', 'kr-embassy', '--reason', 'test'], env), { code: 0, out: 'partner kr-embassy is suspended, from the next request on\n', err: '' });
    t.equal(await asked(url), 401);
    command.child.kill('SIGINT');
    await command.ended;
    t.match(await run(['suspend', 'partner', 'kr-embassy', '--reason', 'test'], env), { code: 0, out: 'partner kr-embassy is suspended already\n' }, 'without a running exchange too');
    t.same(processesNaming(place()), []);
    const again = await start();
    t.equal(await asked(again.url), 401);
    t.match(await call(['apply', 'registry/demo'], env), { code: 0, out: /stays suspended: partner kr-embassy[^]*nothing to change/ });
    await call(['resume', 'partner', 'kr-embassy'], env);
    t.equal(await asked(again.url), 200);
    const registry = t.testdir({ 'partners.yaml': readFileSync(join(project, 'registry/demo/partners.yaml'), 'utf8').replace(/(\n {2}kr-embassy:\n(?: {4}.*\n)*? {4}clearance: )CONFIDENTIAL/, '$1RESTRICTED') });
    t.match(await call(['apply', registry, '--reason', 'less'], env), { code: 0 });
    t.match(await call(['token', 'kr-embassy', '--clearance', 'CONFIDENTIAL'], env), { code: 1, err: 'prasan: kr-embassy is cleared up to RESTRICTED, not CONFIDENTIAL\n' }, 'tokens are of what was applied');
    again.command.child.kill('SIGINT');
    t.equal((await again.command.ended).code, 0);
  });
});

t.test('what keeps it from starting is told in one line each, and nothing is left behind', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  const fresh = join(folder, 'never-made');
  const file = join(folder, 'seeded');
  const cases: [Readonly<Record<string, string>>, RegExp][] = [
    [{ PORT: String(port) }, /^prasan: port \d+ of 127\.0\.0\.1 is in use: stop what listens there, or set PORT to another port\n$/],
    [{ METRICS_PORT: String(port) }, /^prasan: port \d+ of 127\.0\.0\.1 is in use: set METRICS_PORT to another port, or to 0 for none\n$/],
    [{ PORT: '80a' }, /^prasan: PORT must be a whole number from 0 to 65535 \(it is "80a"\)\n$/],
    [{ HOST: '0.0.0.0' }, /^prasan: HOST must be a loopback address.*\n$/],
    [{ PRASAN_FOLDER: join(file, 'below') }, /^prasan: cannot write in .*: make it writable, or set PRASAN_FOLDER to another folder\n$/],
    [{ DATABASE_URL: 'postgres://prasan_app:x@127.0.0.1:1/prasan' }, /^prasan: KEY_DATABASE_URL must be set.*\nprasan: KEY_FILE must be set.*\nprasan: DATABASE_URL: the database cannot be reached \(ECONNREFUSED\).*\n$/],
  ];
  for (const [more, wanted] of cases) {
    const { code, out, err } = await call(['serve'], { ...env, PRASAN_FOLDER: fresh, ...more });
    t.equal(code, 1);
    t.equal(out, '');
    t.match(err, wanted);
  }
  t.throws(() => statSync(fresh), { code: 'ENOENT' }, 'no folder was made for nothing');
});
