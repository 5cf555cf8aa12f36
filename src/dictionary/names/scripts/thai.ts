/**
 * Thai to Latin, after the Royal Institute's general system (RTGS, 1999), without tones and without a dictionary: the reading that
 * needs the fewest unwritten vowels wins. Royal readings of Pali and Sanskrit parts are approximate; the scorer forgives a linking vowel.
 */
const initials: Readonly<Record<string, string>> = {
  ก: 'k', ข: 'kh', ฃ: 'kh', ค: 'kh', ฅ: 'kh', ฆ: 'kh', ง: 'ng', จ: 'ch', ฉ: 'ch', ช: 'ch', ซ: 's', ฌ: 'ch', ญ: 'y', ฎ: 'd', ฏ: 't', ฐ: 'th', ฑ: 'th', ฒ: 'th', ณ: 'n',
  ด: 'd', ต: 't', ถ: 'th', ท: 'th', ธ: 'th', น: 'n', บ: 'b', ป: 'p', ผ: 'ph', ฝ: 'f', พ: 'ph', ฟ: 'f', ภ: 'ph', ม: 'm', ย: 'y', ร: 'r', ล: 'l', ว: 'w', ศ: 's', ษ: 's', ส: 's',
  ห: 'h', ฬ: 'l', อ: '', ฮ: 'h',
};
const finals: Readonly<Record<string, string>> = {
  ก: 'k', ข: 'k', ค: 'k', ฆ: 'k', ง: 'ng', จ: 't', ช: 't', ซ: 't', ฌ: 't', ญ: 'n', ฎ: 't', ฏ: 't', ฐ: 't', ฑ: 't', ฒ: 't', ณ: 'n', ด: 't', ต: 't', ถ: 't', ท: 't', ธ: 't', น: 'n',
  บ: 'p', ป: 'p', พ: 'p', ฟ: 'p', ภ: 'p', ม: 'm', ย: 'i', ร: 'n', ล: 'n', ว: 'o', ศ: 't', ษ: 't', ส: 't', ฬ: 'n',
};
/** A consonant where a name begins. */
export const romaniseInitial = (letter: string): string => (letter === 'ฤ' ? 'r' : initials[letter] ?? '');
/** Two letters that open a syllable together. */
const clusters: Readonly<Record<string, string>> = Object.fromEntries<string>([
  ...['กร', 'กล', 'กว', 'ขร', 'ขล', 'ขว', 'คร', 'คล', 'คว', 'ตร', 'ปร', 'ปล', 'พร', 'พล', 'ผล', 'บร', 'บล', 'ดร', 'ฟร', 'ฟล'].map((two): [string, string] => [two, [...two].map((c) => initials[c] ?? '').join('')]),
  ...['หง', 'หญ', 'หน', 'หม', 'หย', 'หร', 'หล', 'หว'].map((two): [string, string] => [two, initials[two.slice(1)] ?? '']),
  ['ทร', 's'], ['สร', 's'], ['ศร', 's'], ['ซร', 's'], ['จร', 'ch'], ['อย', 'y'],
]);

const C = '[ก-ฮ]';
const I = `(${Object.keys(clusters).join('|')}|${C})`;
/** A final is not the first letter of what follows: no vowel of its own after it. */
const F = '([กขคฆงจชซฌญฎฏฐฑฒณดตถทธนบปพฟภมยรลวศษสฬ])(?![ะาำิีึืุูัๅ็])';

type Shape = readonly [pattern: RegExp, vowel: string, cost: number];
const shape = (pattern: string, vowel: string, cost = 1): Shape => [new RegExp(pattern, 'uy'), vowel, cost];
/** `I` initial, `F` final; cost 1 a syllable, more where a vowel is unwritten. */
const shapes: readonly Shape[] = [
  shape(`เ${I}ียว`, 'iao'), shape(`เ${I}ียะ?`, 'ia'), shape(`เ${I}ีย${F}`, 'ia'), shape(`เ${I}ือ${F}`, 'uea'), shape(`เ${I}ือะ?`, 'uea'),
  shape(`เ${I}าะ`, 'o'), shape(`เ${I}า`, 'ao'), shape(`เ${I}ิ${F}`, 'oe'), shape(`เ${I}ย(?![ะาิีึืุูั])`, 'oei'), shape(`เ${I}อะ?`, 'oe', 1.05), shape(`เ${I}อ${F}`, 'oe'),
  shape(`เ${I}็?${F}`, 'e'), shape(`เ${I}ะ?`, 'e', 1.1), shape(`แ${I}็?${F}`, 'ae'), shape(`แ${I}ะ?`, 'ae', 1.1), shape(`โ${I}${F}`, 'o'), shape(`โ${I}ะ?`, 'o', 1.1),
  shape(`ไ${I}ย?(?![ะาิีึืุูั])`, 'ai'), shape(`ไ${I}`, 'ai', 1.1), shape(`ใ${I}`, 'ai'),
  shape(`${I}ัว(?![ะาิีึืุู])`, 'ua'), shape(`${I}ัวะ`, 'ua'), shape(`${I}ั${F}`, 'a'), shape(`${I}ะ`, 'a'), shape(`${I}า${F}`, 'a'), shape(`${I}า`, 'a', 1.2), shape(`${I}ำ`, 'am'),
  shape(`${I}[ิี]${F}`, 'i'), shape(`${I}[ิี]`, 'i', 1.2), shape(`${I}[ึื]${F}`, 'ue'), shape(`${I}[ึื]อ?`, 'ue', 1.2), shape(`${I}[ุู]${F}`, 'u'), shape(`${I}[ุู]`, 'u', 1.2),
  shape(`${I}รร${F}`, 'a', 1.1), shape(`${I}รร`, 'an', 1.15), shape(`${I}ว${F}`, 'ua', 1.25), shape(`${I}็?อ${F}`, 'o', 1.1), shape(`${I}็?อ`, 'o', 1.2), shape(`${I}็อ${F}`, 'o'),
  shape(`${I}็`, 'o', 1.1), shape(`(?!ง)${I}${F}`, 'o', 1.45), shape('(ฤๅ?)', 'rue', 1), shape(`${C}ฤ${F}`, 'ri', 1), shape(`${I}(?=[ก-ฮเแโไใ])`, 'a', 1.6), shape(`${I}`, 'a', 2.1),
];

