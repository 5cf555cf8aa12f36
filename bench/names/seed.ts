/**
 * Identities in an exchange, written in bulk by the superuser. Whoever shares a token with any of the questions is composed, sealed and keyed by the
 * exchange's own code. The others, which no question reaches, have as many keys as their names give and as many sealed bytes, but random ones: to make those
 * for real takes an hour. Shares, outbox rows and own numbers, which no search touches, are left out. Names are real parts put together at random.
 */
import { randomBytes } from 'node:crypto';
import type { Sql } from 'postgres';
import { v7 } from 'uuid';
import { caveatMask } from '../../src/dictionary/compartment.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { nameKeys } from '../../src/dictionary/names/index.ts';
import type { Body, Kind } from '../../src/dictionary/types.ts';
import { compose, type Composed, place } from '../../src/exchange/compose.ts';
import type { Key } from '../../src/exchange/ports.ts';
import { keysOf } from '../../src/exchange/tokens.ts';
import { applyRegistry } from '../../src/store/apply.ts';
import { byteas } from '../../src/store/byteas.ts';
import { keyDatabase } from '../../src/store/keys.ts';
import { fileKms } from '../../src/vault/file-kms.ts';
import { openVault, type Vault } from '../../src/vault/vault.ts';
import { partnerId, type World } from '../registry.ts';
import type { Database, Stage } from '../stage.ts';

export const originator = partnerId(0);
const channel = 'channel-00';
const personal = 'C/PERSONAL';
const batch = 2_000;

export interface Stored {
  readonly full: string;
  readonly birthDate: string;
  readonly nationality: string;
}

const bodyOf = ({ full, birthDate, nationality }: Stored): Body =>
  ({ identityStatus: 'PERSON_OF_INTEREST', names: [{ full }], birthDate, nationalities: [nationality], classification: 'UNCLASSIFIED' });

/** Where they are kept: the scope of each compartment. */
async function declare(sql: Sql, world: World): Promise<ReadonlyMap<string, number>> {
  await sql`insert into audience (id, kind, level, originator, channels) overriding system value values (1, 'Identity', 0, ${originator}, ${[channel]})`;
  await sql`insert into scope (audience_id, compartment, level, caveats) values (1, 'U', 0, 0), (1, 'R', 1, 0), (1, 'C/PERSONAL', 2, ${caveatMask(['PERSONAL'])})`;
  await applyRegistry(sql, loadDictionary(), world.registry, 'bench');
  return new Map((await sql<{ id: number; compartment: string }[]>`select id, compartment from scope where audience_id = 1`).map(({ id, compartment }) => [compartment, id]));
}

interface Row {
  readonly id: string;
  readonly open: Body;
  readonly sealed: Record<string, { readonly v: number; readonly c: string }>;
  readonly keys: readonly Key[];
}

interface Maker {
  readonly sql: Sql;
  readonly vault: Vault;
  readonly kind: Kind;
  readonly scopes: ReadonlyMap<string, number>;
  /** What the questions probe for. */
  readonly probed: ReadonlySet<string>;
}

const composedOf = (kind: Kind, person: Stored): Composed => compose({ enrich: () => ({}) }, kind, bodyOf(person));
const tokensOf = (vault: Vault, { kind, classification, markings, content }: Composed): Key[] => keysOf(vault, kind, classification, markings, content);

async function real({ vault, kind }: Maker, people: readonly Stored[]): Promise<Row[]> {
  const made = people.map((person) => ({ id: v7(), composed: composedOf(kind, person) }));
  const parts = made.flatMap(({ id, composed }) => place(composed).toSeal.map((part) => ({ ...part, record: id, originator, version: 1 })));
  const sealed = await vault.seal(parts, { fresh: true });
  const texts = new Map(parts.map(({ record, compartment, version }, i) => [record, { [compartment]: { v: version, c: sealed[i] ?? '' } }]));
  return made.map(({ id, composed }) => ({ id, open: place(composed).open, sealed: texts.get(id) ?? {}, keys: tokensOf(vault, composed) }));
}

