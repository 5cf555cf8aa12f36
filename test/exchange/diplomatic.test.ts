/** What a clause routes through an embassy: refused with the desk's name, sent to it, passed on with what it adds, or declined. Everything is synthetic. */
import t, { type Test } from 'tap';
import { caveatMask } from '../../src/dictionary/compartment.ts';
import type { Asker } from '../../src/exchange/api.ts';
import type { Released } from '../../src/rules/release.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';

type Fields = Readonly<Record<string, unknown>>;
const desk = { partner: 'th-embassy-phnom-penh', desk: 'diplomatic' };
const abroad = { partner: 'kh-mptc', desk: 'coordination' };
const asked = {
  asks: 'ARREST', precedence: 'IMMEDIATE', desks: [abroad], fromDesk: 'duty', subject: 'Synthetic subject', questions: ['Where is the person?'], classification: 'UNCLASSIFIED', channels: ['th-kh-investigation'],
  authority: { type: 'WARRANT', number: 'SYN-77/2569' }, arrest: { person: 'Synthetic Person', warrant: 'SYN-77/2569', offence: 'Synthetic: fraud', withReturn: true },
};

interface Cast {
  readonly x: TestExchange;
  readonly police: Asker;
  readonly embassy: Asker;
  readonly ministry: Asker;
  readonly stranger: Asker;
}

async function cast(t: Test): Promise<Cast> {
  const x = await freshExchange(t, {
    registry: (demo) => {
      const [agreement, channel, mptc] = [demo.agreements.get('mdes-mptc-2024'), demo.channels.get('th-kh-investigation'), demo.partners.get('kh-mptc')];
      if (agreement === undefined || channel === undefined || mptc === undefined) throw new Error('the demonstration lacks what this test stands on');
      const clauses = agreement.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, ceiling: 2 as const, caveats: caveatMask(['PERSONAL', 'OPERATIONAL']), requests: [...clause.requests ?? [], 'ARREST'] } : clause));
      return {
        ...demo,
        agreements: new Map([...demo.agreements, [agreement.id, { ...agreement, clauses }]]),
        channels: new Map([...demo.channels, [channel.id, { ...channel, ceiling: 2 as const }]]),
        partners: new Map([...demo.partners, [mptc.id, { ...mptc, clearance: 2 as const, caveats: caveatMask(['PERSONAL']), desks: [{ id: 'coordination', name: { en: 'Coordination', th: 'ประสานงาน' }, contact: 'coordination@mptc.example' }] }]]),
      };
    },
  });
  const by = (partner: string, at: string): Asker => x.asker(partner, { purpose: 'INVESTIGATION', desk: at });
  return { x, police: by('th-ccib', 'duty'), embassy: by(desk.partner, desk.desk), ministry: by(abroad.partner, abroad.desk), stranger: by('th-mdes', 'coordination') };
}

const ask = async ({ x, police }: Cast, more: Fields = {}): Promise<Released> => (await x.exchange.submit(police, 'Request', { ...asked, ...more })).record;
const move = async ({ x }: Cast, by: Asker, request: string, step: string, more: Fields = {}): Promise<Released> =>
  (await x.exchange.submit(by, 'RequestMove', { request, move: step, classification: 'UNCLASSIFIED', ...more })).record;
const stepsOf = async ({ x }: Cast, by: Asker, request: string): Promise<unknown[]> => (await x.exchange.find(by, { kind: 'RequestLeg', filter: { request: { eq: request } } })).items.map(({ body }) => [body['desk'], body['state'], (body['steps'] as unknown as Fields[]).map(({ step }) => step)]);
const seen = async ({ x }: Cast, by: Asker): Promise<readonly Released[]> => (await x.exchange.find(by, { kind: 'Request', filter: {} })).items;
const bytes = Buffer.from('%PDF-1.7\n%synthetic warrant\n');
async function* whole(): AsyncGenerator<Uint8Array> { yield bytes; }
const attach = async ({ x }: Cast, by: Asker, request: string, name: string): Promise<string> =>
  (await x.exchange.attach(by, { request, name, as: 'personalFile', mediaType: 'application/pdf', classification: 'UNCLASSIFIED' }, whole())).record.id;

