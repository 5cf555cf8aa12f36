/** What a client that is not to be trusted any more was given: listed without content, and told to the originators alone. Synthetic records only. */
import t from 'tap';
import type { ChangeEvent, Notice } from '../../src/exchange/api.ts';
import { givenTo, warnOriginators } from '../../src/store/disclosures.ts';
import { freshExchange } from '../support/exchange.ts';

const noticesOf = (event: ChangeEvent | undefined): readonly Notice[] | undefined => (event !== undefined && 'notices' in event ? event.notices : undefined);

t.test('the disclosures of a client', { timeout: 120_000 }, async (t) => {
  const { exchange, asker, admin } = await freshExchange(t);
  const police = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const embassy = asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const japan = asker('jp-embassy', { purpose: 'INVESTIGATION' });
  const submit = async (by: typeof police, value: string): Promise<string> =>
    (await exchange.submit(by, 'Indicator', { type: 'DOMAIN', value, classification: 'UNCLASSIFIED', channels: ['embassies-ip'], description: 'Synthetic words', legalBasis: { ground: 'Synthetic' } })).record.id;
  const [read, unread, japanese] = [await submit(police, 'given.example'), await submit(police, 'kept.example'), await submit(japan, 'japan.example')];
  const start = async (who: typeof police) => (await exchange.changes(who, { first: 1000 })).cursor;
  const cursors = { police: await start(police), japan: await start(japan), embassy: await start(asker('kr-embassy', { purpose: 'INVESTIGATION', subject: 'honest' })) };
  const begin = new Date((await admin<{ now: Date }[]>`select clock_timestamp() as now`)[0]?.now ?? 0).toISOString();
  const stolen = { ...embassy, claims: Object.freeze({ ...embassy.claims, client: 'stolen-client' }) };
  await exchange.get(stolen, 'Indicator', read);
  await exchange.lookup(stolen, [{ value: 'japan.example' }, { value: 'given.example' }]);
  const end = new Date(Date.now() + 60_000).toISOString();

  const given = await givenTo(admin, { of: { client: 'stolen-client' }, from: begin, to: end });
  t.match(given.map(({ originator, record, kind, partner, times }) => ({ originator, record, kind, partner, times })), [
    { originator: 'jp-embassy', record: japanese, kind: 'Indicator', partner: 'kr-embassy', times: 1 }, { originator: 'th-ccib', record: read, kind: 'Indicator', partner: 'kr-embassy', times: 2 },
  ]);
  t.ok(given.every(({ fields }) => fields.includes('value')), 'names of fields');
  t.notMatch(JSON.stringify(given), /given\.example|Synthetic/, 'no content');
  t.same(await givenTo(admin, { of: { client: 'stolen-client' }, from: '2020-01-01T00:00:00Z', to: begin }), [], 'the period counts');
  t.same(await givenTo(admin, { of: { client: 'another' }, from: begin, to: end }), []);

  t.same(new Map(await warnOriginators(admin, given)), new Map([['jp-embassy', 1], ['th-ccib', 1]]));
  t.equal((await warnOriginators(admin, given)).size, 0, 'told once');
  const { events } = await exchange.changes(police, { cursor: cursors.police, first: 1000 });
  t.match(events, [{ event: 'REVISED', id: read }]);
  t.equal(events.length, 1, 'of what was given alone');
  t.same(noticesOf(events[0])?.map(({ compromised, agreement, clause }) => ({ compromised, agreement, clause })), [{ compromised: 'kr-embassy', agreement: undefined, clause: undefined }]);
  t.match((await exchange.changes(japan, { cursor: cursors.japan, first: 1000 })).events, [{ event: 'REVISED', id: japanese, notices: [{ compromised: 'kr-embassy' }] }]);
  t.same((await exchange.changes(embassy, { cursor: cursors.embassy, first: 1000 })).events, [], 'nobody else is told that anything happened');
  await exchange.get(stolen, 'Indicator', read);
  t.same([...await warnOriginators(admin, await givenTo(admin, { of: { client: 'stolen-client' }, from: begin, to: end }))], [['th-ccib', 1]], 'given again, told again');
  t.ok(unread);
});
