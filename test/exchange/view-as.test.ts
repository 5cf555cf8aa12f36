/** What a partner would get of one's own records is what it gets. Everything is synthetic. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { LevelName, PurposeName } from '../../src/dictionary/compartment.ts';
import type { ViewedAs } from '../../src/exchange/api.ts';
import { freshExchange } from '../support/exchange.ts';
import { refused } from '../support/refused.ts';
import { fullConsent } from '../support/victims.ts';

const { exchange, asker, admin } = await freshExchange(t);
const police = asker('th-ccib', { purpose: 'INVESTIGATION' });
const low = asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: [] });
const location = { lat: 9.1, lon: 101.2, radiusMetres: 10, method: 'cell' };
const bare = { type: 'DOMAIN', classification: 'RESTRICTED', channels: ['embassies-ip', 'th-kh-investigation'], location, rationale: 'Synthetic', sourceDetail: 'Synthetic source', description: 'Synthetic' };
const submit = async (value: string, more: Record<string, unknown> = {}) => (await exchange.submit(police, 'Indicator', { ...bare, value, ...more })).record;

const plain = await submit('plain.example', { legalBasis: { agreement: 'synthetic', clause: '1', ground: 'Synthetic ground' } });
await exchange.amend(police, 'Indicator', plain.id, { sourceDetail: 'Synthetic: later' }, plain.etag);
const marked = await submit('marked.example', { markings: [{ field: 'description', level: 'CONFIDENTIAL' }] });
const kept = await submit('kept.example', { channels: [] });

t.test('it is what the partner gets', async (t) => {
  const partners: readonly (readonly [string, PurposeName, LevelName | undefined])[] = [
    ['kr-embassy', 'INVESTIGATION', undefined], ['kr-embassy', 'PREVENTION', undefined], ['kr-embassy', 'INVESTIGATION', 'RESTRICTED'], ['kr-embassy', 'INVESTIGATION', 'UNCLASSIFIED'],
    ['kr-embassy', 'KNOWLEDGE', undefined], ['kh-mptc', 'INVESTIGATION', 'SECRET'], ['jp-embassy', 'CYBER_DEFENCE', 'CONFIDENTIAL'], ['th-ccib', 'INVESTIGATION', 'RESTRICTED'],
  ];
  const outcomes = new Set<boolean>();
  for (const [partner, purpose, clearance] of partners) {
    const by = asker(partner, { purpose, ...(clearance === undefined ? {} : { clearance }) });
    for (const { id } of [plain, marked, kept]) {
      const view = await exchange.viewAs(police, 'Indicator', id, { partner, purpose, clearance });
      const got = await exchange.get(by, 'Indicator', id).then(({ body }) => body, () => undefined);
      t.strictSame(view.record?.body, got, `${partner} ${purpose} ${clearance} ${id}`);
      t.equal(view.visible, got !== undefined);
      t.same(view.beyondYourClearance, [], 'the officer is cleared for all of it');
      outcomes.add(view.visible);
    }
  }
  t.equal(outcomes.size, 2, 'some are seen, some not');
});

t.test('what the officer is not cleared for is named, not shown', async (t) => {
  const query = { partner: 'kr-embassy', purpose: 'INVESTIGATION' };
  const view = await exchange.viewAs(low, 'Indicator', plain.id, query);
  t.ok(view.beyondYourClearance.includes('location'));
  t.notOk('location' in (view.record?.body ?? {}));
  const withheld = view.record?.body['withheld'] as readonly string[];
  t.notOk(withheld.includes('location'));
  t.ok(withheld.includes('sourceDetail'));
  const full = await exchange.viewAs(police, 'Indicator', plain.id, query);
  const names = [...Object.keys(view.record?.body ?? {}), ...view.beyondYourClearance];
  t.same(Object.keys(full.record?.body ?? {}).filter((name) => !names.includes(name)), [], 'nothing is passed over in silence');
});

t.test('a hidden field, its changes and its marking do not show to an officer who may not see it', async (t) => {
  const other = await submit('other.example', { location: { ...location, method: 'other' }, markings: [{ field: 'location', level: 'SECRET' }] });
  await exchange.amend(police, 'Indicator', other.id, { location: { method: 'later' } }, other.etag);
  const one = await submit('some.example');
  const shape = async (id: string): Promise<unknown> => {
    const { record, beyondYourClearance } = await exchange.viewAs(low, 'Indicator', id, { partner: 'kr-embassy', purpose: 'INVESTIGATION' });
    const { revision, withheld, markings } = record?.body ?? {};
    return { revision, withheld, markings, beyondYourClearance, fields: Object.keys(record?.body ?? {}) };
  };
  t.strictSame(await shape(other.id), await shape(one.id));
});

t.test('only of one\'s own, and of partners one works with', async (t) => {
  const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const query = { partner: 'jp-embassy', purpose: 'INVESTIGATION' };
  const absent = await refused(exchange.viewAs(korea, 'Indicator', randomUUID(), query));
  t.equal(absent.code, 'NOT_FOUND');
  t.strictSame(await refused(exchange.viewAs(korea, 'Indicator', plain.id, query)), absent);
  const told = async (partner: string) => {
    const one = await refused(exchange.viewAs(korea, 'Indicator', plain.id, { ...query, partner }));
    const page = await refused(exchange.viewAsPage(korea, 'Indicator', { ...query, partner }));
    t.strictSame(page, one);
    return one;
  };
  t.strictSame(await told('th-demo-bank'), await told('nobody'), 'no common channel: as if there were no such partner');
  t.equal((await refused(exchange.viewAs(korea, 'Indicator', plain.id, { ...query, purpose: 'NOPE' }))).code, 'INVALID');
});

t.test('a roster that the originator left tells it nothing', async (t) => {
  const x = await freshExchange(t);
  const by = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const { record } = await x.exchange.submit(by, 'Indicator', { ...bare, value: 'left.example', channels: ['th-kh-investigation'] });
  const see = async (): Promise<ViewedAs> => x.exchange.viewAs(by, 'Indicator', record.id, { partner: 'kh-mptc', purpose: 'INVESTIGATION' });
  t.equal((await see()).visible, true);
  const channel = x.registry.channels.get('th-kh-investigation');
  if (channel === undefined) throw new Error('no channel');
  await x.apply({ channels: new Map([...x.registry.channels, [channel.id, { ...channel, members: channel.members.filter((id) => id !== 'th-ccib') }]]) });
  t.equal((await see()).visible, false, 'they share another channel still, and through that one it would get nothing');
});

t.test('it is an operation of its own, and the partner has read nothing', async (t) => {
  const by = asker('th-ccib', { purpose: 'INVESTIGATION' });
  await exchange.viewAs(by, 'Indicator', plain.id, { partner: 'kr-embassy', purpose: 'INVESTIGATION' });
  const entries = await admin`select e.partner, e.operation, d.partner as reader, d.originator from ledger_entry e left join ledger_disclosure d on d.entry_id = e.id where e.request_id = ${by.requestId}`;
  t.same(entries.map((row) => ({ ...row })), [{ partner: 'th-ccib', operation: 'view-as', reader: 'th-ccib', originator: 'th-ccib' }]);
});

t.test('a page holds one\'s own records only, and goes on', async (t) => {
  await exchange.submit(asker('kr-embassy', { purpose: 'INVESTIGATION' }), 'Indicator', { value: 'korea.example', classification: 'RESTRICTED', channels: ['embassies-ip'] });
  const query = { partner: 'kr-embassy', purpose: 'INVESTIGATION' };
  const all = await exchange.viewAsPage(police, 'Indicator', query);
  const first = await exchange.viewAsPage(police, 'Indicator', { ...query, first: 2 });
  const rest = await exchange.viewAsPage(police, 'Indicator', { ...query, after: first.nextCursor });
  t.same([...first.items, ...rest.items].map(({ id }) => id), all.items.map(({ id }) => id));
  t.same(all.items.map(({ record }) => record?.originator).filter((one) => one !== undefined && one !== 'th-ccib'), []);
  t.match(all.items.find(({ id }) => id === kept.id), { visible: false });
  t.equal((await refused(exchange.viewAsPage(police, 'Indicator', { ...query, purpose: 'PREVENTION', after: first.nextCursor }))).code, 'BAD_CURSOR');
});

t.test('nothing is told by what the partner gets of a field that decides about it and is withheld from the officer', async (t) => {
  const ministry = asker('th-msdhs', { purpose: 'VICTIM_PROTECTION' });
  const uncleared = asker('th-msdhs', { purpose: 'VICTIM_PROTECTION', caveats: [] });
  const victim = { pseudonym: 'SYNTHETIC-V', nrmStage: 'SCREENING', consent: fullConsent, classification: 'RESTRICTED', channels: ['kr-victims'] };
  const wide = (await exchange.submit(ministry, 'Victim', victim)).record.id;
  const narrow = (await exchange.submit(ministry, 'Victim', victim)).record.id;
  await exchange.amend(ministry, 'Victim', narrow, { consent: { recipients: ['kr-embassy'] } }, '*');
  const query = { partner: 'th-shelter', purpose: 'VICTIM_PROTECTION' };
  t.equal((await exchange.viewAs(ministry, 'Victim', wide, query)).visible, true);
  t.equal((await exchange.viewAs(ministry, 'Victim', narrow, query)).visible, false, 'whom she consented to decides');
  for (const id of [wide, narrow]) t.match(await refused(exchange.viewAs(uncleared, 'Victim', id, query)), { code: 'FORBIDDEN', public: { errors: [{ field: 'consent' }] } });
  t.match(await refused(exchange.viewAsPage(uncleared, 'Victim', query)), { code: 'FORBIDDEN' });
  const own = (await exchange.submit(ministry, 'Victim', { ...victim, channels: [] })).record.id;
  t.equal((await exchange.viewAs(uncleared, 'Victim', own, query)).visible, false, 'what is in no channel is nobody else\'s, whatever she consented to');
});
