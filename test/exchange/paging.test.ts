/** Walking all pages while others write: every record that stood throughout comes exactly once. Everything is synthetic. */
import t from 'tap';
import type { Asker, Exchange } from '../../src/exchange/api.ts';
import { freshExchange } from '../support/exchange.ts';

/** The ids of all pages, in the order they came. */
async function walk(exchange: Exchange, asker: Asker, filter: Record<string, Record<string, string>>, first: number): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await exchange.find(asker, { kind: 'Indicator', filter, first, after });
    seen.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === undefined) return seen;
    after = page.nextCursor;
  }
}

t.test('pages are stable under concurrent writers', async (t) => {
  const { exchange, asker, node } = await freshExchange(t);
  const ccib = asker('th-ccib', { purpose: 'INVESTIGATION' });
  const korea = asker('kr-embassy', { purpose: 'INVESTIGATION' });
  let count = 0;
  const submit = async (on = exchange): Promise<string> =>
    (await on.submit(ccib, 'Indicator', { value: `paged-${(count += 1)}.com`, type: 'DOMAIN', role: count % 2 === 0 ? 'C2' : 'PHISHING', classification: 'RESTRICTED', channels: ['embassies-ip'] })).record.id;
  const stable: string[] = [];
  const fleeting: string[] = [];
  for (let i = 0; i < 60; i += 1) (i % 3 === 0 ? fleeting : stable).push(await submit());
  const other = (await node()).exchange;
  let walking = true;
  async function disturb(): Promise<void> {
    for (let i = 0; walking; i += 1) {
      const gone = fleeting.shift();
      const touched = stable[i % stable.length] ?? '';
      await Promise.all([
        submit(other).then((id) => fleeting.push(id)),
        gone === undefined ? undefined : other.withdraw(ccib, 'Indicator', gone),
        other.amend(ccib, 'Indicator', touched, { confidence: i % 100 }, '*'),
        i % 4 === 0 ? other.unshare(ccib, 'Indicator', gone ?? touched, 'nowhere') : undefined,
      ]);
    }
  }
  const disturbing = disturb();
  try {
    for (const [filter, expected] of [[{}, 40], [{ type: { eq: 'DOMAIN' } }, 40]] as [Record<string, Record<string, string>>, number][]) {
      for (const first of [1, 3, 7, 50]) {
        const seen = await walk(exchange, korea, filter, first);
        t.equal(new Set(seen).size, seen.length, `nothing twice (pages of ${first}, ${JSON.stringify(filter)})`);
        t.equal(stable.filter((id) => seen.includes(id)).length, expected, 'nothing missed');
        t.strictSame(seen, [...seen].sort().reverse(), 'newest first');
      }
    }
  } finally {
    walking = false;
    await disturbing;
  }
});
