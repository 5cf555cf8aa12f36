/** What becomes of a connection that is lost: whoever asks next has another, and nobody waits for one that never answers. */
import { once } from 'node:events';
import { createServer, type AddressInfo, Socket } from 'node:net';
import t from 'tap';
import { openClients } from '../../src/store/clients.ts';
import { keyDatabase } from '../../src/store/keys.ts';
import { openConnection } from '../../src/store/connection.ts';
import { openSessions } from '../../src/store/sessions.ts';
import { isGone } from '../../src/store/loss.ts';
import { freshDatabase } from '../support/postgres.ts';

const stamp = { partner: 'th-one', purposeBit: 1, clearance: 0, caveats: 0 } as const;

/** The sockets that are connected from now on. */
function socketsMade(t: { teardown(done: () => void): unknown }): Socket[] {
  const made: Socket[] = [];
  const real = Reflect.get(Socket.prototype, 'connect') as (...given: unknown[]) => Socket;
  Socket.prototype.connect = function connect(this: Socket, ...given: unknown[]) {
    made.push(this);
    return Reflect.apply(real, this, given);
  };
  t.teardown(() => { Socket.prototype.connect = real as Socket['connect']; });
  return made;
}

/** Ends the connection just when something is written to it: the driver holds that back until the system has told it of the end. */
const lostUnder = async (socket: Socket | undefined, ask: () => Promise<unknown>): Promise<unknown> => new Promise((resolve) => {
  setImmediate(() => {
    socket?.destroy();
    ask().then(resolve, resolve);
  });
});

t.test('lost under a write: the next is asked on another', async (t) => {
  const database = await freshDatabase(t);
  for (const open of [() => keyDatabase(database.url(), 1), () => {
    const sessions = openSessions(database.url(), 1);
    return { ping: async () => void (await sessions.plain(async (sql) => sql`select 1`)), close: async () => sessions.close() };
  }]) {
    const sockets = socketsMade(t);
    const base = open();
    t.teardown(async () => base.close());
    await base.ping();
    for (let i = 0; i < 3; i++) {
      await lostUnder(sockets.at(-1), async () => base.ping());
      await t.resolves(base.ping());
    }
    t.equal(sockets.length >= 4, true, 'each time another');
  }
});

t.test('lost before a transaction is begun: it is begun on another, and its work done once', async (t) => {
  const database = await freshDatabase(t);
  const sockets = socketsMade(t);
  const sessions = openSessions(database.url(), 1);
  t.teardown(async () => sessions.close());
  let begun = 0;
  const write = async (): Promise<number | undefined> => sessions.transaction(stamp, async (sql) => {
    begun += 1;
    return (await sql<{ one: number }[]>`select 1 as one`)[0]?.one;
  });
  await write();
  for (let i = 0; i < 3; i++) t.equal(await lostUnder(sockets.at(-1), write), 1);
  t.equal(begun, 4);
});

t.test('lost once it is begun: refused, and its work not done again', async (t) => {
  const database = await freshDatabase(t);
  const sessions = openSessions(database.url(), 1);
  t.teardown(async () => sessions.close());
  let begun = 0;
  const write = sessions.transaction(stamp, async (sql) => {
    begun += 1;
    await sql`select pg_terminate_backend(pg_backend_pid())`;
  });
  await t.rejects(write, { code: 'UNAVAILABLE' });
  t.equal(begun, 1);
});

t.test('lost under several that share it: all are answered', async (t) => {
  const database = await freshDatabase(t);
  const sockets = socketsMade(t);
  const keys = keyDatabase(database.url(), 1);
  t.teardown(async () => keys.close());
  await keys.ping();
  const refusals: unknown[] = [];
  await lostUnder(sockets.at(-1), async () => Promise.all(Array.from({ length: 20 }, async () => keys.ping().catch((error: unknown) => refusals.push(error)))));
  for (const error of refusals) t.match(error, { code: 'CONNECTION_CLOSED' });
  t.not(refusals.length, 20, 'those that waited for their turn were asked on another');
  await t.resolves(keys.ping());
});

t.test('ended by the other side while it is made: told at once', async (t) => {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.on('error', () => undefined).on('data', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const url = `postgres://somebody@127.0.0.1:${(server.address() as AddressInfo).port}/nothing`;
  const sql = openConnection(url);
  const answers = await Promise.allSettled([sql`select 1`, sql`select 2`, sql`select 3`]);
  t.strictSame(answers.map(({ status }) => status), ['rejected', 'rejected', 'rejected']);
  t.match(answers[0], { reason: { code: 'CONNECTION_CLOSED' } });
  t.equal(asked, 1);
  const sessions = openSessions(url, 1);
  t.teardown(async () => sessions.close());
  await t.rejects(sessions.plain(async (one) => one`select 1`), { code: 'UNAVAILABLE' });
  await t.rejects(sessions.transaction(stamp, async (one) => one`select 1`), { code: 'UNAVAILABLE' });
  t.equal(asked, 7, 'each three times: nothing was begun');
});

t.test('several hosts: each is tried once, and nobody waits for those that are not there', async (t) => {
  const database = await freshDatabase(t);
  const there = new URL(database.url());
  const at = (...hosts: string[]): string => database.url().replace(there.host, hosts.join(','));
  for (let i = 0; i < 3; i++) {
    const sessions = openSessions(at('127.0.0.1:1', there.host, '127.0.0.1:2'), 2);
    const ask = async (): Promise<unknown> => sessions.plain(async (sql) => sql`select 1`);
    await t.resolves(Promise.all([ask(), ask(), ask()]), 'one of them is enough');
    await sessions.plain(async (sql) => sql`select pg_terminate_backend(pg_backend_pid())`).catch(() => undefined);
    await t.resolves(ask());
    await sessions.close();
  }
  const nowhere = openSessions(at('127.0.0.1:1', '127.0.0.1:2'), 2);
  t.teardown(async () => nowhere.close());
  await t.rejects(nowhere.plain(async (sql) => sql`select 1`), { code: 'UNAVAILABLE' });
  await t.rejects(nowhere.transaction(stamp, async (sql) => sql`select 1`), { code: 'UNAVAILABLE' });
});

t.test('a host of which nobody knows is one to ask again later', async (t) => {
  const sessions = openSessions('postgres://somebody@nowhere.invalid:5432/nothing', 1);
  t.teardown(async () => sessions.close());
  await t.rejects(sessions.plain(async (sql) => sql`select 1`), { code: 'UNAVAILABLE' });
  t.notOk(isGone(new Error('of another kind')));
});

t.test('who needs a connection alone gets it, however many share it', async (t) => {
  const database = await freshDatabase(t);
  const clients = openClients(database.url(), 1);
  t.teardown(async () => clients.close());
  let going = true;
  const reader = async (seconds: number): Promise<void> => {
    while (going) await clients.use('', true, async ({ sql }) => sql`select pg_sleep(${seconds})`);
  };
  const readers = [0.011, 0.013, 0.017, 0.019].map(reader);
  const alone = async (): Promise<number> => clients.use('', false, async (client) => client.users);
  await clients.use('', true, async ({ sql }) => sql`select 1`);
  for (let i = 0; i < 5; i++) t.equal(await alone(), 1);
  going = false;
  await Promise.all(readers);
  t.strictSame(clients.usage(), { size: 1, idle: 1, waiting: 0 });
});
