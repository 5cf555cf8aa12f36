/** The normalisers that `@normalise(by:)` names. Pure: they never throw, and normalising a normal form changes nothing. */
import type { Json } from '../types.ts';
import { accountForms, accountNumber, bic, currency, decimal } from './account.ts';
import { cryptoAddress } from './crypto-address.ts';
import { date, partialDate } from './calendar-date.ts';
import { caselessEmail, cleaned, dialled, phone } from './contact.ts';
import { cellId } from './device.ts';
import { document } from './document.ts';
import { recordId } from './record-id.ts';
import type { Normaliser, Reading } from './types.ts';
import { observable } from './observable.ts';
import { instant } from './instant.ts';
import { country } from './country.ts';
import { text } from './text.ts';
import { site } from './web.ts';

export const normalisers = Object.freeze({
  OBSERVABLE: observable, INSTANT: instant, COUNTRY: country, TEXT: text, DATE: date, PARTIAL_DATE: partialDate, DOCUMENT: document, ACCOUNT_NUMBER: accountNumber,
  SITE: cleaned(site), DIALLED: cleaned(dialled),
  BIC: bic, DECIMAL: decimal, CURRENCY: currency, PHONE: cleaned(phone), EMAIL: cleaned(caselessEmail), CELL_ID: cleaned(cellId), CRYPTO_ADDRESS: cleaned(cryptoAddress), RECORD_ID: recordId,
} satisfies Readonly<Record<string, Normaliser>>);

export type NormaliserName = keyof typeof normalisers;

const isNormaliser = (name: string): name is NormaliserName => Object.hasOwn(normalisers, name);

/**
 * The normal forms in which an asked value may be kept, and how it was read. Mostly one; where siblings say what a value is, the asker need not know them.
 * @returns what is wrong with the value, where it has none
 */
export function askedReading(by: string, value: Json): { readonly forms: readonly Json[]; readonly readings: readonly Reading[] } | { readonly message: string } {
  if (!isNormaliser(by) || by === 'OBSERVABLE') return { forms: [value], readings: [] };
  const read = normalisers[by](value, undefined);
  const forms = by === 'ACCOUNT_NUMBER' ? accountForms(value) : read.ok ? [read.value] : [];
  return forms.length > 0 ? { forms, readings: read.ok ? read.readings : [] } : { message: read.ok ? 'it cannot be read' : read.message };
}

/** The forms alone. */
export function askedForms(by: string, value: Json): readonly Json[] | { readonly message: string } {
  const asked = askedReading(by, value);
  return 'message' in asked ? asked : asked.forms;
}

export { observableTypes } from './observable.ts';
export type { Normalised, Normaliser, Reading } from './types.ts';
