/** What names documents, accounts, dates and money. All numbers are synthetic: made up with a fitting check digit, or published as examples. */
import t from 'tap';
import fc from 'fast-check';
import { thaiIdDigit } from '../../../src/dictionary/normalise/document.ts';
import { askedForms, type NormaliserName, normalisers } from '../../../src/dictionary/normalise/index.ts';
import type { Json } from '../../../src/dictionary/types.ts';
import { runs } from '../../support/seed.ts';

const thaiId = `110000000001${thaiIdDigit('110000000001')}`;
const wrongThaiId = `110000000001${(thaiIdDigit('110000000001') + 1) % 10}`;

/** by, value, type, subtype, what comes of it; undefined: refused */
type Case = readonly [NormaliserName, Json, string | undefined, string | undefined, string | undefined];

const cases: readonly Case[] = [
  ['DOCUMENT', `1-1000-00000-01-${thaiId[12]}`, 'NATIONAL_ID', 'TH', thaiId],
  ['DOCUMENT', thaiId.replace(/\d/g, (digit) => String.fromCharCode(0x0e50 + Number(digit))), 'NATIONAL_ID', 'TH', thaiId],
  ['DOCUMENT', wrongThaiId, 'NATIONAL_ID', 'TH', undefined],
  ['DOCUMENT', wrongThaiId, 'NATIONAL_ID', 'LA', wrongThaiId],
  ['DOCUMENT', '0100000000017', 'NATIONAL_ID', 'TH', undefined],
  ['DOCUMENT', ' aa 1234567', 'PASSPORT', 'TH', 'AA1234567'],
  ['DOCUMENT', 'กข1234567', 'PASSPORT', 'TH', undefined],
  ['DOCUMENT', 'กข-123', 'OTHER', undefined, 'กข123'],
  ['DOCUMENT', '', undefined, undefined, undefined],
  ['DOCUMENT', ' '.repeat(200) + 'AA1234567', undefined, undefined, undefined],
  ['DOCUMENT', 5, undefined, undefined, undefined],
  ['ACCOUNT_NUMBER', '123-4-56789-0', 'BANK', undefined, '1234567890'],
  ['ACCOUNT_NUMBER', '12345', 'BANK', undefined, undefined],
  ['ACCOUNT_NUMBER', 'GB82 WEST 1234 5698 7654 32', 'BANK', undefined, 'GB82WEST12345698765432'],
  ['ACCOUNT_NUMBER', 'GB82 WEST 1234 5698 7654 33', 'BANK', undefined, undefined],
  ['ACCOUNT_NUMBER', '4111 1111 1111 1111', 'CARD', undefined, '4111111111111111'],
  ['ACCOUNT_NUMBER', '4111 1111 1111 1112', 'CARD', undefined, undefined],
  ['ACCOUNT_NUMBER', '081-234-5678', 'PROMPTPAY', 'PHONE', '+66812345678'],
  ['ACCOUNT_NUMBER', '๐๘๑-๒๓๔-๕๖๗๘', 'PROMPTPAY', 'PHONE', '+66812345678'],
  ['ACCOUNT_NUMBER', '081-234-5678', 'EWALLET', undefined, '+66812345678'],
  ['ACCOUNT_NUMBER', '+66812345678', 'EWALLET', undefined, '+66812345678'],
  ['ACCOUNT_NUMBER', '1234567890', 'EWALLET', undefined, '1234567890'],
  ['ACCOUNT_NUMBER', 'UID\0', 'CRYPTO_EXCHANGE', undefined, undefined],
  ['ACCOUNT_NUMBER', 'UID\ud800', 'CRYPTO_EXCHANGE', undefined, undefined],
  ['ACCOUNT_NUMBER', thaiId, 'PROMPTPAY', 'NATIONAL_ID', thaiId],
  ['ACCOUNT_NUMBER', wrongThaiId, 'PROMPTPAY', 'NATIONAL_ID', undefined],
  ['ACCOUNT_NUMBER', '123456789012345', 'PROMPTPAY', 'EWALLET', '123456789012345'],
  ['ACCOUNT_NUMBER', '12345678901234', 'PROMPTPAY', 'EWALLET', undefined],
  ['ACCOUNT_NUMBER', '0812345678', 'PROMPTPAY', undefined, '+66812345678'],
  ['ACCOUNT_NUMBER', 'UID-9001', 'CRYPTO_EXCHANGE', undefined, 'UID-9001'],
  ['ACCOUNT_NUMBER', '1234567890', undefined, undefined, '1234567890'],
  ['BIC', 'bkkbthbk', undefined, undefined, 'BKKBTHBK'],
  ['BIC', 'NOBIC', undefined, undefined, undefined],
  ['DECIMAL', '1,250.50', undefined, undefined, '1250.5'],
  ['DECIMAL', '๑๒๕๐', undefined, undefined, '1250'],
  ['DECIMAL', 20, undefined, undefined, '20'],
  ['DECIMAL', '0000.10', undefined, undefined, '0.1'],
  ['DECIMAL', '-5', undefined, undefined, undefined],
  ['DECIMAL', '1,25', undefined, undefined, undefined],
  ['DECIMAL', '1e3', undefined, undefined, undefined],
  ['CURRENCY', 'thb', undefined, undefined, 'THB'],
  ['CURRENCY', 'บาท', undefined, undefined, 'THB'],
  ['CURRENCY', 'usdt', undefined, undefined, 'USDT'],
  ['CURRENCY', 'QQQ', undefined, undefined, undefined],
  ['DATE', '31/12/2533', undefined, undefined, '1990-12-31'],
  ['DATE', '31 ธ.ค. 2533', undefined, undefined, '1990-12-31'],
  ['DATE', '๓๑ ธันวาคม พ.ศ. ๒๕๓๓', undefined, undefined, '1990-12-31'],
  ['DATE', '2567-02-29', undefined, undefined, '2024-02-29'],
  ['DATE', '2566-02-29', undefined, undefined, undefined],
  ['DATE', '31 December 1990', undefined, undefined, '1990-12-31'],
  ['DATE', '1990-12', undefined, undefined, undefined],
  ['DATE', '12/31/1990', undefined, undefined, undefined],
  ['DATE', '31/12/33', undefined, undefined, undefined],
  ['PARTIAL_DATE', '2533', undefined, undefined, '1990'],
  ['PARTIAL_DATE', 'พ.ศ. 2533', undefined, undefined, '1990'],
  ['PARTIAL_DATE', '12/2533', undefined, undefined, '1990-12'],
  ['PARTIAL_DATE', 'ธ.ค. 2533', undefined, undefined, '1990-12'],
  ['PARTIAL_DATE', '1700', undefined, undefined, undefined],
  ['PHONE', '081 234 5678', undefined, undefined, '+66812345678'],
  ['PHONE', 'call me', undefined, undefined, undefined],
  ['EMAIL', 'Some.Body@Example.COM', undefined, undefined, 'some.body@example.com'],
  ['EMAIL', 'nobody', undefined, undefined, undefined],
];

