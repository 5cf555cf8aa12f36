/** Consent decides who may read a victim's record: when it is written, and at every read after. Synthetic people only. */
import t from 'tap';
import type { Asker, ChangeEvent } from '../../src/exchange/api.ts';
import { codeOf, refused } from '../support/refused.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { fullConsent, helping, krRecipients, victimBody, victimsOf } from '../support/victims.ts';

const shelterOf = (x: TestExchange): Asker => x.asker('th-shelter', { purpose: 'VICTIM_PROTECTION' });
const koreaOf = (x: TestExchange, purpose: 'REPATRIATION' | 'CONSULAR_ASSISTANCE' = 'REPATRIATION'): Asker => x.asker('kr-embassy', { purpose });

async function follow(x: TestExchange, asker: Asker): Promise<() => Promise<string[]>> {
  const all = async (from: string | undefined): Promise<{ events: ChangeEvent[]; cursor: string }> => {
    const events: ChangeEvent[] = [];
    for (let at = from; ;) {
      const page = await x.exchange.changes(asker, { cursor: at });
      events.push(...page.events);
      at = page.cursor;
      if (!page.more) return { events, cursor: page.cursor };
    }
  };
  let { cursor } = await all(undefined);
  return async () => {
    const page = await all(cursor);
    cursor = page.cursor;
    return page.events.map(({ event, id }) => `${event} ${id}`);
  };
}

