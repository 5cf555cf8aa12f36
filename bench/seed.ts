/**
 * A million records in a minute: rows are made by the server itself, from one record that the exchange's own code composed. Search keys are the
 * ones that this code would make (checked below); those records that are asked for are sealed by the real vault, with keys of their own. Shares, outbox
 * rows and own numbers, which no measured read touches, are left out.
 */
import type { Sql } from 'postgres';
import { loadDictionary } from '../src/dictionary/load.ts';
import type { Body, Kind } from '../src/dictionary/types.ts';
import { type Composed, compose, place, sealParts } from '../src/exchange/compose.ts';
import { keysOf } from '../src/exchange/tokens.ts';
import { applyRegistry } from '../src/store/apply.ts';
import { keyDatabase } from '../src/store/keys.ts';
import { fileKms } from '../src/vault/file-kms.ts';
import { openVault, type Vault } from '../src/vault/vault.ts';
import { channelCount, channelId, partnerCount, partnerId, sharedChannels, type World } from './registry.ts';
import type { Database, Stage } from './stage.ts';

const audienceCount = partnerCount * channelCount;
const firstInstant = Date.UTC(2025, 0, 1);
const enrich = () => ({});

/** The i-th indicator. Addresses from 1.0.0.0 on, every 37th: a million of them stay clear of reserved networks. */
const addressOf = (i: number): string => {
  const n = 0x01000000 + i * 37;
  return [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');
};
const instantOf = (i: number): number => firstInstant + i * 1000;
/** Synthetic: a point at sea. */
const location = { lat: 9.5, lon: 101.25, radiusMetres: 500, method: 'cell' } as const;
export const indicator = (i: number): Body => ({
  value: addressOf(i), role: 'VOIP_GATEWAY', observedAt: new Date(instantOf(i)).toISOString(), classification: 'UNCLASSIFIED', tlp: 'AMBER', confidence: 70,
  country: 'KH', port: 5060, protocol: 'sip', description: 'SYNTHETIC: gateway of a call centre, made for a measurement.',
});

function composed(kind: Kind, i: number): Composed {
  return compose({ enrich }, kind, { ...indicator(i), location });
}

interface Template {
  readonly body: Body;
  readonly sealed: string;
  /** SQL of the array of tokens of row `s`. */
  readonly tokens: string;
}

const tokensOf = (vault: Vault, { kind, classification, markings, content }: Composed): Buffer[] => keysOf(vault, kind, classification, markings, content).map(({ token }) => Buffer.from(token));
const bytes = (buffer: Uint8Array): string => `'\\x${Buffer.from(buffer).toString('hex')}'::bytea`;
const tagLength = 5;

/** What varies from record to record is told by the encoding of its payload (dictionary/search/payload.ts): a network, an instant. */
function tokenSql(token: Buffer): string {
  const [tag, encoding] = [bytes(token.subarray(0, tagLength + 1)), token[tagLength]];
  if (encoding === 0x10) return `${tag} || int4send(s.ip) || '\\x20'::bytea`;
  if (encoding === 0x30) return `${tag} || int8send(s.ms - 9223372036854775807 - 1)`;
  return bytes(token);
}

async function templateOf(vault: Vault, kind: Kind): Promise<Template> {
  const one = composed(kind, 1);
  const { open, toSeal } = place(one);
  const sealed = await sealParts(vault, '00000000-0000-7000-8000-000000000000', partnerId(0), toSeal.map((part) => ({ ...part, version: 1 })), true);
  const parts = Object.fromEntries([...sealed].map(([name, { version, sealed: c }]) => [name, { v: version, c }]));
  return { body: open, sealed: JSON.stringify(parts), tokens: `array[${tokensOf(vault, one).map(tokenSql).join(', ')}]` };
}

/** Audiences first, so that applying the registry makes their grants. */
async function declare(sql: Sql, world: World): Promise<void> {
  const audiences = Array.from({ length: audienceCount }, (_, n) => ({ originator: partnerId(Math.floor(n / channelCount)), channel: channelId(n % channelCount) }));
  await sql`insert into audience (id, kind, level, originator, channels) overriding system value
    select n, 'Indicator', 0, originator, array[channel] from unnest(${audiences.map(({ originator }) => originator)}::text[], ${audiences.map(({ channel }) => channel)}::text[]) with ordinality as a(originator, channel, n)`;
  await sql`insert into scope (audience_id, compartment, level, caveats) select a.id, c.name, c.level, 0 from audience a, (values ('U', 0), ('R', 1)) c(name, level) order by c.level, a.id`;
  await applyRegistry(sql, loadDictionary(), world.registry, 'bench');
}

async function fill(sql: Sql, count: number, { body, sealed, tokens }: Template): Promise<void> {
  await sql.unsafe(`
    set maintenance_work_mem = '1GB'; set work_mem = '256MB'; set synchronous_commit = off;
    create unlogged table seed as select i, 16777216 + i * 37 as ip, ${firstInstant} + i::bigint * 1000 as ms, 1 + i % ${audienceCount} as audience,
      (lpad(to_hex(${firstInstant} + i::bigint * 1000), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid as id
      from generate_series(0, ${count - 1}) i;
    drop index record_audience, record_originator, search_key_record; alter table record drop constraint record_pkey cascade; alter table search_key drop constraint search_key_pkey`);
  await sql`insert into record (id, kind, originator, audience_id, classification, status, revision, created_at, updated_at, body, sealed)
    select s.id, 'Indicator', a.originator, s.audience, 0, 'ACTIVE', 1, to_timestamp(s.ms / 1000), to_timestamp(s.ms / 1000),
      ${JSON.stringify(body)}::text::jsonb || jsonb_build_object('value', host('0.0.0.0'::inet + s.ip), 'observedAt', to_char(to_timestamp(s.ms / 1000) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')),
      ${sealed}::text::jsonb
    from seed s join audience a on a.id = s.audience order by s.i`;
  await sql.unsafe(`insert into search_key (token, record_id, scope_id) select t, s.id, s.audience from seed s cross join lateral unnest(${tokens}) t order by s.i`);
  await sql.unsafe(`
    alter table record add primary key (id); create index record_audience on record (audience_id, id); create index record_originator on record (originator, id);
    alter table search_key add primary key (token, record_id) include (scope_id); create index search_key_record on search_key (record_id)`);
}

export interface Sample {
  readonly id: string;
  readonly value: string;
}

interface Picked extends Sample {
  readonly i: number;
  readonly originator: string;
}

/** Seals what will be asked for: records of channels that all partners read, spread over all of them. */
async function sealSample(sql: Sql, vault: Vault, kind: Kind, count: number, wanted: number): Promise<Sample[]> {
  const step = Math.max(1, Math.floor((count * sharedChannels) / channelCount / wanted) - 1);
  const picked = await sql<Picked[]>`select p.* from (
      select s.i, s.id, host('0.0.0.0'::inet + s.ip) as value, a.originator, row_number() over (order by s.i) as n
      from seed s join audience a on a.id = s.audience where (s.audience - 1) % ${channelCount} < ${sharedChannels}
    ) p where p.n % ${step} = 0 order by md5(p.i::text) limit ${wanted}`;
  const parts = picked.flatMap(({ i, id, originator }) => place(composed(kind, i)).toSeal.map((part) => ({ ...part, record: id, originator, version: 1 })));
  const sealed = await vault.seal(parts, { fresh: true });
  const texts = parts.map(({ compartment, version }, n) => JSON.stringify({ [compartment]: { v: version, c: sealed[n] } }));
  await sql`update record r set sealed = n.sealed::jsonb from unnest(${parts.map(({ record }) => record)}::uuid[], ${texts}::text[]) n(id, sealed) where r.id = n.id`;
  return picked.map(({ id, value }) => ({ id, value }));
}

/** @throws Error when the rows made in SQL carry other search keys than the exchange's code would make */
async function check(sql: Sql, vault: Vault, kind: Kind, count: number): Promise<void> {
  for (const i of [0, 1, Math.floor(count / 3), count - 1]) {
    const wanted = tokensOf(vault, composed(kind, i)).map((token) => token.toString('hex')).sort();
    const found = await sql<{ token: string }[]>`select encode(k.token, 'hex') as token from search_key k join seed s on s.id = k.record_id where s.i = ${i}`;
    if (JSON.stringify(found.map(({ token }) => token).sort()) !== JSON.stringify(wanted)) throw new Error(`the seeded search keys of row ${i} are not the exchange's own`);
  }
}

/** The tables without any protection, for the bare route. */
async function copyPlain(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema plain; grant usage on schema plain to prasan_app;
    create table plain.record as table public.record; alter table plain.record add primary key (id);
    create index on plain.record (audience_id, id); create index on plain.record (originator, id);
    create table plain.search_key as table public.search_key; alter table plain.search_key add primary key (token, record_id) include (scope_id); create index on plain.search_key (record_id);
    grant select on all tables in schema plain to prasan_app`);
}

export interface Seeding {
  readonly count: number;
  /** How many records are sealed for real, to be asked for. */
  readonly sample: number;
  readonly plain?: boolean;
}

/** @returns what can be asked for, in no order */
export async function seed(stage: Stage, database: Database, world: World, { count, sample, plain = false }: Seeding): Promise<Sample[]> {
  const sql = stage.connect(database.ownerUrl);
  const keys = keyDatabase(database.keysUrl, 1);
  stage.onClose(async () => keys.close());
  const vault = await openVault({ kms: await fileKms(stage.keyFile), keys });
  const kind = loadDictionary().kinds.get('Indicator');
  if (kind === undefined) throw new Error('the dictionary has no Indicator');
  await declare(sql, world);
  await fill(sql, count, await templateOf(vault, kind));
  const samples = await sealSample(sql, vault, kind, count, sample);
  await check(sql, vault, kind, count);
  await sql`drop table seed`;
  if (plain) await copyPlain(sql);
  await sql.unsafe('vacuum (analyze)');
  await sql.unsafe('checkpoint');
  return samples;
}

