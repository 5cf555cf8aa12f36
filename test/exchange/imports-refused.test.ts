/** A row that is refused changes nothing, and a dry run tells what the import would. Synthetic people only. */
import t from 'tap';
import type { Asker, ImportOptions, RowOutcome } from '../../src/exchange/api.ts';
import { freshExchange } from '../support/exchange.ts';
import { importText, ndjson } from '../support/imports.ts';
import { fullConsent, helping, krRecipients, victimBody, victimsOf } from '../support/victims.ts';

const x = await freshExchange(t);
const { ministry, submit } = victimsOf(x);
const ccib = x.asker('th-ccib', { purpose: 'INVESTIGATION' });
const korea = x.asker('kr-embassy', { purpose: 'INVESTIGATION' });
const what = (outcomes: readonly RowOutcome[]): string[] => outcomes.map((one) => `${one.line} ${one.outcome}${one.outcome === 'refused' ? ` ${one.code} ${one.field ?? '-'}` : ''}`);

/** What stands in the database of all records: rows, revisions, shares, keys, events. */
async function everything(): Promise<unknown> {
  const [row] = await x.admin`select (select jsonb_agg(to_jsonb(r) order by r.id) from record r) as records, (select jsonb_agg(to_jsonb(s) order by s.record_id, s.channel) from share s) as shares,
    (select count(*) from revision) as revisions, (select count(*) from search_key) as keys, (select count(*) from outbox) as events`;
  return row;
}

/** Dry, then wet: both tell the same. */
async function both(asker: Asker, rows: readonly object[], changed: Partial<ImportOptions>): Promise<string[]> {
  const before = await everything();
  const text = ndjson(...rows);
  const dry = await importText(x.exchange, asker, text, { defaults: {}, ...changed, dryRun: true });
  t.strictSame(await everything(), before, 'a dry run writes nothing');
  const wet = await importText(x.exchange, asker, text, { defaults: {}, ...changed });
  t.strictSame(what(dry.outcomes), what(wet.outcomes), 'a dry run tells what the import tells');
  return what(wet.outcomes);
}

async function refusedWhole(asker: Asker, row: object, changed: Partial<ImportOptions>, expected: string): Promise<void> {
  const before = await everything();
  t.strictSame(await both(asker, [row], changed), [`1 refused ${expected}`]);
  t.strictSame(await everything(), before, `nothing of it is written: ${expected}`);
}

const jpRecipients = ['th-atc', 'th-shelter', 'th-mfa', 'jp-embassy'];

t.test('a victim, into a channel that her consent does not cover', async (t) => {
  const row = victimBody({ externalRef: 'SYN-HALF-1', ageBand: 'FROM_25_TO_34', channels: undefined });
  const id = await submit({ externalRef: 'SYN-HALF-1', ageBand: 'FROM_18_TO_24' });
  const into = { kind: 'Victim', channels: ['jp-victims'] };
  await refusedWhole(ministry, row, into, 'CONSENT_REQUIRED channels');
  await refusedWhole(ministry, { ...row, consent: { ...fullConsent, recipients: ['th-atc'] } }, into, 'CONSENT_REQUIRED channels');
  t.match((await x.exchange.get(ministry, 'Victim', id)).body, { ageBand: 'FROM_18_TO_24', revision: 1, channels: ['kr-victims'], consent: { recipients: krRecipients } });

  const wider = { ...row, consent: { ...fullConsent, purposes: [...helping], recipients: [...new Set([...krRecipients, ...jpRecipients])] } };
  t.strictSame(await both(ministry, [wider], into), ['1 updated'], 'judged by the consent that the row brings');
  t.match((await x.exchange.get(ministry, 'Victim', id)).body, { ageBand: 'FROM_25_TO_34', revision: 2, channels: ['jp-victims', 'kr-victims'] });
  t.match((await x.exchange.get(x.asker('jp-embassy', { purpose: 'REPATRIATION' }), 'Victim', id)).body, { ageBand: 'FROM_25_TO_34' });
  t.strictSame(await both(ministry, [wider], into), ['1 unchanged']);
});