t.test('an arrest with return, what is sensitive, what is above the level: through the embassy\'s desk alone', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x, embassy, police } = c;
  const routed: readonly (readonly [what: string, more: Fields])[] = [
    ['an arrest with return', {}],
    ['what is sensitive', { asks: 'INFORMATION', arrest: null, authority: null, sensitive: true }],
    ['what is above the level', { asks: 'INFORMATION', arrest: null, authority: null, classification: 'CONFIDENTIAL' }],
  ];
  for (const [what, more] of routed) {
    t.match(await refused(ask(c, more)), { code: 'USE_DIPLOMATIC_CHANNEL', public: { detail: /diplomatic of th-embassy-phnom-penh/, extra: { desk: { partner: desk.partner, desk: desk.desk } } } }, what);
    t.match(await refused(ask(c, { ...more, desks: [abroad, desk] })), { code: 'USE_DIPLOMATIC_CHANNEL' }, `${what}: beside the embassy`);
    t.match((await ask(c, { ...more, via: desk })).body, { via: desk, desks: [abroad] }, `${what}: through it`);
  }
  t.equal((await ask(c, { arrest: { ...asked.arrest, withReturn: false } })).body['via'], undefined, 'without return nothing is routed');
  t.match(await refused(ask(c, { via: { ...desk, desk: 'consular' } })), { code: 'INVALID', public: { errors: [{ field: 'via', message: /diplomatic of th-embassy-phnom-penh/ }] } }, 'another desk of the embassy');
  t.match(await refused(ask(c, { via: { partner: 'th-mdes', desk: 'coordination' } })), { code: 'INVALID', public: { errors: [{ field: 'via' }] } });
  t.match(await refused(ask(c, { passes: '01920000-0000-7000-8000-000000000001' })), { code: 'INVALID', public: { errors: [{ field: 'passes' }] } });
  const consular = x.asker(desk.partner, { purpose: 'INVESTIGATION', desk: 'consular' });
  t.equal(await codeOf(x.exchange.submit(consular, 'Request', { ...asked, fromDesk: 'consular' })), 'USE_DIPLOMATIC_CHANNEL', 'no other desk of the embassy sends it either');
  t.equal((await x.exchange.submit(embassy, 'Request', { ...asked, fromDesk: 'diplomatic' })).created, true, 'its own desk does');
  const plain = await ask(c, { arrest: { ...asked.arrest, withReturn: false } });
  t.match(await refused(move(c, c.ministry, plain.id, 'PASS_ON')), { code: 'ILLEGAL_MOVE' }, 'what was not routed is not passed on');
  for (const more of [{ classification: 'CONFIDENTIAL' }, { sensitive: true }]) {
    const refusal = await refused(move(c, police, plain.id, 'COMMENT', { text: 'Synthetic', ...more }));
    t.match(refusal, { code: 'USE_DIPLOMATIC_CHANNEL', public: { extra: { desk } } }, 'nor do words go round it');
    t.notMatch(JSON.stringify(refusal.public), /"next"|open to you/, 'which is about the words, and not about the move');
  }
});

