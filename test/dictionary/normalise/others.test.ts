import t from 'tap';
import { normalisers } from '../../../src/dictionary/normalise/index.ts';
import { countries } from '../../../src/dictionary/normalise/country.ts';

const read = (name: 'INSTANT' | 'COUNTRY' | 'TEXT', value: string): string => {
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

t.test('TEXT', (t) => {
  t.equal(read('TEXT', ' e\u0301 '), 'é');
  t.match(read('TEXT', 'a\0'), /NUL/);
  t.match(read('TEXT', '\udc00'), /surrogate/);
  t.end();
});
