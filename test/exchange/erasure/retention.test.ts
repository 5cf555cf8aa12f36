/** A record's own `retainUntil` erases it for good: it is to come, and who brings it nearer needs the scope that erasing needs. Synthetic records only. */
import t, { type Test } from 'tap';
import { keepRetention } from '../../../src/exchange/erasure/settle.ts';
import { freshExchange } from '../../support/exchange.ts';
import { importText, ndjson } from '../../support/imports.ts';
import { refused } from '../../support/refused.ts';

const [past, near, far, farther] = ['2020-01-01T00:00:00Z', '2125-01-01T00:00:00Z', '2126-01-01T00:00:00Z', '2127-01-01T00:00:00Z'] as const;
const notToCome = { code: 'INVALID', public: { errors: [{ field: 'retainUntil', message: /must be to come: at this instant the record is erased for good/ }] } };
const needsScope = { code: 'INSUFFICIENT_SCOPE', public: { detail: 'needs the scope records:erase', errors: [{ field: 'retainUntil' }], headers: { 'WWW-Authenticate': /scope="records:erase"/ } } };

async function world(t: Test) {
  const x = await freshExchange(t);
  const may = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const writer = x.asker('th-ccib', { purpose: 'INVESTIGATION', scopes: ['records:read', 'records:write', 'import'] });
  const body = (value: string, more: object = {}) => ({ type: 'DOMAIN', value, classification: 'RESTRICTED', channels: ['embassies-ip'], ...more });
  const submit = async (value: string, more: object = {}, by = writer) => (await x.exchange.submit(by, 'Indicator', body(value, more))).record;
  const amend = async (id: string, retainUntil: string | null, by = writer) => x.exchange.amend(by, 'Indicator', id, { retainUntil }, '*');
  const kept = async (id: string) => (await x.exchange.get(writer, 'Indicator', id)).body['retainUntil'];
  return { ...x, may, writer, body, submit, amend, kept };
}

t.test('no end that has come is written, by whatever way', async (t) => {
  const { exchange, may, writer, submit, amend, kept, body, deps, admin } = await world(t);
  t.match(await refused(submit('a.example', { retainUntil: past }, may)), notToCome, 'submitted');
  const { id } = await submit('b.example', { retainUntil: far, externalRef: 'SYN-1' });
  t.match(await refused(amend(id, past, may)), notToCome, 'amended, by whoever may erase too');
  t.match(await refused(amend(id, '2020-01-01T07:00:00+07:00', may)), notToCome, 'in another zone');
  const rows = ndjson(body('c.example', { retainUntil: past }), body('b.example', { externalRef: 'SYN-1', retainUntil: past }), body('d.example', { retainUntil: far }));
  const imported = (await importText(exchange, may, rows, { channels: [], defaults: {} })).outcomes;
  t.match(imported, [{ outcome: 'refused', code: 'INVALID', field: 'retainUntil' }, { outcome: 'refused', code: 'INVALID', field: 'retainUntil' }, { outcome: 'created' }]);
  t.match((await importText(exchange, may, rows, { channels: [], defaults: {}, dryRun: true })).outcomes.map(({ outcome }) => outcome), ['refused', 'refused', 'unchanged'], 'as a rehearsal says');
  const complaint = { classification: 'RESTRICTED', channels: ['aoc-1441'], suspicionGround: 'Synthetic', indicators: [{ type: 'DOMAIN', value: 'e.example', role: 'SCAM_SITE', retainUntil: past }] };
  t.match(await refused(exchange.submit(writer, 'Complaint', complaint)), { code: 'INVALID', public: { errors: [{ field: 'indicators.0.retainUntil' }] } }, 'inline');
  t.equal(await kept(id), '2126-01-01T00:00:00.000Z');
  t.equal(await keepRetention(deps), 0);
  const [now] = await admin<{ at: string }[]>`select to_char((statement_timestamp() + interval '3 seconds') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`;
  t.ok((await submit('f.example', { retainUntil: now?.at })).id, 'of a new record however near it is, by the database\'s clock');
});

t.test('who brings it nearer erases, and needs the scope; later and never are for whoever writes', async (t) => {
  const { exchange, may, writer, submit, amend, kept, body } = await world(t);
  const { id } = await submit('a.example', { externalRef: 'SYN-1' });
  t.match(await refused(amend(id, far)), needsScope, 'one where there was none');
  await amend(id, far, may);
  t.match(await refused(amend(id, near)), needsScope, 'an earlier one');
  t.match((await importText(exchange, writer, ndjson(body('a.example', { externalRef: 'SYN-1', retainUntil: near })), { channels: [], defaults: {} })).outcomes, [{ outcome: 'refused', code: 'INSUFFICIENT_SCOPE', field: 'retainUntil' }], 'by an import');
  t.equal(await kept(id), '2126-01-01T00:00:00.000Z');
  await exchange.amend(writer, 'Indicator', id, { retainUntil: far, description: 'Synthetic' }, '*');
  await amend(id, farther);
  t.equal(await kept(id), '2127-01-01T00:00:00.000Z');
  await amend(id, null);
  t.equal(await kept(id), undefined);
  await amend(id, near, may);
  t.equal(await kept(id), '2125-01-01T00:00:00.000Z', 'with the scope');
});

t.test('what stands past its end, under a hold, is amended all the same', async (t) => {
  const { exchange, writer, may, submit, amend, kept, admin } = await world(t);
  const { id } = await submit('held.example', { retainUntil: far });
  await exchange.hold(may, 'Indicator', id, { authority: 'Synthetic Court', reason: 'synthetic' });
  await admin`update record set body = body || '{"retainUntil": "2020-01-01T00:00:00.000Z"}'::jsonb where id = ${id}`;
  t.equal((await exchange.amend(writer, 'Indicator', id, { description: 'Synthetic: more is known' }, '*')).body['description'], 'Synthetic: more is known');
  await amend(id, far);
  t.equal(await kept(id), '2126-01-01T00:00:00.000Z', 'and may be kept longer');
});

t.test('nor does a move of a request end before it is made', async (t) => {
  const { exchange, writer, asker } = await world(t);
  const { record: { id: request } } = await exchange.submit(asker('th-ccib', { purpose: 'INVESTIGATION', desk: 'duty' }), 'Request', {
    asks: 'SUBSCRIBER_DATA', desks: [{ partner: 'th-demo-isp', desk: 'lawful' }], fromDesk: 'duty', subject: 'Synthetic subject', questions: ['Who had it?'], classification: 'UNCLASSIFIED', channels: ['aoc-1441'],
    authority: { type: 'STATUTE', number: 'section 18' }, subscriberData: { value: '203.0.113.7', at: '2026-01-31T08:00:00Z' }, legalBasis: { ground: 'Synthetic' },
  });
  const comment = { request, move: 'COMMENT', text: 'Synthetic', classification: 'UNCLASSIFIED' };
  t.match(await refused(exchange.submit(writer, 'RequestMove', { ...comment, retainUntil: past })), notToCome);
  t.ok((await exchange.submit(writer, 'RequestMove', { ...comment, retainUntil: far })).record.id);
});
