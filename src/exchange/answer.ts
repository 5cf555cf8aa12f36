/**
 * The way of a read: viewer, rows, release, ledger, answer. Every use case that discloses goes through `answer`, so none can forget a step.
 */
import { Refusal } from '../errors.ts';
import { type Body } from '../dictionary/types.ts';
import { demandScope } from '../rules/act.ts';
import type { Grant } from '../rules/grant.ts';
import { type Opening, plan } from '../rules/plan.ts';
import type { Audience, Stored } from '../rules/record.ts';
import type { Registry } from '../rules/registry.ts';
import { escalatingTo } from '../rules/recipients.ts';
import { idsFor } from '../rules/reference.ts';
import { release, type Released } from '../rules/release.ts';
import { type Viewer, viewerOf } from '../rules/viewer.ts';
import type { Asker } from './api.ts';
import type { Deps } from './deps.ts';
import { type Counted, type LedgerEntry, type Moment, type Question, type Stamp, stampOf, type Targets } from './ports.ts';
import { namedCase } from './testimony.ts';

export type Opens = (stored: Stored, compartment: string) => boolean;

/** One viewer under one version of the registry. */
export interface Reader {
  readonly registry: Registry;
  readonly viewer: Viewer;
  readonly stamp: Stamp;
  grants(audience: Audience, now: number): readonly Grant[];
  /**
   * Opens what may be opened and releases, in order.
   * @param opens which compartments are worth opening, for a look at a part of each: references are left out of that; all that may be, unless given
   */
  release(rows: readonly Stored[], now: number, opens?: Opens): Promise<Released[]>;
  /** Which of these ids name records that the viewer sees, and of which kind: shown by the database, and confirmed by grants computed anew. */
  kindsOf(ids: Iterable<string>): Promise<ReadonlyMap<string, string>>;
}

export interface Answer<T> {
  readonly moment: Moment;
  readonly released: readonly Released[];
  /** What was asked, blinded. */
  readonly asked?: readonly string[];
  /** Of whose records numbers are told. */
  readonly counted?: readonly Counted[];
  /** Of a search for persons: more than one where it names more of them than one has room for. */
  readonly questions?: readonly Question[] | undefined;
  /** Called once the disclosure is durable; may refuse (`NOT_FOUND` is an answer, and is in the ledger too). */
  finish(): T;
}

const noBodies: ReadonlyMap<string, Body> = new Map();

const all: Opens = () => true;
const noKinds: ReadonlyMap<string, string> = new Map();

/** @param targets how ids are looked up: by a read of its own, or within a transaction */
export function readerOf(deps: Deps, registry: Registry, viewer: Viewer, targets: (stamp: Stamp, ids: readonly string[]) => Promise<Targets> = deps.read.targets): Reader {
  const stamp = stampOf(viewer);
  const grants = (audience: Audience, now: number): readonly Grant[] => deps.registry.grants(registry, audience, viewer, now);
  const desks = viewer.seat === undefined ? undefined : [viewer.seat, ...escalatingTo(registry.partners.get(viewer.partner)?.desks ?? [], viewer.seat)];
  const sight = (stored: Stored, now: number) => ({
    grants: grants(stored.meta.audience, now),
    partner: viewer.partner,
    ...(desks !== undefined && { desks }),
    memberOf: (channel: string) => registry.channels.get(channel)?.members.includes(viewer.partner) === true,
  });
  async function kindsOf(ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const asked = [...new Set(ids)];
    if (asked.length === 0) return noKinds;
    const { targets: found, version, now } = await targets(stamp, asked);
    if (version !== registry.version) throw new Refusal('REGISTRY_MOVED');
    return new Map(found.filter(({ audience }) => grants(audience, now).length > 0).map(({ id, kind }) => [id, kind]));
  }
  return {
    registry,
    viewer,
    stamp,
    grants,
    kindsOf,
    async release(rows, now, opens = all) {
      const opened = await openPlanned(deps, rows, (stored) => plan(stored, grants(stored.meta.audience, now)).filter(({ compartment }) => opens(stored, compartment)));
      const referred = opens !== all ? [] : rows.flatMap((stored) => idsFor(stored, grants(stored.meta.audience, now), opened.get(stored) ?? noBodies));
      const kinds = await kindsOf(referred);
      const sees = (id: string, to: readonly string[]): boolean => to.includes(kinds.get(id) ?? '');
      return rows.map((stored) => release(stored, { ...sight(stored, now), sees }, opened.get(stored) ?? noBodies));
    },
  };
}

