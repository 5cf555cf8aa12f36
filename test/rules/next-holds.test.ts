/** Where money arrived, how much, and whose desk keeps it. Everything is synthetic. */
import t from 'tap';
import { arrivedAt, decimalSum, keeperOf, keeps } from '../../src/rules/next-holds.ts';

t.test('decimals are summed as they are written', async (t) => {
  for (const [given, sum] of [[['0.1', '0.2'], '0.3'], [['99999999999999999.999999999999999999', '0.000000000000000001'], '100000000000000000'], [['5'], '5'], [['0.5', '0.25', '10'], '10.75'], [[], '0']] as const) t.equal(decimalSum(given), sum);
});

t.test('each place once; no sum over two currencies, nor where an amount is withheld', async (t) => {
  const to = { number: '1', scheme: 'BANK', institution: { code: 'SYN', country: 'TH' } };
  const sums = (...bodies: Readonly<Record<string, string>>[]): unknown[] => arrivedAt(bodies.map((body, i) => ({ id: String(i), body: { to, ...body } }))).map(({ transfer, amount }) => [transfer, amount?.amount]);
  t.strictSame(sums({ amount: '1', currency: 'THB' }, { amount: '2', currency: 'THB' }), [['0', '3']]);
  t.strictSame(sums({ amount: '1', currency: 'THB' }, { amount: '2', currency: 'USD' }), [['0', undefined]]);
  t.strictSame(sums({ amount: '1', currency: 'THB' }, { currency: 'THB' }), [['0', undefined]]);
  t.equal(arrivedAt([{ id: 'x', body: { to } }, { id: 'y', body: { to: { ...to, institution: { code: 'TWO' } } } }]).length, 2, 'one number at two banks is two accounts');
});

t.test('the desk of a bank', async (t) => {
  const partners = [{ id: 'one', desks: [{ id: 'duty' }, { id: 'fraud', institutions: ['TH/SYN', 'SYNTTHBK'] }] }, { id: 'two', desks: [{ id: 'fraud', institutions: ['KH/SYN', 'LA/TWO'] }] }];
  const table = [
    [{ code: 'SYN', country: 'TH' }, 'one/fraud'], [{ code: 'SYN', country: 'KH' }, 'two/fraud'], [{ bic: 'SYNTTHBKXXX' }, 'one/fraud'], [{ code: 'TWO' }, 'two/fraud'], [{ code: 'SYN' }, undefined], [{ code: 'NONE', country: 'TH' }, undefined], [{}, undefined],
    [{ bic: 'SYNTTHBK', code: 'SYN', country: 'KH' }, undefined],
  ] as const;
  for (const [end, desk] of table) {
    const found = keeperOf(partners, end);
    t.equal(found && `${found.partner}/${found.desk}`, desk, JSON.stringify(end));
  }
});

t.test('whether a desk keeps the accounts of a bank, as a request names it', async (t) => {
  const both = { id: 'fraud', institutions: ['TH/SYN', 'SYNTTHBK'] };
  const table = [
    [both, 'SYN', true], [both, 'syn', true], [both, 'TH/SYN', true], [both, 'SYNTTHBK', true], [both, 'synttHBKxxx', true], [both, 'KH/SYN', false], [both, 'YN', false], [both, 'OTHETHBK', false], [both, 'Synthetic Bank', false],
    [{ id: 'coded', institutions: ['TH/SYN'] }, 'OTHETHBK', undefined], [{ id: 'named', institutions: ['SYNTTHBK'] }, 'SYN', undefined], [{ id: 'silent' }, 'SYN', undefined],
  ] as const;
  for (const [desk, named, kept] of table) t.equal(keeps(desk, named), kept, `${desk.id}: ${named}`);
});
