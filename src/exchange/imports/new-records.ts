/** New records in bulk: sealed in one call. */
import { stateOf } from '../../rules/condition.ts';
import type { SealedPart } from '../../rules/record.ts';
import type { Viewer } from '../../rules/viewer.ts';
import { place } from '../compose.ts';
import type { Deps } from '../deps.ts';
import { isBehind, submittedQuestions } from '../matching.ts';
import { workOutNames } from '../names-apart.ts';
import type { NewRecord } from '../ports.ts';
import { endsOf } from '../references.ts';
import { carriesCorrection } from '../requests/carries-correction.ts';
import { keysOf } from '../tokens.ts';
import type { Fresh } from './batch.ts';
import type { ReadyRow } from './prepare.ts';

const none: ReadonlyMap<string, SealedPart> = new Map();

/** Records to be written, and when that may be committed. */
interface Sealing {
  readonly records: readonly NewRecord[];
  /** To be awaited before the commit: a record whose keys are lost opens nowhere. */
  readonly durable: Promise<void>;
}

interface Within {
  /** Ids of records that it exists by, beside those that it names as such: of a part of a request, its leg. */
  readonly within?: readonly string[];
}

export async function newRecords(deps: Deps, viewer: Viewer, fresh: readonly (Pick<Fresh, 'id' | 'shares' | 'limits'> & Within & { readonly row: Pick<ReadyRow, 'composed' | 'channels' | 'ref'> })[]): Promise<Sealing> {
  const { partner: originator, desk, subject } = viewer;
  const working = workOutNames(fresh.map(({ row: { composed } }) => composed));
  const placed = fresh.map(({ row, id }) => ({ id, ...place(row.composed) }));
  const parts = placed.flatMap(({ id, toSeal }) => toSeal.map(({ compartment, fields }) => ({ record: id, originator, compartment, version: 1, fields })));
  const { texts, durable } = await deps.vault.sealNew(parts);
  await working;
  const sealed = new Map<string, Map<string, SealedPart>>();
  for (const [i, { record, compartment, version }] of parts.entries()) {
    const of = sealed.get(record) ?? new Map<string, SealedPart>();
    sealed.set(record, of.set(compartment, { version, sealed: texts[i] ?? '' }));
  }
  const records = fresh.map(({ row: { composed, channels, ref }, id, shares, limits, within = [] }, i): NewRecord => {
    const { kind, classification, markings, content } = composed;
    return {
      ends: [...endsOf(composed), ...within],
      ...(kind.extract !== undefined && { source: String(content[kind.extract.from]) }),
      state: { id, kind: kind.name, originator, classification, channels, limits, state: stateOf(kind, markings, content), status: 'ACTIVE', body: placed[i]?.open ?? {}, sealed: sealed.get(id) ?? none },
      keys: () => keysOf(deps.vault, kind, classification, markings, content),
      questions: submittedQuestions(deps.vault, kind, viewer, content),
      ...((isBehind(kind) || carriesCorrection(deps, kind, content)) && { hand: { desk, subject } }),
      shares,
      refs: ref === undefined ? [] : [ref],
      fields: Object.keys(content),
    };
  });
  return { records, durable };
}
