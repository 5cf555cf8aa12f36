/**
 * The closed list of what crosses the one law: each function here lets out something that is not a release of a record.
 * The noninterference test models each of them. There is no other way.
 */

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
}

/** An originator's reads of the ledger: who has read its own records. */
export function originatorReading(row: Reading): Reading {
  const { id, at, partner, purpose, operation, records, fields, authority, reason } = row;
  return Object.freeze({ id, at, partner, purpose, operation, records, fields, ...(authority !== undefined && { authority }), ...(reason !== undefined && { reason }) });
}
