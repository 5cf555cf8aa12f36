import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import t from 'tap';
import { addressBytes } from '../../../src/dictionary/normalise/address.ts';
import { enrichAddress, enrichmentSource } from '../../../src/exchange/enrich/index.ts';
import { loadAsnTable } from '../../../src/exchange/enrich/asn-table.ts';

const require = createRequire(import.meta.url);

t.test('what is known of an address', (t) => {
  t.match(enrichAddress('8.8.8.8'), { country: 'US', asn: 15169, networkName: /Google/ });
  t.match(enrichAddress('203.146.237.1'), { country: 'TH', asn: 4750 });
  t.match(enrichAddress('2001:4860:4860::8888'), { asn: 15169 });
  t.match(enrichAddress('2405:9800::1'), { country: 'TH', asn: 45430 });
  t.match(enrichAddress('1.0.64.1'), { networkName: 'Enecom,Inc.' }, 'a name with a comma');
  for (const nothing of ['240.0.0.1', '::1', '', 'evil.com', '1.2.3.4/24', '1.2.3']) t.same(enrichAddress(nothing), {}, nothing);
  t.end();
});

for (const version of ['ipv4', 'ipv6']) t.test(`every hundredth range of the table, at both its ends: ${version}`, async (t) => {
  const lines = createInterface({ input: createReadStream(require.resolve(`@ip-location-db/asn/asn-${version}.csv`)) });
  let [line, checked, wrong] = [0, 0, 0];
  for await (const text of lines) {
    if (line++ % 100 !== 0) continue;
    const [first = '', last = '', asn = ''] = text.split(',');
    checked++;
    if (enrichAddress(first).asn !== Number(asn) || enrichAddress(last).asn !== Number(asn)) wrong++;
  }
  t.ok(checked > 1_000, `${checked} ranges`);
  t.equal(wrong, 0);
});

/** As the table writes an IPv6 address: as one number. */
const number = (address: string): bigint => BigInt(`0x${Buffer.from(addressBytes(address) ?? []).toString('hex')}`);
const ranges = [['2001:200::', '2001:200:1b9:ffff:ffff:ffff:ffff:ffff', '2500,WIDE'], ['2001:200:1ba::', '2001:200:1ba:ffff:ffff:ffff:ffff:ffff', '24047,ISC']] as const;

t.test('edges of a small table', (t) => {
  const folder = t.testdir({
    'v4.csv': '16777216,16777471,13335,"Quoted ""and"" more, Inc."\n16778240,16779263,38803,Plain\n16779264,16779265,0,Nobody\n\nbroken\n',
    'v6.csv': ranges.map(([first, last, rest]) => `${number(first)},${number(last)},${rest}`).join('\n'),
  });
  const table = loadAsnTable(`${folder}/v4.csv`, `${folder}/v6.csv`);
  t.equal(table.ranges, 5);
  t.same(table.lookup('1.0.0.0'), { asn: 13335, name: 'Quoted "and" more, Inc.' });
  t.same(table.lookup('1.0.0.255'), { asn: 13335, name: 'Quoted "and" more, Inc.' });
  t.same(table.lookup('1.0.1.0'), undefined, 'between two ranges');
  t.same(table.lookup('1.0.4.0'), { asn: 38803, name: 'Plain' });
  t.same(table.lookup('1.0.8.0'), undefined, 'AS 0 names no network');
  t.same(table.lookup('0.0.0.1'), undefined);
  t.same(table.lookup('255.255.255.255'), undefined);
  t.same(table.lookup('2001:200:1ba::5'), { asn: 24047, name: 'ISC' });
  t.same(table.lookup('2001:200:1b9:1::'), { asn: 2500, name: 'WIDE' });
  t.same(table.lookup('2001:200:1bb::'), undefined);
  t.end();
});

t.test('where it comes from', (t) => {
  for (const source of enrichmentSource()) {
    t.match(source.date, /^\d{4}-\d\d-\d\d$/, source.name);
    t.match(source.licence, /CC BY 4\.0/);
    t.match(source.url, /^https:\/\//);
  }
  t.end();
});