t.test('it sees it, adds to it, passes it on; the answer comes back the same way', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x, police, embassy, ministry, stranger } = c;
  const request = await ask(c, { via: desk });
  const file = await attach(c, police, request.id, 'warrant.pdf');
  t.match(await stepsOf(c, police, request.id), [[desk, 'SENT', ['ROUTE']]], 'one leg: the embassy\'s');
  t.strictSame(await seen(c, ministry), [], 'nobody abroad has it yet');
  t.strictSame(await seen(c, stranger), []);
  t.match((await x.exchange.get(embassy, 'Request', request.id)).body, { desks: [abroad], via: desk, arrest: { person: 'Synthetic Person' } }, 'the embassy sees it, and whom it is for');
  t.match((await x.exchange.inbox(embassy, {})).items, [{ request: { id: request.id } }]);
  const [plainDesk, police2] = [x.asker(desk.partner, { purpose: 'INVESTIGATION', desk: 'consular' }), x.asker('th-pct', { purpose: 'INVESTIGATION', desk: 'duty' })];
  t.equal(await codeOf(move(c, plainDesk, request.id, 'PASS_ON')), 'NOT_FOUND', 'another desk of the embassy does not even have it');
  t.equal(await codeOf(move(c, x.asker(desk.partner, { purpose: 'INVESTIGATION' }), request.id, 'PASS_ON')), 'FORBIDDEN', 'who sits at no desk of it has it, and does not pass it on');
  t.equal(await codeOf(move(c, police2, request.id, 'PASS_ON')), 'NOT_FOUND');
  t.match(await refused(move(c, police, request.id, 'PASS_ON')), { code: 'ILLEGAL_MOVE' }, 'nor who asks');
  await move(c, embassy, request.id, 'RECEIVE');
  const from = (await x.exchange.changes(ministry, {})).cursor;
  await move(c, embassy, request.id, 'PASS_ON', { text: 'Synthetic: with the compliments of the Embassy' });
  t.match(await stepsOf(c, police, request.id), [[desk, 'ACCEPTED', ['ROUTE', 'RECEIVE', 'PASS_ON']]]);
  t.equal(await codeOf(move(c, embassy, request.id, 'PASS_ON')), 'ILLEGAL_MOVE', 'once');

  const [note, ...more] = await seen(c, ministry);
  if (note === undefined) throw new Error('nothing came');
  t.strictSame(more, []);
  t.match(note.body, { originator: desk.partner, asks: 'ARREST', precedence: 'IMMEDIATE', fromDesk: 'diplomatic', desks: [abroad], added: 'Synthetic: with the compliments of the Embassy', arrest: asked.arrest, questions: asked.questions });
  t.strictSame([note.body['passes'], note.body['via']], [undefined, undefined], 'what it passes on is not theirs to see');
  t.equal((await x.exchange.get(embassy, 'Request', note.id)).body['passes'], request.id);
  t.equal(await codeOf(x.exchange.get(ministry, 'Request', request.id)), 'NOT_FOUND');
  t.equal(await codeOf(x.exchange.get(police, 'Request', note.id)), 'NOT_FOUND', 'each has the request that it is part of');
  t.ok((await x.exchange.changes(ministry, { cursor: from })).events.some(({ event, kind }) => `${event} ${kind}` === 'SHARED Request'));
  t.match((await x.exchange.inbox(ministry, {})).items, [{ request: { id: note.id }, contact: { partner: desk.partner, desk: 'diplomatic' } }]);

  const [copy] = (await x.exchange.find(ministry, { kind: 'RequestAttachment', filter: { request: { eq: note.id } } })).items;
  t.match(copy?.body, { originator: desk.partner, personalFile: { name: 'warrant.pdf' } }, 'the files go with it');
  const fetched = async (by: Asker, id: string): Promise<string> => {
    const parts: Buffer[] = [];
    for await (const part of (await x.exchange.attached(by, id)).content) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  t.equal(await fetched(ministry, copy?.id ?? ''), bytes.toString());
  t.equal(await codeOf(x.exchange.attached(ministry, file)), 'NOT_FOUND');
  await x.exchange.erase(police, 'RequestAttachment', file, 'OTHER');
  t.equal(await fetched(ministry, copy?.id ?? ''), bytes.toString(), 'what the embassy passed on is the embassy\'s');
  const added = await attach(c, embassy, note.id, 'note-verbale.pdf');
  t.equal(await fetched(ministry, added), bytes.toString(), 'and its own with it');

  await move(c, ministry, note.id, 'ANSWER', { answers: [{ question: 1, text: 'Synthetic: at the border' }], personal: 'Synthetic Person' });
  t.strictSame(await seen(c, police).then((all) => all.map(({ id }) => id)), [request.id]);
  await move(c, embassy, request.id, 'ANSWER', { answers: [{ question: 1, text: 'Synthetic: at the border' }], personal: 'Synthetic Person' });
  t.match(await stepsOf(c, police, request.id), [[desk, 'ANSWERED', ['ROUTE', 'RECEIVE', 'PASS_ON', 'ANSWER']]]);
});

