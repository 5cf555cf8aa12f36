import fc from 'fast-check';
import t from 'tap';
import { templateHeader } from '../../../src/dictionary/columns.ts';
import { loadDictionary } from '../../../src/dictionary/load.ts';
import { coerceRow } from '../../../src/exchange/intake/index.ts';
import { columnsOf, foldColumn } from '../../../src/exchange/intake/columns.ts';
import { all, brief } from './helpers.ts';
import { runs } from '../../support/seed.ts';

t.test('header, delimiter, byte order mark', async (t) => {
  for (const delimiter of [',', ';', '\t', '|']) {
    t.same(brief(await all(`\ufeffIP${delimiter}Observed_At\r\n77.90.185.20${delimiter}2026-01-31\r\n`)), ['2 {"value":"77.90.185.20","observedAt":"2026-01-31"}'], JSON.stringify(delimiter));
  }
  t.same(brief(await all('ประเภท,ค่า,"เวลาที่พบ"\nDOMAIN, evil.com ,\n')), ['2 {"type":"DOMAIN","value":"evil.com"}'], 'Thai names; an empty cell is no value');
  t.same(brief(await all('value\nevil.com\n\nworse.com')), ['2 {"value":"evil.com"}', '4 {"value":"worse.com"}'], 'one column, empty lines, no last line break');
  t.same(brief(await all('value,type,,\nevil.com,DOMAIN,,\n')), ['2 {"value":"evil.com","type":"DOMAIN"}'], 'empty columns at the end');
});

t.test('a template of any kind is Thai throughout in Thai, and each of its columns is read as the one it is in English', async (t) => {
  for (const kind of loadDictionary().kinds.values()) {
    const [english, thai] = [templateHeader(kind, 'en'), templateHeader(kind, 'th')];
    t.strictSame(thai.filter((name) => !/[\u0e00-\u0e7f]/.test(name)), [], `${kind.name}: Thai`);
    t.equal(new Set(thai.map(foldColumn)).size, thai.length, `${kind.name}: each column has a name of its own`);
    const cells = english.map((name, i) => `${name} ${i}`);
    const wanted = [{ line: 2, text: true, row: Object.fromEntries(english.map((name, i) => [name, cells[i]])) }];
    for (const header of [english, thai]) t.strictSame(await all(`${header.map((name) => `"${name}"`).join(',')}\r\n${cells.join(',')}\r\n`, { columns: columnsOf(kind) }), wanted, `${kind.name}: ${header[0] ?? ''}`);
  }
});

