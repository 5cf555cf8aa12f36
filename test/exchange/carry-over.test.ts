/** A writer changes what it sees; what it does not see stays byte for byte, and cannot be brought into sight by writing. Everything is synthetic. */
import t from 'tap';
import { freshExchange } from '../support/exchange.ts';
import { refused } from '../support/refused.ts';

const { exchange, asker, admin } = await freshExchange(t);
const chief = asker('th-ccib', { purpose: 'INVESTIGATION' });
/** No SOURCE, no PERSONAL, up to RESTRICTED. */
const officer = asker('th-ccib', { purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: ['OPERATIONAL'] });
let count = 0;
const submit = async (more: Record<string, unknown>) =>
  (await exchange.submit(chief, 'Indicator', { value: `carried-${(count += 1)}.com`, type: 'DOMAIN', classification: 'RESTRICTED', channels: ['embassies-ip'], ...more })).record;
const sealedOf = async (id: string): Promise<Record<string, { v: number; c: string }>> => (await admin<{ sealed: Record<string, { v: number; c: string }> }[]>`select sealed from record where id = ${id}`)[0]?.sealed ?? {};
const forbidden = (field: string) => ({ code: 'FORBIDDEN', public: { errors: [{ field }] } });

t.test('withheld fields survive an amendment, ciphertext and all', async (t) => {
  const { id } = await submit({ sourceDetail: 'a synthetic source', rationale: 'why', location: { lat: 13.6, lon: 102.5 } });
  const before = await sealedOf(id);
  const seen = await exchange.get(officer, 'Indicator', id);
  t.notOk('sourceDetail' in seen.body);
  const after = await exchange.amend(officer, 'Indicator', id, { description: 'amended' }, seen.etag);
  t.equal(after.body['description'], 'amended');
  t.strictSame(await sealedOf(id), before);
  await exchange.amend(officer, 'Indicator', id, { location: { lat: 14 } }, '*');
  const moved = await sealedOf(id);
  t.strictSame(moved['S/SOURCE'], before['S/SOURCE']);
  t.strictSame(moved['C/OPERATIONAL'], before['C/OPERATIONAL']);
  t.not(moved['R/OPERATIONAL']?.c, before['R/OPERATIONAL']?.c);
  const whole = await exchange.get(chief, 'Indicator', id);
  t.match(whole.body, { sourceDetail: 'a synthetic source', rationale: 'why', location: { lat: 14, lon: 102.5 } });
  t.strictSame((await exchange.find(chief, { kind: 'Indicator', filter: { value: { value: String(whole.body['value']) } } })).items.map((record) => record.id), [id], 'and it is still found');
});

t.test('what the exchange derives is not derived anew for a writer who does not see it', async (t) => {
  const { id } = await submit({ value: '8.8.4.4', type: 'IPV4_ADDR', port: 443, observedAt: '2026-01-05T00:00:00Z', markings: [{ field: 'port', level: 'SECRET' }] });
  t.equal((await exchange.get(chief, 'Indicator', id)).body['subscriberTraceable'], true);
  const before = await sealedOf(id);
  await exchange.amend(officer, 'Indicator', id, { description: 'amended' }, '*');
  t.equal((await exchange.get(chief, 'Indicator', id)).body['subscriberTraceable'], true);
  t.strictSame(await sealedOf(id), before);
});

t.test('a withheld field is not patched, and its marking is neither lowered nor replaced', async (t) => {
  const { id } = await submit({ location: { lat: 13.6, lon: 102.5 }, sourceDetail: 'x', markings: [{ field: 'location', level: 'SECRET' }] });
  t.match((await exchange.get(officer, 'Indicator', id)).body['withheld'], ['location']);
  t.match(await refused(exchange.amend(officer, 'Indicator', id, { sourceDetail: 'mine' }, '*')), forbidden('sourceDetail'));
  t.match(await refused(exchange.amend(officer, 'Indicator', id, { sourceDetail: null }, '*')), forbidden('sourceDetail'));
  t.match(await refused(exchange.amend(officer, 'Indicator', id, { markings: [{ field: 'location', level: 'RESTRICTED' }] }, '*')), forbidden('markings.0.field'));
  await exchange.amend(officer, 'Indicator', id, { markings: [{ field: 'description', level: 'RESTRICTED' }] }, '*');
  await exchange.amend(officer, 'Indicator', id, { markings: null }, '*');
  t.notOk('location' in (await exchange.get(officer, 'Indicator', id)).body, 'still withheld');
  t.match((await exchange.get(chief, 'Indicator', id)).body['markings'], [{ field: 'location', level: 'SECRET' }]);
});

t.test('raising a level seals what was kept open, in every revision', async (t) => {
  const { id } = await submit({ description: 'first plain words' });
  await exchange.amend(chief, 'Indicator', id, { description: 'second plain words' }, '*');
  const stored = async () => JSON.stringify(await admin`select body from record where id = ${id} union all select body from revision where record_id = ${id}`);
  t.match(await stored(), /first plain words.*|second plain words/);
  await exchange.amend(chief, 'Indicator', id, { markings: [{ field: 'description', level: 'CONFIDENTIAL' }] }, '*');
  t.notMatch(await stored(), /plain words/, 'a marking seals the field');
  const restricted = asker('kr-embassy', { purpose: 'PREVENTION' });
  const history = await exchange.revisions(restricted, 'Indicator', id);
  t.strictSame(history.map(({ revision }) => revision), [1], 'for whom the field is withheld it never changed');
  t.ok(history.every(({ record }) => !('description' in record.body)));
  await exchange.amend(chief, 'Indicator', id, { classification: 'CONFIDENTIAL' }, '*');
  t.notMatch(await stored(), /carried-/, 'a classification seals the record');
  const kept = await exchange.revisions(chief, 'Indicator', id);
  t.strictSame(kept.map(({ record }) => record.body['description']), ['first plain words', 'second plain words'], 'and is still the history of those who are cleared');
});

t.test('states above the viewer are none of its history', async (t) => {
  const { id } = await submit({ classification: 'CONFIDENTIAL', description: 'above' });
  await exchange.amend(chief, 'Indicator', id, { description: 'still above' }, '*');
  await exchange.amend(chief, 'Indicator', id, { classification: 'RESTRICTED', description: 'lowered' }, '*');
  const seen = await exchange.get(officer, 'Indicator', id);
  t.equal(seen.revision, 1);
  const history = await exchange.revisions(officer, 'Indicator', id);
  t.strictSame(history.map(({ revision, record }) => [revision, record.body['description']]), [[1, 'lowered']]);
  t.equal((await exchange.revisions(chief, 'Indicator', id)).length, 3);
});
