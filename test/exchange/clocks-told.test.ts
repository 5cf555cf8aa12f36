/** Clocks of cases in the feed: told to whose desk has the case, and to whom it is escalated, once, though nobody writes anything. Synthetic people only. */
import t from 'tap';
import type { Asker, ChangeEvent, Exchange } from '../../src/exchange/api.ts';
import type { PurposeName } from '../../src/dictionary/compartment.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import type { Mechanism } from '../../src/rules/registry.ts';
import { freshApp } from '../support/app.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { victimBody, victimsOf } from '../support/victims.ts';

type Fields = Readonly<Record<string, unknown>>;

const day = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * day).toISOString();
const inShelter = (at: string, more: Fields = {}): Fields =>
  ({ nrmStage: 'TEMPORARY_SHELTER', nrmTransition: { at, desk: 'th-msdhs/nrm', reason: 'Synthetic reason' }, nrmDesks: [{ partner: 'th-shelter', desk: 'protection' }], ...more });

function following(exchange: Exchange, asker: Asker, first = 200) {
  let cursor: string | undefined;
  return async (node = exchange): Promise<readonly ChangeEvent[]> => {
    const all: ChangeEvent[] = [];
    for (;;) {
      const page = await node.changes(asker, { cursor, first });
      cursor = page.cursor;
      all.push(...page.events);
      if (!page.more) return all;
    }
  };
}
const told = (events: readonly ChangeEvent[]): string[] => events.filter(({ event }) => event.startsWith('CLOCK')).map(({ event, id }) => `${event} ${id}`).sort();

/** Another clock for the temporary shelter. */
async function clock(x: TestExchange, change: { clock: string; warnBefore: string }): Promise<void> {
  const mechanism = x.registry.mechanisms.get('th-nrm');
  if (mechanism === undefined) throw new Error('no mechanism');
  const stages: Mechanism['stages'] = mechanism.stages.map((stage) => (stage.stage === 'TEMPORARY_SHELTER' ? { ...stage, ...change } : stage));
  await x.apply({ mechanisms: new Map([['th-nrm', { ...mechanism, stages }]]) });
}

/** A node whose database's clock is so many days ahead. */
const later = (x: TestExchange, days: number): Exchange =>
  createExchange({ ...x.deps, feed: { ...x.deps.feed, head: async () => ((head) => ({ ...head, now: head.now + days * day }))(await x.deps.feed.head()) } });

t.test('it warns and runs out by itself: to the desk\'s organisation, then to the one it is escalated to', async (t) => {
  const x = await freshExchange(t);
  const { submit, ministry } = victimsOf(x);
  const reader = (partner: string, purpose: PurposeName, first?: number) => following(x.exchange, x.asker(partner, { purpose }), first);
  const shelter = reader('th-shelter', 'VICTIM_PROTECTION', 1);
  const asleep = reader('th-shelter', 'VICTIM_PROTECTION', 1);
  const escalated = reader('th-msdhs', 'VICTIM_PROTECTION');
  const embassy = reader('kr-embassy', 'CONSULAR_ASSISTANCE');
  const others = [reader('th-mfa', 'CONSULAR_ASSISTANCE'), reader('jp-embassy', 'CONSULAR_ASSISTANCE')];
  // Fifteen days, of which the last three warn.
  const id = await submit(inShelter(ago(1)));
  const hidden = await submit(inShelter(ago(1), { channels: [], consent: null }));
  const theirs = await submit(inShelter(ago(1), { nrmDesks: [{ partner: 'kr-embassy', desk: 'consular' }] }));
  for (const read of [shelter, asleep, escalated, embassy, ...others]) t.strictSame(told(await read()), [], 'it runs');
  t.same(await shelter(later(x, 10.9)), [], 'and runs');
  const [warning, ...more] = await shelter(later(x, 11.1));
  t.match(warning, { event: 'CLOCK_WARNING', id, kind: 'Victim', case: { stage: 'TEMPORARY_SHELTER', clock: 'WARNING', overdue: false, record: { id, body: { nrmStage: 'TEMPORARY_SHELTER' } } } });
  t.same(more, [], 'the only one');
  t.same(await shelter(later(x, 11.2)), [], 'once');
  t.strictSame(told(await embassy(later(x, 11.1))), [`CLOCK_WARNING ${theirs}`], 'an embassy\'s desk');
  for (const read of [escalated, ...others]) t.strictSame(await read(later(x, 11.1)), [], 'it is no case of theirs');
  t.strictSame(told(await shelter(later(x, 14.1))), [`CLOCK_OVERDUE ${id}`]);
  t.strictSame(told(await asleep(later(x, 30))), [`CLOCK_OVERDUE ${id}`], 'who reads late is told what it came to');
  const late = await escalated(later(x, 14.1));
  t.strictSame(told(late), [id, hidden, theirs].map((one) => `CLOCK_OVERDUE ${one}`).sort(), 'of what is released to it');
  t.match(late.find((event) => event.id === id), { case: { clock: 'OVERDUE', overdue: true, escalatedTo: 'th-msdhs/nrm' } });
  t.same([await escalated(later(x, 14.2)), await shelter(later(x, 14.2))], [[], []], 'once');
  for (const read of others) t.strictSame(await read(later(x, 14.2)), [], 'and nobody else');
  t.equal((await x.exchange.get(ministry, 'Victim', id)).body['revision'], 1, 'nobody wrote anything');
  const readings = (await x.exchange.ledger(ministry, { record: id })).items.filter(({ partner, operation }) => partner === 'th-shelter' && operation === 'changes');
  t.equal(readings.length, 5, 'what was told is in the ledger: to two readers at first, a warning, and twice that it ran out');
});

