/**
 * A node dies between any two steps of sending, acknowledging, answering and attaching: whoever asks again, of another node, finds it done once. Steps are the
 * calls of the databases and of the keys, their beginnings and their ends; at one of them the node does nothing any more. Then two that are really killed.
 * Everything is synthetic.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import type { Asker, Exchange } from '../../src/exchange/api.ts';
import type { Deps } from '../../src/exchange/deps.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';

const asked = {
  asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }, { partner: 'th-nbtc', desk: 'numbering' }], questions: ['Who had it?'], classification: 'UNCLASSIFIED', channels: ['aoc-1441'],
  authority: { type: 'STATUTE', number: 'section 18' }, subscriberData: { value: '203.0.113.7', at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic' },
};

class Killed extends Error {}

/** Counts steps, and ends at one of them: from then on nothing is done. */
class Life {
  readonly steps: string[] = [];
  readonly #last: number;

  constructor(last: number) {
    this.#last = last;
  }

  step(name: string): void {
    if (this.steps.length >= this.#last) throw new Killed(name);
    this.steps.push(name);
  }
}

/** The same calls, each a step at its beginning and one at its end. */
function mortal<T extends object>(target: T, life: Life, name: string): T {
  const call = (key: string, work: (...args: unknown[]) => unknown) => (...args: unknown[]): unknown => {
    life.step(`before ${name}.${key}`);
    // What is called back with a transaction lives in it.
    const given = args.map((arg) => (typeof arg === 'function' ? async (tx: object, ...more: unknown[]): Promise<unknown> => (arg as (...all: unknown[]) => unknown)(mortal(tx, life, key), ...more) : arg));
    const answer = work(...given);
    if (!(answer instanceof Promise)) return answer;
    return answer.then((value: unknown) => {
      life.step(`after ${name}.${key}`);
      return value;
    });
  };
  return Object.fromEntries(Object.entries(target).map(([key, value]: [string, unknown]) => {
    if (typeof value === 'function') return [key, call(key, value.bind(target) as (...args: unknown[]) => unknown)];
    return [key, typeof value === 'object' && value !== null && !Array.isArray(value) ? mortal(value, life, key) : value];
  })) as T;
}

function mortalExchange(deps: Deps, life: Life): Exchange {
  const { write, read, ledger, attachments, vault } = deps;
  const { seal, sealNew, open } = vault;
  return createExchange({
    ...deps, write: mortal(write, life, 'write'), read: mortal(read, life, 'read'), ledger: mortal(ledger, life, 'ledger'), attachments: mortal(attachments, life, 'attachments'),
    vault: { ...vault, ...mortal({ seal, sealNew, open }, life, 'vault') },
  });
}

/** What there is, in numbers: records and their events by kind, how far legs came, files that are whole. */
async function standing({ admin }: TestExchange): Promise<ReadonlyMap<string, number>> {
  const rows = await admin<{ what: string; n: number }[]>`
    select 'record ' || kind as what, count(*)::int as n from record group by kind union all select 'event ' || kind, count(*)::int from outbox group by kind
    union all select 'steps', coalesce(sum(jsonb_array_length(steps)), 0)::int from request_leg union all select 'leg ' || state, count(*)::int from request_leg group by state
    union all select 'file', count(*)::int from attachment where record_id is not null
    union all select 'piece', count(*)::int from attachment_piece p join attachment a on a.id = p.attachment_id where a.record_id is not null`;
  return new Map(rows.map(({ what, n }) => [what, n]));
}
const between = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...new Set([...before.keys(), ...after.keys()])].sort().map((what) => [what, (after.get(what) ?? 0) - (before.get(what) ?? 0)] as const).filter(([, n]) => n !== 0));

