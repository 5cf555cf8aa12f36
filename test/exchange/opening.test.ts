/** What answering does to a record: withheld fields, opened one by one to who asked, for a purpose and a time, and taken back; corrections. Everything is synthetic. */
import postgres from 'postgres';
import t from 'tap';
import { caveatMask, purposeMask } from '../../src/dictionary/compartment.ts';
import { fieldTag } from '../../src/dictionary/search/field-tag.ts';
import type { Asker } from '../../src/exchange/api.ts';
import type { Registry } from '../../src/rules/registry.ts';
import type { Released } from '../../src/rules/release.ts';
import { setStamp } from '../../src/store/sessions.ts';
import { openingsNow } from '../../src/store/disclosures.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';

type Fields = Readonly<Record<string, unknown>>;
const police = { partner: 'th-ccib', desk: 'duty' };
const arrangement = 'rtp-embassies-2025';

/** The embassies' channel takes identities too, without what is personal: so that there is something withheld that is searched for. */
const withIdentities = (agreements: Registry['agreements']): Registry['agreements'] =>
  new Map([...agreements].map(([id, one]) => [id, id !== arrangement ? one : { ...one, clauses: one.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, kinds: [...clause.kinds, 'Identity'] } : clause)) }]));

interface Cast {
  readonly x: TestExchange;
  readonly police: Asker;
  readonly korea: Asker;
  readonly japan: Asker;
}

const x = await freshExchange(t, { registry: (demo) => ({ ...demo, agreements: withIdentities(demo.agreements) }) });
const by = (partner: string, desk: string, more: Fields = {}): Asker => x.asker(partner, { purpose: 'INVESTIGATION', desk, ...more });
const c: Cast = { x, police: by('th-ccib', 'duty'), korea: by('kr-embassy', 'police-attache'), japan: by('jp-embassy', 'police-attache') };

let count = 0;
const person = async (more: Fields = {}): Promise<Released> => (await x.exchange.submit(c.police, 'Identity', {
  identityStatus: 'SUSPECT', phones: [`+1202555${String(1000 + (count += 1))}`], emails: ['synthetic@person.example'], names: [{ full: 'Synthetic Opened' }], narrative: 'Synthetic', danger: 'Synthetic', classification: 'RESTRICTED', channels: ['embassies-ip'], ...more,
})).record;
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const ask = async (record: string, fields: readonly string[], more: Fields = {}, who = c.korea): Promise<Released> => (await x.exchange.submit(who, 'Request', {
  asks: 'DISCLOSURE', desks: [police], classification: 'UNCLASSIFIED', channels: ['embassies-ip'], disclosure: { record, fields, until: inAnHour(), purpose: 'INVESTIGATION' }, ...more,
})).record;
const move = async (who: Asker, request: string, step: string, more: Fields = {}): Promise<Released> =>
  (await x.exchange.submit(who, 'RequestMove', { request, move: step, classification: 'UNCLASSIFIED', ...more })).record;
const get = async (who: Asker, id: string): Promise<Released> => x.exchange.get(who, 'Identity', id);
const found = async (who: Asker, filter: Fields): Promise<readonly string[]> => (await x.exchange.find(who, { kind: 'Identity', filter: filter as never })).items.map(({ id }) => id);
const withheld = ({ body }: Released): readonly string[] => body['withheld'] as readonly string[];
const feed = async (who: Asker, cursor: string, id: string): Promise<string[]> => (await x.exchange.changes(who, { cursor })).events.filter((event) => event.id === id).map(({ event }) => event);
const cursorOf = async (who: Asker): Promise<string> => (await x.exchange.changes(who, {})).cursor;