t.test('each value has one form, or a sentence', async (t) => {
  for (const [by, value, type, subtype, expected] of cases) {
    const read = normalisers[by](value, type, subtype);
    const name = `${by} ${String(value)} ${type ?? ''} ${subtype ?? ''}`;
    t.equal(read.ok ? read.value : undefined, expected, name);
    if (!read.ok) t.match(read.message, /^(?!.*undefined)[a-zA-Z].{10,}/, `${name}: a sentence`);
    if (read.ok) t.equal((normalisers[by](read.value, type, subtype) as { value?: Json }).value, read.value, `${name}: the same a second time`);
  }
});

t.test('an asked number is looked for in every form it may be kept in', async (t) => {
  t.same(askedForms('ACCOUNT_NUMBER', '0812345678'), ['0812345678', '+66812345678']);
  t.same(askedForms('DOCUMENT', `1-1000-00000-01-${thaiId[12]}`), [thaiId]);
  t.match(askedForms('BIC', 'x'), { message: /BIC/ });
  for (const [by, value, type, subtype, expected] of cases) {
    if (expected === undefined || by === 'DATE') continue;
    const forms = askedForms(by, value);
    t.ok(Array.isArray(forms) && forms.includes(expected), `${by} ${String(value)} as ${type ?? 'anything'} ${subtype ?? ''}`);
  }
});

t.test('nothing throws, and a form is its own form', async () => {
  const names = Object.keys(normalisers).filter((name) => name !== 'OBSERVABLE') as NormaliserName[];
  fc.assert(fc.property(fc.constantFrom(...names), fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[0-9 /.-]{0,20}$/), fc.integer()), fc.constantFrom(undefined, 'BANK', 'PROMPTPAY', 'EWALLET', 'PASSPORT', 'NATIONAL_ID'), (by, value, type) => {
    const read = normalisers[by](value, type);
    return !read.ok || (normalisers[by](read.value, type) as { value?: Json }).value === read.value;
  }), runs(2000));
});