const openings = (initial: string): string => clusters[initial] ?? initials[initial] ?? '';

/** What one shape reads at a place, and how far it goes. */
function syllable([pattern, vowel]: Shape, text: string, at: number): { end: number; latin: string } | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const [whole, initial = '', final] = found;
  const tail = final === undefined ? '' : (finals[final] ?? '');
  if (initial.startsWith('ฤ')) return { end: at + whole.length, latin: 'rue' };
  // ไ and เ–า end in a glide already.
  return { end: at + whole.length, latin: openings(initial) + vowel + tail };
}

interface Reading {
  readonly cost: number;
  readonly latin: string;
}

/** The cheapest reading of the whole; a sign that fits nowhere is skipped at a price. */
function read(text: string): string {
  const best: (Reading | undefined)[] = [{ cost: 0, latin: '' }];
  const offer = (end: number, cost: number, latin: string): void => {
    const known = best[end];
    if (known === undefined || cost < known.cost) best[end] = { cost, latin };
  };
  for (let at = 0; at < text.length; at += 1) {
    const here = best[at];
    if (here === undefined) continue;
    for (const one of shapes) {
      const found = syllable(one, text, at);
      if (found !== undefined) offer(found.end, here.cost + one[2], here.latin + found.latin);
    }
    offer(at + 1, here.cost + 4, here.latin + (initials[text[at] ?? ''] ?? ''));
  }
  return best[text.length]?.latin ?? '';
}

/** Name elements whose reading no rule gives, respelled. */
const respelled: readonly (readonly [RegExp, string])[] = ([
  ['สวรรค์|สวรรค', 'สะหวัน'], ['นคร', 'นะคอน'], ['(พัฒ|วัฒ|รัต)(?=น[าะ])', '$1ทะ'], ['มหา', 'มะหา'], ['เจริญ', 'จะเริน'], ['เกษตร', 'กะเสด'], ['เกษม', 'กะเสม'], ['เพชร', 'เพ็ด'],
  ['ราษฎร์?', 'ราด'], ['จันทร(?!์)', 'จันทะระ'], ['อินทร(?!์)', 'อินทะระ'], ['พรหม', 'พรม'], ['พราหมณ์', 'พราม'], ['บริ', 'บอริ'], ['ทวี', 'ทะวี'], ['สนุก', 'สะหนุก'], ['บรม', 'บอรม'],
  ['ส(?=[ลนมวพ][ะาิีึืุูั])', 'สะ'], ['เสม็ด', 'สะเหม็ด'], ['แสลง|แสลบ', 'สะแลบ'], ['เสนห์', 'สะเน'], ['จระ?เข', 'จอระเข'],
  ['ชนก', 'ชะนก'], ['วชิร', 'วะชิระ'], ['(?<![ุรา])วร(?=[ก-ฮเแโไใ])(?!ร)', 'วอระ'], ['ธีร(?=[ก-ฮ])', 'ธีระ'], ['วีร(?=[ก-ฮ])', 'วีระ'], ['ณัฐ(?=[ก-ฮ])', 'นัดทะ'], ['จักร(?=[ก-ฮ])', 'จักกระ'], ['จักร', 'จัก'],
  ['บุตร', 'บุด'], ['มิตร', 'มิด'], ['มุทร', 'หมุด'], ['เนตร', 'เนด'], ['วัตร', 'วัด'], ['ฉัตร', 'ฉัด'], ['สุภาพ', 'สุพาบ'], ['ศิลปา', 'สินละปา'], ['เกียรติ?', 'เกียด'], ['ญาติ', 'ยาด'], ['ชาติ(?!์)', 'ชาด'],
  ['เหตุ', 'เหด'], ['ธาตุ', 'ทาด'], ['วุฒิ', 'วุด'], ['ภูมิ', 'พูม'], ['พยา', 'พะยา'], ['สถา', 'สะถา'], ['กาญจน(?!์)', 'กานจะนะ'], ['รัตน(?=[ก-ฮ](?!์))', 'รัดตะนะ'],
] as const).map(([from, to]) => [new RegExp(from, 'g'), to] as const);

/** What is written and not read: tones, and a letter under thanthakhat with its vowel (and the ท of จันทร์). A dot keeps what stood apart apart. */
const silent = (text: string): string =>
  respelled.reduce((so, [from, to]) => so.replace(from, to), text.normalize('NFC').replace(/ํา/g, 'ำ').replace(/[่-๋๎]/g, ''))
    .replace(/(?<=[ก-ฮ])(?:[ทตดก]ร|ดิ|ษณ|ตย)์/g, '.').replace(/[ก-ฮ][ิุู]?์/g, '.').replace(/(.+?)ๆ/g, '$1$1');

/** @returns lower-case Latin; signs that are not Thai stay as they are */
export const thaiToLatin = (text: string): string => text.replace(/[฀-๿]+/g, (run) => silent(run).split('.').map(read).join(''));