/** Of the same size as a real one. */
function filler({ open, sealed, keys }: Row, count: number): Row {
  const [model] = keys.filter(({ compartment }) => compartment === personal);
  const random = randomBytes(count * 16);
  const names = Array.from({ length: count }, (_, i): Key => ({ token: Buffer.concat([model?.token.subarray(0, 6) ?? Buffer.alloc(6), random.subarray(i * 16, i * 16 + 16)]), compartment: personal }));
  return { id: v7(), open, sealed, keys: [...keys.filter(({ compartment }) => compartment !== personal), ...names] };
}

async function put(maker: Maker, people: readonly Stored[]): Promise<number> {
  const { sql, scopes, probed } = maker;
  const payloads = people.map(({ full }) => nameKeys(full));
  const reached = people.map((_, i) => payloads[i]?.some((payload) => probed.has(payload)) === true);
  const rows = await real(maker, people.filter((_, i) => i === 0 || reached[i]));
  const [model] = rows;
  if (model !== undefined) rows.push(...people.flatMap((_, i) => (i === 0 || reached[i] ? [] : [filler(model, payloads[i]?.length ?? 0)])));
  await sql`insert into record (id, kind, originator, audience_id, classification, status, revision, created_at, updated_at, body, sealed)
    select n.id, 'Identity', ${originator}, 1, 0, 'ACTIVE', 1, now(), now(), n.body::jsonb, n.sealed::jsonb
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ open }) => JSON.stringify(open))}::text[], ${rows.map(({ sealed }) => JSON.stringify(sealed))}::text[]) n(id, body, sealed)`;
  const keys = rows.flatMap(({ id, keys: of }) => of.map(({ token, compartment }) => ({ token, id, scope: scopes.get(compartment) ?? 0 })));
  await sql`insert into search_key (token, record_id, scope_id)
    select * from unnest(${byteas(keys.map(({ token }) => token))}::text::bytea[], ${`{${keys.map(({ id }) => id).join(',')}}`}::text::uuid[], ${`{${keys.map(({ scope }) => scope).join(',')}}`}::text::integer[])`;
  return keys.length;
}

/** @returns search keys a record, on average */
export async function seedPeople(stage: Stage, database: Database, world: World, people: Iterable<Stored>, probed: ReadonlySet<string>, say: (text: string) => void): Promise<number> {
  const sql = stage.connect(database.ownerUrl);
  const keys = keyDatabase(database.keysUrl, 1);
  stage.onClose(async () => keys.close());
  const vault = await openVault({ kms: await fileKms(stage.keyFile), keys });
  const kind = loadDictionary().kinds.get('Identity');
  if (kind === undefined) throw new Error('the dictionary has no Identity');
  const maker: Maker = { sql, vault, kind, scopes: await declare(sql, world), probed };
  const [{ definition } = { definition: '' }] = await sql<{ definition: string }[]>`select pg_get_constraintdef(oid) as definition from pg_constraint where conname = 'search_key_pkey'`;
  await sql.unsafe(`set maintenance_work_mem = '1GB'; set synchronous_commit = off; drop index search_key_record; alter table search_key drop constraint search_key_pkey`);
  let [written, total, waiting] = [0, 0, [] as Stored[]];
  const flush = async (): Promise<void> => {
    written += await put(maker, waiting);
    total += waiting.length;
    waiting = [];
    if (total % 100_000 === 0) say(`${total} identities`);
  };
  for (const person of people) if (waiting.push(person) === batch) await flush();
  if (waiting.length > 0) await flush();
  await sql.unsafe(`alter table search_key add constraint search_key_pkey ${definition}; create index search_key_record on search_key (record_id)`);
  await sql.unsafe('vacuum (analyze)');
  await sql.unsafe('checkpoint');
  return written / total;
}
