/** Romanisation: known names, made-up bearers. */
import t from 'tap';
import { romanise, scriptOf } from '../../../src/dictionary/names/romanise.ts';

const latin = (text: string): string => text.split(' ').map((word) => romanise(word, scriptOf(word))).join(' ');

void t.test('Thai, Royal Institute', async (t) => {
  for (const [thai, expected] of [
    ['สมชาย', 'somchai'], ['กิตติศักดิ์', 'kittisak'], ['ณัฐวุฒิ', 'natthawut'], ['วิชัย', 'wichai'], ['ประยุทธ์', 'prayut'], ['อภิสิทธิ์', 'aphisit'], ['ศรีสุดา', 'sisuda'], ['สุวรรณ', 'suwan'], ['พรทิพย์', 'phonthip'],
    ['ชาติชาย', 'chatchai'], ['วันเพ็ญ', 'wanphen'], ['ธนาธร', 'thanathon'], ['เมืองนครสวรรค์', 'mueangnakhonsawan'], ['หนองบัว', 'nongbua'], ['น้ำก่ำ', 'namkam'], ['ขวัญใจ', 'khwanchai'], ['เสือ', 'suea'], ['เจริญ', 'charoen'],
  ] as const) t.equal(latin(thai), expected, thai);
});

void t.test('Burmese, as passports spell it', async (t) => {
  for (const [burmese, expected] of [
    ['အောင်ဆန်းစုကြည်', 'aung san su kyi'], ['မင်းအောင်လှိုင်', 'min aung hlaing'], ['ခင်ညွန့်', 'khin nyunt'], ['သိန်းစိန်', 'thein sein'], ['ဝင်းမြင့်', 'win myint'], ['ဇော်ဝင်း', 'zaw win'], ['ရွှေမန်း', 'shwe man'],
    ['ထက်အောင်လင်း', 'htet aung lin'], ['သန့်', 'thant'], ['ကျော်မိုးထွန်း', 'kyaw mo htun'],
  ] as const) t.equal(latin(burmese), expected, burmese);
});

void t.test('Khmer', async (t) => {
  for (const [khmer, expected] of [['ហ៊ុន សែន', 'hun saen'], ['ចាន់ ដារ៉ា', 'chan dara'], ['បូផា', 'bopha'], ['សុភាព', 'sopheap'], ['វិបុល', 'vibol'], ['វណ្ណា', 'vonna'], ['សុខ', 'sok']] as const) t.equal(latin(khmer), expected, khmer);
});

void t.test('the others, by library', async (t) => {
  for (const [other, expected] of [['シェア', 'shea'], ['김영하', 'gimyeongha'], ['王小明', 'wangxiaoming'], ['曾小明', 'zengxiaoming'], ['Андреев', 'andreev'], ['هنمان', 'hnman'], ['มานะ', 'mana']] as const) t.equal(latin(other), expected, other);
});
