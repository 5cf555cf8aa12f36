/** Restoring a backup: in one transaction, so that nobody ever sees restored rows without what happened since. */
import { join } from 'node:path';
import type { Sql, TransactionSql } from 'postgres';
import type { Dictionary } from '../../dictionary/types.ts';
import { ArchiveFault, type ArchivedTable, type Content, listed, type Manifest, migrationsOf, quoted, readManifest, readTable, tablesOf } from './archive.ts';
import type { Journal } from './journal.ts';
import { type Replayed, replay } from './replay.ts';

/** Accounts of what was done: a restore adds to them, and takes nothing away. */
const accounts: ReadonlySet<string> = new Set(['ledger_entry', 'ledger_disclosure', 'registry_history', 'statistic_kept']);
/** So far ahead that no number is given twice, whatever was given since the backup. */
const ahead = 100_000;

export interface RestoreOptions {
  /** Whether what is there may go. */
  readonly replace: boolean;
}

/** @throws ArchiveFault */
async function checkPlace(tx: TransactionSql, { content, migrations }: Manifest): Promise<void> {
  const here = await migrationsOf(tx);
  if (here.join() !== migrations.join()) {
    throw new ArchiveFault(`the backup of ${content} was made by ${here.length < migrations.length ? 'a newer' : 'an older'} version: restore it with that version, then run \`prasan db init\` with this one`);
  }
  const [nodes] = await tx<{ count: number }[]>`select count(*)::int as count from pg_stat_activity where datname = current_database() and usename like 'prasan\\_%' and pid <> pg_backend_pid()`;
  if ((nodes?.count ?? 0) > 0) throw new ArchiveFault(`${nodes?.count} connections of nodes are on the database: stop all nodes first`);
}

async function load(tx: TransactionSql, folder: string, table: ArchivedTable, keep: boolean): Promise<void> {
  const name = `public.${quoted(table.name)}`;
  const [known] = await tx<{ forced: boolean }[]>`select relforcerowsecurity as forced from pg_class where oid = ${name}::regclass`;
  // COPY takes no table under row-level security; for its owner it is off until the transaction ends.
  if (known?.forced === true) await tx.unsafe(`alter table ${name} no force row level security`);
  await tx.unsafe(`alter table ${name} disable trigger user`);
  if (keep) {
    await tx.unsafe(`create temp table staged on commit drop as select ${listed(table.columns)} from ${name} where false`);
    await readTable(tx, folder, table, 'staged');
    await tx.unsafe(`insert into ${name} (${listed(table.columns)}) overriding system value
      (select ${listed(table.columns)} from staged except all select ${listed(table.columns)} from ${name}) on conflict do nothing`);
    await tx.unsafe('drop table staged');
  } else {
    await readTable(tx, folder, table, name);
  }
  await tx.unsafe(`alter table ${name} enable trigger user`);
  if (known?.forced === true) await tx.unsafe(`alter table ${name} force row level security`);
}

async function moveSequences(tx: TransactionSql): Promise<void> {
  const columns = await tx<{ name: string; column: string }[]>`
    select c.relname as name, a.attname::text as column from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attidentity <> ''`;
  for (const { name, column } of columns) {
    await tx.unsafe(`select setval(s, greatest((select coalesce(max(${quoted(column)}), 0) from public.${quoted(name)}), nextval(s)) + ${ahead})
      from pg_get_serial_sequence('public.${quoted(name)}', '${column}') s`);
  }
}

/**
 * Tables in an order in which each comes after those that its rows refer to: foreign keys are looked at as rows come, and the driver (postgres 3.4)
 * tells nobody of a COPY that fails after its last row.
 */
async function inOrder(tx: TransactionSql, tables: readonly ArchivedTable[]): Promise<ArchivedTable[]> {
  const keys = await tx<{ from: string; to: string }[]>`
    select r.relname as from, f.relname as to from pg_constraint k join pg_class r on r.oid = k.conrelid join pg_class f on f.oid = k.confrelid
    where k.contype = 'f' and r.relnamespace = 'public'::regnamespace and r.oid <> f.oid`;
  const left = [...tables];
  const ordered: ArchivedTable[] = [];
  const waits = (name: string): boolean => keys.some(({ from, to }) => from === name && left.some((one) => one.name === to));
  while (left.length > 0) ordered.push(...left.splice(Math.max(0, left.findIndex(({ name }) => !waits(name))), 1));
  return ordered;
}

