/**
 * Interning: sets that many records share get one small number. A new audience brings its grants with it, computed from the registry at the version
 * the writer holds; a shared lock keeps the registry from moving meanwhile.
 */
import type { TransactionSql } from 'postgres';
import { parseCompartment } from '../dictionary/compartment.ts';
import type { Dictionary, Kind } from '../dictionary/types.ts';
import { fieldTag } from '../dictionary/search/field-tag.ts';
import { Refusal } from '../errors.ts';
import { forever, type GrantRow, grantRows } from '../rules/grant.ts';
import type { Audience, Opened } from '../rules/record.ts';
import type { Registry } from '../rules/registry.ts';
import { type Audiences, nowhere } from './rows.ts';
import { desksKept } from './sessions.ts';

/** First number of the exchange's advisory locks; the second says which. */
export const lockSpace = 7261;
export const registryLock = 2;

export interface AudienceKey extends Omit<Audience, 'id' | 'ends'> {
  /** Numbers of the audiences of the records' ends. */
  readonly ends?: readonly number[];
}
const audienceName = ({ kind, level, originator, channels, state, limits, ends = [], opened = [] }: AudienceKey): string =>
  JSON.stringify([kind, level, originator, channels, state, ends, limits === undefined ? null : [limits.recipients, limits.purposes, limits.case], ...opened]);

/** In one order, each with its members in one order: what is the same set has one name. */
const orderedOpened = (opened: readonly Opened[]): Opened[] =>
  opened.map(({ by, partner, channel, field, level, purposes, to }) => ({ by, partner, channel, field, level, purposes, to })).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** The numbers of an audience's ends. */
export const endNumbers = ({ ends = [] }: Audience): number[] => ends.map(({ id }) => id);

/** What a node remembers of committed interned sets. */
export interface InternMemory {
  readonly audiences: Map<string, Audience>;
  readonly scopes: Map<string, number>;
}
export const internMemory = (): InternMemory => ({ audiences: new Map(), scopes: new Map() });

const at = (ms: number): string | null => (Math.abs(ms) >= forever ? null : new Date(ms).toISOString());

/** What the search keys of a field, and of what is searched in it, begin with: hexadecimal. */
const tagsOf = (kind: Kind | undefined, name: string): string[] =>
  [...(kind?.searches.values() ?? [])].filter((field) => field.name === name || field.within === name).map((field) => fieldTag(`${kind?.name}.${field.name}`).toString('hex'));

/** Writes the grants of audiences for row-level security. */
export async function insertGrants(sql: TransactionSql, dictionary: Dictionary, grants: readonly { readonly audience: Audience; readonly row: GrantRow }[]): Promise<void> {
  if (grants.length === 0) return;
  const rows = grants.map(({ audience, row }) => ({
    audience_id: audience.id, level: row.level, partner: row.partner, channel: row.channel ?? null, agreement: row.agreement ?? null,
    clause: row.clause ?? null, purposes: row.purposes, ceiling: row.ceiling, caveats: row.caveats, case_tag: row.case ?? null, desks: desksKept(row),
    field: row.field ?? null, tags: row.field === undefined ? null : tagsOf(dictionary.kinds.get(audience.kind), row.field),
    starts: at(row.from), ends: at(row.to),
  }));
  await sql`insert into audience_grant (audience_id, level, partner, channel, agreement, clause, purposes, ceiling, caveats, case_tag, desks, field, tags, valid)
    select audience_id, level, partner, channel, agreement, clause, purposes, ceiling, caveats, case_tag, desks, field, array(select decode(tag, 'hex') from unnest(tags) tag), tstzrange(starts, ends, '[)')
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as g(audience_id integer, level smallint, partner text, channel text, agreement text,
      clause text, purposes integer, ceiling smallint, caveats integer, case_tag text, desks text[], field text, tags text[], starts timestamptz, ends timestamptz)`;
}

export interface Interning {
  audience(key: AudienceKey): Promise<Audience>;
  /** The audience of that number. */
  standing(id: number): Promise<Audience>;
  scope(audience: Audience, compartment: string): Promise<number>;
  /** After the commit: what was made is remembered. */
  keep(): void;
}

/** The scopes of one audience, each with the one that stands for it in another: made where there is none yet. */
export async function scopesIn(sql: TransactionSql, intern: Interning, from: number, to: Audience): Promise<{ readonly old: number[]; readonly now: number[] }> {
  const there = await sql<{ id: number; compartment: string }[]>`select id, compartment from scope where audience_id = ${from}`;
  const now: number[] = [];
  for (const { compartment } of there) now.push(await intern.scope(to, compartment));
  return { old: there.map(({ id }) => id), now };
}

