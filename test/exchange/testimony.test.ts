/** A victim as a witness: what she consented to, in the one case named, to those who name it, until she takes it back. Synthetic people only. */
import t from 'tap';
import type { Asker } from '../../src/exchange/api.ts';
import { freshExchange } from '../support/exchange.ts';
import { codeOf, refused } from '../support/refused.ts';
import { fullConsent, victimsOf } from '../support/victims.ts';

type Fields = Readonly<Record<string, unknown>>;
const named = { authority: 'th-ccib', number: 'ค.๑/2569' };
const witness: Fields = {
  ...fullConsent, purposes: [...fullConsent.purposes, 'PROSECUTION'], recipients: [...fullConsent.recipients, 'th-ccib'], case: named, scope: ['pseudonym', 'recruitment', 'means', 'exploitation'],
};
const said: Fields = { recruitment: 'Synthetic promise', means: ['DECEPTION'], acts: ['HARBOURING'], exploitation: ['FORCED_CRIMINALITY_SCAM'] };

t.test('a testimony', async (t) => {
  const x = await freshExchange(t);
  const { ministry, submit, amend } = victimsOf(x);
  const inCase = (asker: Asker, text = `th-ccib ${encodeURIComponent(named.number)}`): Asker => ({ ...asker, case: text });
  const prosecutor = x.asker('th-atc', { purpose: 'PROSECUTION' });
  const make = async (victim: string): Promise<string> => (await x.exchange.submit(ministry, 'Testimony', { victim, channels: ['witnesses'], classification: 'RESTRICTED' })).record.id;
  const victim = await submit({ ...said, consent: witness });
  const id = await make(victim);
  const seen = async (asker: Asker, one = id): Promise<boolean> => {
    const got = await x.exchange.get(asker, 'Testimony', one).then(() => true, () => false);
    const { items } = await x.exchange.find(asker, { kind: 'Testimony', filter: {} });
    if (items.some((record) => record.id === one) !== got) throw new Error('a search and a read disagree');
    return got;
  };

  await t.test('holds what she consented to, for those who name the case', async (t) => {
    const { body } = await x.exchange.get(inCase(prosecutor), 'Testimony', id);
    t.match(body, { pseudonym: 'SYNTHETIC-V', recruitment: 'Synthetic promise', means: ['DECEPTION'], exploitation: ['FORCED_CRIMINALITY_SCAM'], witnessCase: named });
    for (const name of ['victim', 'names', 'acts', 'nationality', 'birthDate']) t.notOk(name in body, `${name} is not said`);
    t.ok(await seen(inCase(prosecutor)));
    t.equal(await codeOf(x.exchange.get(inCase(prosecutor), 'Victim', victim)), 'NOT_FOUND', 'she herself is not there for PROSECUTION');
  });

  await t.test('is not there for anybody else', async (t) => {
    t.notOk(await seen(prosecutor), 'who names no case');
    t.notOk(await seen(inCase(prosecutor, 'th-ccib 2%2F2569')), 'who names another');
    t.notOk(await seen(inCase(x.asker('th-atc', { purpose: 'INVESTIGATION' }))), 'for another purpose');
    t.notOk(await seen(inCase(x.asker('th-atc', { purpose: 'VICTIM_PROTECTION' }))), 'nor for hers, but to the originator');
    t.strictSame((await x.exchange.changes(prosecutor, {})).events, [], 'nor in the feed');
    t.match((await x.exchange.changes(inCase(prosecutor), {})).events, [{ event: 'SHARED', id }]);
    t.ok(await seen(ministry), 'the originator has it without');
    for (const bad of ['', 'th-ccib', 'th-ccib %', 'TH 1']) t.equal(await codeOf(x.exchange.get(inCase(prosecutor, bad), 'Testimony', id)), 'INVALID');
    const [row] = await x.admin<{ text: string }[]>`select (select string_agg(a::text, ' ') from audience a) || (select string_agg(g::text, ' ') from audience_grant g) as text`;
    t.notMatch(row?.text, /2569/, 'the case stands blinded');
  });

  await t.test('is made by consent alone', async (t) => {
    const none = async (consent: Fields, more: Fields = {}): Promise<unknown> => refused(make(await submit({ ...said, ...more, consent })));
    t.match(await none(fullConsent), { code: 'CONSENT_REQUIRED', public: { detail: /no consent to PROSECUTION/ } });
    t.match(await none({ ...witness, case: null }), { code: 'CONSENT_REQUIRED', public: { detail: /names one case/ } });
    t.match(await none({ ...witness, scope: [] }), { code: 'CONSENT_REQUIRED', public: { detail: /scope/ } });
    t.match(await none({ ...witness, scope: ['medical'] }), { code: 'CONSENT_REQUIRED', public: { detail: /medical/ } });
    t.match(await none({ ...witness, recipients: [...fullConsent.recipients] }), { code: 'CONSENT_REQUIRED', public: { extra: { beyond: { recipients: ['th-ccib'] } } } });
    t.match(await none(witness, { nonPunishment: { proceedings: [named] } }), { code: 'CONSENT_REQUIRED', public: { detail: /against her/ } }, 'against others');
    t.equal(await codeOf(x.exchange.submit(ministry, 'Testimony', { victim, recruitment: 'made up', channels: ['witnesses'], classification: 'RESTRICTED' })), 'INVALID', 'nobody writes it');
    t.equal(await codeOf(x.exchange.amend(ministry, 'Testimony', id, { tlp: 'RED' }, '*')), 'CONFLICT');
    t.equal(await codeOf(make('01920000-0000-7000-8000-000000000000')), 'NOT_FOUND');
  });

  await t.test('an import makes none that anybody reads', async (t) => {
    const { id: job, done } = await x.exchange.startImport(ministry, { kind: 'Testimony', format: 'ndjson', channels: ['witnesses'], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
      (async function* stream() { yield Buffer.from(JSON.stringify({ victim, classification: 'RESTRICTED' })); })());
    await done;
    const [outcome] = await Array.fromAsync(x.exchange.importOutcomes(ministry, job));
    t.match(outcome, { outcome: 'refused' });
  });

  await t.test('stands when what she did not consent to say changes: its end would tell of that', async (t) => {
    const of = await submit({ ...said, consent: witness });
    const made = await make(of);
    await amend(of, { acts: ['TRANSFER'], names: [{ full: 'Another Synthetic Survivor' }] });
    t.ok(await seen(inCase(prosecutor), made));
    await amend(of, { recruitment: 'Synthetic: another promise' });
    t.notOk(await seen(inCase(prosecutor), made), 'what she did ends it: it is made anew');
  });

  for (const [why, patch] of [
    ['withdrawn', { consent: { withdrawn: '2026-03-01T00:00:00Z' } }], ['narrowed', { consent: { scope: ['pseudonym'] } }], ['for another case', { consent: { case: { ...named, number: '9' } } }], ['turned against her', { nonPunishment: { proceedings: [named] } }],
  ] as const) {
    await t.test(`ends when the consent is ${why}`, async (t) => {
      const of = await submit({ ...said, consent: witness });
      const made = await make(of);
      const { cursor } = await x.exchange.changes(inCase(prosecutor), {});
      const { cursor: start } = await x.exchange.changes(inCase(prosecutor), { cursor });
      t.ok(await seen(inCase(prosecutor), made));
      await amend(of, patch);
      t.notOk(await seen(inCase(prosecutor), made));
      t.match((await x.exchange.changes(inCase(prosecutor), { cursor: start })).events, [{ event: 'WITHDRAWN', id: made }]);
    });
  }
});
