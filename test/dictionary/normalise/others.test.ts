import t from 'tap';
import { type NormaliserName, normalisers } from '../../../src/dictionary/normalise/index.ts';
import { searchMethods } from '../../../src/dictionary/search/index.ts';
import type { Field } from '../../../src/dictionary/types.ts';
import { foldColumn } from '../../../src/exchange/intake/columns.ts';
import { fileName } from '../../../src/rules/attachment.ts';
import { countries } from '../../../src/dictionary/normalise/country.ts';

const read = (name: NormaliserName, value: string): string => {
  const normal = normalisers[name](value, undefined);
  return normal.ok ? String(normal.value) : `! ${normal.message}`;
};

t.test('INSTANT', (t) => {
  t.equal(read('INSTANT', '2026-01-31T15:00:00+07:00'), '2026-01-31T08:00:00.000Z');
  t.equal(read('INSTANT', '2026-01-31t08:00:00.1239z'), '2026-01-31T08:00:00.123Z');
  t.equal(read('INSTANT', '๒๐๒๖-๐๑-๓๑T๐๘:๐๐:๐๐Z'), '2026-01-31T08:00:00.000Z');
  t.equal(read('INSTANT', '0050-01-31T08:00:00Z'), '0050-01-31T08:00:00.000Z', 'years below 100 stay');
  t.match(read('INSTANT', '2026-01-31T08:00:00'), /no time zone/);
  t.match(read('INSTANT', '2026-02-30T08:00:00Z'), /no such day/);
  t.match(read('INSTANT', '2026-01-31T24:00:00Z'), /no such day or time/);
  t.match(read('INSTANT', 'yesterday'), /no instant/);
  for (const year of ['2569', '๒๕๖๙']) t.match(read('INSTANT', `${year}-01-31T08:00:00Z`), /Buddhist era: write .* 2026$/);
  t.equal(read('INSTANT', '9999-12-31T23:59:59Z'), '9999-12-31T23:59:59.000Z', 'no end is no year of another calendar');
  t.end();
});

t.test('COUNTRY', (t) => {
  t.equal(countries.size, 249, 'ISO 3166-1 assigns 249 codes');
  t.equal(read('COUNTRY', ' th '), 'TH');
  t.equal(read('COUNTRY', 'กัมพูชา'), 'KH');
  t.equal(read('COUNTRY', 'Thailand'), 'TH');
  for (const none of ['UK', 'EU', 'XX', 'ZZ', 'THA', '']) t.match(read('COUNTRY', none), /ISO 3166-1/, none);
  t.end();
});

t.test('marks without end, which take minutes to bring into order', (t) => {
  const marked = (many: number): string => `a${'\u0301\u0316'.repeat(many)}`;
  for (const by of ['TEXT', 'EMAIL', 'SITE'] as const) t.match(read(by, `${marked(200)}@example.com`), /^! more than 30 accents/, by);
  t.match(read('DOCUMENT', marked(500_000)), /^! it is longer/);
  t.equal(read('TEXT', marked(15)), marked(15).normalize('NFC'), 'as many as a letter may have');
  t.match(read('TEXT', `${'ที่นี่ '.repeat(2000)}`), /^ที่นี่/);
  const asked = searchMethods.EXACT.probe({ eq: { name: marked(500_000) } }, { search: { by: 'EXACT' } } as unknown as Field, 'field');
  t.equal(asked.any.length, 1, 'what no normaliser reads is not brought into order either');
  t.equal(foldColumn(marked(500_000)).length, 1_000_001);
  t.match(fileName(marked(500_000), 'application/pdf'), { fault: { field: 'name' } });
  t.end();
});

t.test('TEXT', (t) => {
  t.equal(read('TEXT', ' e\u0301 '), 'é');
  for (const blank of ['', ' ', '\u200b', '\u00ad\u3164']) t.match(read('TEXT', blank), /it holds no text/);
  t.match(read('TEXT', 'a\0'), /NUL/);
  t.match(read('TEXT', '\udc00'), /surrogate/);
  t.end();
});