/** @param registry what the writer decided under; a newer one refuses with REGISTRY_MOVED, and the writer begins again */
export function interning(sql: TransactionSql, dictionary: Dictionary, registry: Registry, memory: InternMemory, rows: Audiences): Interning {
  const made = internMemory();
  let held = false;

  async function holdRegistry(): Promise<void> {
    if (held) return;
    await sql`select pg_advisory_xact_lock_shared(${lockSpace}, ${registryLock})`;
    const [state] = await sql<{ version: number }[]>`select version::float8 as version from registry_state`;
    if (state?.version !== registry.version) throw new Refusal('REGISTRY_MOVED');
    held = true;
  }

  async function standing(id: number): Promise<Audience> {
    const audience = id === nowhere.id ? nowhere : (await rows.of(sql as never, [id])).get(id);
    if (audience === undefined) throw new Error(`no audience ${id}`);
    return audience;
  }

  async function newAudience(key: AudienceKey): Promise<Audience> {
    await holdRegistry();
    const channels = key.channels as string[];
    const { ends: numbers = [], ...own } = key;
    const recipients = (key.limits?.recipients ?? null) as string[] | null;
    const opened = JSON.stringify(key.opened ?? []);
    const [purposes, tag] = [key.limits?.purposes ?? null, key.limits?.case ?? null];
    const [added] = await sql<{ id: number }[]>`insert into audience (kind, level, originator, channels, state, recipients, purposes, case_tag, ends, opened)
      values (${key.kind}, ${key.level}, ${key.originator}, ${channels}, ${key.state}, ${recipients}, ${purposes}, ${tag}, ${numbers as number[]}::integer[], ${opened}::text::jsonb) on conflict do nothing returning id`;
    const ends = await Promise.all(numbers.map(standing));
    const of = (id: number): Audience => Object.freeze({ id, ...own, ...(ends.length > 0 && { ends }) });
    if (added === undefined) {
      const [there] = await sql<{ id: number }[]>`select id from audience
        where kind = ${key.kind} and level = ${key.level} and originator = ${key.originator} and channels = ${channels} and state = ${key.state}
          and recipients is not distinct from ${recipients}::text[] and purposes is not distinct from ${purposes}::integer and case_tag is not distinct from ${tag}::text
          and ends = ${numbers as number[]}::integer[] and opened = ${opened}::text::jsonb`;
      if (there === undefined) throw new Error('an audience vanished');
      return of(there.id);
    }
    const audience = of(added.id);
    await insertGrants(sql, dictionary, grantRows(registry, dictionary, audience).map((row) => ({ audience, row })));
    return audience;
  }

  async function newScope(audience: Audience, compartment: string): Promise<number> {
    const { level, caveats } = parseCompartment(compartment);
    await sql`insert into scope (audience_id, compartment, level, caveats) values (${audience.id}, ${compartment}, ${level}, ${caveats}) on conflict do nothing`;
    const [row] = await sql<{ id: number }[]>`select id from scope where audience_id = ${audience.id} and compartment = ${compartment}`;
    if (row === undefined) throw new Error('a scope vanished');
    return row.id;
  }

  return {
    standing,
    async audience(key) {
      const { opened: given = [], ...plain } = key;
      const sorted = { ...plain, channels: [...key.channels].sort(), ...(given.length > 0 && { opened: orderedOpened(given) }), ...(key.ends !== undefined && { ends: [...new Set(key.ends)].sort((a, b) => a - b) }) };
      const name = audienceName(sorted);
      const known = memory.audiences.get(name) ?? made.audiences.get(name);
      if (known !== undefined) return known;
      const audience = await newAudience(sorted);
      made.audiences.set(name, audience);
      return audience;
    },
    async scope(audience, compartment) {
      const name = `${audience.id} ${compartment}`;
      const known = memory.scopes.get(name) ?? made.scopes.get(name);
      if (known !== undefined) return known;
      const id = await newScope(audience, compartment);
      made.scopes.set(name, id);
      return id;
    },
    keep() {
      for (const [name, audience] of made.audiences) {
        memory.audiences.set(name, audience);
        rows.add(audience);
      }
      for (const [name, id] of made.scopes) memory.scopes.set(name, id);
    },
  };
}

