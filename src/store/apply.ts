/** Putting a registry in force: one transaction changes the objects, raises the version, and brings every audience's grants up to date. */
import type { Sql, TransactionSql } from 'postgres';
import type { Dictionary } from '../dictionary/types.ts';
import { forever, type GrantRow, grantRows } from '../rules/grant.ts';
import type { Declared, Registry } from '../rules/registry.ts';
import { insertGrants, lockSpace, registryLock } from './intern.ts';
import { loadRegistry, type RegistryObject, registryFrom } from './registry.ts';
import { desksKept } from './sessions.ts';
import { audienceColumns, type AudienceRow, audiencesOf } from './rows.ts';

export interface ObjectChange {
  readonly type: RegistryObject['type'];
  readonly id: string;
  readonly change: 'ADDED' | 'CHANGED';
  readonly object: RegistryObject;
}

/** Declared objects that are new or differ from what is in force. What is left out stays as it is. */
export function changesOf(now: Registry, declared: Declared): ObjectChange[] {
  const changes: ObjectChange[] = [];
  const compare = (type: RegistryObject['type'], before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): void => {
    for (const [id, doc] of after) {
      const old = before.get(id);
      if (old !== undefined && canonical(old) === canonical(doc)) continue;
      changes.push({ type, id, change: old === undefined ? 'ADDED' : 'CHANGED', object: { type, id, doc } as RegistryObject });
    }
  };
  compare('partner', now.partners, declared.partners);
  compare('issuer', now.issuers, declared.issuers);
  compare('client', now.clients, declared.clients);
  compare('agreement', now.agreements, declared.agreements);
  compare('channel', now.channels, declared.channels);
  compare('mechanism', now.mechanisms, declared.mechanisms);
  compare('statistic', now.statistics, declared.statistics);
  return changes;
}

/** JSON with members in order, so that a document that came back from jsonb compares equal. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner);
}

/** The registry as it would stand. */
export function merged(now: Registry, changes: readonly ObjectChange[], version: number): Registry {
  const kept: RegistryObject[] = [];
  for (const [id, doc] of now.partners) kept.push({ type: 'partner', id, doc });
  for (const [id, doc] of now.issuers) kept.push({ type: 'issuer', id, doc });
  for (const [id, doc] of now.clients) kept.push({ type: 'client', id, doc });
  for (const [id, doc] of now.agreements) kept.push({ type: 'agreement', id, doc });
  for (const [id, doc] of now.channels) kept.push({ type: 'channel', id, doc });
  for (const [id, doc] of now.mechanisms) kept.push({ type: 'mechanism', id, doc });
  for (const [id, doc] of now.statistics) kept.push({ type: 'statistic', id, doc });
  return registryFrom(version, [...kept, ...changes.map(({ object }) => object)], now.signingKeys, now.tokensFrom);
}

interface HeldRow {
  readonly id: string;
  readonly audience_id: number;
  readonly partner: string;
  readonly channel: string | null;
  readonly agreement: string | null;
  readonly clause: string | null;
  readonly purposes: number;
  readonly level: number;
  readonly ceiling: number;
  readonly caveats: number;
  readonly case_tag: string | null;
  readonly desks: string[] | null;
  readonly field: string | null;
  readonly starts: number | null;
  readonly ends: number | null;
}

const edge = (ms: number): number | null => (Math.abs(ms) >= forever ? null : ms);
const rowName = (row: GrantRow): string =>
  JSON.stringify([row.partner, row.channel ?? null, row.agreement ?? null, row.clause ?? null, row.purposes, row.level, row.ceiling, row.caveats, edge(row.to), row.case ?? null, desksKept(row), row.field ?? null]);
const heldName = (row: HeldRow): string => JSON.stringify([row.partner, row.channel, row.agreement, row.clause, row.purposes, row.level, row.ceiling, row.caveats, row.ends, row.case_tag, row.desks, row.field]);

/** What one audience's grants need: rows to end, rows to begin. */
function renewed(wantedRows: readonly GrantRow[], held: readonly HeldRow[], now: number): { readonly ended: string[]; readonly begun: GrantRow[] } {
  const wanted = new Map(wantedRows.filter((row) => row.to > now && row.from < row.to).map((row) => [rowName(row), row]));
  const ended: string[] = [];
  for (const row of held) {
    const name = heldName(row);
    const same = wanted.get(name);
    // A beginning in the past is as good as any other; one still to come must be the one declared.
    if (same !== undefined && Math.max(same.from, now) === Math.max(row.starts ?? -forever, now)) wanted.delete(name);
    else ended.push(row.id);
  }
  // What begins now was not there before: history is not rewritten.
  return { ended, begun: [...wanted.values()].map((row) => ({ ...row, from: Math.max(row.from, now) })) };
}

