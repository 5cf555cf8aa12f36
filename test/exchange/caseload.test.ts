/** Stages, clocks and caseloads: what a country's mechanism declares, told by the database's clock. Synthetic people only. */
import t from 'tap';
import type { Asker, CaseView } from '../../src/exchange/api.ts';
import { freshApp } from '../support/app.ts';
import { freshExchange, type TestExchange } from '../support/exchange.ts';
import { importText, ndjson } from '../support/imports.ts';
import { codeOf, refused } from '../support/refused.ts';
import { victimBody, victimsOf } from '../support/victims.ts';

type Fields = Readonly<Record<string, unknown>>;

const day = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * day).toISOString();
const shelterDesk = { partner: 'th-shelter', desk: 'protection' };
const inShelter = (daysAgo: number, more: Fields = {}): Fields =>
  ({ nrmStage: 'TEMPORARY_SHELTER', nrmTransition: { at: ago(daysAgo), desk: 'th-msdhs/nrm', reason: 'Synthetic reason' }, nrmDesks: [shelterDesk], ...more });
const told = (cases: readonly CaseView[]): unknown[] => cases.map(({ record: { body }, stage, clock, escalatedTo }) => [body['pseudonym'], stage, clock, escalatedTo]);
const loadOf = async (x: TestExchange, asker: Asker, desk: string, more: object = {}): Promise<readonly CaseView[]> => (await x.exchange.caseload(asker, { desk, ...more })).items;