/** Loads every table of the archive. @throws ArchiveFault when the database has none of them */
async function loadAll(tx: TransactionSql, folder: string, { tables }: Manifest, kept: ReadonlySet<string>): Promise<void> {
  const here = new Set((await tablesOf(tx)).map(({ name }) => name));
  const unknown = tables.find(({ name }) => !here.has(name));
  if (unknown !== undefined) throw new ArchiveFault(`this database has no table ${unknown.name}`);
  const emptied = [...here].filter((name) => !kept.has(name));
  await tx.unsafe(`truncate ${emptied.map((name) => `public.${quoted(name)}`).join(', ')}`);
  for (const table of await inOrder(tx, tables)) await load(tx, folder, table, kept.has(table.name));
  await moveSequences(tx);
  // Numbers of transactions of another server: what came with the backup came before whatever this one enters.
  if (here.has('ledger_disclosure')) await tx`update ledger_disclosure set tx = 0 where tx >= pg_current_xact_id()::text::bigint`;
}

interface State {
  readonly version: number;
  readonly records: boolean;
  readonly epoch: string;
}

const stateOf = async (tx: TransactionSql): Promise<State> => {
  const [state] = await tx<State[]>`select version::float8 as version, epoch, exists (select from record) as records from registry_state`;
  if (state === undefined) throw new ArchiveFault('the database is not initialised: run `prasan db init`');
  return state;
};

const archiveOf = (folder: string, content: Content): string => join(folder, content);

async function asOwner<T>(sql: Sql, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const done = await sql.begin(async (tx) => {
    const initialised = async (query: Promise<readonly { readonly there: boolean }[]>): Promise<void> => {
      if ((await query)[0]?.there !== true) throw new ArchiveFault('the database is not initialised: run `prasan db init`');
    };
    await initialised(tx<{ there: boolean }[]>`select exists (select from pg_roles where rolname = 'prasan_owner') as there`);
    await tx`set local role prasan_owner`;
    await initialised(tx<{ there: boolean }[]>`select exists (select from pg_namespace where nspname = 'prasan_migrations') as there`);
    return { value: await work(tx) };
  });
  return done.value as T;
}

/**
 * Restores rows, and replays what the journal knows.
 * @param sql a connection of the owner
 * @param journal of the key database, which must be the one in force
 * @throws ArchiveFault; nothing is changed then
 */
export async function restoreRows(sql: Sql, dictionary: Dictionary, journal: Journal, folder: string, { replace }: RestoreOptions): Promise<Replayed> {
  const archive = archiveOf(folder, 'rows');
  const manifest = await readManifest(archive, 'rows');
  return asOwner(sql, async (tx) => {
    await checkPlace(tx, manifest);
    const before = await stateOf(tx);
    if (!replace && (before.records || before.version > 0)) throw new ArchiveFault('the database is not empty: --replace puts the backup in the place of what it holds');
    await loadAll(tx, archive, manifest, before.version > 0 ? accounts : new Set());
    const after = await stateOf(tx);
    if (before.records && before.epoch !== after.epoch) throw new ArchiveFault('the database holds another exchange\'s records: restore into an empty one');
    return replay(tx, dictionary, journal, before.version);
  });
}

/**
 * Restores keys. What was erased, held or out of force stays so, whatever the backup says; keys of what was erased are not restored.
 * @param sql a connection of the key database's owner
 */
export async function restoreKeys(sql: Sql, folder: string, { replace }: RestoreOptions): Promise<void> {
  const archive = archiveOf(folder, 'keys');
  const manifest = await readManifest(archive, 'keys');
  await asOwner(sql, async (tx) => {
    await checkPlace(tx, manifest);
    const [some] = await tx<{ some: boolean }[]>`select exists (select from originator_key) as some`;
    if (!replace && some?.some === true) throw new ArchiveFault('the key database is not empty: --replace puts the backup in the place of the keys that it holds');
    await loadAll(tx, archive, manifest, new Set(['erasure', 'hold', 'suspension']));
    await tx`delete from record_key k using erasure e where e.record_id = k.record_id`;
  });
}
