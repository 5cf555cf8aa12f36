/** Lookups that ask for much at once: many networks, one question many times, a value too long to be one. Everything is synthetic. */
import t from 'tap';
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
      calls += 1;
      const answered = await deps.read.byTokens(...given);
      if (calls === 2) await apply({ partners: new Map([...registry.partners].map(([id, partner]) => [id, { ...partner, name: { ...partner.name, en: `${partner.name.en} (renamed)` } }])) });
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

  await t.test('a value too long to be one spoils nothing else', async (t) => {
    const [long, short] = await exchange.lookup(korea, [{ value: `https://example.com/${'a'.repeat(9000)}` }, { value: '45.60.17.5' }]);
    t.match(long?.error, { code: 'INVALID', message: /longer than/ });
    t.equal(short?.claims.length, 2);
  });
});
