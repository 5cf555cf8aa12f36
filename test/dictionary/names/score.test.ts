/** Who is whom. Public figures' spellings and made-up people. */
import fc from 'fast-check';
import t from 'tap';
import { nameKeys, nameLimits, nameProbes, readName, scoreNames, scorePersons, threshold } from '../../../src/dictionary/names/index.ts';
import { runs } from '../../support/seed.ts';

const score = (a: string, b: string): number => scoreNames(a, b)?.score ?? 0;
const shares = (a: string, b: string): boolean => {
  const keys = new Set(nameKeys(b));
  return nameProbes(a).some(({ payload }) => keys.has(payload));
};

const same: readonly (readonly [string, string])[] = [
  ['Thaksin Shinawatra', 'ทักษิณ ชินวัตร'], ['Shinawatra Taksin', 'พ.ต.ท. ทักษิณ ชินวัตร'], ['Yingluck Shinawatra', 'นางสาวยิ่งลักษณ์ ชินวัตร'], ['Prayut Chan-o-cha', 'ประยุทธ์ จันทร์โอชา'], ['Kittisak Suwan', 'กิตติศักดิ์ สุวรรณ'],
  ['Gittisuk Suwanna', 'กิตติศักดิ์ สุวรรณ'], ['Somchai Jaidee', 'นายสมชาย ใจดี'], ['Vichai Srisuwan', 'วิชัย ศรีสุวรรณ'], ['Porntip Wongchai', 'พรทิพย์ วงศ์ชัย'],
  ['Min Aung Hlaing', 'မင်းအောင်လှိုင်'], ['Aung San Suu Kyi', 'ဒေါ်အောင်ဆန်းစုကြည်'], ['U Thein Sein', 'ဦးသိန်းစိန်'], ['Htet Aung Lin', 'ထက်အောင်လင်း'], ['Kyaw Moe Tun', 'ကျော်မိုးထွန်း'], ['Hun Sen', 'ហ៊ុន សែន'], ['Hun Manet', 'ហ៊ុន ម៉ាណែត'], ['Chan Dara', 'ចាន់ ដារ៉ា'],
  ['Kim Young-ha', '김영하'], ['Wang Xiaoming', '王小明'], ['Vladimir Putin', 'Владимир Владимирович Путин'], ['Oliver Andreyev', 'Оливер Андреев'], ['Larson Hennemann', 'لارسون هنمان'], ['Napoleon Lyubimov', 'ナポレオン・リュビモフ'],
  ['Robert Gordon', 'Robert J. Gordon'], ['R. Gordon', 'Robert Gordon'], ['Gordon, Robert', 'Robert Gordon'], ['Dr Robert Gordin', 'Robert Gordon'], ['Li Na', 'Li Na'], ['Banchan Lamlukbua', 'Ban Chan Lam Luk Bua'],
];

void t.test('the same person, both ways', async (t) => {
  for (const [a, b] of same) {
    t.ok(score(a, b) >= threshold, `${a} is ${b}: ${score(a, b).toFixed(2)}`);
    t.ok(score(b, a) >= threshold, `${b} is ${a}: ${score(b, a).toFixed(2)}`);
    t.ok(shares(a, b) && shares(b, a), `${a} and ${b} share a token`);
  }
});

const thaiInitials: readonly (readonly [initial: string, name: string])[] = [
  ['ป. วงศ์สวัสดิ์', 'ประยุทธ์ วงศ์สวัสดิ์'], ['ป. วงศ์สวัสดิ์', 'Prayut Wongsawat'], ['ประยุทธ์ ว.', 'นายประยุทธ์ วงศ์สวัสดิ์'], ['ประยุทธ์ ว.', 'Prayut Wongsawat'], ['P. Wongsawat', 'ประยุทธ์ วงศ์สวัสดิ์'], ['ป. วงศ์สวัสดิ์', 'P. Wongsawat'],
  ['น.ส. ส. ทองดี', 'สมหญิง ทองดี'], ['สมหญิง ท', 'สมหญิง ทองดี'], ['ทองดี, ส.', 'สมหญิง ทองดี'], ['ก. แซ่ตั้ง', 'เกษม แซ่ตั้ง'], ['ก. แซ่ ตั้ง', 'เกษม แซ่ตั้ง'], ['สมชาย ป. ใจดี', 'Somchai Prasert Jaidee'], ['ส. ป. ใจดี', 'Somchai Prasert Jaidee'],
  // Letters whose first sound is not their own, or is spelled otherwise.
  ['ท. ใจดี', 'Songsak Jaidee'], ['ท. ใจดี', 'ทรงศักดิ์ ใจดี'], ['ห. ใจดี', 'หมิว ใจดี'], ['ห. ใจดี', 'Miu Jaidee'], ['อ. ทองดี', 'Anan Thongdee'], ['อ. ทองดี', 'อุไร ทองดี'], ['ว. ใจดี', 'Vichai Jaidee'], ['ง. วงศ์สวัสดิ์', 'Ngamta Wongsawat'], ['ฤ. สุขใจ', 'ฤทธิ์ สุขใจ'], ['ณ. ใจดี', 'ณัฐ ใจดี'],
  ['โรเบิร์ต เจ. กอร์ดอน', 'Robert James Gordon'],
];