await t.test('opened to who asked, that field of that record, and to nobody else', { timeout: 300_000 }, async (t) => {
  const [record, other] = [await person(), await person()];
  const [phone] = record.body['phones'] as readonly string[];
  const before = await get(c.korea, record.id);
  t.ok(['phones', 'emails', 'names'].every((name) => withheld(before).includes(name)), 'it is withheld');
  t.strictSame(await found(c.korea, { phones: { eq: phone } }), [], 'and finds nothing');
  const [ofKorea, ofJapan] = [await cursorOf(c.korea), await cursorOf(c.japan)];
  const japanBefore = await get(c.japan, record.id);
  const request = await ask(record.id, ['phones', 'emails']);
  t.equal((await get(c.korea, record.id)).etag, before.etag, 'asking opens nothing');
  const part = await move(c.police, request.id, 'ANSWER_PART', { opens: { fields: ['phones'] } });
  t.match(part.body, { toState: 'PARTLY_ANSWERED', opens: { fields: ['phones'], until: /Z$/ } });

  const after = await get(c.korea, record.id);
  t.strictSame(after.body['phones'], [phone], 'the field is there');
  t.strictSame([after.body['emails'], after.body['names']], [undefined, undefined], 'what is sealed beside it is not');
  t.strictSame(withheld(before).filter((name) => !withheld(after).includes(name)), ['phones'], 'and is withheld still');
  t.not(after.etag, before.etag);
  t.equal(after.revision, before.revision, 'nothing of the record changed');
  t.strictSame(await found(c.korea, { phones: { eq: phone } }), [record.id], 'it is found by what was opened');
  t.strictSame(await found(c.korea, { emails: { eq: 'synthetic@person.example' } }), [], 'and by nothing else');
  const app = postgres(x.appUrl, { max: 1 });
  for (const wide of [false, true]) {
    await setStamp(app, { partner: 'kr-embassy', purposeBit: purposeMask(['INVESTIGATION']), clearance: 2, caveats: caveatMask(['PERSONAL', 'OPERATIONAL']), wide });
    const shown = async (field: string): Promise<number> => (await app`select from search_key where record_id = ${record.id} and substring(token from 1 for 4) = ${fieldTag(`Identity.${field}`)}`).length;
    t.strictSame([await shown('phones') > 0, await shown('emails'), await shown('names')], [true, 0, 0], 'the database alone shows the keys of that field');
  }
  await app.end();
  t.strictSame(await found(c.korea, { phones: { eq: (other.body['phones'] as readonly string[])[0] } }), [], 'no other record is');
  t.ok(withheld(await get(c.korea, other.id)).includes('phones'));
  t.strictSame((await get(c.japan, record.id)).body, japanBefore.body, 'another partner has what it had');
  t.strictSame(await found(c.japan, { phones: { eq: phone } }), []);
  t.ok(withheld(await get(by('kr-embassy', 'police-attache', { clearance: 'RESTRICTED' }), record.id)).includes('phones'), 'at the officer\'s own clearance');
  t.ok(withheld(await get(by('kr-embassy', 'police-attache', { caveats: ['OPERATIONAL'] }), record.id)).includes('phones'), 'and caveats');
  t.ok(withheld(await get(by('kr-embassy', 'police-attache', { purpose: 'CYBER_DEFENCE' }), record.id)).includes('phones'), 'for that purpose');
  t.strictSame(await feed(c.korea, ofKorea, record.id), ['REVISED'], 'who asked is told');
  t.strictSame(await feed(c.japan, ofJapan, record.id), [], 'nobody else is');

  const view = await x.exchange.viewAs(c.police, 'Identity', record.id, { partner: 'kr-embassy', purpose: 'INVESTIGATION' });
  t.strictSame(view.record?.body, after.body, 'view-as shows it');
  const readings = (await x.exchange.ledger(c.police, {})).items.filter(({ records }) => records.includes(record.id));
  t.ok(readings.some(({ operation, fields }) => operation === 'opening to kr-embassy' && fields.join() === 'phones'), 'the ledger says what was opened');
  t.match(await openingsNow(x.admin), [{ originator: 'th-ccib', kind: 'Identity', record: record.id, partner: 'kr-embassy', field: 'phones', purposes: purposeMask(['INVESTIGATION']), by: request.id }], 'and `prasan disclosures --openings`');
  t.ok(readings.some(({ partner, fields }) => partner === 'kr-embassy' && fields.includes('phones')), 'and that it was read');
  const revised = await x.exchange.amend(c.police, 'Identity', record.id, { danger: 'Synthetic: later' }, (await get(c.police, record.id)).etag);
  t.strictSame((await get(c.korea, revised.id)).body['phones'], [phone], 'it stays open through a revision');
  const marked = await x.exchange.amend(c.police, 'Identity', record.id, { markings: [{ field: 'phones', level: 'SECRET' }] }, revised.etag);
  t.ok(withheld(await get(c.korea, marked.id)).includes('phones'), 'raised above what it was opened at, it is open no more');
  t.strictSame(await found(c.korea, { phones: { eq: phone } }), [], 'nor found');
});

