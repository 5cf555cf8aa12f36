/** The way of a write: viewer, one transaction, the ledger within it, and the originator's own released view. */
import type { Body } from '../dictionary/types.ts';
import { Refusal } from '../errors.ts';
import type { Stored } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import { disclosuresOf, type Reader, readerOf, viewerNow } from './answer.ts';
import type { Asker } from './api.ts';
import { overrideEntry, type OverrideUse } from './consent.ts';
import type { Deps } from './deps.ts';
import { type LedgerEntry, type NewRecord, RefTaken, type ShareRow, stampOf, type WriteTx } from './ports.ts';

export interface Writer extends Reader {
  readonly tx: WriteTx;
  /** The record as this viewer has it, after what was written. */
  view(id: string): Promise<Released>;
  /** Enters into the ledger, with this write, that a record goes beyond consent, or past a warning list, by an override. */
  overridden(use: OverrideUse): void;
  /** Enters into the ledger, with this write and under a name of its own, what it lets others have of the writer's own records. */
  noted(operation: string, records: readonly string[], fields: readonly string[]): void;
  /** Enters into the ledger, with this write, records that were looked at for it. */
  looked(records: readonly Released[]): void;
  /** Whether this is not the first try: one before it found an own number taken, or the registry moved. */
  readonly again: boolean;
}

/** What a write answers with, and what that discloses. */
export interface Done<T> {
  readonly value: T;
  readonly released: readonly Released[];
  /** Told without a record: what is entered beside what was released. */
  readonly named?: LedgerEntry['disclosures'];
}

/** The transaction, gathering to whom it gives notice of which records: the ledger keeps it. */
function noticing(tx: WriteTx, given: Map<string, string[]>): WriteTx {
  const note = (id: string, shares: readonly ShareRow[]): void => {
    for (const { notify } of shares) for (const to of notify) given.set(to, [...(given.get(to) ?? []), id]);
  };
  const noteAll = (records: readonly NewRecord[]): void => { for (const { state: { id }, shares } of records) note(id, shares); };
  return {
    ...tx,
    insert: async (records) => {
      noteAll(records);
      return tx.insert(records);
    },
    put: async (records) => {
      noteAll(records);
      return tx.put(records);
    },
    amend: async (amendment) => {
      note(amendment.state.id, amendment.addShares);
      return tx.amend(amendment);
    },
  };
}

const mostTries = 6;
/** Two writers that lock each other out: the database ends one of them (40P01), which begins again. */
const lockedOut = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '40P01';
const again = (error: unknown): boolean => lockedOut(error) || error instanceof RefTaken || (error instanceof Refusal && error.code === 'REGISTRY_MOVED');

/**
 * Runs `work` in one transaction and enters what it returns into the ledger before the commit. Done again when the registry moved, or a concurrent
 * writer took an own number first.
 */
export async function act<T>(deps: Deps, asker: Asker, scope: string, operation: string, work: (writer: Writer) => Promise<Done<T>>): Promise<T> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const viewer = await viewerNow(deps, asker, scope, await deps.registry.current());
    const registry = await deps.registry.current();
    try {
      return await deps.write.write(stampOf(viewer), async (tx) => {
        if (tx.version !== viewer.registryVersion) throw new Refusal('REGISTRY_MOVED');
        const reader = readerOf(deps, registry, viewer, async (_, ids) => ({ version: tx.version, now: tx.now, targets: await tx.targets(ids) }));
        const view = async (id: string): Promise<Released> => {
          const [released] = await reader.release(await tx.byIds([id]), tx.now);
          if (released === undefined) throw new Error('a written record is not visible to its writer');
          return released;
        };
        const uses: OverrideUse[] = [];
        const seen: Released[] = [];
        const given = new Map<string, string[]>();
        const notes: { operation: string; records: readonly string[]; fields: readonly string[] }[] = [];
        const { value, released, named = [] } = await work({ ...reader, tx: noticing(tx, given), view, overridden: (use) => void uses.push(use), noted: (name, records, fields) => void notes.push({ operation: name, records, fields }), looked: (records) => void seen.push(...records), again: tries > 0 });
        tx.enter({ viewer, operation, requestId: asker.requestId, asked: [], disclosures: [...disclosuresOf([...released, ...seen]), ...named] });
        for (const [to, records] of given) {
          const disclosures = [{ originator: viewer.partner, records, fields: [] }];
          tx.enter({ viewer, operation: `notice to ${to}`, requestId: asker.requestId, asked: [], disclosures });
        }
        for (const { operation: name, ...what } of notes) {
          tx.enter({ viewer, operation: name, requestId: asker.requestId, asked: [], disclosures: [{ originator: viewer.partner, ...what }] });
        }
        for (const [kind, of] of Map.groupBy(uses, (use) => use.operation)) tx.enter(await overrideEntry(deps, viewer, asker.requestId, kind, of));
        return value;
      });
    } catch (error) {
      if (!again(error)) throw error;
      await deps.registry.refresh();
    }
  }
  throw new Refusal('REGISTRY_MOVED');
}

/** All sealed compartments of a stored record, opened inside: for resealing and carrying over, never for release. */
export async function openInside(deps: Deps, { meta }: Stored): Promise<Map<string, Body>> {
  const parts = [...meta.sealedParts];
  const bodies = await deps.vault.open(parts.map(([compartment, { version, sealed }]) => ({ record: meta.id, originator: meta.originator, compartment, version, sealed })));
  return new Map(parts.map(([compartment], i) => {
    const body = bodies[i];
    if (body === undefined || body === 'KEY_DESTROYED') throw new Refusal('KEY_UNAVAILABLE');
    return [compartment, body];
  }));
}
