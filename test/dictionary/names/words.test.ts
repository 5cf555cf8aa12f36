/** Titles, honorifics and cuts. Made-up people. */
import t from 'tap';
import { readName } from '../../../src/dictionary/names/words.ts';

const texts = (full: string): string => readName(full).words.map(({ text }) => text).join(' ');

void t.test('titles go, names stay', async (t) => {
  for (const [full, expected] of [
    ['นายสมชาย ใจดี', 'สมชาย ใจดี'], ['นางสาวสุดา ใจดี', 'สุดา ใจดี'], ['น.ส.สุดา ใจดี', 'สุดา ใจดี'], ['ด.ช. มานะ ใจดี', 'มานะ ใจดี'], ['พ.ต.ท. มานะ ใจดี', 'มานะ ใจดี'], ['พลตำรวจเอก มานะ ใจดี', 'มานะ ใจดี'], ['ว่าที่ร้อยตรี มานะ ใจดี', 'มานะ ใจดี'],
    ['Mr. John Smith Jr.', 'john smith'], ['Pol. Lt. Col. Mana Jaidee', 'mana jaidee'], ['Dr Mana', 'mana'], ['Daw Thida', 'thida'], ['លោកស្រី ស្រីមុំ', 'ស្រីមុំ'], ['김영하씨', '김 영하'], ['田中さん', '田中'], ['王小明先生', '王 小明'], ['г-н Иван Иванов', 'иван иванов'], ['Tanaka-san', 'tanaka'],
    ['Jaidee, Mr. Somchai', 'jaidee somchai'], ['Jaidee, Pol. Lt. Col. Somchai', 'jaidee somchai'], ['ใจดี, นายสมชาย', 'ใจดี สมชาย'], ['Smith Jr., John', 'smith john'], ['Tanaka-san, Taro', 'tanaka taro'], ['الحسن، السيد محمد', 'الحسن محمد'],
    ['Robert Gordon, Major', 'robert gordon'], ['Gordon, Major', 'gordon major'], ['Gordon, Robert, Dr', 'gordon robert'], ['Mr, Gordon', 'gordon'], ['Gordon, Jr', 'gordon'],
  ] as const) t.equal(texts(full), expected, full);
  t.ok(readName('นายสมชาย').titled);
  t.notOk(readName('นายาง สมชาย').titled, 'a name that begins like a title');
});

const marked = (full: string): string => readName(full).words.map(({ text, initial }) => text + (initial ? '.' : '')).join(' ');

void t.test('Thai initials stay, titles that are written alike go', async (t) => {
  for (const [full, expected] of [
    ['ป. วงศ์สวัสดิ์', 'ป. วงศ์สวัสดิ์'], ['ป.วงศ์สวัสดิ์', 'ป. วงศ์สวัสดิ์'], ['ป วงศ์สวัสดิ์', 'ป. วงศ์สวัสดิ์'], ['นาย ป. วงศ์สวัสดิ์', 'ป. วงศ์สวัสดิ์'], ['ประยุทธ์ ว.', 'ประยุทธ์ ว.'], ['สมหญิง ท', 'สมหญิง ท.'], ['สมหญิง ท***', 'สมหญิง ท.'],
    ['สมชาย ป. ใจดี', 'สมชาย ป. ใจดี'], ['ป.ส. ใจดี', 'ป. ส. ใจดี'], ['ส. ท.', 'ส. ท.'], ['ใจดี, ส.', 'ใจดี ส.'],
    ['น.ส. ส. ทองดี', 'ส. ทองดี'], ['น.ส.ส.ทองดี', 'ส. ทองดี'], ['น. ส. ทองดี', 'ทองดี'], ['น ส สุดา ทองดี', 'สุดา ทองดี'], ['ด.ช. ก. แซ่ตั้ง', 'ก. แซ่ตั้ง'], ['พ.ต.ท. ส. ทองดี', 'ส. ทองดี'], ['พ. ต. ท. ส. ทองดี', 'ส. ทองดี'], ['พ.ต. ท. ทองดี', 'ท. ทองดี'],
    ['พ.ต. ท. สุดา ทองดี', 'สุดา ทองดี'], ['ส.ต.ต. มานะ ใจดี', 'มานะ ใจดี'], ['ม.ร.ว. ป. ใจดี', 'ป. ใจดี'], ['ผศ.ดร. ป. ใจดี', 'ป. ใจดี'], ['พล.ต.อ. มานะ ใจดี', 'มานะ ใจดี'], ['ว่าที่ ร.ต. มานะ ใจดี', 'มานะ ใจดี'], ['พ.ต.ท.หญิง สุดา ใจดี', 'สุดา ใจดี'],
    ['มานะ ใจดี พ.ต.ท.', 'มานะ ใจดี'], ['ใจดี, พ.ต.ท. มานะ', 'ใจดี มานะ'], ['คุณ ส. ทองดี', 'ส. ทองดี'], ['นางสาวส.ทองดี', 'ส. ทองดี'],
    // One letter may be a title before a whole name.
    ['อ. มานะ ใจดี', 'มานะ ใจดี'], ['ศ.ดร. มานะ ใจดี', 'มานะ ใจดี'], ['ศ.ดร. ป. ใจดี', 'ป. ใจดี'], ['อ. ทองดี', 'อ. ทองดี'], ['อ. แซ่ ตั้ง', 'อ. แซ่ ตั้ง'],
    // ณ of surnames is a word.
    ['ณัฐ ณ อยุธยา', 'ณัฐ ณ อยุธยา'], ['ณัฐ ณ.อยุธยา', 'ณัฐ ณ อยุธยา'], ['ณ อยุธยา', 'ณ อยุธยา'], ['ณ. ใจดี', 'ณ. ใจดี'], ['มานะ ณ.', 'มานะ ณ.'], ['น. ณ อยุธยา', 'น. ณ อยุธยา'],
    // With the vowel that is written before it, and by the names of Latin letters, with a full stop only.
    ['เก. แซ่ตั้ง', 'ก. แซ่ตั้ง'], ['เก แซ่ตั้ง', 'เก แซ่ตั้ง'], ['เจ. เอฟ. เคนเนดี', 'จ. f. เคนเนดี'], ['ดี ใจดี', 'ดี ใจดี'],
  ] as const) t.equal(marked(full), expected, full);
  t.match(readName('อ. ทองดี').words[0], { initial: true, soft: true }, 'what may be a title counts little');
  t.notOk(readName('ส.   ทองดี').titled, 'an initial is no title');
  t.ok(readName('น.ส.ส.ทองดี').titled);
});

void t.test('what may be a title counts little', async (t) => {
  const [first] = readName('Ma Thida').words;
  t.match(first, { text: 'ma', soft: true });
  t.match(readName('Ma').words, [{ text: 'ma', soft: false }]);
});

void t.test('one spelling of the same letters', async (t) => {
  const plain = texts('Éva Šimić ณัฐวุฒิ น้ำใจ');
  t.equal(texts('Éva Šimić ณัฐวุฒิ น้ำใจ'.normalize('NFD')), plain);
  t.equal(texts('É​va Ši\u2060mić ณัฐวุฒิ น้ำใจ'), plain);
  t.equal(texts('ÉVA  ŠIMIĆ, ณัฐวุฒิ น้ำใจ'), plain);
});