await t.test('it ends at its instant, is taken back at once, and goes with the record', { timeout: 300_000 }, async (t) => {
  const record = await person();
  const [phone] = record.body['phones'] as readonly string[];
  const before = await get(c.korea, record.id);
  const request = await ask(record.id, ['phones']);
  await move(c.police, request.id, 'ANSWER');
  t.strictSame((await get(c.korea, record.id)).body['phones'], [phone], 'as asked');
  const cursor = await cursorOf(c.korea);
  await move(c.police, request.id, 'TAKE_BACK', { ground: 'Synthetic' });
  t.strictSame((await get(c.korea, record.id)).body, before.body, 'taken back: as it was');
  const elsewhere = await x.node();
  t.strictSame((await elsewhere.exchange.get(c.korea, 'Identity', record.id)).body, before.body, 'on every node');
  t.strictSame(await found(c.korea, { phones: { eq: phone } }), []);
  t.strictSame(await feed(c.korea, cursor, record.id), ['REVISED']);
  t.equal(await codeOf(move(c.police, request.id, 'TAKE_BACK', { ground: 'Synthetic' })), 'CONFLICT');

  const timed = await ask(record.id, ['phones'], { disclosure: { record: record.id, fields: ['phones'], until: inAnHour(), purpose: 'INVESTIGATION' } });
  await move(c.police, timed.id, 'ANSWER');
  const then = await cursorOf(c.korea);
  t.strictSame((await get(c.korea, record.id)).body['phones'], [phone]);
  // Moves time: what is opened is over now, as if the hour had passed; on a node that has not seen it before.
  await x.admin`update audience set opened = (select jsonb_agg(o || jsonb_build_object('to', floor(extract(epoch from statement_timestamp()) * 1000) - 1)) from jsonb_array_elements(opened) o) where opened <> '[]'`;
  await x.admin`update audience_grant set valid = tstzrange(lower(valid), statement_timestamp(), '[)') where field is not null and valid @> statement_timestamp()`;
  const later = (await x.node()).exchange;
  t.strictSame((await later.get(c.korea, 'Identity', record.id)).body, before.body, 'it is over by itself');
  t.strictSame((await later.find(c.korea, { kind: 'Identity', filter: { phones: { eq: phone } } as never })).items, []);
  t.strictSame((await later.changes(c.korea, { cursor: then })).events.filter(({ id }) => id === record.id).map(({ event }) => event), ['REVISED'], 'who had it is told');
  const again = await person();
  const [first, second] = [await ask(again.id, ['phones', 'emails']), await ask(again.id, ['names'])];
  for (const one of [first, second]) await move(c.police, one.id, 'ANSWER');
  
  await move(c.police, first.id, 'TAKE_BACK', { ground: 'Synthetic', opens: { fields: ['emails'] } });
  t.match((await get(c.korea, again.id)).body, { phones: again.body['phones'] as string[], emails: undefined, names: [{ full: 'Synthetic Opened' }] }, 'one of them alone');
  await x.exchange.unshare(c.police, 'Identity', again.id, 'embassies-ip');
  await x.exchange.share(c.police, 'Identity', again.id, 'embassies-ip');
  const back = withheld(await get(c.korea, again.id));
  t.ok(['phones', 'names'].every((name) => back.includes(name)), 'out of the channel and in again: opened to nobody');
  await x.exchange.withdraw(c.police, 'Identity', again.id);
  t.equal(await codeOf(get(c.korea, again.id)), 'NOT_FOUND');
  t.equal(await codeOf(move(c.police, first.id, 'TAKE_BACK', { ground: 'Synthetic' })), 'CONFLICT');
});