t.test('a stage changes by what the country declares, with date, desk and reason, and all of it is kept', async (t) => {
  const x = await freshExchange(t);
  const { ministry, submit, amend } = victimsOf(x);
  const id = await submit({ externalRef: 'SYN-CASE', nrmStage: 'ENCOUNTERED', nrmTransition: { at: '2026-01-01T00:00:00Z', desk: 'th-atc/duty', reason: 'Synthetic: met at a checkpoint' } });
  const move = async (patch: Fields) => refused(amend(id, patch));
  t.match(await move({ nrmStage: 'SCREENING' }), { code: 'INVALID', public: { errors: [{ field: 'nrmTransition.desk' }] } }, 'who moved it');
  t.match(await move({ nrmStage: 'SCREENING', nrmTransition: { desk: 'th-msdhs/nrm', reason: null } }), { code: 'INVALID', public: { errors: [{ field: 'nrmTransition.reason' }] } }, 'why');
  t.match(await move({ nrmStage: 'SCREENING', nrmTransition: { desk: 'th-msdhs/nrm', reason: 'r', at: '2099-01-01T00:00:00Z' } }), { code: 'INVALID', public: { errors: [{ field: 'nrmTransition.at' }] } }, 'not before it happens');
  const before2026 = { code: 'INVALID', public: { errors: [{ field: 'nrmTransition.at', message: /is before the case came to ENCOUNTERED, where it is since 2026-01-01T00:00:00.000Z/ }] } };
  for (const at of ['2025-12-31T23:59:59Z', '2026-01-01T06:59:59+07:00']) t.match(await move({ nrmStage: 'SCREENING', nrmTransition: { desk: 'th-msdhs/nrm', reason: 'r', at } }), before2026, 'nor before the case began');
  t.match(await move({ nrmStage: 'REPATRIATION', nrmTransition: { desk: 'th-msdhs/nrm', reason: 'r' } }),
    { code: 'INVALID', public: { errors: [{ field: 'nrmStage', message: /ENCOUNTERED.*followed by SCREENING, TEMPORARY_SHELTER, CLOSED/ }] } }, 'what does not follow');
  for (const desk of ['nrm', 'th-msdhs/none', 'nobody/nrm']) t.match(await move({ nrmStage: 'SCREENING', nrmTransition: { desk, reason: 'r' } }), { code: 'INVALID', public: { errors: [{ field: 'nrmTransition.desk' }] } }, 'by a desk that there is');
  t.match(await move({ nrmDesks: [shelterDesk, { partner: 'th-shelter', desk: 'protektion' }] }), { code: 'INVALID', public: { errors: [{ field: 'nrmDesks.1.desk', message: 'one of protection' }] } }, 'a slip loses no case');
  t.match(await refused(submit({ nrmDesks: [{ partner: 'nobody', desk: 'x' }] })), { code: 'INVALID', public: { errors: [{ field: 'nrmDesks.0.partner' }] } }, 'nor in a new one');
  t.equal(await codeOf(amend(id, { nrmHistory: [] })), 'INVALID', 'nobody writes history');
  await amend(id, { nrmStage: 'TEMPORARY_SHELTER', nrmTransition: { at: '2026-01-02T00:00:00Z', desk: 'th-msdhs/nrm', reason: 'Synthetic: safe there' } });
  t.match(await move({ nrmStage: 'FORMAL_IDENTIFICATION', nrmTransition: { at: '2026-01-01T12:00:00Z', desk: 'th-msdhs/nrm', reason: 'r' } }), { code: 'INVALID', public: { errors: [{ field: 'nrmTransition.at', message: /came to TEMPORARY_SHELTER/ }] } }, 'nor before the stage that it leaves');
  const told = (await x.exchange.get(ministry, 'Victim', id)).body['nrmTransition'];
  for (const patch of [{ nrmTransition: { reason: 'Synthetic: more is known' } }, { nrmStage: 'TEMPORARY_SHELTER', nrmTransition: { desk: 'th-atc/duty' } }, { nrmTransition: null }]) {
    t.match(await move(patch), { code: 'INVALID', public: { errors: [{ field: 'nrmTransition', message: /give the new nrmStage with it/ }] } }, 'what no history would take');
  }
  await amend(id, { nationality: 'JP', nrmStage: 'TEMPORARY_SHELTER', nrmTransition: told });
  t.match((await x.exchange.get(ministry, 'Victim', id)).body, {
    nrmSince: '2026-01-02T00:00:00.000Z',
    nrmHistory: [
      { to: 'ENCOUNTERED', at: '2026-01-01T00:00:00.000Z', desk: 'th-atc/duty', reason: 'Synthetic: met at a checkpoint' },
      { from: 'ENCOUNTERED', to: 'TEMPORARY_SHELTER', at: '2026-01-02T00:00:00.000Z', desk: 'th-msdhs/nrm', reason: 'Synthetic: safe there' },
    ],
  });
  const blind = x.asker('th-msdhs', { purpose: 'VICTIM_PROTECTION', caveats: ['PERSONAL'] });
  t.notOk('nrmHistory' in (await x.exchange.get(blind, 'Victim', id)).body, 'the history needs VICTIM');
  await x.exchange.amend(blind, 'Victim', id, { nationality: 'KR' }, '*');
  t.equal(((await x.exchange.get(ministry, 'Victim', id)).body['nrmHistory'] as unknown[]).length, 2, 'and who does not see it does not lose it');
  t.match(await move({ nrmStage: 'FORMAL_IDENTIFICATION', nrmTransition: { desk: 'th-atc/duty' } }), { code: 'INVALID', public: { errors: [{ field: 'nrmTransition.reason' }] } }, 'the reason of the step before is none of this one');
  const before = Date.now() - 60_000;
  await amend(id, { nrmStage: 'FORMAL_IDENTIFICATION', nrmTransition: { desk: 'th-atc/duty', reason: 'Synthetic: rested' } });
  const { nrmSince, nrmTransition } = (await x.exchange.get(ministry, 'Victim', id)).body;
  t.ok(Date.parse(String(nrmSince)) > before, 'where it is not said when, it is now, whatever was said before');
  t.strictSame(nrmTransition, { desk: 'th-atc/duty', reason: 'Synthetic: rested' }, 'nor does the record say so');
  const row = async (nrmStage: string, reason: string): Promise<unknown> =>
    (await importText(x.exchange, ministry, ndjson(victimBody({ externalRef: 'SYN-CASE', nrmStage, nrmTransition: { desk: 'th-atc/duty', reason } })), { kind: 'Victim', channels: [], defaults: {} })).outcomes[0];
  t.match(await row('REFLECTION', 'Synthetic: rested'), { outcome: 'updated', id }, 'an import moves it in the same words');
  t.match(await row('REFLECTION', 'Synthetic: other words'), { outcome: 'refused', code: 'INVALID', field: 'nrmTransition' }, 'and in words that no history would take it does not');
  t.match(await row('REFLECTION', 'Synthetic: rested'), { outcome: 'unchanged' }, 'sent again it is the same');
  t.equal(((await x.exchange.get(ministry, 'Victim', id)).body['nrmHistory'] as unknown[]).length, 4);
});

