import fc from 'fast-check';
import t from 'tap';
import { all, brief } from './helpers.ts';

t.test('header, delimiter, byte order mark', async (t) => {
  for (const delimiter of [',', ';', '\t', '|']) {
    t.same(brief(await all(`\ufeffIP${delimiter}Observed_At\r\n77.90.185.20${delimiter}2026-01-31\r\n`)), ['2 {"value":"77.90.185.20","observedAt":"2026-01-31"}'], JSON.stringify(delimiter));
  }
  t.same(brief(await all('ประเภท,ค่า,"เวลาที่พบ"\nDOMAIN, evil.com ,\n')), ['2 {"type":"DOMAIN","value":"evil.com"}'], 'Thai names; an empty cell is no value');
  t.same(brief(await all('value\nevil.com\n\nworse.com')), ['2 {"value":"evil.com"}', '4 {"value":"worse.com"}'], 'one column, empty lines, no last line break');
  t.same(brief(await all('value,type,,\nevil.com,DOMAIN,,\n')), ['2 {"value":"evil.com","type":"DOMAIN"}'], 'empty columns at the end');
});

t.test('a broken row spoils nothing but itself', async (t) => {
  const text = 'value,description\na.com,one\nb.com\nc.com,x,y\n"d.com","said ""hi"", then\nleft"\ne.com,st"ray\n"f"oo,g\nh.com,"open\ni.com,last\n';
  t.same(brief(await all(text)), [
    '2 {"value":"a.com","description":"one"}',
    '3 ! it has 1 columns and the',
    '4 ! it has 3 columns and the',
    '5 {"value":"d.com","description":"said \\"hi\\", then\\nleft"}',
    '7 ! a quotation mark is open',
    '8 ! its quotation marks do n',
    '9 ! a quotation mark is open',
    '10 {"value":"i.com","description":"last"}',
  ]);
  const latin = Buffer.concat([Buffer.from('value\na.com\n'), Buffer.of(0xa1, 0xd2), Buffer.from('\nb.com\n')]);
  t.same(brief(await all(latin)), ['2 {"value":"a.com"}', '3 ! it is not UTF-8: save th', '4 {"value":"b.com"}'], 'TIS-620 in the middle');
  t.same(brief(await all(`value\n${'x'.repeat(1_100_000)}\nb.com\n`)), ['2 ! the row is longer than 1', '3 {"value":"b.com"}'], 'a line over the limit');
});

t.test('a file nobody can read is refused', async (t) => {
  await t.rejects(all('value,colour\nevil.com,red\n'), { code: 'INVALID', public: { errors: [{ field: 'colour' }] } });
  await t.rejects(all('value,ip\nevil.com,1\n'), { code: 'INVALID', public: { errors: [{ field: 'value' }] } });
  await t.rejects(all('', { format: 'csv' }), { code: 'INVALID' });
  await t.rejects(all('"value\nx\n', { format: 'csv' }), { code: 'INVALID' });
});

t.test('chunks may end anywhere', async (t) => {
  const cell = fc.constantFrom('a.com', '"b,1"', '"two\nlines"', '"q""q"', 'ไทย', '"', 'x"', '');
  const file = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }).map((cells) => cells.join(',')), { maxLength: 20 }).map((lines) => ['value,description', ...lines].join('\n'));
  await fc.assert(fc.asyncProperty(file, fc.integer({ min: 1, max: 30 }), async (text, size) => {
    const [whole, cut] = [await all(text, { format: 'csv' }), await all(text, { format: 'csv' }, size)];
    return JSON.stringify(whole) === JSON.stringify(cut);
  }), { numRuns: 300 });
  t.pass('300 files');
});
