/** The feed: what a partner that follows it has is what it may have, whatever happened in between. */
import { createHash } from 'node:crypto';
import t from 'tap';
import type { Asker, ChangeEvent } from '../../src/exchange/api.ts';
import type { Json } from '../../src/dictionary/types.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';

const indicator = (value: string, more: Readonly<Record<string, Json>> = {}) =>
  ({ type: 'DOMAIN', value, classification: 'RESTRICTED', channels: ['embassies-ip'], ...more });

/** A reader that keeps what the feed tells it, as a partner's system would. */
function follower(x: TestExchange, asker: Asker, first = 3) {
  const held = new Map<string, number>();
  let cursor: string | undefined;
  return {
    held,
    get cursor() { return cursor; },
    async catchUp(): Promise<ChangeEvent[]> {
      const all: ChangeEvent[] = [];
      for (;;) {
        const page = await x.exchange.changes(asker, { cursor, first });
        cursor = page.cursor;
        all.push(...page.events);
        for (const event of page.events) {
          if (event.event === 'SHARED' || event.event === 'REVISED') held.set(event.id, event.record.revision);
          else held.delete(event.id);
        }
        if (!page.more) return all;
      }
    },
    digest(): { count: number; sha256: string } {
      const lines = [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, revision]) => `${id} ${revision}\n`);
      return { count: held.size, sha256: createHash('sha256').update(lines.join('')).digest('hex') };
    },
  };
}
const brief = (events: readonly ChangeEvent[]) => events.map(({ event, id }) => `${event} ${id}`).sort();

t.test('a record is shared, revised, marked, taken out and withdrawn', async (t) => {
  const x = await freshExchange(t);
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const feed = follower(x, reader);
  t.same(await feed.catchUp(), [], 'nothing at first');

  const one = (await x.exchange.submit(writer, 'Indicator', indicator('one.example'))).record;
  const two = (await x.exchange.submit(writer, 'Indicator', indicator('two.example'))).record;
  const hidden = (await x.exchange.submit(writer, 'Indicator', indicator('hidden.example', { channels: [] }))).record;
  t.same(brief(await feed.catchUp()), brief([{ event: 'SHARED', id: one.id } as ChangeEvent, { event: 'SHARED', id: two.id } as ChangeEvent]));
  t.same(await feed.catchUp(), [], 'told once');

  const amended = await x.exchange.amend(writer, 'Indicator', one.id, { sourceDetail: 'synthetic: only for SOURCE' }, one.etag);
  t.same(await feed.catchUp(), [], 'a change in what it does not see is none');
  await x.exchange.amend(writer, 'Indicator', one.id, { description: 'seen' }, amended.etag);
  const [revised] = await feed.catchUp();
  t.match(revised, { event: 'REVISED', id: one.id, record: { body: { description: 'seen', revision: 2 } } });

  await x.exchange.share(writer, 'Indicator', hidden.id, 'embassies-ip');
  t.same(brief(await feed.catchUp()), [`SHARED ${hidden.id}`]);
  await x.exchange.unshare(writer, 'Indicator', hidden.id, 'embassies-ip');
  t.same(brief(await feed.catchUp()), [`ACCESS_ENDED ${hidden.id}`]);
  await x.exchange.withdraw(writer, 'Indicator', hidden.id);
  t.same(await feed.catchUp(), [], 'what becomes of it afterwards is not its to know');
  await x.exchange.withdraw(writer, 'Indicator', two.id);
  const [gone] = await feed.catchUp();
  t.same(gone, { event: 'WITHDRAWN', id: two.id, kind: 'Indicator' });
  t.same(await x.exchange.digest(reader), feed.digest(), 'the digest says that it has all');
});

t.test('access that lapses, and access that is gained, without any event of the records', async (t) => {
  const x = await freshExchange(t);
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const ids: string[] = [];
  for (let i = 0; i < 7; i += 1) ids.push((await x.exchange.submit(writer, 'Indicator', indicator(`n${i}.example`))).record.id);
  const feed = follower(x, reader, 2);
  t.same(brief(await feed.catchUp()), ids.map((id) => `SHARED ${id}`), 'a fresh partner builds its whole view');
  t.same(await x.exchange.digest(reader), feed.digest());

  const channel = x.registry.channels.get('embassies-ip');
  t.ok(channel);
  if (channel === undefined) return;
  const channels = (members: readonly string[]) => new Map([...x.registry.channels, ['embassies-ip', { ...channel, members }]]);
  await x.apply({ channels: channels(channel.members.filter((id) => id !== 'kr-embassy')) });
  const unseen = ids[6] ?? '';
  await x.exchange.withdraw(writer, 'Indicator', unseen);
  const ended = await feed.catchUp();
  t.same(brief(ended), ids.map((id) => `ACCESS_ENDED ${id}`), 'a withdrawal after the lapse shows as the lapse alone');
  t.same(feed.held.size, 0);
  await x.apply({ channels: channels(channel.members) });
  t.same(brief(await feed.catchUp()), ids.slice(0, 6).map((id) => `SHARED ${id}`));
  t.same(await x.exchange.digest(reader), feed.digest());
});