void t.test('Thai initials, asked and stored', async (t) => {
  for (const [initial, name] of thaiInitials) for (const [a, b] of [[initial, name], [name, initial]] as const) {
    t.ok(score(a, b) >= threshold, `${a} is ${b}: ${score(a, b).toFixed(2)}`);
    t.ok(shares(a, b), `${a} finds ${b}`);
  }
  for (const [a, b] of [['ส. ทองดี', 'มานะ ทองดี'], ['ส. ทองดี', 'ศรีสุดา ทองดี'], ['ศ. ทองดี', 'ส. ทองดี'], ['ส. ทองดี', 'Mana Thongdee'], ['ส. ทองดี', 'สมชาย ใจดี'], ['น.ส. ทองดี', 'นภา ทองดี'], ['พ.ต.ท. ทองดี', 'พจน์ ทองดี'], ['ประยุทธ์ ว.', 'ประยุทธ์ ทองดี']] as const) {
    t.ok(score(a, b) < threshold, `${a} is not ${b}: ${score(a, b).toFixed(2)}`);
  }
  t.ok((scoreNames('อ. สมชาย', 'สมชาย ใจดี', { birthDate: '1990-05-12' }, { birthDate: '1990-05-12' })?.score ?? 0) >= threshold);
  t.ok(shares('อ. สมชาย', 'สมชาย ใจดี'), 'one letter before one word may be a title: the word is looked for');
  t.ok(nameProbes('ส. ทองดี').some(({ payload }) => payload === '1T.NT.'), 'and as it was kept before initials were read');
});

void t.test('others', async (t) => {
  for (const [a, b] of [['Robert Gordon', 'Robert Smith'], ['Somchai Jaidee', 'สมศักดิ์ ใจเย็น'], ['Thaksin Shinawatra', 'ยิ่งลักษณ์ ชินวัตร'], ['Kim Young-ha', '박지성'], ['Gordon', 'Robert Gordon'], ['Min Aung Hlaing', 'သိန်းစိန်']] as const) t.ok(score(a, b) < threshold, `${a} is not ${b}: ${score(a, b).toFixed(2)}`);
});

void t.test('why', async (t) => {
  for (const [a, b, rules] of [
    ['Robert Gordon', 'Robert Gordon', ['SAME']], ['Gordon Robert', 'Robert Gordon', ['SAME', 'REORDERED']], ['สมชาย ใจดี', 'นายสมชาย ใจดี', ['SAME', 'TITLE_DROPPED']], ['Robert Gordin', 'Robert Gordon', ['ALIKE']],
    ['Robert James Gordon', 'Robert Gordon', ['SAME', 'PART_MISSING']], ['R Gordon', 'Robert Gordon', ['SAME', 'INITIAL']], ['Kittisak Suwan', 'กิตติศักดิ์ สุวรรณ', ['TRANSLITERATED']],
    ['ป. วงศ์สวัสดิ์', 'ประยุทธ์ วงศ์สวัสดิ์', ['SAME', 'INITIAL']], ['น.ส. ส. ทองดี', 'สมหญิง ทองดี', ['SAME', 'TITLE_DROPPED', 'INITIAL']], ['ป. วงศ์สวัสดิ์', 'Prayut Wongsawat', ['TRANSLITERATED', 'INITIAL']],
    ['Jaidi, Mr. Somchay', 'Jaidi Somchay', ['SAME', 'TITLE_DROPPED']], ['Somchay Jaidi', 'Jaidi, Mr. Somchay', ['SAME', 'REORDERED', 'TITLE_DROPPED']],
  ] as const) t.strictSame(scoreNames(a, b)?.rules, rules, `${a}, ${b}`);
  t.equal(scoreNames('Robert Gordon', ['Somchai Jaidee', 'Bob Gordon', 'Gordon Robert'])?.which, 2, 'which of several');
});