t.test('of when a stage began nothing is told to a writer from whom it is withheld', async (t) => {
  const x = await freshExchange(t, {
    registry: (demo) => ({ ...demo, partners: new Map([...demo.partners].map(([id, partner]) => [id, id === 'th-msdhs' ? { ...partner, clearance: 3 as const } : partner])) }),
  });
  const { submit } = victimsOf(x);
  const low = x.asker('th-msdhs', { purpose: 'VICTIM_PROTECTION', clearance: 'CONFIDENTIAL' });
  for (const began of ['2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z']) {
    const id = await submit({ nrmStage: 'ENCOUNTERED', nrmTransition: { at: began, desk: 'th-atc/duty', reason: 'Synthetic' }, channels: [], consent: null, markings: [{ field: 'nrmSince', level: 'SECRET' }] });
    const moved = await x.exchange.amend(low, 'Victim', id, { nrmStage: 'SCREENING', nrmTransition: { at: '2026-02-01T00:00:00Z', desk: 'th-msdhs/nrm', reason: 'Synthetic' } }, '*');
    t.match(moved.body, { nrmStage: 'SCREENING', withheld: ['nrmSince'] }, began);
  }
});

t.test('a desk\'s open cases, by stage and due date', async (t) => {
  const x = await freshExchange(t);
  const { submit, amend, ministry } = victimsOf(x);
  const shelter = x.asker('th-shelter', { purpose: 'VICTIM_PROTECTION' });
  const nrm = ministry;
  await submit({ pseudonym: 'late', ...inShelter(16) });
  await submit({ pseudonym: 'soon', ...inShelter(13) });
  const fresh = await submit({ pseudonym: 'fresh', ...inShelter(1) });
  await submit({ pseudonym: 'screened', ...inShelter(1), nrmStage: 'SCREENING' });
  await submit({ pseudonym: 'elsewhere', ...inShelter(1, { nrmDesks: [{ partner: 'kr-embassy', desk: 'consular' }] }) });
  await submit({ pseudonym: 'unshared', ...inShelter(16), channels: [], consent: null });
  await submit({ pseudonym: 'done', ...inShelter(1), nrmStage: 'CLOSED' });

  t.strictSame(told(await loadOf(x, shelter, 'protection')), [
    ['screened', 'SCREENING', 'RUNNING', undefined], ['late', 'TEMPORARY_SHELTER', 'OVERDUE', 'th-msdhs/nrm'], ['soon', 'TEMPORARY_SHELTER', 'WARNING', undefined], ['fresh', 'TEMPORARY_SHELTER', 'RUNNING', undefined],
  ]);
  t.strictSame(told(await loadOf(x, x.asker('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE' }), 'kr-embassy/consular')), [['elsewhere', 'TEMPORARY_SHELTER', 'RUNNING', undefined]], 'an embassy\'s');
  t.strictSame(told(await loadOf(x, nrm, 'nrm')).map((one) => String((one as unknown[])[0])).sort(), ['late', 'unshared'], 'what ran out is told to the desk that the stage names');
  t.strictSame(told(await loadOf(x, shelter, 'th-msdhs/nrm')), [['late', 'TEMPORARY_SHELTER', 'OVERDUE', 'th-msdhs/nrm']], 'of what is released to the asker alone');

  await t.test('filters and pages', async (t) => {
    t.strictSame(told(await loadOf(x, shelter, 'protection', { dueWithin: 'P7D' })).map((one) => (one as unknown[])[0]), ['screened', 'late', 'soon']);
    t.strictSame(told(await loadOf(x, shelter, 'protection', { stage: 'SCREENING' })).map((one) => (one as unknown[])[0]), ['screened']);
    const names: unknown[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await x.exchange.caseload(shelter, { desk: 'protection', first: 2, after });
      names.push(...page.items.map(({ record }) => record.body['pseudonym']));
      after = page.nextCursor;
      more = after !== undefined;
    }
    t.strictSame(names, ['screened', 'late', 'soon', 'fresh']);
    const { nextCursor } = await x.exchange.caseload(shelter, { desk: 'protection', first: 2 });
    t.equal(await codeOf(x.exchange.caseload(x.asker('kr-embassy', { purpose: 'REPATRIATION' }), { desk: 'protection', after: nextCursor })), 'BAD_CURSOR');
    for (const [desk, message] of [['protektion', /^one of protection: /], ['th-shelter/protektion', /^one of protection: /], ['nobody/nrm', /^there is no such partner: /]] as const) {
      t.match(await refused(x.exchange.caseload(shelter, { desk })), { code: 'INVALID', public: { errors: [{ field: 'desk', message }] } }, `${desk} is a slip, and no desk without cases`);
    }
    for (const bad of [{ desk: '' }, { desk: '/x' }, { desk: 'protection', dueWithin: 'soon' }, { desk: 'protection', dueWithin: 'P' }]) t.equal(await codeOf(x.exchange.caseload(shelter, bad)), 'INVALID');
  });

  await t.test('is in the ledger', async (t) => {
    const [reading, ...others] = (await x.exchange.ledger(ministry, { first: 500 })).items.filter(({ operation, partner }) => operation === 'caseload' && partner === 'kr-embassy');
    t.match([reading?.records.length, reading?.fields.includes('nrmStage'), others], [1, true, []], 'one reading of the one case it was shown');
  });

  await t.test('an overdue clock blocks no write and moves nobody', async (t) => {
    const [late] = (await loadOf(x, nrm, 'nrm')).map(({ record }) => record.id);
    if (late === undefined) throw new Error('no case');
    await amend(late, { nationality: 'JP' });
    t.equal((await x.exchange.get(ministry, 'Victim', late)).body['nrmStage'], 'TEMPORARY_SHELTER');
    await amend(late, { nrmStage: 'FORMAL_IDENTIFICATION', nrmTransition: { desk: 'th-msdhs/nrm', reason: 'Synthetic' } });
    t.equal((await x.exchange.get(ministry, 'Victim', late)).body['nrmStage'], 'FORMAL_IDENTIFICATION');
  });

  await t.test('another clock counts from the next request on', async (t) => {
    const mechanism = x.registry.mechanisms.get('th-nrm');
    if (mechanism === undefined) throw new Error('no mechanism');
    await x.apply({ mechanisms: new Map([['th-nrm', { ...mechanism, stages: mechanism.stages.map((stage) => (stage.stage === 'TEMPORARY_SHELTER' ? { ...stage, clock: 'PT1H', warnBefore: 'PT1M' } : stage)) }]]) });
    t.match((await loadOf(x, shelter, 'protection')).find(({ record }) => record.id === fresh), { clock: 'OVERDUE', overdue: true });
  });

  await t.test('consent taken back ends it', async (t) => {
    await amend(fresh, { consent: { withdrawn: ago(0) } });
    t.notOk((await loadOf(x, shelter, 'protection')).some(({ record }) => record.id === fresh));
  });
});