t.test('a desk, a case number and a marking are written as one text; a template offers them in both languages', async (t) => {
  const kind = loadDictionary().kinds.get('Victim');
  if (kind === undefined) throw new Error('no Victim');
  const [english, thai] = [templateHeader(kind, 'en'), templateHeader(kind, 'th')];
  for (const [name, called] of [['nrmDesks', 'หน่วยที่ดูแลเรื่อง'], ['caseRefs', 'เลขคดี'], ['markings', 'ชั้นความลับรายช่อง']] as const) {
    t.equal(thai[english.indexOf(name)], called);
  }
  const read = (row: Record<string, string>, text = true) => coerceRow({ line: 2, row, text }, kind, { timezone: undefined, calendar: 'gregorian' });
  t.strictSame(read({ nrmDesks: 'th-shelter/protection; th-msdhs / nrm', caseRefs: ' th-ccib: 123/2569 |อัยการ:อ.๑/๒๕๖๙', markings: 'names: ลับมาก; shelter: secret' }), {
    row: {
      nrmDesks: [{ partner: 'th-shelter', desk: 'protection' }, { partner: 'th-msdhs', desk: 'nrm' }],
      caseRefs: [{ authority: 'th-ccib', number: '123/2569' }, { authority: 'อัยการ', number: 'อ.๑/๒๕๖๙' }],
      markings: [{ field: 'names', level: 'SECRET' }, { field: 'shelter', level: 'SECRET' }],
    },
    faults: [],
  });
  t.strictSame(read({ 'consent.case': 'th-ccib: 1/2569', nrmDesks: '[{"partner":"th-shelter","desk":"protection"}]' }).row, { consent: { case: { authority: 'th-ccib', number: '1/2569' } }, nrmDesks: [{ partner: 'th-shelter', desk: 'protection' }] }, 'one alone; and JSON as before');
  t.strictSame(read({ nrmDesks: 'th-shelter/protection;th-shelter', caseRefs: '123/2569', markings: 'names:' }).faults, [
    { field: 'nrmDesks.1', message: 'write it as PARTNER/DESK, as th-shelter/protection; several are divided by `;`' },
    { field: 'caseRefs.0', message: 'write it as AUTHORITY: NUMBER, as th-ccib: 123/2569; several are divided by `;`' },
    { field: 'markings.0', message: 'write it as FIELD: LEVEL, as location: CONFIDENTIAL; several are divided by `;`' },
  ], 'the error says how');
  t.strictSame(read({ nrmDesks: 'th-shelter/protection' }, false), { row: { nrmDesks: 'th-shelter/protection' }, faults: [] }, 'JSON says its own types');
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
  await t.rejects(all('value,colour\nevil.com,red\n'), { code: 'INVALID', public: { detail: /^`colour`: no field has such a name/, errors: [{ field: 'colour' }] } });
  await t.rejects(all('value,ip\nevil.com,1\n'), { code: 'INVALID', public: { detail: /^`value` and `ip` of/, errors: [{ field: 'value' }] } });
  await t.rejects(all('', { format: 'csv' }), { code: 'INVALID' });
  await t.rejects(all('"value\nx\n', { format: 'csv' }), { code: 'INVALID' });
});

t.test('chunks may end anywhere', async (t) => {
  const cell = fc.constantFrom('a.com', '"b,1"', '"two\nlines"', '"q""q"', 'ไทย', '"', 'x"', '');
  const file = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }).map((cells) => cells.join(',')), { maxLength: 20 }).map((lines) => ['value,description', ...lines].join('\n'));
  await fc.assert(fc.asyncProperty(file, fc.integer({ min: 1, max: 30 }), async (text, size) => {
    const [whole, cut] = [await all(text, { format: 'csv' }), await all(text, { format: 'csv' }, size)];
    return JSON.stringify(whole) === JSON.stringify(cut);
  }), runs(300));
  t.pass('300 files');
});

t.test('values of enumerations are read by their Thai words, and by nothing near them', async (t) => {
  const { kinds } = loadDictionary();
  const read = (name: string, row: Record<string, string>) => {
    const kind = kinds.get(name);
    return kind === undefined ? undefined : coerceRow({ line: 2, row, text: true }, kind, { timezone: undefined, calendar: 'gregorian' }).row;
  };
  t.same(read('Account', { classification: 'ปกปิด', scheme: ' บัญชีธนาคาร ', muleTier: 'ม้าเทาเข้ม', holdState: 'held' }), { classification: 'RESTRICTED', scheme: 'BANK', muleTier: 'DARK_GREY', holdState: 'HELD' });
  t.same(read('Account', { classification: 'ลับ' }), { classification: 'CONFIDENTIAL' });
  t.same(read('Account', { classification: 'ลับสุด' }), { classification: 'ลับสุด' }, 'what is no such word stays as it is, and is refused');
  t.same(read('Identity', { roles: 'ล่าม ผู้แปล; guard', sex: 'หญิง' }), { roles: ['TRANSLATOR', 'GUARD'], sex: 'FEMALE' }, 'in lists as well');
  t.same(read('Account', { 'holderDocument.type': 'หนังสือเดินทาง' }), { holderDocument: { type: 'PASSPORT' } }, 'and in members');
});