t.test('what was passed on is the embassy\'s own: of the first, taken back, it is told until it says that it is settled', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x, police, embassy, ministry } = c;
  const inbox = async (by: Asker): Promise<unknown[]> => (await x.exchange.inbox(by, {})).items.map(({ request, leg }) => [request.id, leg.body['state']]);
  const [unpassed, request] = [await ask(c, { via: desk }), await ask(c, { via: desk })];
  await move(c, embassy, request.id, 'PASS_ON');
  const [note] = await seen(c, ministry);
  const from = (await x.exchange.changes(embassy, {})).cursor;
  for (const { id } of [unpassed, request]) await move(c, police, id, 'WITHDRAW', { text: 'Synthetic: he came by himself' });
  t.strictSame(await inbox(embassy), [[request.id, 'WITHDRAWN']], 'what was passed on waits for the embassy; what was not waits for nobody');
  const told = (await x.exchange.changes(embassy, { cursor: from })).events.flatMap((event) => ('record' in event ? [`${event.kind} ${String(event.record.body['move'] ?? event.record.body['state'])}`] : []));
  t.ok(told.includes('RequestMove WITHDRAW') && told.includes('RequestLeg WITHDRAWN'), 'and it is told by its feed');
  t.match(await stepsOf(c, ministry, note?.id ?? ''), [[abroad, 'SENT', ['SEND']]], 'those abroad have the embassy\'s own request still');
  t.match(await refused(move(c, embassy, request.id, 'ANSWER')), { code: 'ILLEGAL_MOVE', public: { extra: { state: 'WITHDRAWN', next: ['SETTLE'], theirs: [] } } }, 'which move comes next is told');
  t.match(await refused(move(c, embassy, unpassed.id, 'SETTLE')), { code: 'ILLEGAL_MOVE', public: { extra: { next: [] } } });
  await move(c, embassy, note?.id ?? '', 'WITHDRAW');
  await move(c, embassy, request.id, 'SETTLE', { text: 'Synthetic: taken back there too' });
  t.strictSame([await inbox(embassy), await inbox(ministry)], [[], []]);
  t.match(await stepsOf(c, police, request.id), [[desk, 'WITHDRAWN', ['ROUTE', 'PASS_ON', 'WITHDRAW', 'SETTLE']]]);
});

t.test('or declines, and what it may not ask it does not pass on', { timeout: 300_000 }, async (t) => {
  const c = await cast(t);
  const { x, embassy, police, ministry } = c;
  const request = await ask(c, { via: desk, classification: 'CONFIDENTIAL' });
  const asking = x.asker(desk.partner, { purpose: 'INVESTIGATION', desk: 'diplomatic', clearance: 'CONFIDENTIAL', caveats: [] });
  t.equal(await codeOf(move(c, asking, request.id, 'PASS_ON')), 'INVALID', 'without the body, by who is not cleared for it');
  t.match(await stepsOf(c, police, request.id), [[desk, 'SENT', ['ROUTE']]], 'then nothing has happened');
  await move(c, embassy, request.id, 'REFUSE', { ground: 'Synthetic: not through us' });
  t.match(await stepsOf(c, police, request.id), [[desk, 'REFUSED', ['ROUTE', 'REFUSE']]]);
  t.equal(await codeOf(move(c, embassy, request.id, 'PASS_ON')), 'ILLEGAL_MOVE');
  t.strictSame(await seen(c, ministry), []);
  const notice = await ask(c, { via: desk, asks: 'INFORMATION', arrest: null, authority: null, sensitive: true, draft: true });
  t.equal(await codeOf(x.exchange.get(embassy, 'Request', notice.id)), 'NOT_FOUND', 'a draft is nobody\'s yet');
  await x.exchange.amend(police, 'Request', notice.id, { draft: false }, notice.etag);
  await move(c, embassy, notice.id, 'PASS_ON');
  t.match(await seen(c, ministry), [{ body: { asks: 'INFORMATION', sensitive: true } }]);
});

/** What each kind asks, as its body's example in the dictionary has it. */
function bodyOf({ dictionary }: TestExchange, name: string): Fields {
  const body = dictionary.requests.get(name)?.body ?? '';
  const field = dictionary.kinds.get('Request')?.field.get(body);
  if (field === undefined) throw new Error(`no body of ${name}`);
  const example = field.example as Fields;
  // An example's day is over one day.
  return { asks: name, [body]: 'until' in example ? { ...example, until: new Date(Date.now() + 30 * 86_400_000).toISOString() } : example };
}

