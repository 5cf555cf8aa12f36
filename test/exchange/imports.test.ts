import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import t from 'tap';
import { Refusal } from '../../src/errors.ts';
import type { RowOutcome } from '../../src/exchange/api.ts';
import { freshExchange } from '../support/exchange.ts';
import { bytesOf, domains, importText, ndjson, outcomesOf } from '../support/imports.ts';

const known = { deps: { warn: (_type: string, value: string) => (value === '192.0.2.1' || value === 'good.example' ? { list: 'Well-known resolvers' } : undefined) } };
const x = await freshExchange(t, known);
const ncsa = x.asker('th-ncsa', { purpose: 'CYBER_DEFENCE' });
const camcert = x.asker('kh-camcert', { purpose: 'CYBER_DEFENCE' });
const what = (outcomes: readonly RowOutcome[]): string[] => outcomes.map((one) => `${one.line} ${one.outcome}${one.outcome === 'refused' ? ` ${one.code} ${one.field ?? '-'}` : ''}`);
const records = async (): Promise<number> => Number((await x.admin`select count(*) from record`)[0]?.['count']);

t.test('each row has its outcome, in order; a broken row spoils nothing but itself', async (t) => {
  const text = ndjson(
    { value: 'hxxp://one[.]example/login', role: 'PHISHING' },
    { value: '10.0.0.1' },
    '{"value": "two.example"',
    { value: 'three.example', confidence: 500 },
    { value: 'three.example', note: 'called the victims' },
    { value: 'four.example', nonsense: 1 },
    { value: 'http://one.example/login', role: 'PHISHING' },
    { value: 'three.example', note: 'called them twice' },
    { value: 'five.example', classification: 'CONFIDENTIAL' },
  );
  const { report, outcomes, id } = await importText(x.exchange, ncsa, text);
  t.same(what(outcomes), [
    '1 created', '2 refused INVALID value', '3 refused INVALID -', '4 refused INVALID confidence', '5 created', '6 refused INVALID nonsense', '7 unchanged', '8 updated', '9 refused FORBIDDEN classification',
  ]);
  t.match(report, { state: 'DONE', rows: 9, created: 2, updated: 1, unchanged: 1, refused: 5, dryRun: false });
  t.equal(report.digest, createHash('sha256').update(outcomes.map((one) => `${JSON.stringify(one)}\n`).join('')).digest('hex'), 'the digest is of the outcomes as NDJSON');
  t.same((await outcomesOf(x.exchange, ncsa, id, 7)).map(({ line }) => line), [8, 9], 'outcomes after a line');
  const [, , , , made] = outcomes;
  if (made?.outcome !== 'created') throw new Error('not created');
  const seen = await x.exchange.get(camcert, 'Indicator', made.id);
  t.match(seen.body, { type: 'DOMAIN', value: 'three.example', description: 'called them twice', channels: ['certs'], originator: 'th-ncsa' }, 'the other member has it, with the last row\'s words');
  const [answer] = await x.exchange.lookup(camcert, [{ value: 'http://one.example/login' }]);
  t.match(answer?.claims.map(({ body }) => body), [{ role: 'PHISHING', rawValue: 'hxxp://one[.]example/login' }]);
});

t.test('the same file again changes nothing, a changed row only what it says', async (t) => {
  const row = { externalRef: 'NCSA-1', value: 'ref.example', note: 'first' };
  const before = await importText(x.exchange, ncsa, ndjson(row, { value: 'ref2.example', observedAt: '2026-01-31T08:00:00Z' }));
  t.same(what(before.outcomes), ['1 created', '2 created']);
  const count = await records();
  const again = await importText(x.exchange, ncsa, ndjson(row, { value: 'ref2.example', observedAt: '2026-01-31T15:00:00+07:00' }));
  t.same(what(again.outcomes), ['1 unchanged', '2 unchanged']);
  t.same(again.outcomes.map((one) => 'id' in one && one.id), before.outcomes.map((one) => 'id' in one && one.id), 'each names the record that stands');
  const changed = await importText(x.exchange, ncsa, ndjson({ ...row, value: 'ref3.example', confidence: 80, classification: 'RESTRICTED' }));
  t.same(what(changed.outcomes), ['1 updated']);
  t.equal(await records(), count, 'nothing is doubled');
  const [one] = changed.outcomes;
  const seen = await x.exchange.get(ncsa, 'Indicator', one !== undefined && 'id' in one ? one.id : '');
  t.match(seen.body, { value: 'ref3.example', confidence: 80, description: 'first', classification: 'RESTRICTED', revision: 2 }, 'what the row leaves out stays');
  t.same(what((await importText(x.exchange, ncsa, ndjson({ ...row, value: 'ref3.example', classification: 'RESTRICTED' }))).outcomes), ['1 unchanged'], 'found at its new level');
});

