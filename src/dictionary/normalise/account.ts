/** ACCOUNT_NUMBER, BIC, DECIMAL, CURRENCY: what money is kept under and counted in. */
import { electronicFormatIBAN, isValidBIC, isValidIBAN } from 'ibantools';
import type { Json } from '../types.ts';
import { phone } from './contact.ts';
import { luhnDigit } from './device.ts';
import { arabicDigits } from './digits.ts';
import { bareNumber, thaiIdFault } from './document.ts';
import { bad, good } from './result.ts';
import type { Normalised, Normaliser, Reading } from './types.ts';

type Bare = ReturnType<typeof bareNumber>;

/** Lengths differ by institution and are published by few: what holds for all is that they are digits. An IBAN (ISO 13616) is told by its letters. */
function bank({ text, readings }: Bare): Normalised {
  if (/^[A-Z]{2}\d{2}/.test(text)) {
    const iban = electronicFormatIBAN(text) ?? '';
    return isValidIBAN(iban) ? good(iban, readings) : bad('it is no IBAN: its length or its check digits do not fit');
  }
  return /^\d{6,20}$/.test(text) ? good(text, readings) : bad('it is no account number: 6 to 20 digits, or an IBAN');
}

function card({ text, readings }: Bare): Normalised {
  if (!/^\d{12,19}$/.test(text)) return bad('it is no card number: 12 to 19 digits (ISO/IEC 7812)');
  return luhnDigit(text.slice(0, -1)) === Number(text.at(-1)) ? good(text, readings) : bad('its check digit does not fit: one of its digits is wrong');
}

const digits = (least: number, most: number, what: string) => ({ text, readings }: Bare): Normalised =>
  new RegExp(`^\\d{${least},${most}}$`).test(text) ? good(text, readings) : bad(`it is no ${what}: ${least === most ? least : `${least} to ${most}`} digits`);

const thaiId = ({ text, readings }: Bare): Normalised => {
  const fault = thaiIdFault(text);
  return fault === undefined ? good(text, readings) : bad(fault);
};

function number(value: string): Normalised {
  const text = value.normalize('NFKC').trim();
  const arabic = arabicDigits(text);
  return phone({ text: arabic, readings: arabic === text ? [] : ['THAI_DIGITS'] });
}
const wallet = digits(15, 15, 'e-wallet number');
/** Tax number and suffix. */
const biller = digits(10, 15, 'biller number');
const handle = ({ readings }: Bare, value: string): Normalised => {
  const text = value.normalize('NFC').trim();
  return /^[^\s\p{Cc}\p{Cs}]{3,100}$/u.test(text) ? good(text, readings.filter((reading) => reading !== 'PUNCTUATION_STRIPPED')) : bad('it is no account of an exchange: 3 to 100 characters without spaces');
};

type Reader = (bare: Bare, value: string) => Normalised;
const proxies: Readonly<Record<string, Reader>> = { NATIONAL_ID: thaiId, PHONE: (_, value) => number(value), EWALLET: wallet, BILLER: biller };
const schemes: Readonly<Record<string, Reader>> = { BANK: bank, CARD: card, CRYPTO_EXCHANGE: handle, EWALLET: (bare, value) => either(bare, value, [(_, text) => number(text), digits(10, 15, 'e-wallet number'), handle]) };

function either(bare: Bare, value: string, readers: readonly Reader[]): Normalised {
  const read = readers.map((reader) => reader(bare, value));
  return read.find(({ ok }) => ok) ?? read[0] ?? bad('it cannot be read');
}

/** What a PromptPay number is, where nobody said: their lengths differ. */
const anyProxy: Reader = (bare, value) => either(bare, value, [thaiId, wallet, (_, text) => number(text)]);

const asText = (value: Json): string | undefined => (typeof value === 'string' ? value : typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined);

/** @param scheme BANK, PROMPTPAY, ...; @param proxyType of a PromptPay number */
export const accountNumber: Normaliser = (value, scheme, proxyType) => {
  const text = asText(value);
  if (text === undefined || text.length > 200) return bad('it is no account number: send it as text');
  const bare = bareNumber(text);
  if (scheme === 'PROMPTPAY') return ((proxyType === undefined ? undefined : proxies[proxyType]) ?? anyProxy)(bare, text);
  return (schemes[scheme ?? 'BANK'] ?? bank)(bare, text);
};

/** Every form in which a number that is asked for may be kept: the asker need not know which scheme it is of. */
export function accountForms(value: Json): Json[] {
  const text = asText(value);
  if (text === undefined || text.length > 200) return [];
  const bare = bareNumber(text);
  const read = [bank, card, ...Object.values(proxies), handle].map((reader: Reader) => reader(bare, text));
  return [...new Set(read.flatMap((one) => (one.ok ? [one.value] : [])))];
}

/** ISO 9362, 8 or 11 characters, upper case. */
export const bic: Normaliser = (value) => {
  if (typeof value !== 'string') return bad('it is no BIC: 8 or 11 letters and digits (ISO 9362)');
  const { text, readings } = bareNumber(value);
  return isValidBIC(text) ? good(text, readings) : bad('it is no BIC: 8 or 11 letters and digits (ISO 9362)');
};

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const byName = new Map([...currencies].flatMap((code) => ['en', 'th'].flatMap((language): [string, string][] => {
  const name = new Intl.DisplayNames(language, { type: 'currency', fallback: 'none' }).of(code);
  return name === undefined ? [] : [[name.toLowerCase(), code]];
})));
const everyday: Readonly<Record<string, string>> = { บาท: 'THB', baht: 'THB', '฿': 'THB', เรียล: 'KHR', riel: 'KHR', ดอลลาร์: 'USD', $: 'USD', จ๊าด: 'MMK', วอน: 'KRW', เยน: 'JPY' };
/** Coins that are counted as money; in no ISO list. */
const coins: ReadonlySet<string> = new Set(['USDT', 'USDC', 'BTC', 'ETH', 'TRX', 'BNB']);

/** ISO 4217, or the sign of a coin that is widely paid with; English and Thai names are understood. */
export const currency: Normaliser = (value) => {
  if (typeof value !== 'string' || value.length > 100) return bad('it is no currency: three letters of ISO 4217, as THB');
  const trimmed = value.trim();
  const code = trimmed.toUpperCase();
  const found = currencies.has(code) || coins.has(code) ? code : (everyday[trimmed.toLowerCase()] ?? byName.get(trimmed.normalize('NFC').toLowerCase()));
  return found === undefined ? bad('it is no currency: three letters of ISO 4217, as THB, or USDT, USDC, BTC, ETH, TRX, BNB') : good(found, trimmed === value ? [] : ['TRIMMED']);
};

/** A decimal as text, for sums are not binary fractions: `1250.5` keeps no trailing zeros; grouping commas go. */
export const decimal: Normaliser = (value) => {
  const given = typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e15 ? String(value) : value;
  if (typeof given !== 'string' || given.length > 60) return bad('it is no amount: write it as 1250.50');
  const arabic = arabicDigits(given.normalize('NFKC').trim());
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(arabic) ? arabic.replaceAll(',', '') : arabic;
  const [, whole = '', fraction = ''] = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(plain) ?? [];
  if (whole === '') return bad('it is no amount: digits, and a point before what is less than one, as 1250.50; no sign');
  const readings: Reading[] = plain === arabic ? [] : ['PUNCTUATION_STRIPPED'];
  const significant = fraction.replace(/0+$/, '');
  return good(`${whole.replace(/^0+(?=\d)/, '')}${significant === '' ? '' : `.${significant}`}`, readings);
};