/** Opens the compartments that the plan of each row names, all in one go. */
export async function openPlanned(deps: Deps, rows: readonly Stored[], planned: (stored: Stored) => readonly Opening[]): Promise<Map<Stored, Map<string, Body>>> {
  const openings = rows.flatMap((stored) => planned(stored).map((opening) => ({ stored, ...opening })));
  const opened = new Map<Stored, Map<string, Body>>();
  if (openings.length === 0) return opened;
  const bodies = await deps.vault.open(openings.map(({ stored: { meta }, compartment, part }) =>
    ({ record: meta.id, originator: meta.originator, compartment, version: part.version, sealed: part.sealed })));
  for (const [i, { stored, compartment }] of openings.entries()) {
    const body = bodies[i];
    if (body === undefined || body === 'KEY_DESTROYED') throw new Refusal('KEY_UNAVAILABLE');
    let of = opened.get(stored);
    if (of === undefined) opened.set(stored, (of = new Map<string, Body>()));
    of.set(compartment, body);
  }
  return opened;
}

/** What a disclosure lets each originator know: which of its records, which fields. In order of id: rows lie in the database as changes left them. */
export function disclosuresOf(released: readonly Released[]): LedgerEntry['disclosures'] {
  const groups = new Map<string, { originator: string; records: string[]; fields: readonly string[]; delay?: string }>();
  for (const { id, originator, fields, delay } of [...released].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const key = `${originator} ${delay ?? ''} ${fields.join(' ')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { originator, records: [id], fields, ...(delay !== undefined && { delay }) });
    else group.records.push(id);
  }
  return [...groups.values()];
}

const mostTries = 6;

/** The viewer under the registry as it is now: a refusal under an old version is not believed before a look at the new one. */
export async function viewerNow(deps: Deps, asker: Asker, scope: string | undefined, registry: Registry): Promise<Viewer> {
  const build = (under: Registry): Viewer => {
    const viewer = viewerOf(under, asker.claims, asker.purpose, namedCase(deps.vault, asker.case));
    if (scope !== undefined && scope !== '') demandScope(viewer, scope);
    return viewer;
  };
  try {
    return build(registry);
  } catch (refusal) {
    if ((await deps.read.moment()).version === registry.version) throw refusal;
    return build(await deps.registry.refresh());
  }
}

/**
 * Runs `work` under the registry of this moment, writes the ledger, and only then lets the answer out. When the registry moves meanwhile, all of it
 * is done again.
 * @param operation as the ledger names it
 * @throws Refusal REGISTRY_MOVED when it keeps moving
 */
export async function answer<T>(deps: Deps, asker: Asker, scope: string, operation: string, work: (reader: Reader) => Promise<Answer<T>>): Promise<T> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    let registry = await deps.registry.current();
    const viewer = await viewerNow(deps, asker, scope, registry);
    registry = await deps.registry.current();
    if (viewer.registryVersion !== registry.version) continue;
    const result = await attempt(deps, readerOf(deps, registry, viewer), work);
    if (result === undefined) continue;
    const entry: LedgerEntry = { viewer, operation, requestId: asker.requestId, asked: result.asked ?? [], questions: result.questions ?? [], disclosures: disclosuresOf(result.released), counted: result.counted ?? [] };
    if (await deps.ledger.append(entry)) return result.finish();
    await deps.registry.refresh();
  }
  throw new Refusal('REGISTRY_MOVED');
}

/** @returns undefined when it was answered under another version of the registry */
async function attempt<T>(deps: Deps, reader: Reader, work: (reader: Reader) => Promise<Answer<T>>): Promise<Answer<T> | undefined> {
  const { version } = reader.registry;
  try {
    const result = await work(reader);
    if (result.moment.version === version) return result;
    await deps.registry.refresh();
    return undefined;
  } catch (error) {
    // Rows shown under a newer registry may find no grant under ours: that is no disagreement of the locks, but a reason to look again.
    if ((await deps.read.moment()).version === version) throw error;
    await deps.registry.refresh();
    return undefined;
  }
}