const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(300_000, 'synthetic ')]);
async function* whole(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

interface Deed {
  readonly name: string;
  /** Done undisturbed before each try. @returns the request */
  readonly first?: readonly string[];
  run(exchange: Exchange, request: string, key: string): Promise<unknown>;
}

const world = freshExchange(t);
const by = async (partner: string, desk: string): Promise<Asker> => (await world).asker(partner, { purpose: 'INVESTIGATION', desk });
const [police, telecom] = [by('th-ccib', 'duty'), by('th-demo-isp', 'lawful')];
const submit = async (exchange: Exchange, who: Promise<Asker>, kind: string, body: unknown, key?: string): Promise<string> =>
  (await exchange.submit(await who, kind, body, key === undefined ? {} : { idempotency: { key, body: Buffer.from(JSON.stringify(body)) } })).record.id;
const moving = (request: string, move: string, more = {}): object => ({ request, move, classification: 'UNCLASSIFIED', ...more });

const deeds: readonly Deed[] = [
  { name: 'send', run: async (exchange, _request, key) => submit(exchange, police, 'Request', asked, key) },
  { name: 'acknowledge', first: [], run: async (exchange, request, key) => submit(exchange, telecom, 'RequestMove', moving(request, 'RECEIVE'), key) },
  { name: 'answer', first: ['RECEIVE'], run: async (exchange, request, key) => submit(exchange, telecom, 'RequestMove', moving(request, 'ANSWER', { answers: [{ question: 1, text: 'Synthetic' }], personal: 'Synthetic Person' }), key) },
  { name: 'attach', first: [], run: async (exchange, request, key) => exchange.attach(await telecom, { request, name: 'a.pdf', as: 'personalFile', mediaType: 'application/pdf', classification: 'UNCLASSIFIED', idempotencyKey: key }, whole()) },
];

for (const { name, first, run } of deeds) {
  t.test(`killed anywhere in ${name}`, { timeout: 600_000 }, async (t) => {
    const x = await world;
    const other = await x.node();
    const ready = async (): Promise<string> => {
      if (first === undefined) return '';
      const request = await submit(x.exchange, police, 'Request', asked);
      for (const move of first) await submit(x.exchange, telecom, 'RequestMove', moving(request, move));
      return request;
    };
    const undisturbed = new Life(Infinity);
    const start = [await ready(), await standing(x)] as const;
    await run(mortalExchange(x.deps, undisturbed), start[0], `${name} undisturbed`);
    const deed = between(start[1], await standing(x));
    t.ok(undisturbed.steps.length > 12, `${undisturbed.steps.length} steps`);
    t.match(deed, name === 'attach' ? { 'record RequestAttachment': 1, file: 1, piece: 2 } : name === 'send' ? { 'record Request': 1, 'record RequestLeg': 2, 'leg SENT': 2, steps: 2 } : { 'record RequestMove': 1, steps: 1 });
    const wrong: unknown[] = [];
    let done = 0;
    for (let last = 0; last < undisturbed.steps.length; last += 1) {
      const at = undisturbed.steps[last];
      const [request, before, key] = [await ready(), await standing(x), `${name} ${last}`];
      const end: unknown = await run(mortalExchange(x.deps, new Life(last)), request, key).then(() => 'it lived', (error: unknown) => error);
      const dead = between(before, await standing(x));
      const after = await run(other.exchange, request, key).then(() => 'done', String);
      const now = between(before, await standing(x));
      const same = (a: unknown): boolean => JSON.stringify(a) === JSON.stringify(deed);
      if (!(end instanceof Killed) || after !== 'done' || !same(now) || (Object.keys(dead).length > 0 && !same(dead))) wrong.push({ at, end: String(end), after, dead, now });
      if (same(dead)) done += 1;
    }
    t.strictSame(wrong, [], 'all of it or nothing; and once, when it is asked for again');
    t.ok(done > 0 && done < undisturbed.steps.length, `of ${undisturbed.steps.length} deaths, ${done} came after it was done`);
  });
}

async function child(x: TestExchange, ...more: string[]): Promise<{ process: ChildProcess; line: (n: number) => Promise<void>; lines: () => number }> {
  const run = spawn(process.execPath, [join(import.meta.dirname, '../support/request-child.ts'), '--database', x.appUrl, '--keys', x.keysUrl, '--keyFile', x.keyFile, '--body', JSON.stringify(asked), ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => void run.kill('SIGKILL'));
  let lines = 0;
  const waiting = new Map<number, () => void>();
  createInterface({ input: run.stdout }).on('line', () => {
    waiting.get(lines)?.();
    lines += 1;
  });
  return { process: run, lines: () => lines, line: async (n) => (lines > n ? undefined : new Promise((resolve) => waiting.set(n, resolve))) };
}
const killed = async (run: ChildProcess): Promise<void> => {
  const gone = once(run, 'exit');
  run.kill('SIGKILL');
  await gone;
};

t.test('really killed: sending, and in the middle of a file', { timeout: 600_000 }, async (t) => {
  const x = await world;
  const request = await submit(x.exchange, police, 'Request', asked);
  const before = await standing(x);
  const sender = await child(x);
  await sender.line(12);
  await killed(sender.process);
  const keys = Array.from({ length: sender.lines() }, (_, n) => `child-${n}`);
  for (const key of keys) await x.exchange.submit(await police, 'Request', asked, { idempotency: { key, body: Buffer.from(JSON.stringify(asked)) } });
  t.match(between(before, await standing(x)), { 'record Request': keys.length, 'record RequestLeg': 2 * keys.length, steps: 2 * keys.length }, `${keys.length} keys, as many requests`);

  const attacher = await child(x, '--file', request);
  await attacher.line(6);
  await killed(attacher.process);
  t.strictSame((await x.exchange.find(await telecom, { kind: 'RequestAttachment', filter: { request: { eq: request } } })).items, [], 'half a file is none');
  const [arrived] = await x.admin<{ n: number }[]>`select count(*)::int as n from attachment_piece p join attachment a on a.id = p.attachment_id where a.record_id is null and a.request_id = ${request}`;
  t.ok((arrived?.n ?? 0) > 2, `${arrived?.n} pieces had come`);
  t.equal((await x.exchange.attach(await police, { request, name: 'endless.pdf', mediaType: 'application/pdf', classification: 'UNCLASSIFIED', idempotencyKey: 'endless' }, whole())).created, true, 'under the same key, whole');
  t.equal((await x.exchange.find(await telecom, { kind: 'RequestAttachment', filter: { request: { eq: request } } })).items.length, 1);
  await x.admin`update attachment set begun_at = begun_at - interval '25 hours' where record_id is null`;
  t.ok((await x.store.attachments.forgetArrivals()) > 0);
  const [left] = await x.admin<{ n: number }[]>`select count(*)::int as n from attachment_piece p join attachment a on a.id = p.attachment_id where a.record_id is null`;
  t.equal(left?.n, 0, 'and what the dead node left is forgotten');
});
