/** Lookups that ask for much at once: many networks, one question many times, a value too long to be one. Everything is synthetic. */
import t from 'tap';
import type { LevelName } from '../../src/dictionary/compartment.ts';
import { Refusal } from '../../src/errors.ts';
import type { Deps } from '../../src/exchange/deps.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import { refused } from '../support/refused.ts';
import { freshExchange } from '../support/exchange.ts';

t.test('many networks at once', async (t) => {
  const made = await freshExchange(t);
  const { exchange, asker, admin } = made;
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const submit = async (value: string): Promise<string> => (await exchange.submit(ccib, 'Indicator', { value, role: 'C2', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record.id;
  const address = await submit('45.60.17.5');
  const network = await submit('45.60.16.0/20');
  const outside = await submit('45.61.17.5');

  await t.test('each in its place, in a few statements', async (t) => {
    const values = Array.from({ length: 10_000 }, (_, i) => ({ value: `${20 + (i >> 8)}.${i % 256}.16.0/20` }));
    const answers = await exchange.lookup(korea, values);
    const told = answers.flatMap(({ value, claims }) => (claims.length === 0 ? [] : [[value, claims.map(({ id }) => id).sort()]]));
    t.strictSame(told, [['45.60.16.0/20', [address, network].sort()], ['45.61.16.0/20', [outside]]]);
  });

  await t.test('a record that answers values of several parts is in the ledger once', async (t) => {
    const by = asker('kr-embassy', { purpose: 'INVESTIGATION' });
    const answers = await exchange.lookup(by, Array.from({ length: 1001 }, (_, i) => ({ value: `45.60.${16 + (i % 16)}.${1 + (i % 250)}` })));
    t.ok(answers.every(({ claims }) => claims.some(({ id }) => id === network)));
    const [entry] = await admin<{ records: number; asked: number }[]>`select records, cardinality(asked) as asked from ledger_entry where request_id = ${by.requestId}`;
    t.equal(entry?.asked, 1001);
    t.equal(entry?.records, new Set(answers.flatMap(({ claims }) => claims.map(({ id }) => id))).size);
  });

  await t.test('a registry that moves between two parts: all of it is answered anew', async (t) => {
    const { deps, apply, registry } = made;
    let calls = 0;
    const moving: Deps = { ...deps, read: { ...deps.read, byTokens: async (...given) => {
      const call = ++calls;
      const answered = await deps.read.byTokens(...given);
      // The last parts are asked for only when this one is answered.
      if (call === 2) await apply({ partners: new Map([...registry.partners].map(([id, partner]) => [id, { ...partner, name: { ...partner.name, en: `${partner.name.en} (renamed)` } }])) });
      return answered;
    } } };
    const answers = await createExchange(moving).lookup(korea, Array.from({ length: 900 }, () => ({ value: '45.60.17.5' })));
    t.ok(answers.every(({ claims }) => claims.length === 2));
    t.ok(calls > 5, `${calls} statements`);
  });

  await t.test('one asked many times is answered each time, up to what one answer holds', async (t) => {
    const often = Array.from({ length: 500 }, () => ({ value: '45.60.0.0/15' }));
    const answers = await exchange.lookup(korea, often);
    t.ok(answers.every(({ claims }) => claims.length === 3));
    for (let i = 0; i < 3; i += 1) await submit(`45.60.18.${i + 1}`);
    t.equal((await refused(exchange.lookup(korea, Array.from({ length: 10_000 }, () => ({ value: '45.60.0.0/15' }))))).code, 'TOO_LARGE');
  });

  await t.test('and up to what one answer holds of text', async (t) => {
    const description = 'ก'.repeat(10_000);
    await exchange.submit(ccib, 'Indicator', { value: '45.62.17.5', description, classification: 'RESTRICTED' });
    const asked = (times: number) => exchange.lookup(ccib, Array.from({ length: times }, () => ({ value: '45.62.17.5' })));
    t.equal((await asked(201)).length, 201);
    t.match(await refused(asked(10_000)), { code: 'TOO_LARGE', public: { detail: /characters/ } });
  });

  await t.test('a value too long to be one spoils nothing else', async (t) => {
    const [long, short] = await exchange.lookup(korea, [{ value: `https://example.com/${'a'.repeat(9000)}` }, { value: '45.60.17.5' }]);
    t.match(long?.error, { code: 'INVALID', message: /longer than/ });
    t.equal(short?.claims.length, 2);
  });

  await t.test('nor does one of a subject that no field has room for', async (t) => {
    const [long, marked, short] = await exchange.lookup(ccib, [`${' '.repeat(1000)}R-1`, `R${'\u0301\u0316'.repeat(400)}`, 'R-1'].map((value) => ({ type: 'REFERENCE', value })));
    t.match([long?.error, marked?.error, short?.error], [{ code: 'INVALID', message: /longer than 1000/ }, { code: 'INVALID', message: /marks stand in a row/ }, undefined]);
  });

  await t.test('keys of another master key: what is looked for among blinded values is refused, not answered by nothing', async (t) => {
    const { deps } = made;
    const strange = createExchange({ ...deps, vault: { ...deps.vault, fits: async () => Promise.reject(new Refusal('KEY_UNAVAILABLE')) } });
    const cleared = (clearance: LevelName) => asker('th-ccib', { purpose: 'INVESTIGATION', clearance });
    for (const value of [{ value: '45.60.17.5' }, { type: 'REFERENCE', value: 'R-1' }, { type: 'DOCUMENT', value: 'AA1234567' }]) {
      t.equal((await refused(strange.lookup(cleared('CONFIDENTIAL'), [value]))).code, 'KEY_UNAVAILABLE', value.value);
    }
    t.match(await strange.lookup(cleared('RESTRICTED'), [{ type: 'REFERENCE', value: 'R-1' }]), [{ nothing: {} }], 'what is kept in clear is looked for all the same');
  });

  await t.test('an account is claimed by its number, and mentioned by what moved; each is disclosed, and nothing else', async (t) => {
    const [bank, fiu] = [asker('th-demo-bank', { purpose: 'FINANCIAL_INTELLIGENCE' }), asker('th-amlo', { purpose: 'FINANCIAL_INTELLIGENCE' })];
    const given = { classification: 'RESTRICTED', channels: ['aoc-1441'], legalBasis: { ground: 'Synthetic' } };
    const end = { scheme: 'BANK', institution: { code: 'SYN' }, number: '3033333333' };
    const account = (await exchange.submit(bank, 'Account', { ...given, ...end })).record.id;
    const transfer = (await exchange.submit(bank, 'Transfer', { ...given, from: end, to: end, amount: '1', currency: 'THB', at: '2026-01-31T08:00:00Z', bankReference: '3033333333' })).record.id;
    const [found, other] = await exchange.lookup(fiu, [{ type: 'ACCOUNT', value: '๓๐๓-๓-๓๓๓๓๓-๓' }, { type: 'REFERENCE', value: '3033333333' }]);
    t.match(found, { type: 'ACCOUNT', value: '3033333333', readings: ['THAI_DIGITS', 'PUNCTUATION_STRIPPED'] });
    t.strictSame(found?.claims.map(({ id }) => id), [account]);
    t.strictSame(found?.mentions.map(({ record, fields }) => [record.id, fields]), [[transfer, ['from.number', 'to.number']]]);
    t.strictSame([other?.claims.map(({ id }) => id), other?.mentions], [[transfer], []], 'as a reference it is that of a transfer, and of no account');
    const handle = (await exchange.submit(bank, 'Account', { ...given, scheme: 'CRYPTO_EXCHANGE', institution: { code: 'SYN' }, number: '303-333-3333' })).record.id;
    const forms = await exchange.lookup(asker('th-amlo', { purpose: 'FINANCIAL_INTELLIGENCE' }), ['3033333333', '303-333-3333'].map((value) => ({ type: 'ACCOUNT', value })));
    t.strictSame(forms.map(({ claims }) => claims.map(({ id }) => id)), [[account], [handle, account]], 'in whatever form its scheme keeps it');
    const told = await admin<{ id: string }[]>`select unnest(d.records) as id from ledger_disclosure d join ledger_entry e on e.id = d.entry_id where e.request_id = ${fiu.requestId} order by id`;
    t.strictSame(told.map(({ id }) => id), [account, transfer].sort());
    const raised = (await exchange.submit(ccib, 'Transfer', { classification: 'RESTRICTED', from: { ...end, number: '4044444444' }, to: { ...end, number: '4044444444' }, amount: '1', currency: 'THB', at: '2026-01-31T08:00:00Z', markings: [{ field: 'from', level: 'SECRET' }] })).record.id;
    const mentioned = async (clearance: LevelName): Promise<unknown> => (await exchange.lookup(asker('th-ccib', { purpose: 'INVESTIGATION', clearance }), [{ type: 'ACCOUNT', value: '4044444444' }]))[0]?.mentions.map(({ record, fields }) => [record.id, fields]);
    t.strictSame([await mentioned('RESTRICTED'), await mentioned('CONFIDENTIAL'), await mentioned('SECRET')], [[], [[raised, ['to.number']]], [[raised, ['from.number', 'to.number']]]], 'where it may be known that it stands, and no further');
    const noMoney = asker('th-amlo', { purpose: 'FINANCIAL_INTELLIGENCE', caveats: ['PERSONAL'] });
    const [nothing] = await exchange.lookup(noMoney, [{ type: 'ACCOUNT', value: '3033333333' }]);
    t.match([nothing?.claims, nothing?.mentions, nothing?.nothing?.message], [[], [], 'nothing released to you']);
  });

  await t.test('a telephone: what is claimed of it, and who merely has it', async (t) => {
    const number = '+66812223334';
    const claim = (await exchange.submit(ccib, 'Indicator', { type: 'PHONE', value: number, classification: 'RESTRICTED' })).record.id;
    const robbed = (await exchange.submit(ccib, 'Complaint', { reportedThrough: 'HOTLINE', complainant: { name: 'Synthetic Complainant', phones: [number] }, suspicionGround: 'Synthetic', classification: 'RESTRICTED' })).record.id;
    const [found] = await exchange.lookup(ccib, [{ value: '081-222-3334' }]);
    t.match([found?.type, found?.value, found?.claims.map(({ id }) => id)], ['PHONE', number, [claim]]);
    t.strictSame(found?.mentions.map(({ record, fields }) => [record.id, fields]), [[robbed, ['complainant.phones']]]);
    t.strictSame((await exchange.observable(ccib, { value: number })).claims.map(({ id }) => id), [claim], 'the merged view is of claims');
    const [, bad] = await exchange.lookup(ccib, [{ value: number }, { type: 'SHOE_SIZE', value: '43' }]);
    t.match(bad?.error, { code: 'INVALID', message: /one of IPV4_ADDR, .*PHONE, .*ACCOUNT, .*DOCUMENT/ });
  });
});