t.test('a file that says one claim twice, differently: the last word stands, and the file sent again changes nothing', async (t) => {
  const text = ndjson({ value: 'twice.example', note: 'first', confidence: 10 }, { value: 'once.example' }, { value: 'twice.example', note: 'second' }, { value: 'twice.example', note: 'second', confidence: 20 });
  const twin = text.replaceAll('twice', 'twice-dry');
  const dry = await importText(x.exchange, ncsa, twin, { dryRun: true });
  const first = await importText(x.exchange, ncsa, text);
  t.same(what(first.outcomes), ['1 created', '2 created', '3 updated', '4 updated']);
  t.same(what(dry.outcomes).filter((_, i) => i !== 1), what(first.outcomes).filter((_, i) => i !== 1));
  const [claim] = (await x.exchange.lookup(camcert, [{ value: 'twice.example' }]))[0]?.claims ?? [];
  t.match(claim?.body, { description: 'second', confidence: 20, revision: 3 });
  for (const dryRun of [true, false]) t.same(what((await importText(x.exchange, ncsa, text, { dryRun })).outcomes), ['1 unchanged', '2 unchanged', '3 unchanged', '4 unchanged']);
  t.match((await x.exchange.lookup(camcert, [{ value: 'twice.example' }]))[0]?.claims[0]?.body['revision'], 3, 'and is no revision');
  const other = ndjson({ value: 'twice.example', note: 'third' }, { value: 'twice.example', note: 'second' }, { value: 'twice.example', note: 'fourth' }, { value: 'twice.example', note: 'fourth' });
  const rehearsed = await importText(x.exchange, ncsa, other, { dryRun: true });
  const played = await importText(x.exchange, ncsa, other);
  t.same(what(played.outcomes), ['1 updated', '2 updated', '3 updated', '4 unchanged']);
  t.same(what(rehearsed.outcomes), what(played.outcomes), 'a dry run tells the same');
});

t.test('into a second channel: the record is shared there too', async (t) => {
  const text = domains(3, 'shared.example');
  const none = await importText(x.exchange, ncsa, text, { channels: [] });
  t.equal(none.report.created, 3);
  const [hidden] = await x.exchange.lookup(camcert, [{ value: 'd1.shared.example' }]);
  t.same(hidden?.claims, [], 'nobody else has it yet');
  t.match((await importText(x.exchange, ncsa, text)).report, { created: 0, updated: 3 });
  const [shown] = await x.exchange.lookup(camcert, [{ value: 'd1.shared.example' }]);
  t.match(shown?.claims.map(({ body }) => body['channels']), [['certs']]);
  t.match((await importText(x.exchange, ncsa, text, { channels: [] })).report, { unchanged: 3 }, 'and stays there');
});

t.test('sealed fields are sealed, and found again', async (t) => {
  const ccib = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
  const rows = Array.from({ length: 30 }, (_, i) => ({ value: `sealed${i}.example`, externalRef: `S-${i}`, rationale: 'named by synthetic complainants', collectionMethod: 'synthetic' }));
  const put = { channels: ['embassies-ip'], defaults: { classification: 'CONFIDENTIAL' } };
  const first = await importText(x.exchange, ccib, ndjson(...rows), put);
  t.match(first.report, { created: 30, refused: 0 });
  t.match((await importText(x.exchange, ccib, ndjson(...rows), put)).report, { unchanged: 30 });
  const [stored] = await x.admin`select body::text as body from record where id = ${first.outcomes.flatMap((one) => ('id' in one ? [one.id] : []))[0] ?? ''}`;
  t.notMatch(stored?.['body'], /sealed0|complainants/);
  t.match((await importText(x.exchange, ccib, ndjson(...rows.map((row) => ({ ...row, rationale: 'seen twice' }))), put)).report, { updated: 30 });
});