t.test('an agreement that merely runs out', async (t) => {
  const x = await freshExchange(t);
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const { record } = await x.exchange.submit(writer, 'Indicator', indicator('ends.example'));
  const feed = follower(x, reader);
  await feed.catchUp();
  const name = x.registry.channels.get('embassies-ip')?.agreement ?? '';
  const agreement = x.registry.agreements.get(name);
  if (agreement === undefined) throw new Error('no agreement');
  const soon = new Date(Date.now() + 300).toISOString();
  const clauses = agreement.clauses.map((clause) => ({ ...clause, onTermination: 'END_AT_ONCE' as const }));
  await x.apply({ agreements: new Map([...x.registry.agreements, [name, { ...agreement, clauses, validTo: soon }]]) });
  // The database's own clock decides: ask it until the instant has passed.
  await x.admin`select pg_sleep(greatest(0, extract(epoch from ${soon}::timestamptz - clock_timestamp()) + 0.01))`;
  t.same(brief(await feed.catchUp()), [`ACCESS_ENDED ${record.id}`]);
  await t.rejects(x.exchange.get(reader, 'Indicator', record.id), { code: 'NOT_FOUND' });
});

t.test('a changed clearance shows as access gained and lost', async (t) => {
  const x = await freshExchange(t);
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const low = x.asker('kr-embassy', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: [] });
  const high = x.asker('kr-embassy', { purpose: 'INVESTIGATION', clearance: 'CONFIDENTIAL', caveats: ['OPERATIONAL'] });
  const secret = (await x.exchange.submit(writer, 'Indicator', indicator('high.example', { classification: 'CONFIDENTIAL' }))).record;
  const open = (await x.exchange.submit(writer, 'Indicator', indicator('low.example', { classification: 'UNCLASSIFIED' }))).record;
  const page1 = await x.exchange.changes(low, {});
  t.same(brief(page1.events), [`SHARED ${open.id}`]);
  const page2 = await x.exchange.changes(high, { cursor: page1.cursor });
  t.same(brief(page2.events), [`REVISED ${open.id}`, `SHARED ${secret.id}`], 'more fields, and one more record');
  const page3 = await x.exchange.changes(low, { cursor: page2.cursor });
  t.same(brief(page3.events), [`ACCESS_ENDED ${secret.id}`, `REVISED ${open.id}`]);
  t.equal(page1.cursor.length, page3.cursor.length, 'cursors are of one length');
});

t.test('cursors: altered, of another viewer, another filter, another epoch', async (t) => {
  const x = await freshExchange(t);
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const { cursor } = await x.exchange.changes(reader, {});
  await t.rejects(x.exchange.changes(reader, { cursor: `${cursor.slice(0, -2)}AA` }), { code: 'BAD_CURSOR' });
  await t.rejects(x.exchange.changes(x.asker('jp-embassy', { purpose: 'INVESTIGATION' }), { cursor }), { code: 'BAD_CURSOR' });
  await t.rejects(x.exchange.changes(x.asker('kr-embassy', { purpose: 'CYBER_DEFENCE' }), { cursor }), { code: 'BAD_CURSOR' });
  await t.rejects(x.exchange.changes(reader, { cursor, kinds: ['Indicator'] }), { code: 'BAD_CURSOR' });
  await x.admin`update feed_state set epoch = gen_random_uuid()`;
  await t.rejects(x.exchange.changes(reader, { cursor }), { code: 'CURSOR_EPOCH' });
});

t.test('concurrent writers that commit out of order, and a reader that pages meanwhile: every record once, none missed', async (t) => {
  const x = await freshExchange(t);
  const reader = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const feed = follower(x, reader, 5);
  const told = new Map<string, number>();
  const note = (events: readonly ChangeEvent[]): void => {
    for (const { id, event } of events) if (event === 'SHARED') told.set(id, (told.get(id) ?? 0) + 1);
  };
  let writing = true;
  const submitted: string[] = [];
  // A transaction that took its number early and commits last.
  const early = (await x.exchange.submit(x.asker('th-ccib', { purpose: 'INVESTIGATION' }), 'Indicator', indicator('early.example'))).record;
  const late = (await x.exchange.submit(x.asker('th-ccib', { purpose: 'INVESTIGATION' }), 'Indicator', indicator('late.example', { channels: [] }))).record;
  const [audience] = await x.admin<{ id: number }[]>`select audience_id as id from record where id = ${early.id}`;
  const writers = ['th-ccib', 'th-pct'].flatMap((partner) => [0, 1].map(async (lane) => {
    const asker = x.asker(partner, { purpose: 'INVESTIGATION' });
    for (let i = 0; i < 12; i += 1) submitted.push((await x.exchange.submit(asker, 'Indicator', indicator(`w${lane}-${i}.${partner}.example`))).record.id);
  }));
  const holding = x.admin.begin(async (sql) => {
    await sql`insert into outbox (record_id, kind, before_audience, after_audience) select id, kind, audience_id, ${audience?.id ?? 0}::integer from record where id = ${late.id}`;
    await Promise.all(writers);
    await sql`update record set audience_id = ${audience?.id ?? 0} where id = ${late.id}`;
  });
  const reading = (async () => {
    while (writing) note(await feed.catchUp());
  })();
  await Promise.all([...writers, holding]);
  writing = false;
  await reading;
  note(await feed.catchUp());
  const expected = [...submitted, early.id, late.id];
  t.same([...told.keys()].sort(), expected.sort(), 'none missed');
  t.ok([...told.values()].every((times) => times === 1), 'each once');
  t.same(await x.exchange.digest(reader), feed.digest());
});