await t.test('what cannot be asked, or opened, is refused and names why', { timeout: 300_000 }, async (t) => {
  const record = await person({ possibleVictim: null });
  const asked = (more: Fields): Fields => ({ disclosure: { record: record.id, fields: ['phones'], until: inAnHour(), purpose: 'INVESTIGATION', ...more } });
  const cases: readonly (readonly [what: string, more: Fields, code: string, field: string])[] = [
    ['a record that there is none of', asked({ record: '01920000-0000-7000-8000-000000000001' }), 'NOT_FOUND', 'disclosure.record'],
    ['a field that is not withheld', asked({ fields: ['danger'] }), 'INVALID', 'disclosure.fields.0'],
    ['a field that there is none of', asked({ fields: ['phones', 'synthetic'] }), 'INVALID', 'disclosure.fields.1'],
    ['no field', asked({ fields: [] }), 'INVALID', 'disclosure.fields'],
    ['a time that is over', asked({ until: '2026-01-01T00:00:00Z' }), 'INVALID', 'disclosure.until'],
    ['another purpose', asked({ purpose: 'PREVENTION' }), 'INVALID', 'disclosure.purpose'],
    ['who is not its originator', { desks: [{ partner: 'th-pct', desk: 'duty' }] }, 'INVALID', 'desks'],
  ];
  for (const [what, more, code, field] of cases) t.match(await refused(ask(record.id, ['phones'], more)), { code, public: { errors: [{ field }] } }, what);
  const hidden = (await x.exchange.submit(c.police, 'Identity', { identityStatus: 'SUSPECT', classification: 'RESTRICTED', channels: [] })).record;
  t.match(await refused(ask(hidden.id, ['phones'])), { code: 'NOT_FOUND', public: { errors: [{ field: 'disclosure.record' }] } }, 'an invisible record: as if there were none');

  const request = await ask(record.id, ['phones', 'victimDecisions']);
  const tries: readonly (readonly [what: string, step: string, more: Fields, code: string, field: string])[] = [
    ['a field that was not asked for', 'ANSWER_PART', { opens: { fields: ['emails'] } }, 'INVALID', 'opens.fields.0'],
    ['none', 'ANSWER_PART', { opens: { fields: [] } }, 'INVALID', 'opens.fields'],
    ['longer than was asked', 'ANSWER_PART', { opens: { fields: ['phones'], until: '2100-01-01T00:00:00Z' } }, 'INVALID', 'opens.until'],
    ['some, for an answer', 'ANSWER', { opens: { fields: ['phones'] } }, 'INVALID', 'opens.fields'],
    ['something beside a refusal', 'REFUSE', { ground: 'Synthetic', opens: { fields: ['phones'] } }, 'INVALID', 'opens'],
  ];
  for (const [what, step, more, code, field] of tries) t.match(await refused(move(c.police, request.id, step, more)), { code, public: { errors: [{ field }] } }, what);
  t.match(await refused(move(by('th-ccib', 'duty', { clearance: 'RESTRICTED' }), request.id, 'ANSWER_PART', { opens: { fields: ['phones'] } })), { code: 'FORBIDDEN', public: { errors: [{ field: 'opens.fields.0' }] } }, 'by an officer who does not see it');
  t.equal(await codeOf(move(c.japan, request.id, 'ANSWER')), 'NOT_FOUND', 'whoever has no part in it');
  await move(c.police, request.id, 'REFUSE', { ground: 'Synthetic: not now' });
  t.ok(withheld(await get(c.korea, record.id)).includes('phones'), 'refused, nothing is opened');
});

