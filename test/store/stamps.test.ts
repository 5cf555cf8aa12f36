/** Connections are shared by many viewers: no result is ever another's, also while backends die. */
import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { Refusal } from '../../src/errors.ts';
import type { Stamp } from '../../src/exchange/ports.ts';
import { openSessions, stampKey } from '../../src/store/sessions.ts';
import { freshExchange } from '../support/exchange.ts';

t.setTimeout(120_000);
const made = await freshExchange(t);
const { admin, appUrl, exchange, asker } = made;
const desks = [undefined, 'duty', 'night'];
/** Five partners, of each three that differ in their desk alone. */
const stamps: Stamp[] = Array.from({ length: 15 }, (_, i) => ((of, seat) => ({ partner: `partner-${of}`, purposeBit: 1 << (of % 3), clearance: (of % 4) as 0, caveats: of % 7, ...(seat !== undefined && { seat }) }))(Math.floor(i / 3), desks[i % 3]));

interface Answer { readonly stamp: string; readonly partner: string; readonly desk: string }
const reading = async (sessions: ReturnType<typeof openSessions>, stamp: Stamp): Promise<Answer | undefined> =>
  sessions.read(stamp, async (sql) => (await sql<Answer[]>`select current_setting('prasan.stamp') as stamp, current_setting('prasan.partner') as partner, current_setting('prasan.desk') as desk, pg_sleep(random() * 0.004)`)[0]);
const writing = async (sessions: ReturnType<typeof openSessions>, stamp: Stamp): Promise<Answer | undefined> =>
  sessions.transaction(stamp, async (sql) => (await sql<Answer[]>`select current_setting('prasan.stamp') as stamp, current_setting('prasan.partner') as partner, current_setting('prasan.desk') as desk`)[0]);

interface Told { answered: number; refused: number; wrong: string[] }
const nothingTold = (): Told => ({ answered: 0, refused: 0, wrong: [] });

/** Runs many reads and writes of all viewers at once. @param told counts along. @returns how many were answered, how many refused */
async function load(sessions: ReturnType<typeof openSessions>, requests: number, told = nothingTold()): Promise<Told> {
  await Promise.all(Array.from({ length: requests }, async (_, i) => {
    const stamp = stamps[(i * 7 + (i >> 3)) % stamps.length];
    if (stamp === undefined) return;
    await setImmediate();
    try {
      const answer = await (i % 5 === 0 ? writing : reading)(sessions, stamp);
      told.answered += 1;
      if (answer?.stamp !== stampKey(stamp) || answer.partner !== stamp.partner || answer.desk !== (stamp.seat ?? '*')) told.wrong.push(`${stampKey(stamp)} got ${answer?.stamp}`);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'UNAVAILABLE') told.refused += 1;
      else told.wrong.push(String(error));
    }
  }));
  return told;
}

t.test('interleaved viewers never mix', async (t) => {
  const sessions = openSessions(appUrl, 3);
  t.teardown(async () => sessions.close());
  const { answered, refused, wrong } = await load(sessions, 600);
  t.strictSame({ answered, refused, wrong }, { answered: 600, refused: 0, wrong: [] });
  t.ok(sessions.usage().size <= 3);
});

const kill = async () => admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'prasan_app' and random() < 0.5`;
/** All of them, and each is gone when this is answered: one that has only been told to go may answer a question more, and dies under the next. */
const killAll = async () => admin`select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and usename = 'prasan_app'`;

/** Kills again and again until the work is done, each time when some more of it has ended: on a machine so slow that nothing ends between two kills none of it would. */
async function killDuring(work: Promise<unknown>, ended: () => number): Promise<number> {
  let done = false;
  let kills = 0;
  const settled = work.catch(() => undefined).finally(() => { done = true; });
  while (!done) {
    kills += (await kill()).length;
    const before = ended();
    while (!done && ended() < before + 8) await admin`select pg_sleep(0.01)`;
  }
  await settled;
  return kills;
}

t.test('backends that die under load bring no wrong viewer and no crash', async (t) => {
  const sessions = openSessions(appUrl, 3);
  t.teardown(async () => sessions.close());
  const told = nothingTold();
  const loading = load(sessions, 600, told);
  const kills = await killDuring(loading, () => told.answered + told.refused);
  const { answered, refused, wrong } = await loading;
  t.strictSame(wrong, []);
  t.equal(answered + refused, 600);
  t.ok(kills > 3 && answered > 60, `${kills} killed, ${answered} answered, ${refused} refused`);
  await killAll();
  t.strictSame(await load(sessions, 30), { answered: 30, refused: 0, wrong: [] }, 'and all is well after');
});

t.test('an idle connection that was cut is stamped anew', async (t) => {
  const sessions = openSessions(appUrl, 1);
  t.teardown(async () => sessions.close());
  const [one] = stamps;
  if (one === undefined) return;
  for (let i = 0; i < 5; i += 1) {
    t.equal((await reading(sessions, one))?.stamp, stampKey(one));
    await killAll();
  }
});

t.test('the exchange under dying backends: every answer is its own viewer\'s', async (t) => {
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const { record } = await exchange.submit(ccib, 'Indicator', { value: 'stamps.com', type: 'DOMAIN', classification: 'CONFIDENTIAL', channels: ['embassies-ip'], sourceDetail: 'synthetic' });
  const askers = [ccib, asker('kr-embassy', { purpose: 'INVESTIGATION' }), asker('jp-embassy', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED' }), asker('kh-camcert', { purpose: 'CYBER_DEFENCE' })];
  const expected = ['source', 'redacted', 'NOT_FOUND', 'NOT_FOUND'];
  const wrong: string[] = [];
  let answered = 0;
  let refused = 0;
  const all = Promise.all(Array.from({ length: 300 }, async (_, i) => {
    const by = askers[i % 4];
    if (by === undefined) return;
    const got = await exchange.get(by, 'Indicator', record.id).then(({ body }) => ('sourceDetail' in body ? 'source' : 'redacted'), (error: unknown) => (error instanceof Refusal ? error.code : String(error)));
    if (got === 'UNAVAILABLE') {
      refused += 1;
      return;
    }
    answered += 1;
    if (got !== expected[i % 4]) wrong.push(`${by.claims.partner}: ${got}`);
  }));
  await killDuring(all, () => answered + refused);
  await all;
  t.strictSame(wrong, []);
  t.ok(answered > 30 && answered + refused === 300, `${answered} answered, ${refused} refused`);
});
