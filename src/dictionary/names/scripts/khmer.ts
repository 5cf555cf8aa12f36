/**
 * Khmer to Latin as names are written in passports: consonants of two series decide how a written vowel sounds; a letter below (coeng)
 * follows in the cluster; the last consonant of a syllable closes it. Spelling varies freely (Sok, Sokh; Vanna, Wanna): the scorer forgives.
 */
type Letter = readonly [opening: string, closing: string, series: 1 | 2];
const letters: Readonly<Record<string, Letter>> = {
  ក: ['k', 'k', 1], ខ: ['kh', 'k', 1], គ: ['k', 'k', 2], ឃ: ['kh', 'k', 2], ង: ['ng', 'ng', 2], ច: ['ch', 'ch', 1], ឆ: ['ch', 'ch', 1], ជ: ['ch', 'ch', 2], ឈ: ['ch', 'ch', 2], ញ: ['nh', 'nh', 2],
  ដ: ['d', 't', 1], ឋ: ['th', 't', 1], ឌ: ['d', 't', 2], ឍ: ['th', 't', 2], ណ: ['n', 'n', 1], ត: ['t', 't', 1], ថ: ['th', 't', 1], ទ: ['t', 't', 2], ធ: ['th', 't', 2], ន: ['n', 'n', 2],
  ប: ['b', 'p', 1], ផ: ['ph', 'p', 1], ព: ['p', 'p', 2], ភ: ['ph', 'p', 2], ម: ['m', 'm', 2], យ: ['y', 'y', 2], រ: ['r', 'r', 2], ល: ['l', 'l', 2], វ: ['v', 'v', 2], ស: ['s', 's', 1], ហ: ['h', 'h', 1],
  ឡ: ['l', 'l', 1], អ: ['', '', 1],
};
/** Vowel signs by series. */
const vowels: Readonly<Record<string, readonly [string, string]>> = {
  'ា': ['a', 'ea'], 'ិ': ['e', 'i'], 'ី': ['ey', 'i'], 'ឹ': ['oe', 'ue'], 'ឺ': ['eu', 'eu'], 'ុ': ['o', 'u'], 'ូ': ['o', 'u'], 'ួ': ['uo', 'uo'], 'ើ': ['aeu', 'eu'], 'ឿ': ['oeu', 'oeu'], 'ៀ': ['ie', 'ie'],
  'េ': ['e', 'e'], 'ែ': ['ae', 'e'], 'ៃ': ['ai', 'ey'], 'ោ': ['ao', 'o'], 'ៅ': ['av', 'ov'], 'ុំ': ['om', 'um'], 'ំ': ['am', 'um'], 'ាំ': ['am', 'oam'], 'ះ': ['ah', 'eah'], 'េះ': ['eh', 'eh'], 'ោះ': ['oh', 'uoh'], 'ៈ': ['ak', 'eak'],
};
const independent: Readonly<Record<string, string>> = { ឥ: 'e', ឦ: 'ei', ឧ: 'u', ឩ: 'u', ឪ: 'ov', ឫ: 'rue', ឬ: 'rue', ឭ: 'lue', ឮ: 'lue', ឯ: 'ae', ឰ: 'ai', ឱ: 'ao', ឲ: 'ao', ឳ: 'av' };

const cluster = '[ក-អ](?:្[ក-អ])*';
const signs = Object.keys(vowels).sort((a, b) => b.length - a.length).join('|');
/** A cluster, its shifter, its vowel; or a cluster without one. */
const unit = new RegExp(`(${cluster})([៉៊]?)(${signs})?(់?)|([ឥ-ឳ])`, 'gu');

const opening = (text: string): string => [...text].filter((c) => c !== '្').map((c) => letters[c]?.[0] ?? '').join('');

interface Unit {
  readonly cluster: string;
  readonly shifter: string;
  readonly vowel: string | undefined;
  readonly short: boolean;
  readonly alone: string | undefined;
}

function units(text: string): Unit[] {
  return [...text.matchAll(unit)].map(([, group = '', shifter = '', vowel, short = '', alone]) => ({ cluster: group, shifter, vowel, short: short !== '', alone }));
}

/** A letter under `៉` speaks in the first series, under `៊` in the second; of a stacked pair the stop decides, which is the first in names. */
const seriesOf = ({ cluster: group, shifter }: Unit): 1 | 2 => (shifter === '៉' ? 1 : shifter === '៊' ? 2 : (letters[group.charAt(0)]?.[2] ?? 1));

function read(text: string): string {
  let latin = '';
  let open = false;
  const all = units(text);
  all.forEach((one, i) => {
    if (one.alone !== undefined) {
      latin += independent[one.alone] ?? '';
      open = false;
      return;
    }
    const next = all[i + 1];
    if (one.vowel !== undefined) {
      latin += opening(one.cluster) + (vowels[one.vowel]?.[seriesOf(one) - 1] ?? '');
      open = true;
    } else if (open && (next === undefined || next.vowel !== undefined || next.alone !== undefined)) {
      // After an open syllable a bare consonant closes it; a stacked one closes it and opens the next (វណ្ណា).
      latin += letters[one.cluster.charAt(0)]?.[1] ?? '';
      open = false;
    } else if (next === undefined && i > 0) {
      latin += letters[one.cluster.charAt(0)]?.[1] ?? '';
    } else {
      latin += opening(one.cluster) + (seriesOf(one) === 1 ? 'a' : 'o');
      open = true;
    }
  });
  return latin;
}

/** @returns lower-case Latin; signs that are not Khmer stay as they are */
export const khmerToLatin = (text: string): string =>
  text.replace(/[ក-៿]+/g, (run) => run.normalize('NFC').replace(/.៍/gu, '').replace(/[័៎៏័៌]/g, '').split(/[។៖ៗ]/).map(read).join(' ').trim());