t.test('what goes beyond consent is refused', async (t) => {
  const x = await freshExchange(t);
  const { ministry, submit } = victimsOf(x);
  const sent = async (consent: unknown) => refused(x.exchange.submit(ministry, 'Victim', victimBody({ consent })));

  t.match(await refused(x.exchange.submit(ministry, 'Victim', Object.fromEntries(Object.entries(victimBody()).filter(([name]) => name !== 'consent')))),
    { code: 'CONSENT_REQUIRED', public: { detail: /no consent on record/, errors: [{ field: 'channels' }] } }, 'no consent');
  t.match(await sent({ ...fullConsent, recipients: ['th-atc', 'th-shelter', 'kr-embassy'] }), {
    code: 'CONSENT_REQUIRED',
    public: { detail: /consent covers kr-embassy, th-atc, th-shelter, for VICTIM_PROTECTION.*kr-victims.*th-mfa/, extra: { consent: { recipients: ['kr-embassy', 'th-atc', 'th-shelter'] }, beyond: { recipients: ['th-mfa'], purposes: [] } } },
  }, 'a recipient too many');
  t.match(await sent({ ...fullConsent, purposes: ['VICTIM_PROTECTION', 'REPATRIATION'] }), { code: 'CONSENT_REQUIRED', public: { extra: { beyond: { recipients: [], purposes: ['CONSULAR_ASSISTANCE'] } } } }, 'a purpose too many');
  t.match(await sent({ ...fullConsent, withdrawn: '2026-02-01T00:00:00Z' }), { code: 'CONSENT_REQUIRED', public: { detail: /withdrawn/ } });
  t.match(await sent({ ...fullConsent, given: '2099-01-01T00:00:00Z' }), { code: 'CONSENT_REQUIRED', public: { detail: /counts from .*`given`/ } }, 'not given yet');
  t.match(await sent({ purposes: [...helping], recipients: [...krRecipients] }), { code: 'CONSENT_REQUIRED', public: { detail: /counts from .*`given`/ } }, 'given at no time');

  await t.test('sharing later', async (t) => {
    const id = await submit({ channels: [], consent: null });
    t.match(await refused(x.exchange.share(ministry, 'Victim', id, 'kr-victims')), { code: 'CONSENT_REQUIRED' });
    t.strictSame((await x.admin`select from share where record_id = ${id}`).length, 0, 'nothing was written');
    await x.exchange.amend(ministry, 'Victim', id, { consent: fullConsent }, '*');
    await x.exchange.share(ministry, 'Victim', id, 'kr-victims');
    t.ok((await x.exchange.get(shelterOf(x), 'Victim', id)).id);
    t.match(await refused(x.exchange.share(ministry, 'Victim', id, 'jp-victims')), { code: 'CONSENT_REQUIRED', public: { extra: { beyond: { recipients: ['jp-embassy'] } } } });
  });

  await t.test('not by somebody from whom the consent is withheld: the answer would tell of it', async (t) => {
    const blind = x.asker('th-msdhs', { purpose: 'VICTIM_PROTECTION', caveats: [] });
    for (const consent of [null, fullConsent]) {
      const id = await submit({ channels: [], consent });
      t.match(await refused(x.exchange.share(blind, 'Victim', id, 'kr-victims')), { code: 'FORBIDDEN', public: { errors: [{ field: 'consent' }] } });
    }
  });

  await t.test('imports', async (t) => {
    const rows = [victimBody({ externalRef: 'SYN-1' }), victimBody({ externalRef: 'SYN-2', consent: null }), victimBody({ externalRef: 'SYN-3', channels: [], consent: null })];
    const { id, done } = await x.exchange.startImport(ministry, { kind: 'Victim', format: 'ndjson', channels: [], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
      (async function* stream() { yield Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')); })());
    await done;
    const outcomes = await Array.fromAsync(x.exchange.importOutcomes(ministry, id));
    t.match(outcomes, [{ outcome: 'created' }, { outcome: 'refused', code: 'CONSENT_REQUIRED', field: 'channels' }, { outcome: 'created' }]);
    const more = await x.exchange.startImport(ministry, { kind: 'Victim', format: 'ndjson', channels: [], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
      (async function* stream() { yield Buffer.from(JSON.stringify(victimBody({ externalRef: 'SYN-3', consent: null }))); })());
    await more.done;
    t.match(await Array.fromAsync(x.exchange.importOutcomes(ministry, more.id)), [{ outcome: 'refused', code: 'CONSENT_REQUIRED' }], 'a row that shares what is there already');
  });
});

t.test('taking consent back ends the sharing at once', async (t) => {
  const x = await freshExchange(t);
  const { ministry, submit, amend, seenBy } = victimsOf(x);
  const id = await submit();
  const news = await follow(x, shelterOf(x));
  t.ok(await seenBy(shelterOf(x), id));
  await amend(id, { consent: { withdrawn: '2026-03-01T00:00:00Z' } });
  t.notOk(await seenBy(shelterOf(x), id));
  t.strictSame(await news(), [`ACCESS_ENDED ${id}`]);
  t.match(await x.admin`select channel from share where record_id = ${id} and ended_at is null`, [], 'shares are end-dated');
  t.match((await x.exchange.get(ministry, 'Victim', id)).body, { channels: [], status: 'ACTIVE' });
  t.equal(await codeOf(x.exchange.share(ministry, 'Victim', id, 'kr-victims')), 'CONSENT_REQUIRED', 'and it is not shared again');
  t.strictSame(await news(), []);
});

t.test('narrowing consent ends the reading of those it leaves out', async (t) => {
  const x = await freshExchange(t);
  const { ministry, submit, amend, seenBy } = victimsOf(x);
  const id = await submit();
  const [shelterNews, koreaNews] = [await follow(x, shelterOf(x)), await follow(x, koreaOf(x))];
  await amend(id, { consent: { recipients: krRecipients.filter((one) => one !== 'th-shelter') } });
  t.strictSame([await seenBy(shelterOf(x), id), await seenBy(koreaOf(x), id)], [false, true]);
  t.strictSame(await shelterNews(), [`ACCESS_ENDED ${id}`]);
  t.strictSame(await koreaNews(), [`REVISED ${id}`]);
  await amend(id, { consent: { purposes: ['VICTIM_PROTECTION', 'CONSULAR_ASSISTANCE'] } });
  t.strictSame([await seenBy(koreaOf(x), id), await seenBy(koreaOf(x, 'CONSULAR_ASSISTANCE'), id)], [false, true], 'for the purpose that is left');
  await amend(id, { consent: { recipients: [] } });
  t.match((await x.exchange.get(ministry, 'Victim', id)).body, { channels: [] }, 'a channel in which nobody is left');
  t.match((await x.admin`select 1 as n from share where record_id = ${id} and ended_at is null`).length, 0);
  t.strictSame(await koreaNews(), [`ACCESS_ENDED ${id}`]);
});

t.test('a member that the registry adds later reads no more than was consented to', async (t) => {
  const x = await freshExchange(t, {
    registry: (demo) => ({ ...demo, channels: new Map([...demo.channels].map(([id, channel]) => [id, id === 'kr-victims' ? { ...channel, members: channel.members.filter((one) => one !== 'th-shelter') } : channel])) }),
  });
  const { ministry, submit, amend, seenBy } = victimsOf(x);
  const id = await submit({ consent: { ...fullConsent, recipients: ['th-atc', 'th-mfa', 'kr-embassy'] } });
  const other = await x.node();
  const channel = x.registry.channels.get('kr-victims');
  if (channel === undefined) throw new Error('no channel');
  await x.apply({ channels: new Map([...x.registry.channels, ['kr-victims', { ...channel, members: [...channel.members, 'th-shelter'] }]]) });
  t.notOk(await seenBy(shelterOf(x), id), 'here');
  t.equal(await codeOf(other.exchange.get(shelterOf(x), 'Victim', id)), 'NOT_FOUND', 'and on another node');
  t.ok(await seenBy(koreaOf(x), id), 'the others as before');
  t.strictSame((await x.admin`select from audience_grant where partner = 'th-shelter' and audience_id = (select audience_id from record where id = ${id})`).length, 0, 'the first lock has no grant for it');
  await amend(id, { consent: { recipients: ['th-atc', 'th-mfa', 'kr-embassy', 'th-shelter'] } });
  t.ok(await seenBy(shelterOf(x), id), 'once she consents');
  t.match((await x.exchange.get(ministry, 'Victim', id)).body, { channels: ['kr-victims'] });
});

t.test('an override needs authority and reason, and the ledger keeps both', async (t) => {
  const x = await freshExchange(t);
  const { ministry, submit, amend, seenBy } = victimsOf(x);
  const override = { authority: 'Synthetic duty judge', reason: 'Synthetic: traffickers wait outside the house', recipients: [...krRecipients], purposes: [...helping] };
  const readings = async (asker = ministry) => (await x.exchange.ledger(asker, {})).items.filter(({ operation }) => operation === 'consent-override');
  t.equal(await codeOf(submit({ consent: { override: { recipients: [...krRecipients], purposes: [...helping] } } })), 'INVALID');
  const id = await submit({ consent: { override } });
  t.ok(await seenBy(shelterOf(x), id));
  t.match(await readings(), [{ partner: 'th-msdhs', operation: 'consent-override', records: [id], fields: ['consent'], authority: override.authority, reason: override.reason }]);
  t.notMatch(await readings(x.asker('th-msdhs', { purpose: 'VICTIM_PROTECTION', caveats: [] })), [{ reason: override.reason }], 'not to an officer from whom the consent is withheld');
  t.strictSame(await readings(shelterOf(x)), [], 'it is the originator\'s to read');
  const [row] = await x.admin<{ text: string }[]>`select string_agg(d::text, ' ') as text from ledger_disclosure d`;
  t.notMatch(row?.text, /judge|traffickers/, 'sealed');

  await t.test('used by a share, an amendment and an import', async (t) => {
    const shared = await submit({ channels: [], consent: { override } });
    t.equal((await readings()).length, 1, 'not by what goes to nobody');
    await x.exchange.share(ministry, 'Victim', shared, 'kr-victims');
    t.match((await readings())[0], { records: [shared] });
    const amended = await submit();
    t.equal((await readings()).length, 2, 'not by what she consented to');
    await amend(amended, { consent: { recipients: ['kr-embassy'], override } });
    t.match((await readings())[0], { records: [amended], reason: override.reason });
    t.ok(await seenBy(shelterOf(x), amended));
    const { done } = await x.exchange.startImport(ministry, { kind: 'Victim', format: 'ndjson', channels: [], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false },
      (async function* stream() { yield Buffer.from(JSON.stringify(victimBody({ consent: { override } }))); })());
    await done;
    t.equal((await readings()).length, 4);
  });

  await t.test('covers no more than it names', async (t) => {
    t.equal(await codeOf(submit({ consent: { override: { ...override, recipients: ['th-shelter'] } } })), 'CONSENT_REQUIRED');
    t.equal(await codeOf(submit({ consent: { override: { ...override, purposes: ['REPATRIATION'] } } })), 'CONSENT_REQUIRED');
  });

  await t.test('does not outlive a withdrawal unsaid', async (t) => {
    const both = await submit({ consent: { ...fullConsent, recipients: ['kr-embassy'], override } });
    await amend(both, { consent: { withdrawn: '2026-03-01T00:00:00Z' } });
    t.notOk(await seenBy(shelterOf(x), both));
    const before = (await readings()).length;
    await x.exchange.share(ministry, 'Victim', both, 'kr-victims');
    t.equal((await readings()).length, before + 1, 'sharing anew says it anew');
  });
});
