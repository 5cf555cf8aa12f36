/**
 * The first step of every observable: what people do to a value so that nobody clicks on it (defanging), what an input method or a
 * document does to it (full-width and Thai digits, zero-width characters), and what a report puts around it (quotes, brackets).
 */
import type { Reading } from './types.ts';
import { arabicDigits } from './digits.ts';
import { overmarked, tooMarked } from './marks.ts';
import type { Clean } from './result.ts';

/** Longest observable read, in UTF-16 units; the longest URL that servers commonly take. */
export const longest = 8192;
/** Defanging nested deeper than this is not a way people write. */
const deepest = 8;

/** Printable ASCII without quotes, brackets and backslash: nothing here to clean, except a defanged scheme. Most of a blocklist. */
const plain = /^[\x21\x23-\x26\x2a-\x3b\x3d\x3f-\x5a\x5e\x5f\x61-\x7a\x7c\x7e]*$/;
const defangedScheme = /^(?:h[x*t]{2}p|f[x*]p)(s?)(?=:)/i;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|\u034f|[\ufe00-\ufe0f]/g;
const fullWidth = /[\uff01-\uff5e\u3000\u3002\uff61]/g;
const thaiLetter = /[\u0e01-\u0e4f]/;
const around: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’', '«': '»', '「': '」', '<': '>', '(': ')', '[': ']', '{': '}' };

/** @returns the text to read and how it was changed, or a message when it cannot be text of an observable at all */
export function clean(raw: string): Clean | { readonly message: string } {
  if (raw.length > longest) return { message: `it is longer than ${longest} characters: no observable is` };
  if (raw !== '' && plain.test(raw) && !defangedScheme.test(raw)) return { text: raw, readings: [] };
  if (!raw.isWellFormed()) return { message: 'it holds half of a surrogate pair: send well-formed Unicode' };
  if (control.test(raw)) return { message: 'it holds a control character: send the printable text only' };
  if (overmarked(raw)) return { message: tooMarked };

  const readings: Reading[] = [];
  const step = (before: string, after: string, reading: Reading): string => {
    if (after !== before && !readings.includes(reading)) readings.push(reading);
    return after;
  };
  let text = step(raw, raw.replace(invisible, '').trim(), 'TRIMMED');
  text = step(text, text.replace(fullWidth, halfWidth), 'FULL_WIDTH');
  // Thai domain names may hold Thai digits of their own (๑ is not 1 there): only digits that stand without Thai letters are numbers.
  if (!thaiLetter.test(text)) text = step(text, arabicDigits(text), 'THAI_DIGITS');
  for (let pass = 0; pass < deepest; pass++) {
    const bare = step(text, unwrapped(text), 'TRIMMED');
    const refanged = step(bare, refang(bare), 'DEFANGED');
    if (refanged === text) return text === '' ? { message: 'it is empty' } : { text, readings };
    text = refanged;
  }
  return { message: 'its brackets are nested too deeply to tell what is meant: send the value without them' };
}

function halfWidth(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x3000) return ' ';
  return code === 0x3002 || code === 0xff61 ? '.' : String.fromCharCode(code - 0xfee0);
}

function unwrapped(text: string): string {
  let [from, to] = [0, text.length];
  for (;;) {
    while (from < to && isSpace(text, from)) from++;
    while (to > from && isSpace(text, to - 1)) to--;
    const open = text[from];
    if (to - from < 2 || open === undefined || around[open] !== text[to - 1]) return text.slice(from, to);
    from++;
    to--;
  }
}

const isSpace = (text: string, at: number): boolean => (text[at] ?? '').trim() === '';

function refang(text: string): string {
  return text
    .replace(/[[({]\s{0,2}(?:\.|dot)\s{0,2}[\])}]/gi, '.')
    .replace(/[[({]\s{0,2}(?:@|at)\s{0,2}[\])}]/gi, '@')
    .replace(/[[({]\s{0,2}(:\/\/|:|\/)\s{0,2}[\])}]/g, '$1')
    .replace(/\\\./g, '.')
    .replace(defangedScheme, (scheme, secure: string) => (/^f/i.test(scheme) ? 'ftp' : 'http') + secure.toLowerCase());
}