t.test('an override that a row brings is kept in the ledger once', async (t) => {
  const override = { recipients: jpRecipients, purposes: [...helping], authority: 'Synthetic director', reason: 'Synthetic: her life is in danger' };
  const id = await submit({ externalRef: 'SYN-HALF-2' });
  const row = victimBody({ externalRef: 'SYN-HALF-2', consent: { ...fullConsent, override }, channels: undefined });
  t.strictSame(await both(ministry, [row], { kind: 'Victim', channels: ['jp-victims'] }), ['1 updated']);
  const entries = (await x.exchange.ledger(ministry, {})).items.filter(({ operation, records }) => operation === 'consent-override' && records.includes(id));
  t.equal(entries.length, 1);
});

t.test('what goes through an embassy, above a ceiling or without its ground', async (t) => {
  const given = { type: 'DOMAIN', value: 'half.example', role: 'PHISHING', classification: 'RESTRICTED', externalRef: 'HALF-1' };
  const { record } = await x.exchange.submit(ccib, 'Indicator', { ...given, sensitive: true, channels: ['embassies-ip'] });
  const row = { ...given, role: 'C2', country: 'KH' };
  await refusedWhole(ccib, row, { channels: ['th-kh-investigation'] }, 'USE_DIPLOMATIC_CHANNEL -');
  await refusedWhole(ccib, { ...row, sensitive: true }, { channels: ['th-kh-investigation'] }, 'USE_DIPLOMATIC_CHANNEL -');
  await refusedWhole(ccib, row, { channels: ['embassies-ip', 'aoc-1441'] }, 'GROUND_REQUIRED legalBasis.ground');
  t.match((await x.exchange.get(korea, 'Indicator', record.id)).body, { role: 'PHISHING', revision: 1 });
  t.strictSame(await both(ccib, [{ ...row, sensitive: false }], { channels: ['th-kh-investigation'] }), ['1 updated'], 'judged by the record as the row leaves it');
  t.match((await x.exchange.get(korea, 'Indicator', record.id)).body, { role: 'C2', country: 'KH', revision: 2 });
});

t.test('one refused row among others, and several of one record', async (t) => {
  const first = await submit({ externalRef: 'SYN-HALF-3', ageBand: 'FROM_18_TO_24' });
  await submit({ externalRef: 'SYN-HALF-4', ageBand: 'FROM_18_TO_24' });
  const row = (externalRef: string, more: object): object => victimBody({ externalRef, channels: [], ...more });
  const wide = { ...fullConsent, recipients: [...new Set([...krRecipients, ...jpRecipients])] };
  t.strictSame(await both(ministry, [
    row('SYN-HALF-3', { ageBand: 'FROM_25_TO_34', channels: ['jp-victims'] }),
    row('SYN-HALF-4', { ageBand: 'FROM_25_TO_34' }),
    row('SYN-HALF-3', { sex: 'FEMALE' }),
    row('SYN-HALF-5', { channels: ['kr-victims'] }),
    row('SYN-HALF-5', { ageBand: 'FROM_25_TO_34', channels: ['jp-victims'] }),
    row('SYN-HALF-5', { ageBand: 'FROM_25_TO_34', channels: ['kr-victims'] }),
    row('SYN-HALF-5', { consent: wide }),
    row('SYN-HALF-5', { consent: wide, channels: ['jp-victims'] }),
    row('SYN-HALF-4', { consent: wide }),
    row('SYN-HALF-4', { consent: wide, channels: ['jp-victims'] }),
    row('SYN-HALF-4', { consent: wide, channels: ['jp-victims'] }),
  ], { kind: 'Victim', channels: [] }), [
    '1 refused CONSENT_REQUIRED channels', '2 updated', '3 updated', '4 created', '5 refused CONSENT_REQUIRED channels', '6 updated', '7 updated', '8 updated', '9 updated', '10 updated', '11 unchanged',
  ]);
  const { body } = await x.exchange.get(ministry, 'Victim', first);
  t.match(body, { ageBand: 'FROM_18_TO_24', sex: 'FEMALE', revision: 2, channels: ['kr-victims'] });
});