/**
 * End-dates the grants that no longer follow from the registry, and adds those that now do, from now on. `now` is of an earlier statement than the
 * end dates: what replaces a grant overlaps it by a moment, and there is never a gap.
 */
async function renewGrants(sql: TransactionSql, dictionary: Dictionary, registry: Registry, now: number): Promise<void> {
  const audiences = [...audiencesOf(await sql<AudienceRow[]>`select ${audienceColumns(sql as never)} from audience order by id`).values()];
  const held = await sql<HeldRow[]>`
    select id::text, audience_id, partner, channel, agreement, clause, purposes, level, ceiling, caveats, case_tag, desks, field,
      (extract(epoch from lower(valid)) * 1000)::float8 as starts, (extract(epoch from upper(valid)) * 1000)::float8 as ends
    from audience_grant where not isempty(valid) and (upper(valid) is null or upper(valid) > statement_timestamp())`;
  const byAudience = Map.groupBy(held, (row) => row.audience_id);
  const changes = audiences.map((audience) => ({ audience, ...renewed(grantRows(registry, dictionary, audience), byAudience.get(audience.id) ?? [], now) }));
  const ended = changes.flatMap((change) => change.ended);
  if (ended.length > 0) {
    await sql`update audience_grant set valid = case when lower(valid) >= statement_timestamp() then 'empty'::tstzrange else tstzrange(lower(valid), statement_timestamp(), '[)') end
      where id = any(${ended}::bigint[])`;
  }
  await insertGrants(sql, dictionary, changes.flatMap(({ audience, begun }) => begun.map((row) => ({ audience, row }))));
}

/** Takes the registry for itself: writers that would make new audiences wait. */
export async function holdRegistry(sql: TransactionSql): Promise<Registry> {
  await sql`select pg_advisory_xact_lock(${lockSpace}, ${registryLock})`;
  return loadRegistry(sql);
}

/** Makes the changes in a transaction that holds the registry. */
export async function applyIn(sql: TransactionSql, dictionary: Dictionary, now: Registry, changes: readonly ObjectChange[], actor: string, reason: string | null): Promise<Registry> {
  const version = now.version + 1;
  const registry = merged(now, changes, version);
  const docs = JSON.stringify(changes.map(({ type, id, object }) => ({ type, id, doc: object.doc })));
  await sql`insert into registry_object (type, id, doc, version)
    select type, id, doc, ${version} from jsonb_to_recordset(${docs}::text::jsonb) as o(type text, id text, doc jsonb)
    on conflict (type, id) do update set doc = excluded.doc, version = excluded.version`;
  const [clock] = await sql<{ now: number }[]>`update registry_state set version = ${version}, applied_at = statement_timestamp()
    returning (extract(epoch from statement_timestamp()) * 1000)::float8 as now`;
  if (clock === undefined) throw new Error('registry_state has no row');
  await renewGrants(sql, dictionary, registry, clock.now);
  await sql`insert into registry_history (version, actor, reason, changes) values (${version}, ${actor}, ${reason}, ${docs}::text::jsonb)`;
  return registry;
}

/**
 * Applies what is declared, in one transaction, in force with the next request of every node.
 * @param sql a connection of the owner
 * @returns what changed; nothing when all of it was in force already
 */
export async function applyRegistry(sql: Sql, dictionary: Dictionary, declared: Declared, actor: string, reason: string | null = null): Promise<readonly ObjectChange[]> {
  return changeRegistry(sql, dictionary, (now) => changesOf(now, declared), actor, reason);
}

/**
 * Changes the registry in one transaction by what `change` makes of what is in force.
 * @returns the changes made; what `change` throws undoes all
 */
export async function changeRegistry(
  sql: Sql, dictionary: Dictionary, change: (now: Registry) => readonly ObjectChange[], actor: string, reason: string | null,
): Promise<readonly ObjectChange[]> {
  const changes = await sql.begin(async (tx) => {
    await tx`set local role prasan_owner`;
    const now = await holdRegistry(tx);
    const found = change(now);
    if (found.length > 0) await applyIn(tx, dictionary, now, found, actor, reason);
    return found;
  });
  return changes;
}
