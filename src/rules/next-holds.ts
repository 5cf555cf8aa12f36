/** Holds that follow the money: of the transfers that are released to somebody, where it arrived, whose desk keeps that, and how much to hold. Pure. */
import { valueAt } from '../dictionary/parts.ts';
import type { Body, Json } from '../dictionary/types.ts';
import type { DeskOf } from './request.ts';

/** Where money arrived, and how much of it, as far as the transfers say. */
export interface Arrived {
  /** Id of the first transfer that brought it. */
  readonly transfer: string;
  readonly account?: string;
  readonly number?: string;
  readonly scheme?: string;
  readonly proxyType?: string;
  readonly bic?: string;
  readonly code?: string;
  readonly country?: string;
  /** In one currency: of several there is no sum. */
  readonly amount?: { readonly amount: string; readonly currency: string };
}

const textAt = (body: Body, ...path: readonly string[]): string | undefined => {
  const value: Json | undefined = valueAt(body, path);
  return typeof value === 'string' ? value : undefined;
};

/** Places of a decimal that are counted: more than any amount has. */
const places = 18;
const scaled = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
};

/** @param decimals in normal form: `1250.5` */
export function decimalSum(decimals: readonly string[]): string {
  const sum = decimals.reduce((total, one) => total + scaled(one), 0n).toString().padStart(places + 1, '0');
  const fraction = sum.slice(-places).replace(/0+$/, '');
  return `${sum.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}

function amountOf(transfers: readonly Body[]): Arrived['amount'] {
  const [currencies, amounts] = [new Set(transfers.map((body) => textAt(body, 'currency'))), transfers.map((body) => textAt(body, 'amount'))];
  const [currency] = currencies;
  const known = amounts.filter((amount) => amount !== undefined);
  return currencies.size !== 1 || currency === undefined || known.length !== amounts.length ? undefined : { amount: decimalSum(known), currency };
}

/** Each place once, in the order in which money first came there. @param transfers as they were released */
export function arrivedAt(transfers: readonly { readonly id: string; readonly body: Body }[]): Arrived[] {
  const placeOf = (body: Body): string => JSON.stringify(['number', 'cryptoAddress', 'scheme'].map((name) => textAt(body, 'to', name) ?? null).concat(['bic', 'code'].map((name) => textAt(body, 'to', 'institution', name) ?? null)));
  return [...Map.groupBy(transfers, ({ body }) => placeOf(body)).values()].flatMap((there): Arrived[] => {
    const [first] = there;
    if (first === undefined) return [];
    const { id: transfer, body } = first;
    const account = there.map((one) => textAt(one.body, 'to', 'account')).find((one) => one !== undefined);
    const found = {
      account, number: textAt(body, 'to', 'number'), scheme: textAt(body, 'to', 'scheme'), proxyType: textAt(body, 'to', 'proxyType'),
      bic: textAt(body, 'to', 'institution', 'bic'), code: textAt(body, 'to', 'institution', 'code'), country: textAt(body, 'to', 'institution', 'country'), amount: amountOf(there.map((one) => one.body)),
    };
    return [{ transfer, ...(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Omit<Arrived, 'transfer'>) }];
  });
}

/** What a registry's desk says of the institutions whose accounts it keeps. */
interface Keeper {
  readonly id: string;
  readonly desks: readonly { readonly id: string; readonly institutions?: readonly string[] }[];
}

/** The desk that keeps the accounts of an institution: by its BIC (the branch does not count), or its country's code. Undefined: nobody says so. */
export function keeperOf(partners: Iterable<Keeper>, { bic, code, country }: Pick<Arrived, 'bic' | 'code' | 'country'>): DeskOf | undefined {
  const names = [...(bic === undefined ? [] : [bic.slice(0, 8)]), ...(code === undefined ? [] : [`/${code}`])];
  const fits = (declared: string): boolean => names.some((name) => (name.startsWith('/') ? (country === undefined ? declared.endsWith(name) : declared === `${country}${name}`) : declared === name));
  const found = [...partners].flatMap(({ id: partner, desks }) => desks.filter(({ institutions = [] }) => institutions.some(fits)).map(({ id: desk }) => ({ partner, desk })));
  // Two banks of different countries may have one code: where nobody says which, neither is asked.
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Whether a desk keeps the accounts of an institution, named as a request names it: a BIC (the branch does not count), a national code, alone or with its
 * country. Undefined: it says nothing of that sort.
 */
export function keeps({ institutions = [] }: Keeper['desks'][number], named: string): boolean | undefined {
  const name = named.trim().toUpperCase();
  const bic = /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(name) ? name.slice(0, 8) : undefined;
  if (institutions.some((declared) => declared === bic || declared.toUpperCase() === name || declared.toUpperCase().endsWith(`/${name}`))) return true;
  return institutions.some((declared) => declared.includes('/') !== (bic !== undefined)) ? false : undefined;
}

/** The desks that say that they keep its accounts: of two countries, two may have one code. */
export const keepersOf = (partners: Iterable<Keeper>, named: string): DeskOf[] =>
  [...partners].flatMap(({ id: partner, desks }) => desks.filter((desk) => keeps(desk, named) === true).map(({ id: desk }) => ({ partner, desk })));
