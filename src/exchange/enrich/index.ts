/** What is known offline of an address: its country, and the network that announces it. Tables ship as npm packages; nothing is asked of anybody. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Reader } from 'mmdb-lib';
import type { CountryResponse } from 'mmdb-lib';
import { addressBytes } from '../../dictionary/normalise/address.ts';
import { countries } from '../../dictionary/normalise/country.ts';
import { loadAsnTable } from './asn-table.ts';
import type { AsnTable } from './asn-table.ts';

export interface Enrichment {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly asn?: number;
  readonly networkName?: string;
}

/** Whose data it is: the pages that show it name each with a link, as the licences ask. */
export interface EnrichmentSource {
  readonly name: string;
  readonly url: string;
  readonly licence: string;
  /** ISO 8601 date of the data. */
  readonly date: string;
  /** The npm package it comes in. */
  readonly through: string;
  readonly gives: readonly (keyof Enrichment)[];
}

const require = createRequire(import.meta.url);
const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`));
const countryPackage = '@ip-location-db/geo-whois-asn-country-mmdb';
const asnPackage = '@ip-location-db/asn';

/** These tables give the code itself, where MaxMind's give an object. */
type CountryRow = CountryResponse & { readonly country_code?: string };

let countryTable: Reader<CountryRow> | undefined;
let asnTable: AsnTable | undefined;

const countryReader = (): Reader<CountryRow> => (countryTable ??= new Reader<CountryRow>(readFileSync(join(folderOf(countryPackage), 'geo-whois-asn-country.mmdb'))));
const asns = (): AsnTable => (asnTable ??= loadAsnTable(join(folderOf(asnPackage), 'asn-ipv4-num.csv'), join(folderOf(asnPackage), 'asn-ipv6-num.csv')));

/** Loads the tables now (some hundred milliseconds), so that the first request does not. */
export function warmEnrichment(): void {
  countryReader();
  asns();
}

/** @param address in normal form; of anything else nothing is known */
export function enrichAddress(address: string): Enrichment {
  if (addressBytes(address) === undefined) return {};
  const code = countryReader().get(address)?.country_code;
  const network = asns().lookup(address);
  return {
    ...(code !== undefined && countries.has(code) && { country: code }),
    ...(network !== undefined && { asn: network.asn }),
    ...(network !== undefined && network.name !== '' && { networkName: network.name.slice(0, 200) }),
  };
}

/** The packages' versions end in the day their data was made: `2.3.2026061719`. */
function dateOf(name: string): string {
  const { version } = require(`${name}/package.json`) as { readonly version: string };
  const [, year, month, day] = /\.(\d{4})(\d\d)(\d\d)\d*$/.exec(version) ?? [];
  return year === undefined ? version : `${year}-${month}-${day}`;
}

/** @returns one entry for each whose data it is; it is cheap and loads no table */
export function enrichmentSource(): readonly EnrichmentSource[] {
  const country = { licence: 'CC BY 4.0', date: dateOf(countryPackage), through: countryPackage, gives: ['country'] } as const;
  const network = { licence: 'CC BY 4.0', date: dateOf(asnPackage), through: asnPackage, gives: ['asn', 'networkName'] } as const;
  return [
    { name: 'Number Resource Organization', url: 'https://www.nro.net', ...country },
    { name: 'RouteViews', url: 'https://www.routeviews.org', ...network },
    { name: 'IP Geolocation by DB-IP', url: 'https://db-ip.com', ...network },
  ];
}