await t.test('the agreement, consent, the highest level and the firewall rule it', { timeout: 300_000 }, async (t) => {
  const record = await person();
  const request = await ask(record.id, ['phones', 'names']);
  const declared = async (clause: Fields): Promise<void> => {
    const agreements = withIdentities(x.registry.agreements);
    await x.apply({ agreements: new Map([...agreements].map(([id, one]) => [id, id !== arrangement ? one : { ...one, clauses: one.clauses.map((its) => (its.id === '3.1' ? { ...its, ...clause } : its)) }])) });
  };
  await declared({ kinds: ['Identity', 'Indicator'], routing: { partner: 'th-mfa', desk: 'consular', above: 1, sensitive: false, arrestWithReturn: false } });
  t.match(await refused(move(c.police, request.id, 'ANSWER')), { code: 'USE_DIPLOMATIC_CHANNEL' }, 'above the routing level');
  await declared({ kinds: ['Identity', 'Indicator'] });
  await move(c.police, request.id, 'ANSWER');
  t.ok(!withheld(await get(c.korea, record.id)).includes('phones'));
  await declared({ kinds: ['Indicator'] });
  t.equal(await codeOf(get(c.korea, record.id)), 'NOT_FOUND', 'with the clause the opening ends: it makes nothing visible');
  await declared({ kinds: ['Identity', 'Indicator'] });
  t.ok(!withheld(await get(c.korea, record.id)).includes('phones'), 'and stands with it');
  const agreement = x.registry.agreements.get(arrangement);
  if (agreement === undefined) throw new Error('no agreement');
  await x.apply({ agreements: new Map([...x.registry.agreements, [arrangement, { ...agreement, status: 'SUSPENDED' }]]) });
  t.equal(await codeOf(get(c.korea, record.id)), 'NOT_FOUND', 'suspended');
  const partner = x.registry.partners.get('kr-embassy');
  if (partner === undefined) throw new Error('no partner');
  await x.apply({ agreements: withIdentities(x.registry.agreements), partners: new Map([...x.registry.partners, ['kr-embassy', { ...partner, clearance: 1 }]]) });
  t.ok(withheld(await get(c.korea, record.id)).includes('phones'), 'with a lower clearance it is opened no more');
  await x.apply({ partners: x.registry.partners });
  t.ok(!withheld(await get(c.korea, record.id)).includes('phones'));
});


