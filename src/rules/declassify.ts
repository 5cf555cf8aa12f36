/**
 * The closed list of what crosses the one law: each function here lets out something that is not a release of a record.
 * The noninterference test models each of them. There is no other way.
 */

import { type CountedCell, nameOf, noiseOf, placesOf, shownPlaces } from './statistic-cells.ts';

/** A reading as its originator may know it: who, for what, when, which of its records and fields. Never what was asked, never whose else. */
export interface Reading {
  readonly id: string;
  readonly at: string;
  readonly partner: string;
  readonly purpose: string;
  readonly operation: string;
  readonly records: readonly string[];
  readonly fields: readonly string[];
  /** Of `consent-override`: by whose authority, and why, a record goes beyond consent. */
  readonly authority?: string;
  readonly reason?: string;
  /** Of a counting: how many of its records were counted, and no more. */
  readonly counted?: number;
}

/** An originator's reads of the ledger: who has read its own records. */
export function originatorReading(row: Reading): Reading {
  const { id, at, partner, purpose, operation, records, fields, authority, reason, counted } = row;
  return Object.freeze({ id, at, partner, purpose, operation, records, fields, ...(authority !== undefined && { authority }), ...(reason !== undefined && { reason }), ...(counted !== undefined && { counted }) });
}

/** A cell or margin of a declared table, as it may be told. */
export interface StatisticCell {
  /** One a dimension; null: all of them. */
  readonly values: readonly (string | null)[];
  /** With its noise: never below 6, within 5 of the truth. */
  readonly count: number;
}

/**
 * Statistic cells: those that hold at least 11 records of at least two originators other than the asker, and without which no smaller one follows; each
 * with the noise of its key. What is not among them holds few records, or none, or is hidden with those: which of the three does not show.
 */
export function statisticCells(cells: readonly CountedCell[], dimensions: number, asker: string): StatisticCell[] {
  const shown = [...shownPlaces(placesOf(cells, dimensions, asker))].map(({ values, all }) => Object.freeze({ values, count: all.records + noiseOf(all.key) }));
  return shown.sort((a, b) => (nameOf(a.values) < nameOf(b.values) ? -1 : 1));
}