t.test('a dry run tells the same and writes nothing', async (t) => {
  const text = `${domains(1200, 'dry.example')}d3.dry.example\n10.1.1.1\nd700.dry.example\nref3.example\n`;
  const count = await records();
  const dry = await importText(x.exchange, ncsa, text, { dryRun: true });
  t.equal(await records(), count);
  t.match(dry.report, { dryRun: true, state: 'DONE', created: 1201, unchanged: 2, refused: 1 });
  const wet = await importText(x.exchange, ncsa, text);
  t.same(what(dry.outcomes), what(wet.outcomes));
  t.same(what((await importText(x.exchange, ncsa, ndjson({ value: 'd1.dry.example', note: 'more' }), { dryRun: true })).outcomes), ['1 updated']);
  t.equal((await x.exchange.lookup(ncsa, [{ value: 'd1.dry.example' }]))[0]?.claims[0]?.body['description'], undefined, 'an update is not written either');
});

t.test('times: the zone and the calendar are parameters, and asked for by name', async (t) => {
  const csv = 'ค่า;วันเวลาที่พบ\nbkk.example;31/01/2569 08:00\n"bkk2.example";2569-01-31 15:00:00\n';
  const bare = await importText(x.exchange, ncsa, csv, { calendar: 'buddhist' });
  t.same(what(bare.outcomes), ['2 refused INVALID observedAt', '3 refused INVALID observedAt']);
  t.match(bare.outcomes[0], { reason: /timezone/ });
  const read = await importText(x.exchange, ncsa, `\ufeff${csv}`, { calendar: 'buddhist', timezone: 'Asia/Bangkok' });
  t.same(what(read.outcomes), ['2 created', '3 created']);
  const [found] = await x.exchange.lookup(ncsa, [{ value: 'bkk.example' }]);
  t.equal(found?.claims[0]?.body['observedAt'], '2026-01-31T01:00:00.000Z');
});

t.test('known-good values are refused unless confirmed', async (t) => {
  t.same(what((await importText(x.exchange, ncsa, 'good.example\nnot-so-good.example\n')).outcomes), ['1 refused KNOWN_GOOD value', '2 created']);
  t.same(what((await importText(x.exchange, ncsa, 'good.example\n', { confirmKnownGood: true })).outcomes), ['1 created']);
});

t.test('compressed or not; what nobody can read fails as a whole, and says so', async (t) => {
  t.match((await importText(x.exchange, ncsa, gzipSync(domains(5, 'gz.example')))).report, { created: 5 });
  t.match((await importText(x.exchange, ncsa, zstdCompressSync(domains(5, 'zst.example')))).report, { created: 5 });
  const cut = await importText(x.exchange, ncsa, gzipSync(domains(5, 'cut.example')).subarray(0, 40));
  t.match(cut.report, { state: 'FAILED', created: 0, failure: { code: 'INVALID', message: /gzip.*no row was taken/ } });
  const failed = async (text: string, changed = {}): Promise<unknown> => (await importText(x.exchange, ncsa, text, { format: 'csv', ...changed })).report;
  t.match(await failed('value,unknown column,colour\na.example,1,red\n'), { state: 'FAILED', failure: { code: 'INVALID', message: /^`unknown column`, `colour`: no field has such a name\. .*; known here are .*value.*\(no row was taken\)$/ } });
  t.match(await failed(`value,${Array.from({ length: 40 }, (_, i) => `${'long'.repeat(50)} ${i}`).join(',')}\na.example\n`), { failure: { message: /^(`(?:long){25}`, ){10}and 30 more: no field has such a name/ } }, 'of many the first ten');
  t.match(await failed('value,\u0000col\ud83d,zero\u200bwidth\na.example,1,2\n'), { state: 'FAILED', failure: { message: /^`\ufffdcol\ufffd`, `zero\ufffdwidth`: no field/ } }, 'what cannot be seen is shown');
  t.match(await failed('value,role,IP\na.example,C2,b.example\n'), { state: 'FAILED', failure: { code: 'INVALID', message: /^`value` and `IP` of the header row name the same field, value: leave one out \(no row was taken\)$/ } });
  t.match((await importText(x.exchange, ncsa, '')).report, { state: 'DONE', rows: 0 });
});