t.test('in the demonstration as it is: what the other side may not read goes to the embassy, which reads it, and is told that it cannot pass it on', { timeout: 300_000 }, async (t) => {
  const x = await freshExchange(t);
  const by = (partner: string, at: string, purpose: 'INVESTIGATION' | 'PREVENTION' | 'OFFICER_SAFETY' = 'INVESTIGATION'): Asker => x.asker(partner, { purpose, desk: at });
  const [police, embassy] = [by('th-ccib', 'duty'), by(desk.partner, desk.desk)];
  const routed: readonly (readonly [what: string, more: Fields, why: RegExp])[] = [
    ['an arrest with return', {}, /goes through an embassy, which a request names in `via`/],
    ['an arrest without', { arrest: { ...asked.arrest, withReturn: false } }, /no clause in force lets kh-mptc be asked ARREST.*embassy/],
    ['an extradition', { ...bodyOf(x, 'EXTRADITION'), arrest: null }, /goes through an embassy/],
    ['a person to be found', { ...bodyOf(x, 'LOCATE'), arrest: null }, /no clause in force lets kh-mptc be asked LOCATE.*embassy/],
    ['what is above the level', { ...bodyOf(x, 'INFORMATION'), arrest: null, classification: 'CONFIDENTIAL' }, /above its routing level/],
    ['what is marked above it', { ...bodyOf(x, 'INFORMATION'), arrest: null, markings: [{ field: 'information', level: 'CONFIDENTIAL' }] }, /information would be withheld from kh-mptc.*it is C, and .* goes up to RESTRICTED.*embassy/],
  ];
  for (const [what, more, why] of routed) {
    const body = { ...asked, ...more };
    t.match(await refused(x.exchange.submit(police, 'Request', body)), { code: 'USE_DIPLOMATIC_CHANNEL', public: { detail: why, extra: { desk } } }, what);
    const { record } = await x.exchange.submit(police, 'Request', { ...body, via: desk });
    t.strictSame((await x.exchange.get(embassy, 'Request', record.id)).withheld.filter((name) => record.body[name] !== undefined && record.body[name] !== null), [], `${what}: the embassy reads all of it`);
  }
  t.match(await refused(x.exchange.submit(police, 'Request', { ...asked, classification: 'SECRET', via: desk })), { code: 'FORBIDDEN', public: { errors: [{ field: 'classification', message: /ask or answer ARREST in th-kh-investigation goes up to CONFIDENTIAL/ }] } }, 'above what goes through the embassy');
  const { record: request } = await x.exchange.submit(police, 'Request', { ...asked, via: desk });
  const move = async (step: string, more: Fields = {}): Promise<unknown> => await x.exchange.submit(embassy, 'RequestMove', { request: request.id, move: step, classification: 'UNCLASSIFIED', ...more });
  t.match(await refused(move('PASS_ON')), { code: 'INVALID', public: { errors: [{ field: 'desks.0.partner', message: /lets kh-mptc be asked ARREST.*outside the exchange, and ANSWER or REFUSE/ }] } });
  await move('ACCEPT');
  await move('REFUSE', { ground: 'Synthetic: not through us' });

  // Where the other side may read what is asked, the embassy passes it on, and the answer comes back the same way.
  const wanted = { ...asked, channels: ['th-kh-extradition'], desks: [{ partner: 'kh-cnp', desk: 'extradition' }] };
  t.equal(await codeOf(x.exchange.submit(police, 'Request', wanted)), 'USE_DIPLOMATIC_CHANNEL');
  const { record: passed } = await x.exchange.submit(police, 'Request', { ...wanted, via: desk });
  const abroadPolice = by('kh-cnp', 'extradition');
  const said = { answers: [{ question: 1, text: 'Synthetic: in custody' }], personal: 'Synthetic Person', classification: 'UNCLASSIFIED' };
  await x.exchange.submit(embassy, 'RequestMove', { request: passed.id, move: 'PASS_ON', classification: 'UNCLASSIFIED' });
  const [note] = (await x.exchange.inbox(abroadPolice, {})).items;
  t.match(note?.request.body, { originator: desk.partner, asks: 'ARREST', arrest: { person: 'Synthetic Person', withReturn: true } });
  await x.exchange.submit(abroadPolice, 'RequestMove', { ...said, request: note?.request.id, move: 'ANSWER' });
  await x.exchange.submit(embassy, 'RequestMove', { ...said, request: passed.id, move: 'ANSWER' });
  t.match((await x.exchange.find(police, { kind: 'RequestLeg', filter: { request: { eq: passed.id } } })).items, [{ body: { state: 'ANSWERED', desk } }], 'an arrest with return, end to end');
});