await t.test('a correction: proposed, taken over as a revision, and told to whom the record was disclosed', { timeout: 300_000 }, async (t) => {
  await x.apply({ agreements: withIdentities(x.registry.agreements) });
  const propose = async (record: string, patch: Fields, more: Fields = {}, request: Fields = {}): Promise<Released> => (await x.exchange.submit(c.korea, 'Request', {
    asks: 'CORRECTION', desks: [police], classification: 'UNCLASSIFIED', channels: ['embassies-ip'], correction: { record, patch: JSON.stringify(patch), ...more }, ...request,
  })).record;
  const pct = by('th-pct', 'duty');
  const ofTaskforce = await cursorOf(pct);
  const record = await person({ danger: 'Synthetic: armed' });
  const low = by('jp-embassy', 'police-attache', { clearance: 'RESTRICTED', caveats: [] });
  const seen = await get(c.korea, record.id);
  for (const who of [c.japan, low]) await get(who, record.id);
  const [ofKorea, ofJapan, ofLow] = [await cursorOf(c.korea), await cursorOf(c.japan), await cursorOf(low)];
  const named = await propose(record.id, { danger: 'Synthetic: unarmed', nationalities: ['KR'] }, { etag: seen.etag, mayNameUs: true });
  t.equal((await get(c.korea, record.id)).etag, seen.etag, 'proposing changes nothing');
  await move(c.police, named.id, 'ANSWER');
  t.match((await get(c.police, record.id)).body, { danger: 'Synthetic: unarmed', nationalities: ['KR'], revision: 2, originator: 'th-ccib' });
  t.match((await x.exchange.revisions(c.korea, 'Identity', record.id)).map(({ changed }) => [...changed].sort()).at(-1), ['danger', 'nationalities']);
  const notices = async (who: Asker, from = ''): Promise<unknown> => (await x.exchange.changes(who, { cursor: from })).events.filter(({ id }) => id === record.id).map((event) => ({ event: event.event, notices: 'notices' in event ? event.notices : undefined }));
  const told = [{ event: 'REVISED', notices: [{ corrected: ['danger', 'nationalities'], correctedBy: 'kr-embassy', at: /Z$/ }] }];
  t.match(await notices(c.korea, ofKorea), told);
  t.match(await notices(c.japan, ofJapan), told, 'each reader that the ledger shows');
  t.match(await notices(low, ofLow), told);
  t.strictSame(await notices(pct, ofTaskforce), [{ event: 'SHARED', notices: undefined }], 'who never had it is told of it as it is');
  const readings = (await x.exchange.ledger(c.police, {})).items.filter(({ records }) => records.includes(record.id));
  t.ok(readings.some(({ operation, fields }) => operation === 'correction by kr-embassy' && fields.join() === 'danger,nationalities'));

  const quiet = await propose(record.id, { danger: null });
  await move(c.police, quiet.id, 'ANSWER');
  t.equal((await get(c.korea, record.id)).body['danger'], undefined, 'a member is taken away');
  t.notMatch(await notices(c.japan, ofJapan), [{ notices: [{}, { correctedBy: 'kr-embassy' }] }], 'who proposed it is not named unless it agrees');
  t.match(await notices(c.japan, ofJapan), [{ notices: [{}, { corrected: ['danger'] }] }]);
  t.equal(await codeOf(move(c.police, (await propose(record.id, { nationalities: ['KR'] })).id, 'ANSWER')), 'CONFLICT', 'it says so already');

  const [late, other] = [await propose(record.id, { nationalities: ['JP'] }), await propose(record.id, { roles: ['TRANSLATOR'] })];
  await x.exchange.amend(c.police, 'Identity', record.id, { nationalities: ['TH'] }, '*');
  t.match(await refused(move(c.police, late.id, 'ANSWER')), { code: 'STALE', public: { errors: [{ field: 'correction.nationalities' }] } }, 'it moved meanwhile');
  t.match((await get(c.police, record.id)).body['nationalities'], ['TH'], 'and nothing was done');
  await move(c.police, other.id, 'ANSWER');
  t.strictSame((await get(c.police, record.id)).body['roles'], ['TRANSLATOR'], 'what nobody touched is taken over');
  await move(c.police, late.id, 'REFUSE', { ground: 'Synthetic: known better here' });

  const [before, etag] = [await cursorOf(low), (await get(low, record.id)).etag];
  const hidden = await propose(record.id, {}, { mayNameUs: true }, { correctionOperational: JSON.stringify({ narrative: 'Synthetic: was made to call' }) });
  t.match(await refused(move(by('th-ccib', 'duty', { clearance: 'RESTRICTED' }), hidden.id, 'ANSWER')), { code: 'FORBIDDEN' }, 'an officer who does not see all of it does not take over the rest');
  await move(c.police, hidden.id, 'ANSWER');
  t.equal((await get(c.korea, record.id)).body['narrative'], 'Synthetic: was made to call');
  t.match((await notices(c.japan, ofJapan) as readonly { notices: readonly unknown[] }[])[0]?.notices.at(-1), { corrected: ['narrative'], correctedBy: 'kr-embassy' });
  t.strictSame(await notices(low, before), [], 'from whom it is withheld, nothing is told');
  t.equal((await get(low, record.id)).etag, etag);
  t.notMatch(JSON.stringify(await notices(low, ofLow)), /narrative/, 'nor later');
  t.match(await refused(propose(record.id, {}, {}, { correctionPersonal: '{"danger":"Synthetic"}' })), { code: 'INVALID', public: { errors: [{ field: 'desks.0.partner', message: /correctionPersonal would be withheld/ }] } });
  t.match(await refused(ask(record.id, ['phones'], { correctionOperational: '{}' })), { code: 'INVALID', public: { errors: [{ field: 'correctionOperational' }] } });

  const cases: readonly (readonly [what: string, patch: Fields, more: Fields, code: string, field?: string])[] = [
    ['withheld', { names: [{ full: 'Synthetic' }] }, {}, 'FORBIDDEN', 'correction.patch.names'],
    ['none', {}, {}, 'INVALID', 'correction.patch'],
    ['no field of the kind', { synthetic: 1 }, {}, 'INVALID', 'correction.patch.synthetic'],
    ['no value of the field', { nationalities: ['nowhere at all'] }, {}, 'INVALID', 'correction.patch.nationalities.0'],
    ['the originator\'s to say', { classification: 'UNCLASSIFIED' }, {}, 'INVALID', 'correction.patch.classification'],
    ['more closely held than it stands here', { narrative: 'Synthetic' }, {}, 'INVALID', 'correction.patch.narrative'],
    ['of another state', { danger: 'Synthetic' }, { etag: '"synthetic"' }, 'STALE'],
    ['no JSON', {}, { patch: '{' }, 'INVALID', 'correction.patch'],
    ['of no record', { danger: 'Synthetic' }, { record: '01920000-0000-7000-8000-000000000001' }, 'NOT_FOUND', 'correction.record'],
  ];
  for (const [what, patch, more, code, field] of cases) t.match(await refused(propose(record.id, patch, more)), { code, public: field === undefined ? {} : { errors: [{ field }] } }, what);
});