t.test('REST and GraphQL say the same', async (t) => {
  const x = await freshApp(t);
  const ministry = await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION' });
  const shelter = await x.as('th-shelter', { purpose: 'VICTIM_PROTECTION' });
  t.equal((await ministry.post('/v1/victims', victimBody({ ...inShelter(16) }))).statusCode, 201);
  const rest = (await shelter.get('/v1/caseload?desk=protection&dueWithin=P7D')).json<{ items: { record: { id: string } }[] }>();
  const { data, errors } = await shelter.graphql<{ caseload: { items: { record: { id: string } }[] } }>('{ caseload(desk: "protection", dueWithin: "P7D") { items { record { id ... on Victim { pseudonym } } stage since due warnFrom clock overdue escalatedTo } } }');
  t.notOk(errors, JSON.stringify(errors));
  t.match(rest.items, [{ stage: 'TEMPORARY_SHELTER', clock: 'OVERDUE', overdue: true, escalatedTo: 'th-msdhs/nrm', record: { pseudonym: 'SYNTHETIC-V' } }]);
  const bare = (items: { record: { id: string } }[] = []): unknown[] => items.map(({ record, ...one }) => ({ ...one, record: record.id }));
  t.strictSame(JSON.parse(JSON.stringify(bare(data?.caseload.items))), bare(rest.items));
  t.equal((await shelter.get('/v1/caseload')).statusCode, 400);
});

