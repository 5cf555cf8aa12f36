/**
 * A backup of one database: a folder with a manifest and one file a table, COPY text, gzipped. Made and read through PostgreSQL alone, so that it needs
 * nothing installed; taken in one snapshot.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Sql, TransactionSql } from 'postgres';

export type Content = 'rows' | 'keys';

export interface ArchivedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of the file as it lies there, hexadecimal. */
  readonly sha256: string;
}

export interface Manifest {
  readonly format: 'prasan-backup-1';
  readonly content: Content;
  /** RFC 3339, the database's clock. */
  readonly takenAt: string;
  /** Of the schema: when each applied migration was made. */
  readonly migrations: readonly number[];
  readonly tables: readonly ArchivedTable[];
}

/** What is wrong with an archive, or with where it is to go: one sentence for the person at the terminal. */
export class ArchiveFault extends Error {
  override readonly name = 'ArchiveFault';
}

const fileOf = (folder: string, table: string): string => join(folder, `${table}.copy.gz`);
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const listed = (columns: readonly string[]): string => columns.map(quoted).join(', ');

export const migrationsOf = async (sql: Sql | TransactionSql): Promise<number[]> =>
  (await sql<{ at: number }[]>`select created_at::float8 as at from prasan_migrations.__drizzle_migrations order by created_at`).map(({ at }) => at);

/** Tables of the exchange with their columns, but for those that PostgreSQL computes. */
export const tablesOf = async (sql: Sql | TransactionSql): Promise<{ name: string; columns: string[] }[]> => sql<{ name: string; columns: string[] }[]>`
  select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' group by c.relname order by c.relname`;

/** Passes bytes on, and looks at them. */
const watching = (look: (chunk: Buffer) => void): Transform => new Transform({
  transform(chunk: Buffer, _encoding, done) {
    look(chunk);
    done(null, chunk);
  },
});
const hashing = (hash: Hash): Transform => watching((chunk) => void hash.update(chunk));

async function writeTable(tx: TransactionSql, folder: string, name: string, columns: readonly string[]): Promise<ArchivedTable> {
  const hash = createHash('sha256');
  let rows = 0;
  // A newline within a value is written `\n`: each that stands ends a row.
  const counting = watching((chunk) => { for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1; });
  const source = await tx.unsafe(`copy (select ${listed(columns)} from public.${quoted(name)}) to stdout`).readable();
  await pipeline(source, counting, createGzip({ level: 6 }), hashing(hash), createWriteStream(fileOf(folder, name), { mode: 0o600, flags: 'wx' }));
  // The driver stops its socket while the stream is full, and lets it go on when more is read: of a stream that ended meanwhile nothing more is.
  source._read(0);
  return { name, columns, rows, sha256: hash.digest('hex') };
}

/**
 * Takes a backup of one database in one snapshot. It comes to be whole or not at all.
 * @param sql a connection of the owner
 * @param folder must not be there yet
 */
export async function writeArchive(sql: Sql, folder: string, content: Content): Promise<Manifest> {
  const half = `${folder}.part`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true, mode: 0o700 });
  try {
    const manifest = await sql.begin('isolation level repeatable read read only', async (tx): Promise<Manifest> => {
      await tx`set local role prasan_owner`;
      const [clock] = await tx<{ now: Date }[]>`select statement_timestamp() as now`;
      const tables: ArchivedTable[] = [];
      for (const { name, columns } of await tablesOf(tx)) tables.push(await writeTable(tx, half, name, columns));
      return { format: 'prasan-backup-1', content, takenAt: clock?.now.toISOString() ?? '', migrations: await migrationsOf(tx), tables };
    });
    await writeFile(join(half, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
    await rename(half, folder);
    return manifest;
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    throw error;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** @throws ArchiveFault when a file is missing, or is not what was written */
export async function readManifest(folder: string, content: Content): Promise<Manifest> {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  } catch (error) {
    throw new ArchiveFault(`${folder} holds no backup of ${content}`, { cause: error });
  }
  if (manifest.format !== 'prasan-backup-1' || manifest.content !== content) throw new ArchiveFault(`${folder} holds no backup of ${content} that this version reads`);
  for (const { name, sha256 } of manifest.tables) {
    const found = await digestOf(fileOf(folder, name)).catch(() => undefined);
    if (found !== sha256) throw new ArchiveFault(`${fileOf(folder, name)} is ${found === undefined ? 'missing' : 'damaged'}: nothing was restored`);
  }
  return manifest;
}

/** The driver's own way to tell a statement of its failure. */
interface Told {
  reject(error: Error): void;
}

/**
 * Copies a table's file into a table of the same columns.
 * @throws PostgresError as PostgreSQL refuses a row, or all of them at the end (a foreign key)
 */
export async function readTable(tx: TransactionSql, folder: string, { name, columns }: ArchivedTable, into: string): Promise<void> {
  const statement = tx.unsafe(`copy ${into} (${listed(columns)}) from stdin`);
  const sink = await statement.writable();
  // The statement has been answered by its stream. Of a failure after the last row the driver (postgres 3.4.9) tells the statement alone, and the stream never ends.
  const { promise: refused, reject } = Promise.withResolvers<never>();
  (statement as unknown as Told).reject = reject;
  refused.catch(() => undefined);
  await Promise.race([refused, pipeline(createReadStream(fileOf(folder, name)), createGunzip(), sink)]);
}
