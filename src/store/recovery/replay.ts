/**
 * After a restore of the rows: what happened since, as the journal in the key database tells it, is done again. Only what narrows: erasures, holds, and what
 * is out of force. What was put back in force since stays out of it until somebody says so again.
 */
import type { TransactionSql } from 'postgres';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Registry } from '../../rules/registry.ts';
import { applyIn, holdRegistry, type ObjectChange } from '../apply.ts';
import type { RegistryObject } from '../registry.ts';
import { endHold, type HoldRow, holdOf, insertHold } from './holds.ts';
import type { Journal, OutOfForce } from './journal.ts';
import { replayStaff } from './staff.ts';

export interface Replayed {
  readonly erasures: number;
  readonly holds: number;
  readonly suspensions: number;
}

const sections = { partner: 'partners', issuer: 'issuers', client: 'clients', agreement: 'agreements', channel: 'channels', statistic: 'statistics' } as const;
const atOnce = 1000;

/** A mechanism has no status: nobody suspends a clock. */
const heldIn = (registry: Registry, type: RegistryObject['type'], id: string): { readonly status: string } | undefined =>
  (type === 'mechanism' ? undefined : registry[sections[type]].get(id));

type Suspended = OutOfForce & { readonly type: RegistryObject['type'] };
const isObject = (each: OutOfForce): each is Suspended => each.type !== 'staff' && each.type !== 'staff-keys';

/** What went out of force after the state that these rows are of, and is in force here. */
async function lostSuspensions(tx: TransactionSql, registry: Registry, journaled: readonly OutOfForce[]): Promise<Suspended[]> {
  const rows = await tx<{ type: RegistryObject['type']; id: string; version: number }[]>`select type, id, version::float8 as version from registry_object`;
  const versions = new Map(rows.map(({ type, id, version }) => [`${type} ${id}`, version]));
  return journaled.filter(isObject).filter(({ type, id, version }) => heldIn(registry, type, id)?.status === 'ACTIVE' && (versions.get(`${type} ${id}`) ?? version) < version);
}

async function replayHolds(tx: TransactionSql, journal: Journal): Promise<number> {
  const here = new Map((await tx<HoldRow[]>`select * from legal_hold`).map((row) => [row.id, holdOf(row)]));
  let done = 0;
  for (const hold of await journal.holds()) {
    const known = here.get(hold.id);
    if (known === undefined) await insertHold(tx, hold);
    else if (known.release === undefined && hold.release !== undefined) await endHold(tx, hold.id, hold.release);
    else continue;
    done += 1;
  }
  return done;
}

/** Without a look at holds: what the list names has no keys any more. */
async function replayErasures(tx: TransactionSql, journal: Journal): Promise<number> {
  let done = 0;
  for (let after: string | undefined; ;) {
    const erasures = await journal.erasures(after, atOnce);
    const ids = erasures.map(({ record }) => record);
    const standing = new Set((await tx<{ id: string }[]>`select id from record where id = any(${ids}::uuid[])`).map(({ id }) => id));
    // In the order in which they were erased: what ends with a record is erased with it, and was noted by itself too.
    for (const { record, reason, at } of erasures.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) await tx`select prasan_bury(r.id, ${reason}, ${at}::timestamptz) from record r where r.id = ${record}::uuid`;
    await tx`select prasan_keys_destroyed(${ids}::uuid[])`;
    done += standing.size;
    after = ids.at(-1);
    if (erasures.length < atOnce) return done;
  }
}

/** @param atLeast the registry's version before, where it is known: the next one is above it */
async function replaySuspensions(tx: TransactionSql, dictionary: Dictionary, journal: Journal, atLeast: number): Promise<number> {
  const journaled = (await journal.outOfForce()).filter(isObject);
  const now = await holdRegistry(tx);
  const changes = (await lostSuspensions(tx, now, journaled)).map(({ type, id, overlay }): ObjectChange =>
    ({ type, id, change: 'CHANGED', object: { type, id, doc: { ...heldIn(now, type, id), ...overlay } } as unknown as RegistryObject }));
  // No number that stood for another registry may come again: nodes and the journal compare by it.
  const version = Math.max(now.version, atLeast, ...journaled.map((each) => each.version));
  await applyIn(tx, dictionary, { ...now, version }, changes, 'prasan restore', 'replayed after a restore');
  return changes.length;
}

/**
 * Brings restored rows up to what must not be undone, and gives the feed a new epoch; tokens of before count no more.
 * @param tx of the owner
 */
export async function replay(tx: TransactionSql, dictionary: Dictionary, journal: Journal, atLeast = 0): Promise<Replayed> {
  const suspensions = await replaySuspensions(tx, dictionary, journal, atLeast);
  const holds = await replayHolds(tx, journal);
  const erasures = await replayErasures(tx, journal);
  await tx`update feed_state set epoch = gen_random_uuid()`;
  await tx`update registry_state set tokens_from = clock_timestamp()`;
  return { erasures, holds, suspensions: suspensions + (await replayStaff(tx, await journal.outOfForce())) };
}