t.test('victims of a file made from the template, in either language, are in the caseload of the desk that it names', async (t) => {
  const x = await freshApp(t);
  const ministry = await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION' });
  const shelter = await x.as('th-shelter', { purpose: 'VICTIM_PROTECTION' });
  const given: Readonly<Record<string, string>> = {
    pseudonym: 'SYNTHETIC-CSV', nationality: 'KR', nrmStage: 'TEMPORARY_SHELTER', nrmDesks: 'th-shelter/protection', caseRefs: 'th-ccib: 123/2569', classification: 'RESTRICTED',
    'consent.purposes': 'VICTIM_PROTECTION; REPATRIATION; CONSULAR_ASSISTANCE', 'consent.recipients': 'th-atc; th-shelter; th-mfa; kr-embassy', 'consent.given': '2026-01-31T15:00:00+07:00', 'consent.method': 'WRITTEN',
  };
  const header = async (language: string): Promise<string> => (await ministry.get('/v1/victims/import-template.csv', { 'accept-language': language })).body.trim();
  const names = (await header('en')).replace(/^\ufeff/, '').split(',');
  t.strictSame(Object.keys(given).filter((name) => !names.includes(name)), [], 'all of it has a column');
  for (const language of ['en', 'th']) {
    const row = names.map((name) => (name === 'externalRef' ? `CSV-${language}` : (given[name] ?? ''))).join(',');
    const answer = await ministry.send('POST', '/v1/victims/import?channels=kr-victims', `${await header(language)}\r\n${row}\r\n`, { 'content-type': 'text/csv' });
    t.match(answer.body, /"outcome":"created"/, language);
  }
  const load = (await shelter.get('/v1/caseload?desk=protection')).json<{ items: unknown[] }>();
  t.match(load.items, [{ record: { pseudonym: 'SYNTHETIC-CSV' } }, { record: { pseudonym: 'SYNTHETIC-CSV' } }]);
  const found = (await ministry.get('/v1/victims?pseudonym=SYNTHETIC-CSV')).json<{ items: unknown[] }>();
  t.match(found.items, [1, 2].map(() => ({ nrmDesks: [shelterDesk], caseRefs: [{ authority: 'th-ccib', number: '123/2569' }] })));
  const slip = await ministry.send('POST', '/v1/victims/import?channels=kr-victims', 'pseudonym,nationality,nrmStage,nrmDesks,classification\nSYNTHETIC-SLIP,KR,SCREENING,th-shelter,RESTRICTED\n', { 'content-type': 'text/csv' });
  t.match(slip.body, /"outcome":"refused".*"field":"nrmDesks.0","reason":"write it as PARTNER\/DESK, as th-shelter\/protection/);
});
