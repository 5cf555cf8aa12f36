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
