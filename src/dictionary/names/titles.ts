/** Titles, ranks and honorifics. A hard one is never part of a name; a soft one may be (Ma Thida, and Ma Yun), so it only counts little. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Whole words, lower case without dots, anywhere at the start of a name. */
export const hardTitles = words(`
  mr mrs ms miss mx master mister madam madame mme mlle monsieur herr frau dr prof professor doctor sir dame lord lady rev reverend hon
  pol col gen general colonel lt ltcol ltgen majgen maj major capt captain cpl sgt sergeant pvt adm admiral cmdr commander inspector officer lieutenant
  nangsao naang khun daw lok okhna oknha neak kanha samdech sayadaw duwa
  господин госпожа гражданин гражданка доктор tov товарищ
  السيد السيدة الآنسة الدكتور دكتور الشيخ شيخ د الأستاذ
  លោក លោកស្រី អ្នកនាង កញ្ញា ឯកឧត្តម លោកជំទាវ ឧកញ៉ា សម្តេច អ្នកស្រី
  ဒေါ် ဒေါက်တာ ဗိုလ်ချုပ်
`);

/** First words that may be a title: Burmese U, Ko, Ma, Maung, Sai, Nang, Naw, Saw, Nai, Mi; Thai Nai, Nang. In romanised form. */
export const softTitles = words('u oo ko ma maung mg mi sai nang naw saw nai nay naai mahn bo ashin thiri wai sheikh shaikh haji hajji syed sayyid don dona');

/** Parts that say whose child somebody is, or where from: often left out. */
export const particles = words('bin binti bint ibn ben al el de la da di do dos das del della van von der den du le and y');

/** Whole words at the end. */
export const endings = words('jr sr junior senior ii iii iv phd md esq sama sensei xiansheng nvshi xiaojie');

/**
 * Thai titles as they are abbreviated, without their full stops: what is written so letter by letter (พ.ต.ท.) looks like initials (ป.ส.). Abbreviations of two
 * letters and more before one full stop (ดร., ผศ.) need not stand here: nobody's initials are written so.
 */
export const thaiAbbreviations = words(`
  นส ดช ดญ มล มรว มจ ดร นพ พญ ทพ ทพญ ภก ภญ สพ สพญ นสพ ผศ รศ ศจ อจ ผอ ผช ผญบ สส สว สจ สก สท นช นญ ขช ขญ นศ อส อสม
  พลตอ พลตท พลตต พลตจ พตอ พตท พตต รตอ รตท รตต ดต จสต สตอ สตท สตต
  พลอ พลท พลต พลจ พอ พท พต รอ รท รต จสอ จสท สอ สต
  พลรอ พลรท พลรต พลรจ พลออ พลอท พลอต พลอจ นอ นท นต รน พจอ พจท พจต จอ จท จต พออ พอท พอต
`);

/** One letter that is a title before a whole name (ศ. professor, อ. teacher, จ. sergeant, น. Mr or Mrs) and an initial before one word. */
export const thaiLetterTitles = words('ศ อ จ น');

/** Signs that stand before or after a name without a space, by script. */
export const prefixes: readonly RegExp[] = [
  /^(?:г-н|г-жа|гр)\.?\s+/u,
  /^(?:ว่าที่\s*)?(?:พล|พัน|ร้อย|สิบ|จ่าสิบ|นาวา|เรือ|นาวาอากาศ|เรืออากาศ|ดาบ)(?:ตำรวจ)?(?:เอก|โท|ตรี|จัตวา)?(?:หญิง)?(?:\s+|(?<=เอก|โท|ตรี))(?=[ก-ฮเแโไใ])/u,
  /^(?:นางสาว|เด็กชาย|เด็กหญิง|นาย(?:แพทย์)?|นาง|คุณ(?=\s|[ก-ฮเแโไใ]{3}|[ก-ฮ]\.)|แพทย์หญิง|ดอกเตอร์|ศาสตราจารย์|รองศาสตราจารย์|ผู้ช่วยศาสตราจารย์|หม่อมหลวง|หม่อมราชวงศ์|พระครู|สามเณร)\s*(?=[ก-ฮเแโไใ])/u,
  /^(?:ဒေါက်တာ|ဒေါ်)\s*(?=[က-အ])/u,
  /^(?:លោកស្រី|លោកជំទាវ|លោក|អ្នកនាង|អ្នកស្រី|កញ្ញា|ឯកឧត្តម|ឧកញ៉ា)\s*(?=[ក-អ])/u,
];
export const suffixes: readonly RegExp[] = [/-(?:san|sama|kun|chan|ssi|nim)$/u, /(?:さん|さま|サン|様|氏|殿|くん|君|ちゃん|先生|女士|小姐|太太|先輩)$/u, /(?<=[가-힣]{2})\s*(?:씨|님|선생님|양|군)$/u];
