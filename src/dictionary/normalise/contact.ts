/** EMAIL, PHONE, SOCIAL_ACCOUNT: ways to reach somebody. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Normalised, Normaliser } from './types.ts';
import { clean } from './clean.ts';
import { bad, good, withReading } from './result.ts';
import type { Clean } from './result.ts';
import { domainName } from './host.ts';

/** RFC 5322 dot-atom, with the letters RFC 6531 adds; quoted local parts are refused: nobody is reached by them. */
const localPart = /^[^\s"(),:;<>@[\\\]]{1,64}$/u;

/** The domain is brought to its one form; the local part keeps its case (RFC 5321 section 2.4), search compares it without. */
export function email(input: Clean): Normalised {
  const text = input.text.replace(/^mailto:/i, '').normalize('NFC');
  const at = text.lastIndexOf('@');
  if (at < 1) return bad('it is no e-mail address: write it as name@domain');
  const local = text.slice(0, at);
  if (!localPart.test(local)) return bad('what stands before the @ is no e-mail name: at most 64 letters, digits and signs without spaces');
  const named = domainName(text.slice(at + 1));
  if ('message' in named) return bad(`what stands after the @ is not usable: ${named.message}`);
  return good(`${local}@${named.name}`, withReading([...input.readings, ...named.readings], 'TRIMMED', text.length < input.text.length));
}

/**
 * E.164. A number with + (or 00 and a country code) is taken as it stands; one that begins with a trunk 0 is read as a Thai national
 * number: the exchange's home, and what a Thai report means by 081-234-5678. Extensions are dropped, the line is what is traced.
 */
export function phone(input: Clean): Normalised {
  const text = input.text.replace(/^tel:/i, '');
  if (/\p{L}/u.test(text.replace(/(?:ext\.?|x|ต่อ)\s*\d+$/iu, ''))) return bad('it holds letters: write the number in digits, as +66812345678');
  const number = international(text) ?? parsePhoneNumberFromString(text, { defaultCountry: 'TH', extract: false });
  if (number === undefined) return bad('it is no telephone number: write it with its country code, as +66812345678');
  if (!text.trim().startsWith('+') && !text.trim().startsWith('0') && !text.trim().startsWith('(0')) {
    return bad('it has neither a country code nor the leading 0 of a Thai number: write it as +66812345678');
  }
  if (!number.isValid()) return bad('no such number exists in its country\'s numbering plan: check the digits, and write it as +66812345678');
  return good(number.number, withReading(input.readings, 'PUNCTUATION_STRIPPED', number.number !== text && /[\s().\-/]/.test(text)));
}

/** DIALLED: a telephone number, or one of the short ones (emergency, banks, texts) that have no country code. */
export const dialled = (input: Clean): Normalised => (/^\d{3,6}$/.test(input.text) ? good(input.text, input.readings) : phone(input));

/** `0066...` is written for +66 far more often than Thailand's own carrier codes 001 to 009 are. */
function international(text: string): ReturnType<typeof parsePhoneNumberFromString> {
  if (!/^\s*00/.test(text)) return undefined;
  const number = parsePhoneNumberFromString(text.replace(/^\s*00/, '+'), { extract: false });
  return number?.isValid() === true ? number : undefined;
}

const platforms: Readonly<Record<string, string>> = {
  fb: 'facebook', tg: 'telegram', ig: 'instagram', twitter: 'x', wa: 'whatsapp', yt: 'youtube', kakao: 'kakaotalk', weixin: 'wechat',
};
/** Platforms named in reports: a word of this list before a colon makes an account of an input whose type nobody gave. */
export const knownPlatforms = new Set([
  ...Object.keys(platforms), ...Object.values(platforms), 'line', 'tiktok', 'signal', 'discord', 'linkedin', 'viber', 'zalo', 'vk', 'skype',
  'messenger', 'qq', 'threads', 'bluesky', 'mastodon', 'snapchat', 'tinder', 'bigo', 'imo', 'botim', 'wickr', 'session', 'matrix',
]);
const caseless = new Set(['facebook', 'telegram', 'instagram', 'x', 'tiktok', 'line', 'threads', 'youtube', 'messenger', 'bluesky', 'discord', 'snapchat']);
const byPhone = new Set(['whatsapp', 'viber', 'signal', 'zalo', 'imo', 'botim']);
const profile = /^(?:https?:\/\/)?(?:(?:www|m|web)\.)?(t\.me|telegram\.me|facebook\.com|fb\.com|instagram\.com|x\.com|twitter\.com|tiktok\.com|wa\.me)\/@?([^/?#]+)\/?(?:[?#].*)?$/i;
const profileHosts: Readonly<Record<string, string>> = {
  't.me': 'telegram', 'telegram.me': 'telegram', 'facebook.com': 'facebook', 'fb.com': 'facebook', 'instagram.com': 'instagram',
  'x.com': 'x', 'twitter.com': 'x', 'tiktok.com': 'tiktok', 'wa.me': 'whatsapp',
};

/** `platform:handle`, without @; a profile's address is understood for the large platforms. Handles of platforms that ignore case are lower-cased. */
export function socialAccount(input: Clean): Normalised {
  const [, host, name] = profile.exec(input.text) ?? [];
  const hosted = host === undefined ? undefined : profileHosts[host.toLowerCase()];
  const [, word = '', rest = ''] = /^([a-z][a-z0-9-]{0,29})\s*:\s*(.+)$/is.exec(hosted === undefined ? input.text : `${hosted}:${name ?? ''}`) ?? [];
  const handle = rest.trim().normalize('NFC');
  if (word === '' || handle === '' || handle.startsWith('//')) return bad('it is no account: write it as platform:handle, for example telegram:somebody');
  const lower = word.toLowerCase();
  const platform = platforms[lower] ?? lower;
  const bare = platform === 'line' ? handle : handle.replace(/^@+/, '');
  if (bare === '' || bare.length > 128 || /[\s/]/.test(bare)) return bad('its handle is empty, longer than 128 characters or holds a space or slash: write it as platform:handle');
  const readings = withReading(input.readings, 'PATH_STRIPPED', hosted !== undefined);
  if (byPhone.has(platform) && /^\+?[\d().-]{8,}$/.test(bare)) return byNumber(platform, bare, readings);
  const final = caseless.has(platform) ? bare.toLowerCase() : bare;
  const value = `${platform}:${final}`;
  return good(value, withReading(readings, 'LOWER_CASED', final !== bare || word !== lower));
}

/** The handle of a messenger that goes by telephone number is that number in E.164. */
function byNumber(platform: string, number: string, readings: Clean['readings']): Normalised {
  const text = /^[+0]/.test(number) ? number : `+${number}`;
  const read = phone({ text, readings });
  return read.ok ? good(`${platform}:${String(read.value)}`, read.readings) : bad(`its handle is a telephone number, but ${read.message}`);
}

/** A person's address: no provider tells two by their case, and two spellings of one must find each other. */
export function caselessEmail(input: Clean): Normalised {
  const read = email(input);
  if (!read.ok) return read;
  const lower = String(read.value).toLowerCase();
  return good(lower, withReading(read.readings, 'LOWER_CASED', lower !== read.value));
}

/** As a normaliser of its own: cleaned first, as observables are. */
export const cleaned = (reader: (input: Clean) => Normalised): Normaliser => (value) => {
  if (typeof value !== 'string') return bad('it is no text: send a string');
  const input = clean(value);
  return 'message' in input ? bad(input.message) : reader(input);
};
