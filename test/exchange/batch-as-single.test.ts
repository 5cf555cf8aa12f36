/** What a batch does to many records is what a call does to one: with what was made of them, by the record's own word. Synthetic people only. */
import postgres from 'postgres';
import t, { type Test } from 'tap';
import { purposeMask } from '../../src/dictionary/compartment.ts';
import { Refusal } from '../../src/errors.ts';
import { keepRetention } from '../../src/exchange/erasure/settle.ts';
import { setStamp } from '../../src/store/sessions.ts';
import { freshExchange } from '../support/exchange.ts';
import { importText, ndjson } from '../support/imports.ts';
import { codeOf } from '../support/refused.ts';
import { fullConsent, victimBody, victimsOf } from '../support/victims.ts';

const named = { authority: 'th-ccib', number: 'SYN-7/2569' };
const witness = { ...fullConsent, purposes: [...fullConsent.purposes, 'PROSECUTION'], recipients: [...fullConsent.recipients, 'th-ccib'], case: named, scope: ['pseudonym', 'recruitment'] };
const batch = { kind: 'Victim', channels: [], defaults: {} };

async function world(t: Test) {
  const x = await freshExchange(t);
  const { ministry } = victimsOf(x);
  const prosecutor = { ...x.asker('th-atc', { purpose: 'PROSECUTION' }), case: `th-ccib ${encodeURIComponent(named.number)}` };
  const testimony = async (victim: string): Promise<string> => (await x.exchange.submit(ministry, 'Testimony', { victim, channels: ['witnesses'], classification: 'RESTRICTED' })).record.id;
  const imported = async (...more: object[]): Promise<{ job: string; victims: string[] }> => {
    const rows = more.map((one, i) => victimBody({ externalRef: `B-${i}-${x.database.keysName}`, recruitment: 'Synthetic promise', consent: witness, ...one }));
    const { id, outcomes } = await importText(x.exchange, ministry, ndjson(...rows), batch);
    return { job: id, victims: outcomes.flatMap((one) => (one.outcome === 'created' ? [one.id] : [])) };
  };
  const seen = async (id: string): Promise<string> => x.exchange.get(prosecutor, 'Testimony', id).then(() => 'there', (error: unknown) => (error instanceof Refusal ? error.code : String(error)));
  const audience = async (id: string): Promise<unknown> =>
    (await x.admin`select a.kind, a.level, a.originator, a.channels, a.state, a.recipients, a.purposes, a.case_tag, a.ends, r.status from record r join audience a on a.id = r.audience_id where r.id = ${id}`)[0];
  return { ...x, ministry, prosecutor, testimony, imported, seen, audience };
}

t.test('an import that is withdrawn takes the testimonies with it, and leaves its records as a withdrawal does', async (t) => {
  const x = await world(t);
  const { job, victims: [one = '', other = ''] } = await x.imported({}, {});
  const apart = (await x.imported({ externalRef: 'APART' })).victims[0] ?? '';
  const [testimony, ofOther, ofApart] = [await x.testimony(one), await x.testimony(other), await x.testimony(apart)];
  const { cursor } = await x.exchange.changes(x.prosecutor, { cursor: (await x.exchange.changes(x.prosecutor, {})).cursor });
  t.equal(await x.seen(testimony), 'there');
  await x.exchange.withdraw(x.ministry, 'Victim', apart);
  await x.exchange.withdrawImport(x.ministry, job);
  for (const id of [testimony, ofOther, ofApart]) t.equal(await x.seen(id), 'NOT_FOUND');
  t.strictSame((await x.exchange.changes(x.prosecutor, { cursor })).events.map(({ event, id }) => `${event} ${id}`).sort(), [testimony, ofOther, ofApart].map((id) => `WITHDRAWN ${id}`).sort());
  t.strictSame(await x.audience(one), await x.audience(apart), 'the victim stands where a single withdrawal leaves her: with the limits of her consent');
  t.strictSame(await x.audience(testimony), await x.audience(ofApart), 'and so does what was made of her record');
  t.equal((await x.exchange.get(x.ministry, 'Testimony', testimony)).body['status'], 'WITHDRAWN', 'for its originator it is there');
});