t.test('and every kind that a clause of it lists, somebody asks of somebody', { timeout: 300_000 }, async (t) => {
  const x = await freshExchange(t);
  const regulator = { partner: 'kh-trc', desk: 'spectrum' };
  const order = { type: 'ADMINISTRATIVE_ORDER', number: 'SYN-1' };
  const asks: readonly (readonly [partner: string, at: string, channel: string, body: Fields])[] = [
    ['th-nbtc', 'numbering', 'th-kh-stations', { ...bodyOf(x, 'STATION_ACTION'), authority: order, desks: [regulator] }],
    ['kh-trc', 'spectrum', 'th-kh-stations', { ...bodyOf(x, 'STATION_ACTION'), authority: order, desks: [{ partner: 'th-nbtc', desk: 'numbering' }] }],
    ['th-nbtc', 'numbering', 'th-kh-border', { ...bodyOf(x, 'STATION_ACTION'), authority: order, desks: [regulator] }],
    ['th-ccib', 'duty', 'th-kh-border', { ...bodyOf(x, 'DEPLOYMENT_NOTICE'), desks: [abroad] }],
    ['th-ccib', 'duty', 'embassies-ip', { ...bodyOf(x, 'LOCATE'), authority: { type: 'WARRANT', number: 'SYN-1' }, desks: [{ partner: 'kr-embassy', desk: 'police-attache' }] }],
    ['jp-embassy', 'police-attache', 'embassies-ip', { ...bodyOf(x, 'ARREST'), authority: { type: 'WARRANT', number: 'SYN-1' }, desks: [{ partner: 'th-ccib', desk: 'duty' }] }],
  ];
  for (const [partner, at, channel, body] of asks) {
    const sent = await x.exchange.submit(x.asker(partner, { purpose: 'INVESTIGATION', desk: at }), 'Request', { precedence: 'ROUTINE', subject: 'Synthetic', classification: 'UNCLASSIFIED', fromDesk: at, channels: [channel], ...body });
    const [to] = body['desks'] as readonly { readonly partner: string; readonly desk: string }[];
    const asker = x.asker(to?.partner ?? '', { purpose: 'INVESTIGATION', desk: to?.desk ?? '' });
    t.strictSame((await x.exchange.get(asker, 'Request', sent.record.id)).withheld.filter((name) => Object.hasOwn(body, name)), [], `${String(body['asks'])} in ${channel}: read by ${to?.partner ?? ''}`);
  }
  const isp = x.registry.partners.get('th-demo-isp');
  if (isp === undefined) throw new Error('the demonstration lacks what this test stands on');
  const keep = async (classification: string): Promise<unknown> => await x.exchange.submit(x.asker('th-ccib', { purpose: 'INVESTIGATION', desk: 'duty' }), 'Request', {
    ...asked, ...bodyOf(x, 'PRESERVATION'), arrest: null, channels: ['aoc-1441'], desks: [{ partner: isp.id, desk: 'lawful' }], legalBasis: { ground: 'Synthetic' }, authority: { type: 'STATUTE', number: 'SYN' }, classification });
  t.match(await refused(keep('SECRET')), { code: 'FORBIDDEN', public: { errors: [{ field: 'classification', message: /up to CONFIDENTIAL/ }] } }, 'above the clause, where nothing is routed');
  await keep('CONFIDENTIAL');
  await x.apply({ partners: new Map([...x.registry.partners, [isp.id, { ...isp, clearance: 1 as const }]]) });
  t.match(await refused(keep('CONFIDENTIAL')), { code: 'INVALID', public: { errors: [{ field: 'classification', message: 'what th-demo-isp may be asked in aoc-1441 goes up to RESTRICTED' }] } }, 'above what is given to who is asked');
});