void t.test('birth date and nationality', async (t) => {
  const at = (asked: object, known: object) => scoreNames('Robert Gordin', 'Robert Gordon', asked, known)?.score ?? 0;
  const alone = at({}, {});
  t.ok(at({ birthDate: '1987-03-14' }, { birthDate: '1987-03-14' }) > alone);
  t.ok(at({ birthDate: '1987-03-14' }, { birthDate: '1987-03-15' }) > alone, 'one slip in the date');
  t.ok(at({ birthDate: '2530-03-14' }, { birthDate: '1987-03-14' }) > alone, 'Buddhist era');
  t.ok(at({ birthDate: '1987-03-14' }, { birthDate: '1961-11-02' }) < alone);
  t.ok(at({ nationalities: ['TH'] }, { nationalities: ['MM', 'TH'] }) > alone);
  t.ok(at({ nationalities: ['TH'] }, { nationalities: ['MM'] }) < alone);
  t.ok((scoreNames('Gordon', 'Robert Gordon', { birthDate: '1987-03-14' }, { birthDate: '1987-03-14' })?.score ?? 0) >= threshold, 'one part is enough with the date');
  t.ok((scoreNames('Anan Smith', 'Robert Gordon', { birthDate: '1987-03-14' }, { birthDate: '1987-03-14' })?.score ?? 1) < threshold, 'the date alone is not');
});

void t.test('two records of one person: a document, or the name', async (t) => {
  const person = (name: string, documents: readonly string[], facts: object = {}) => ({ names: [readName(name)], documents, ...facts });
  const found = scorePersons(person('Robert Gordon', ['A1']), person('Somchai Jaidee', ['B2', 'A1']));
  t.match(found, { rules: ['DOCUMENT'], which: undefined }, 'whatever the name');
  t.ok((found?.score ?? 0) > 0.95);
  t.match(scorePersons(person('Robert Gordon', ['A1']), person('Gordon Robert', ['A1'])), { rules: ['DOCUMENT', 'SAME', 'REORDERED'], which: 0 });
  t.match(scorePersons(person('', ['A1']), person('Robert Gordon', ['A1'])), { rules: ['DOCUMENT'], which: undefined }, 'nobody knows the name');
  const other = scorePersons(person('Robert Gordon', ['A1'], { birthDate: '1987-03-14', nationalities: ['TH'] }), person('Somchai Jaidee', ['A1'], { birthDate: '1961-11-02', nationalities: ['MM'] }));
  t.strictSame(other?.rules, ['DOCUMENT', 'BIRTH_DATE_DIFFERS', 'NATIONALITY_DIFFERS']);
  t.ok((other?.score ?? 0) >= threshold && (other?.score ?? 1) < 0.9, 'another birth date lowers it');
  t.strictSame(scorePersons(person('Robert Gordon', ['A1']), person('Robert Gordon', ['B2'])), { ...scoreNames('Robert Gordon', 'Robert Gordon') }, 'without one it is the name\'s');
  t.equal(scorePersons(person('', ['A1']), person('', ['B2'])), undefined);
});

void t.test('any string: no crash, bounded, the same each time', async (t) => {
  const signs = fc.constantFrom(...'กอณฯเแ์ัิำๆ.နအ်္ျဦកំ្ា៉김영王曾ヴェッーشلاあéß\u200b\u0301\u{1f600} -,.\'jcx0ٰ\ud800');
  const any = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.array(signs, { maxLength: 60 }).map((list) => list.join('')), fc.constantFrom(...same.flat()));
  fc.assert(fc.property(any, any, (a, b) => {
    const [keys, probes, found] = [nameKeys(a), nameProbes(a), scoreNames(a, b)];
    return keys.length <= nameLimits.keys && new Set(keys).size === keys.length && probes.length <= nameLimits.probes && probes.every(({ weight }) => weight >= 1 && weight <= 100) && keys.join() === nameKeys(a).join()
      && (found === undefined || (found.score >= 0 && found.score <= 1));
  }), runs(500));
  t.pass();
  t.strictSame(nameKeys('👍 123 ...'), [], 'no letters, no keys');
  t.equal(scoreNames('👍', 'Robert'), undefined);
  const long = 'ก'.repeat(10_000);
  t.ok(nameKeys(long).length <= nameLimits.keys, 'a very long string');
});

void t.test('a stored name is found by itself', async (t) => {
  for (const name of same.flat()) t.ok(shares(name, name), name);
  t.ok(shares('Gordon', 'Robert Gordon'), 'one part finds the whole');
});
