/** Lookups that ask for much at once: many networks, one question many times, a value too long to be one. Everything is synthetic. */
import t from 'tap';
import { refused } from '../support/refused.ts';
import { freshExchange } from '../support/exchange.ts';

t.test('many networks at once', async (t) => {
  const { exchange, asker } = await freshExchange(t);
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
  const submit = async (value: string): Promise<string> => (await exchange.submit(ccib, 'Indicator', { value, role: 'C2', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record.id;
  const address = await submit('45.60.17.5');
  const network = await submit('45.60.16.0/20');
  const outside = await submit('45.61.17.5');

  await t.test('each in its place, in one statement', async (t) => {
    const values = Array.from({ length: 10_000 }, (_, i) => ({ value: `${20 + (i >> 8)}.${i % 256}.16.0/20` }));
    const answers = await exchange.lookup(korea, values);
    const told = answers.flatMap(({ value, claims }) => (claims.length === 0 ? [] : [[value, claims.map(({ id }) => id).sort()]]));
    t.strictSame(told, [['45.60.16.0/20', [address, network].sort()], ['45.61.16.0/20', [outside]]]);
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