t.test('what comes late is told as it stands: submitted, shared, handed over, moved on, read anew, another clock', async (t) => {
  const x = await freshExchange(t);
  const { submit, amend, ministry } = victimsOf(x);
  const shelter = following(x.exchange, x.asker('th-shelter', { purpose: 'VICTIM_PROTECTION' }));
  const embassy = following(x.exchange, x.asker('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE' }));
  await shelter();
  await embassy();
  const late = await submit(inShelter(ago(16)));
  const soon = await submit(inShelter(ago(13)));
  const fresh = await submit(inShelter(ago(1)));
  const unshared = await submit(inShelter(ago(16), { channels: [] }));
  t.strictSame(told(await shelter()), [`CLOCK_OVERDUE ${late}`, `CLOCK_WARNING ${soon}`].sort());
  t.strictSame(told(await embassy()), [], 'no desk of its');
  await x.exchange.share(ministry, 'Victim', unshared, 'kr-victims');
  t.strictSame(told(await shelter()), [`CLOCK_OVERDUE ${unshared}`]);
  await amend(late, { ageBand: 'FROM_18_TO_24' });
  t.same((await shelter()).map(({ event, id }) => [event, id]), [['REVISED', late]], 'another change says nothing of the clock');
  await amend(late, { nrmDesks: [{ partner: 'th-shelter', desk: 'protection' }, { partner: 'kr-embassy', desk: 'consular' }] });
  t.strictSame(told(await embassy()), [`CLOCK_OVERDUE ${late}`], 'handed to it');
  await shelter();
  await amend(late, { nrmStage: 'FORMAL_IDENTIFICATION', nrmTransition: { at: ago(0.01), desk: 'th-msdhs/nrm', reason: 'Synthetic' } });
  t.same((await shelter()).map(({ event, id }) => [event, id]), [['REVISED', late]], 'it moved on, and its clock runs');
  await clock(x, { clock: 'PT12H', warnBefore: 'PT1H' });
  t.strictSame(told(await shelter()), [`CLOCK_OVERDUE ${fresh}`, `CLOCK_OVERDUE ${soon}`, `CLOCK_OVERDUE ${unshared}`].sort(), 'a clock that was changed tells all that it finds');
  t.strictSame(told(await shelter()), [], 'once');
  const other = await x.node();
  t.strictSame(told(await shelter(other.exchange)), [], 'and no other node again');
  const anew = following(other.exchange, x.asker('th-shelter', { purpose: 'VICTIM_PROTECTION' }), 1);
  t.strictSame(told(await anew()), [fresh, soon, unshared].map((id) => `CLOCK_OVERDUE ${id}`).sort(), 'who reads from nowhere has them all');
  await x.exchange.withdraw(ministry, 'Victim', soon);
  await clock(x, { clock: 'PT11H', warnBefore: 'PT1H' });
  t.strictSame(told(await shelter()), [fresh, unshared].map((id) => `CLOCK_OVERDUE ${id}`).sort(), 'not of what is withdrawn');
});

t.test('REST and GraphQL say the same', async (t) => {
  const x = await freshApp(t);
  const ministry = await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION' });
  const shelter = await x.as('th-shelter', { purpose: 'VICTIM_PROTECTION' });
  t.equal((await ministry.post('/v1/victims', victimBody(inShelter(ago(16))))).statusCode, 201);
  const rest = (await shelter.get('/v1/changes')).json<{ events: { event: string; case: { record: { id: string } } }[] }>().events.filter(({ event }) => event === 'CLOCK_OVERDUE');
  const { data, errors } = await shelter.graphql<{ changes: { events: typeof rest } }>('{ changes { events { event id kind case { stage since due warnFrom clock overdue escalatedTo record { id ... on Victim { pseudonym } } } } } }');
  t.notOk(errors, JSON.stringify(errors));
  t.match(rest, [{ kind: 'Victim', case: { stage: 'TEMPORARY_SHELTER', overdue: true, escalatedTo: 'th-msdhs/nrm', record: { pseudonym: 'SYNTHETIC-V' } } }]);
  const bare = (events: typeof rest): unknown[] => events.map(({ case: { record, ...one }, ...event }) => ({ ...event, ...one, record: record.id }));
  t.strictSame(JSON.parse(JSON.stringify(bare((data?.changes.events ?? []).filter(({ event }) => event === 'CLOCK_OVERDUE')))), bare(rest));
});