t.test('whoever may not submit there is refused before a row is read', async (t) => {
  let read = 0;
  async function* rows(): AsyncGenerator<Uint8Array> {
    read += 1;
    yield* bytesOf('a.example\n');
  }
  const begin = async (partner: string, asking: Parameters<typeof x.asker>[1], channels: readonly string[], changed = {}) =>
    x.exchange.startImport(x.asker(partner, asking), { kind: 'Indicator', channels, defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false, ...changed }, rows());
  await t.rejects(begin('th-ncsa', { purpose: 'CYBER_DEFENCE', scopes: ['records:write'] }, ['certs']), { code: 'INSUFFICIENT_SCOPE' });
  await t.rejects(begin('th-ncsa', { purpose: 'STATISTICS' }, ['certs']), { code: 'FORBIDDEN' });
  await t.rejects(begin('th-ccib', { purpose: 'INVESTIGATION' }, ['certs']), { code: 'NOT_FOUND' }, 'no member');
  await t.rejects(begin('th-ncsa', { purpose: 'CYBER_DEFENCE' }, ['certs'], { defaults: { nonsense: 1 } }), { code: 'INVALID' });
  await t.rejects(begin('th-ncsa', { purpose: 'CYBER_DEFENCE' }, ['certs'], { defaults: { observedAt: '2026-01-31 08:00' } }), { code: 'INVALID', public: { errors: [{ field: 'observedAt' }] } });
  t.equal(read, 0);
});

t.test('an import is known to those who see what the importer saw', async (t) => {
  const { id, report } = await importText(x.exchange, x.asker('th-ncsa', { purpose: 'CYBER_DEFENCE', clearance: 'RESTRICTED' }), 'seen.example\n');
  t.same(await x.exchange.importReport(ncsa, id), report);
  for (const other of [camcert, x.asker('th-ncsa', { purpose: 'CYBER_DEFENCE', clearance: 'UNCLASSIFIED' })]) {
    await t.rejects(x.exchange.importReport(other, id), { code: 'NOT_FOUND' });
    await t.rejects(outcomesOf(x.exchange, other, id), { code: 'NOT_FOUND' });
    await t.rejects(x.exchange.withdrawImport(other, id), { code: 'NOT_FOUND' });
  }
  await t.rejects(x.exchange.importReport(ncsa, 'no id'), { code: 'NOT_FOUND' });
});

t.test('a whole import is taken back, once', async (t) => {
  const text = domains(1100, 'back.example');
  const { id } = await importText(x.exchange, ncsa, text);
  t.equal((await x.exchange.lookup(camcert, [{ value: 'd9.back.example' }]))[0]?.claims.length, 1);
  t.match(await x.exchange.withdrawImport(ncsa, id), { state: 'WITHDRAWN', created: 1100 });
  t.match(await x.exchange.withdrawImport(ncsa, id), { state: 'WITHDRAWN' });
  t.same((await x.exchange.lookup(camcert, [{ value: 'd9.back.example' }]))[0]?.claims, []);
  const [own] = await x.exchange.lookup(ncsa, [{ value: 'd9.back.example' }]);
  t.match(own?.claims.map(({ body }) => body), [{ status: 'WITHDRAWN', channels: [], revision: 2 }]);
  const past = await x.exchange.revisions(ncsa, 'Indicator', own?.claims[0]?.id ?? '');
  t.same(past.map(({ revision, changed }) => [revision, changed.includes('status')]).slice(1), [[2, true]]);
  t.same([...await x.admin`select count(*)::int as open from share where record_id = ${own?.claims[0]?.id ?? ''} and ended_at is null`], [{ open: 0 }]);
  t.match((await importText(x.exchange, ncsa, text)).report, { created: 1100 }, 'and can be sent again');
});

t.test('a refusal in the middle of the stream keeps whole batches', async (t) => {
  async function* stalled(): AsyncGenerator<Uint8Array> {
    yield* bytesOf(domains(2700, 'stalled.example'));
    throw new Refusal('REQUEST_TIMEOUT');
  }
  const { report, outcomes } = await importText(x.exchange, ncsa, stalled());
  t.match(report, { state: 'FAILED', failure: { code: 'REQUEST_TIMEOUT' } });
  t.equal(report.created, outcomes.length);
  t.ok(report.created >= 1000 && report.created < 2700, `${report.created} rows`);
  t.match((await importText(x.exchange, ncsa, domains(2700, 'stalled.example'))).report, { unchanged: report.created, created: 2700 - report.created });
});
