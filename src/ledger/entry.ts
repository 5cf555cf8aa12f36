import { canonical } from './canonical.ts';
import { leafHash } from './tree.ts';

/** What was disclosed of one originator's records. */
export interface Disclosure {
  readonly originator: string;
  readonly records: readonly string[];
  /** The fields released of each of these records; records of which other fields were released stand in a disclosure of their own. */
  readonly fields: readonly string[];
}

/** One answer, as the ledger keeps it: who, for what, was given what. Never a value. */
export interface Entry {
  /** UUIDv7. */
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The node that answered. */
  readonly node: string;
  readonly viewer: { readonly partner: string; readonly subject: string; readonly client: string; readonly issuer: string; readonly purpose: string };
  readonly operation: string;
  readonly requestId: string;
  readonly registryVersion: number;
  readonly disclosures: readonly Disclosure[];
  /** The asked values, blinded, hex. */
  readonly asked: readonly string[];
  readonly outcome: 'RELEASED' | 'NOTHING' | 'NOT_MODIFIED' | 'WRITTEN';
}

/**
 * The bytes that are hashed. Members are named one by one, so that a stray one can neither slip in nor change the hash; what has no order
 * (records, fields, asked values) is sorted, so that two nodes encode one answer alike.
 */
export function encodeEntry({ id, at, node, viewer, operation, requestId, registryVersion, disclosures, asked, outcome }: Entry): Buffer {
  const { partner, subject, client, issuer, purpose } = viewer;
  const parts = disclosures.map(({ originator, records, fields }) => ({ originator, records: records.toSorted(), fields: fields.toSorted() }));
  return Buffer.from(canonical({
    format: 1, id, at, node, viewer: { partner, subject, client, issuer, purpose }, operation, requestId, registryVersion,
    disclosures: parts, asked: asked.toSorted(), outcome,
  }), 'utf8');
}

/** The entry's leaf in the tree. */
export const entryHash = (entry: Entry): Buffer => leafHash(encodeEntry(entry));