t.test('who is erased, by order or by retention, is erased in her testimonies too', async (t) => {
  const x = await world(t);
  const { victims: [ordered = '', due = '', standing = ''] } = await x.imported({}, { retainUntil: '2126-01-01T00:00:00Z' }, {});
  const [byOrder, byTime, left] = [await x.testimony(ordered), await x.testimony(due), await x.testimony(standing)];
  await x.exchange.erase(x.ministry, 'Victim', ordered, 'SUBJECT_REQUEST');
  t.equal(await x.seen(byOrder), 'ERASED');
  const waiting = async (): Promise<number> => Number((await x.admin`select count(*) as n from tombstone where keys_destroyed_at is null`)[0]?.['n']);
  t.equal(await waiting(), 0, 'and so are its keys, before the answer');
  await x.admin`update record set body = body || '{"retainUntil": "2020-01-01T00:00:00.000Z"}'::jsonb where id = ${due}`;
  await keepRetention(x.deps);
  t.equal(await x.seen(byTime), 'ERASED');
  t.equal(await x.seen(left), 'there', 'and no other');
  t.strictSame([...await x.admin`select record_id from record_extract`].map(({ record_id }) => String(record_id)), [left]);
});

t.test('a testimony under a hold is kept, and there for nobody, once she is erased', async (t) => {
  const x = await world(t);
  const { victims: [victim = ''] } = await x.imported({});
  const held = await x.testimony(victim);
  await x.exchange.hold(x.ministry, 'Testimony', held, { authority: 'Synthetic court', reason: 'Synthetic' });
  await x.exchange.erase(x.ministry, 'Victim', victim, 'SUBJECT_REQUEST');
  t.equal(await x.seen(held), 'NOT_FOUND');
  t.equal(await codeOf(x.exchange.get(x.ministry, 'Testimony', held)), 'NOT_FOUND');
  t.equal((await x.admin`select id from record where id = ${held}`).length, 1);
});

t.test('nobody has another\'s record erased by naming it as made of one\'s own', async (t) => {
  const x = await world(t);
  const mine = (await x.exchange.submit(x.asker('th-ccib', { purpose: 'INVESTIGATION' }), 'Indicator', { type: 'DOMAIN', value: 'own.example', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record.id;
  const theirs = (await x.exchange.submit(x.asker('kr-embassy', { purpose: 'INVESTIGATION' }), 'Indicator', { type: 'DOMAIN', value: 'theirs.example', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record.id;
  const app = postgres(x.appUrl, { max: 1 });
  t.teardown(async () => app.end());
  await setStamp(app, { partner: 'th-ccib', purposeBit: purposeMask(['INVESTIGATION']), clearance: 3, caveats: 0 });
  const insert = async (source: string, record: string): Promise<unknown> => app`insert into record_extract values (${source}, ${record}, 'th-ccib')`;
  await t.rejects(insert(mine, theirs), /row-level security/);
  await t.rejects(insert(theirs, mine), /row-level security/);
});

t.test('a row of an import shares by what the record says, not by what the row leaves out', async (t) => {
  const x = await world(t);
  const mdes = x.asker('th-mdes', { purpose: 'INVESTIGATION' });
  const given = { externalRef: 'ROUTED-1', type: 'COMPOUND', country: 'KH', classification: 'RESTRICTED' };
  const { record } = await x.exchange.submit(mdes, 'Place', { ...given, sensitive: true, channels: [] });
  t.equal(await codeOf(x.exchange.share(mdes, 'Place', record.id, 'th-kh-investigation')), 'USE_DIPLOMATIC_CHANNEL');
  const { outcomes } = await importText(x.exchange, mdes, ndjson(given), { kind: 'Place', channels: ['th-kh-investigation'], defaults: {} });
  t.match(outcomes, [{ outcome: 'refused', code: 'USE_DIPLOMATIC_CHANNEL' }]);
  t.strictSame((await x.exchange.get(mdes, 'Place', record.id)).body['channels'], []);
});
