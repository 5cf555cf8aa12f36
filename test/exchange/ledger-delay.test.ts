/** A clause may keep readings under it from the originator for a stated time; the delay itself stands in the ledger. Synthetic records. */
import t from 'tap';
import { ledgerDelay } from '../../src/rules/declassify.ts';
import { freshExchange } from '../support/exchange.ts';

t.test('the longest that a clause states; never for own staff', async (t) => {
  const by = (...delays: (string | undefined)[]) => delays.map((delay) => ({ channel: 'one', ...(delay !== undefined && { ledgerDelay: delay }) }));
  t.equal(ledgerDelay(by(undefined)), undefined);
  t.equal(ledgerDelay(by('P30D', undefined, 'P2W')), 'P30D');
  t.equal(ledgerDelay(by('P1M', 'P2W', 'PT900H')), 'PT900H');
  t.equal(ledgerDelay(by('PT5M', 'P1D')), 'P1D', 'minutes are no months');
  t.equal(ledgerDelay([...by('P30D'), { channel: undefined }]), undefined);
});

t.test('covert work', async (t) => {
  const { exchange, asker, admin } = await freshExchange(t, {
    registry: (demo) => {
      const agreement = demo.agreements.get('rtp-embassies-2025');
      if (agreement === undefined) throw new Error('no agreement');
      const clauses = agreement.clauses.map((clause) => (clause.id === '3.1' ? { ...clause, ledgerDelay: 'P30D' } : clause));
      return { ...demo, agreements: new Map([...demo.agreements, [agreement.id, { ...agreement, clauses }]]) };
    },
  });
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const { id } = (await exchange.submit(ccib, 'Indicator', { value: 'synthetic-delay.com', type: 'DOMAIN', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record;
  await exchange.get(asker('kr-embassy', { purpose: 'INVESTIGATION' }), 'Indicator', id);
  await exchange.get(asker('jp-embassy', { purpose: 'PREVENTION' }), 'Indicator', id);
  await exchange.get(ccib, 'Indicator', id);
  const readers = async (): Promise<string[]> =>
    (await exchange.ledger(ccib, { record: id })).items.filter(({ operation }) => operation === 'get').map(({ partner, delayedBy = 'at once' }) => `${partner} ${delayedBy}`).sort();
  t.strictSame(await readers(), ['jp-embassy at once', 'th-ccib at once'], 'only what was read under that clause is kept back');
  await admin`update ledger_disclosure set visible_at = visible_at - interval '30 days'`;
  t.strictSame(await readers(), ['jp-embassy at once', 'kr-embassy P30D', 'th-ccib at once'], 'until its time has come, with the delay');
  const [kept] = await admin`select extract(epoch from visible_at - at) as seconds from ledger_disclosure where delay is not null`;
  t.equal(Number(kept?.['seconds']), 0, 'thirty days after the reading');
});
