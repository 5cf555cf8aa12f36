/** Missing nationals: an embassy's feed says at once which records released to it may be one of them, and says nothing of others. Everybody is synthetic. */
import t from 'tap';
import type { Asker, ChangeEvent } from '../../src/exchange/api.ts';
import { freshApp } from '../support/app.ts';
import { freshExchange, type Asking, type TestExchange } from '../support/exchange.ts';
import { codeOf } from '../support/refused.ts';
import { fullConsent, victimBody, victimsOf } from '../support/victims.ts';

type Fields = Readonly<Record<string, unknown>>;

const helping: Asking = { purpose: 'CONSULAR_ASSISTANCE' };
const protecting: Asking = { purpose: 'VICTIM_PROTECTION' };
const consuls = (x: TestExchange): Asker => x.asker('kr-embassy', helping);

/** A reader that goes on from where it stood, on whichever node. */
function following(exchange: TestExchange['exchange'], asker: Asker, first = 200) {
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

/** `missing -> found: rules` of each match. */
const pairs = (events: readonly ChangeEvent[]): string[] => events.flatMap((event) => (event.event === 'MATCH' ? [`${event.id} -> ${event.match.record.id}`] : [])).sort();
const pair = (missing: string, found: string): string => `${missing} -> ${found}`;

/** What the tests write, by whom. */
function writing(x: TestExchange) {
  const { submit: victim, amend, ministry } = victimsOf(x);
  const police = x.asker('th-atc', protecting);
  const submit = async (by: Asker, kind: string, body: Fields): Promise<string> => (await x.exchange.submit(by, kind, body)).record.id;
  const missing = async (names: readonly string[], more: Fields = {}, by = consuls(x)): Promise<string> =>
    submit(by, 'MissingPerson', { missingStatus: 'MISSING', names: names.map((full) => ({ full })), nationality: 'KR', classification: 'RESTRICTED', channels: ['kr-victims'], ...more });
  const found = async (names: readonly string[], more: Fields = {}): Promise<string> => victim({ names: names.map((full) => ({ full })), documents: [], ...more });
  const identity = async (names: readonly string[], more: Fields = {}): Promise<string> =>
    submit(police, 'Identity', { identityStatus: 'UNDETERMINED', names: names.map((full) => ({ full })), nationalities: ['KR'], classification: 'RESTRICTED', channels: ['kr-victims'], ...more });
  const screening = async (name: string, more: Fields = {}): Promise<string> =>
    submit(ministry, 'Screening', { at: '2026-01-31T08:00:00Z', nationality: 'KR', traveller: { name }, classification: 'RESTRICTED', channels: ['kr-victims'], ...more });
  const change = async (by: Asker, kind: string, id: string, patch: Fields): Promise<void> => void (await x.exchange.amend(by, kind, id, patch, '*'));
  return { missing, found, identity, screening, change, amend, ministry, police };
}

t.test('whichever comes first, across scripts, of every kind, once', async (t) => {
  const x = await freshExchange(t);
  const { missing, found, identity, screening } = writing(x);
  const read = following(x.exchange, consuls(x));
  await read();
  const minjun = await missing(['김민준'], { birthDate: '1999-04-05' });
  t.same(pairs(await read()), [], 'nobody yet');
  const victim = await found(['Kim Min-jun'], { birthDate: '1999-04-05' });
  const first = await read();
  t.same(pairs(first), [pair(minjun, victim)], 'the record comes, and the feed says so');
  t.match(first.find(({ event }) => event === 'MATCH'), { kind: 'MissingPerson', match: { record: { id: victim, body: { kind: 'Victim', pseudonym: 'SYNTHETIC-V' } }, name: 'Kim Min-jun', rules: ['TRANSLITERATED', 'JOINED', 'BIRTH_DATE', 'NATIONALITY'] } });
  t.same(await read(), [], 'once');
  const person = await identity(['KIM MINJUN'], { birthDate: '1999-04-05' });
  const crossing = await screening('Minjun Kim');
  t.same(pairs(await read()), [pair(minjun, person), pair(minjun, crossing)].sort());
  const again = await missing(['Kim Minjoon'], { birthDate: '1999-04-05' });
  t.same(pairs(await read()), [victim, person, crossing].map((id) => pair(again, id)).sort(), 'the record was there, and the report comes');
  await missing(['Synthetic Nobody']);
  await found(['Completely Different']);
  await found(['Kim Min-jun'], { birthDate: '1961-12-24', nationality: 'JP' });
  t.same(pairs(await read()), [], 'others are others, also one of that name who was born on another day');
});

t.test('by a document, whatever the name; in one window both ways', async (t) => {
  const x = await freshExchange(t);
  const { missing, found, screening } = writing(x);
  const papers = { documents: [{ type: 'PASSPORT', number: 'SYN-777 01', issuer: 'KR' }] };
  const read = following(x.exchange, consuls(x), 1);
  await read();
  const victim = await found([], { names: null, ...papers });
  const lost = await missing(['Synthetic Haneul'], papers);
  const crossing = await screening('Another Person', { traveller: { name: 'Another Person', ...papers } });
  const events = await read();
  t.same(pairs(events), [pair(lost, victim), pair(lost, crossing)].sort(), 'once each, though pages hold one record');
  t.match(events.find((event) => event.event === 'MATCH' && event.match.record.id === victim), { match: { score: Number, rules: ['DOCUMENT', 'NATIONALITY'] } });
  t.notOk('name' in ((events.find((event) => event.event === 'MATCH' && event.match.record.id === victim) as { match: object } | undefined)?.match ?? {}), 'no name speaks for it');
});

t.test('amended, shared later, closed, decided', async (t) => {
  const x = await freshExchange(t);
  const { missing, found, identity, change, amend, ministry, police } = writing(x);
  const read = following(x.exchange, consuls(x));
  const lost = await missing(['Synthetic Bada']);
  const victim = await found(['Unknown Woman']);
  const hidden = await found(['Synthetic Bada'], { channels: [] });
  const person = await identity(['Unknown Man']);
  await read();
  await amend(victim, { names: [{ full: 'Synthetic Bada' }] });
  t.same(pairs(await read()), [pair(lost, victim)], 'a name that is learned');
  await amend(victim, { ageBand: 'FROM_18_TO_24' });
  t.match(await read(), [{ event: 'REVISED', id: victim }], 'a change that says nothing of who she is tells no match again');
  await amend(victim, { birthDate: '2001' });
  t.same(pairs(await read()), [pair(lost, victim)], 'one that does, does');
  await x.exchange.share(ministry, 'Victim', hidden, 'kr-victims');
  t.same(pairs(await read()), [pair(lost, hidden)], 'shared into its channel');
  await change(consuls(x), 'MissingPerson', lost, { missingStatus: 'CLOSED' });
  await change(police, 'Identity', person, { names: [{ full: 'Synthetic Bada' }] });
  t.same(pairs(await read()), [], 'nobody is looked for');
  await change(consuls(x), 'MissingPerson', lost, { missingStatus: 'MISSING' });
  t.same(pairs(await read()), [victim, hidden, person].map((id) => pair(lost, id)).sort(), 'looked for again');
  await x.exchange.decide(police, 'Identity', person, { outcome: 'SUSPECT', desk: 'duty', basis: 'Synthetic: seen to recruit' });
  t.match(await read(), [{ event: 'ACCESS_ENDED', id: person }], 'of who is decided upon nothing comes any more');
  await change(consuls(x), 'MissingPerson', lost, { names: [{ full: 'Synthetic Bada' }, { full: '가상 바다' }] });
  t.same(pairs(await read()), [pair(lost, victim), pair(lost, hidden)].sort());
});

t.test('access that ends takes it back without content; an agreement that starts brings it', async (t) => {
  const x = await freshExchange(t);
  const { missing, found, amend } = writing(x);
  const read = following(x.exchange, consuls(x));
  const lost = await missing(['Synthetic Bada']);
  const victim = await found(['Synthetic Bada']);
  t.same(pairs(await read()), [pair(lost, victim)], 'a reader from nowhere');
  const channel = x.registry.channels.get('kr-victims');
  if (channel === undefined) throw new Error('no channel');
  const members = async (ids: readonly string[]): Promise<void> => x.apply({ channels: new Map([...x.registry.channels, ['kr-victims', { ...channel, members: ids }]]) });
  await members(channel.members.filter((id) => id !== 'kr-embassy'));
  t.strictSame((await read()).filter(({ id }) => id === victim), [{ event: 'ACCESS_ENDED', id: victim, kind: 'Victim' }]);
  await members(channel.members);
  t.same(pairs(await read()), [pair(lost, victim)], 'with access the match');
  await amend(victim, { consent: { withdrawn: '2026-02-01T00:00:00Z' } });
  t.strictSame(await read(), [{ event: 'ACCESS_ENDED', id: victim, kind: 'Victim' }], 'consent that is taken back');
  await amend(victim, { names: [{ full: 'Synthetic Bada' }, { full: 'Bada Synthetic' }] });
  t.same(await read(), []);
});

t.test('on what is withheld nothing matches, and nobody else is told', async (t) => {
  const x = await freshExchange(t);
  const { missing, found, identity, change, amend, ministry, police } = writing(x);
  const blind = following(x.exchange, x.asker('kr-embassy', { ...helping, caveats: ['PERSONAL', 'CONSULAR'] }));
  const low = following(x.exchange, x.asker('kr-embassy', { ...helping, caveats: ['VICTIM'] }));
  const others = [x.asker('jp-embassy', helping), x.asker('th-mfa', helping), x.asker('th-shelter', protecting), ministry].map((asker) => following(x.exchange, asker));
  const read = following(x.exchange, consuls(x));
  // The ministry looks for somebody else, in the same channel.
  await missing(['Somebody Else'], {}, x.asker('th-mfa', helping));
  for (const each of [blind, low, read, ...others]) await each();
  const lost = await missing(['Synthetic Bada'], { documents: [{ type: 'PASSPORT', number: 'SYN00001', issuer: 'KR' }] });
  for (const each of others) await each();
  const victim = await found(['Synthetic Bada'], { documents: [{ type: 'PASSPORT', number: 'SYN00001', issuer: 'KR' }] });
  const unshared = await found(['Synthetic Bada'], { channels: [] });
  const narrow = await found(['Synthetic Bada'], { consent: { ...fullConsent, recipients: ['th-shelter', 'th-mfa', 'th-atc', 'kr-embassy'], purposes: ['REPATRIATION', 'VICTIM_PROTECTION'] } }).catch(() => '');
  t.same(pairs(await read()), [pair(lost, victim)]);
  t.equal(narrow, '', 'what consent does not cover is refused before');
  t.same(pairs(await blind()), [], 'her name is withheld from it');
  t.same(pairs(await low()), [], 'his own name is withheld from this officer');
  for (const each of others) t.same(pairs(await each()), [], 'who did not report him missing');
  await amend(unshared, { birthDate: '2000' });
  await x.exchange.withdraw(ministry, 'Victim', unshared);
  for (const each of [read, blind]) t.same(await each(), [], 'what it does not see wakes nobody');
  const centre = x.registry.partners.get('th-atc');
  if (centre === undefined) throw new Error('no partner');
  await x.apply({ partners: new Map([...x.registry.partners, ['th-atc', { ...centre, clearance: 3 }]]) });
  const raised = await identity(['Synthetic Bada'], { documents: [{ type: 'PASSPORT', number: 'SYN00001', issuer: 'KR' }], markings: ['names', 'documents'].map((field) => ({ field, level: 'SECRET' })) });
  t.match(await read(), [{ event: 'SHARED', id: raised }], 'raised above the clause: no match');
  const again = await missing(['Synthetic Bada'], { documents: [{ type: 'PASSPORT', number: 'SYN00001', issuer: 'KR' }] });
  t.same(pairs(await read()), [pair(again, victim)], 'not even when asked anew');
  await change(police, 'Identity', raised, { markings: null });
  t.same(pairs(await read()), [lost, again].map((id) => pair(id, raised)).sort(), 'once it is lowered');
  t.same(pairs(await following(x.exchange, x.asker('kr-embassy', { purpose: 'REPATRIATION' }))()), [], 'for a purpose that the report is not seen for');
});

t.test('a restart, another node, a feed of some kinds, the ledger', async (t) => {
  const x = await freshExchange(t);
  const { missing, found, ministry } = writing(x);
  const read = following(x.exchange, consuls(x));
  const narrowed = async (kinds: readonly string[]) => (await x.exchange.changes(consuls(x), { kinds })).events;
  await read();
  const lost = await missing(['Synthetic Bada']);
  const victim = await found(['Synthetic Bada']);
  const other = await x.node();
  t.same(pairs(await read(other.exchange)), [pair(lost, victim)], 'the other node goes on where this one was');
  t.same(await read(), [], 'and this one where that was');
  t.same(pairs(await narrowed(['MissingPerson'])), [], 'a feed that covers one of the two kinds tells of no pair');
  t.same(pairs(await narrowed(['MissingPerson', 'Victim'])), [pair(lost, victim)]);
  const readings = (await x.exchange.ledger(ministry, { record: victim })).items;
  t.match(readings.find(({ partner, operation }) => partner === 'kr-embassy' && operation === 'changes'), { records: [victim], fields: /names/ });
  await x.admin`update feed_state set epoch = gen_random_uuid()`;
  t.equal(await codeOf(read()), 'CURSOR_EPOCH');
  t.same(pairs(await following(x.exchange, consuls(x))()), [pair(lost, victim)], 'who synchronises anew has it again');
});

t.test('REST and GraphQL say the same', async (t) => {
  const x = await freshApp(t);
  const ministry = await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION' });
  const embassy = await x.as('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE' });
  t.equal((await embassy.post('/v1/missing-persons', { missingStatus: 'MISSING', names: [{ full: '가상 생존자' }, { full: 'Synthetic Survivor' }], classification: 'RESTRICTED', channels: [] })).statusCode, 201);
  t.equal((await ministry.post('/v1/victims', victimBody())).statusCode, 201);
  const rest = (await embassy.get('/v1/changes')).json<{ events: { event: string; match: { record: { id: string } } }[] }>().events.filter(({ event }) => event === 'MATCH');
  const { data, errors } = await embassy.graphql<{ changes: { events: typeof rest } }>('{ changes { events { event id kind match { score name rules record { id kind ... on Victim { pseudonym } } } } } }');
  t.notOk(errors, JSON.stringify(errors));
  t.match(rest, [{ kind: 'MissingPerson', match: { name: 'Synthetic Survivor', rules: ['SAME'], record: { kind: 'Victim', pseudonym: 'SYNTHETIC-V' } } }]);
  const bare = (events: typeof rest): unknown[] => events.map(({ match: { record, ...why }, ...event }) => ({ ...event, ...why, record: record.id }));
  t.strictSame(JSON.parse(JSON.stringify(bare((data?.changes.events ?? []).filter(({ event }) => event === 'MATCH')))), bare(rest));
});
