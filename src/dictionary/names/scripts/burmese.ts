/**
 * Burmese to Latin as names are written in passports (no standard binds them): one syllable, one word. Initials and rhymes by table;
 * the romanisation is conventional (ောင် aung, ိုင် aing), not phonemic, because that is what the other document carries.
 */
const initials: Readonly<Record<string, string>> = {
  က: 'k', ခ: 'kh', ဂ: 'g', ဃ: 'g', င: 'ng', စ: 's', ဆ: 's', ဇ: 'z', ဈ: 'z', ဉ: 'ny', ည: 'ny', ဋ: 't', ဌ: 'ht', ဍ: 'd', ဎ: 'd', ဏ: 'n', တ: 't', ထ: 'ht', ဒ: 'd', ဓ: 'd', န: 'n',
  ပ: 'p', ဖ: 'ph', ဗ: 'b', ဘ: 'b', မ: 'm', ယ: 'y', ရ: 'y', လ: 'l', ဝ: 'w', သ: 'th', ဿ: 'th', ဟ: 'h', ဠ: 'l', အ: '',
};
const independent: Readonly<Record<string, string>> = { ဣ: 'i', ဤ: 'i', ဥ: 'u', ဦ: 'oo', ဧ: 'e', ဩ: 'aw', ဪ: 'aw', ဋ္ဌ: 'htt', '၌': 'hnaik', '၏': 'i' };
/** Vowel and final together, longest first; the empty one is the inherent vowel. */
const rhymes: Readonly<Record<string, string>> = {
  'ောင်': 'aung', 'ောက်': 'auk', 'ိုင်': 'aing', 'ိုက်': 'aik', 'ွင်': 'win', 'ွန်': 'un', 'ွမ်': 'un', 'ွတ်': 'ut', 'ွပ်': 'ut', 'ွက်': 'wet', 'ွံ': 'un', 'ွယ်': 'we', 'ွေ': 'we', 'ွဲ': 'we', 'ွာ': 'wa',
  'ိန်': 'ein', 'ိမ်': 'ein', 'ိတ်': 'eik', 'ိပ်': 'eik', 'ိံ': 'ein', 'ုန်': 'on', 'ုမ်': 'on', 'ုတ်': 'ok', 'ုပ်': 'ok', 'ုံ': 'on', 'ုဏ်': 'on', 'ို': 'o', 'ော်': 'aw', 'ော': 'aw',
  'င်': 'in', 'က်': 'et', 'စ်': 'it', 'ဉ်': 'in', 'ည်': 'i', 'ဏ်': 'an', 'တ်': 'at', 'န်': 'an', 'ပ်': 'at', 'မ်': 'an', 'ယ်': 'e', 'ံ': 'an', 'ာ': 'a', 'ိ': 'i', 'ီ': 'i', 'ု': 'u', 'ူ': 'u', 'ေ': 'e', 'ဲ': 'e', 'ွ': 'wa', '': 'a',
};
const rhyme = new RegExp(`^(?:${Object.keys(rhymes).filter((r) => r !== '').sort((a, b) => b.length - a.length).join('|')})`, 'u');

/** Before a front vowel ky, khy, gy are written as they stand; ry is spelled y after every other letter. */
const medial = (initial: string, signs: string): string => {
  const y = /[ျြ]/.test(signs) ? 'y' : '';
  const h = signs.includes('ှ');
  const base = h && /^[nmlyw]/.test(initial) ? (initial === 'y' ? 'sh' : `h${initial}`) : initial;
  return base === 'khy' ? 'ch' : base + (base.endsWith('y') || base === 'sh' ? '' : y);
};

function syllable(text: string): string {
  const found = /^([က-အဿ])([ျြှ]*)(ွ?)([ျြှ]*)(.*)$/u.exec(text);
  if (found === null) return [...text].map((c) => independent[c] ?? '').join('');
  const [, letter = '', before = '', w = '', after = '', rest = ''] = found;
  const signs = before + after;
  const opening = letter === 'ခ' && /[ျြ]/.test(signs) ? 'ch' : medial(initials[letter] ?? '', signs);
  const tail = rhyme.exec(w + rest)?.[0];
  if (tail !== undefined) return opening + (rhymes[tail] ?? '') + (/[နင]့်$/u.test(rest) && !tail.startsWith('ော') && !tail.startsWith('ို') ? 't' : '');
  return opening + (w === '' ? '' : 'w') + (rhymes[rhyme.exec(rest)?.[0] ?? ''] ?? 'a');
}

/** Tones (creaky န့် and င့် stay: Nyunt, Myint); great sa and stacked letters unstacked into a closed syllable and an open one; kinzi into င်. */
const plain = (text: string): string =>
  text.normalize('NFC').replace(/့်/g, '့်').replace(/([နင])့်/g, '$1့်').replace(/(?<![နင]်)့|း/g, '').replace(/င်္/g, 'င်').replace(/္/g, '်').replace(/ဿ/g, 'သ်သ').replace(/ဩော်/g, 'ဪ').replace(/ဉီ/g, 'ဦ').replace(/၀/g, 'ဝ').replace(/ါ/g, 'ာ');

/** @returns lower-case Latin, a space between syllables; signs that are not Burmese stay as they are */
export const burmeseToLatin = (text: string): string =>
  text.replace(/[က-႟]+/g, (run) => plain(run).replace(/[က-ဪဿ](?!်)/g, ' $&').trim().split(' ').map(syllable).join(' '));
