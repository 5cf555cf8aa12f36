/**
 * Submitting over HTTP, everything on, against a bare insert of the same rows: as many transactions on as many connections of the same driver, into
 * all the same tables with the same indexes (`like ... including all`), of the keys too; no HTTP, no row-level security, one prepared statement a table, sent in one go.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { applyRegistry } from '../../src/store/apply.ts';
import { median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { partnerId, type World } from '../registry.ts';
import { type Database, processorTimes, type Stage } from '../stage.ts';

const connections = 32;
/** As many as the server has by itself (POOL_SIZE), and for its keys. */
const pool = { main: 8, keys: 2 };
/** Seconds of a round at least: the requests under way at its end are not counted, and of three seconds they are a twentieth. */
const shortest = 8;
/** More submissions a second than there can be: they are made up before the round begins, and held by the load generator. */
const mostRate = 700;

/** What is submitted, and where its rows are. */
export interface Subject {
  readonly world: World;
  /** Of the database. */
  readonly name: string;
  readonly path: string;
  body(n: number): unknown;
  /** How rows of each table belong to a submission: an expression of the id of its record. */
  readonly tables: { readonly main: Readonly<Record<string, string>>; readonly keys: Readonly<Record<string, string>> };
}

export interface Compared {
  readonly ratio: number;
  readonly detail: string;
}

/** One statement of a record: rows of one table, each column as text. */
interface Insert {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** @returns what was written of each record */
async function written(sql: Sql, of: Readonly<Record<string, string>>, into: Map<string, Insert[]>): Promise<void> {
  for (const [table, record] of Object.entries(of)) {
    const columns = await sql<{ name: string; type: string }[]>`select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`;
    const rows = await sql.unsafe<{ record: string; cells: (string | null)[] }[]>(`select ${record} as record, jsonb_build_array(${columns.map(({ name }) => `t.${name}::text`).join(', ')}) as cells from ${table} t`);
    for (const [id, its] of Map.groupBy(rows, (row) => row.record)) into.set(id, [...(into.get(id) ?? []), { table, columns, rows: its.map(({ cells }) => cells) }]);
  }
}

const arrayOf = (values: readonly (string | null)[]): string => `{${values.map((value) => (value === null ? 'null' : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)).join(',')}}`;

/** Many rows as arrays of columns, few as they are. */
function statement(sql: Sql, { table, columns, rows }: Insert) {
  const head = `insert into copied.${table} (${columns.map(({ name }) => name).join(', ')}) overriding system value`;
  const options = { prepare: true };
  if (rows.length > 4) {
    const arrays = columns.map(({ type }, i) => `$${i + 1}::text::${type}[]`).join(', ');
    return sql.unsafe(`${head} select * from unnest(${arrays})`, columns.map((_, i) => arrayOf(rows.map((row) => row[i] ?? null))), options);
  }
  const tuples = rows.map((_, row) => `(${columns.map(({ type }, i) => `$${row * columns.length + i + 1}::text::${type}`).join(', ')})`);
  return sql.unsafe(`${head} values ${tuples.join(', ')}`, rows.flat(), options);
}

interface Bare {
  readonly main: Sql;
  readonly keys: Sql;
}

async function openBare(stage: Stage, { ownerUrl, keysUrl }: Database, tables: Subject['tables']): Promise<Bare> {
  const keysOwner = new URL(ownerUrl);
  keysOwner.pathname = new URL(keysUrl).pathname;
  const bare = { main: stage.connect(ownerUrl, pool.main), keys: stage.connect(keysOwner.href, pool.keys) };
  for (const [sql, names] of [[bare.main, Object.keys(tables.main)], [bare.keys, Object.keys(tables.keys)]] as const) {
    await sql`create schema copied`;
    for (const name of names) await sql.unsafe(`create table copied.${name} (like public.${name} including all)`);
  }
  return bare;
}

/** @returns seconds for all of them, by as many writers as there were requests at once */
async function insertAll({ main, keys }: Bare, records: readonly { readonly main: readonly Insert[]; readonly keys: readonly Insert[] }[]): Promise<number> {
  const waiting = [...records];
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    for (let record = waiting.pop(); record !== undefined; record = waiting.pop()) {
      const { main: rows, keys: wrapped } = record;
      await Promise.all(wrapped.map(async (insert) => statement(keys, insert)));
      await main.begin((sql) => rows.map((insert) => statement(sql as never, insert)));
    }
  }));
  return (performance.now() - start) / 1000;
}

/** What the load left under way when it ended is done. */
async function settled(sql: Sql): Promise<void> {
  for (let busy = 1; busy > 0; await delay(200)) {
    const [row] = await sql<{ busy: number }[]>`select count(*)::integer as busy from pg_stat_activity where usename = 'prasan_app' and state <> 'idle'`;
    busy = row?.busy ?? 0;
  }
}

const emptied = (of: Readonly<Record<string, string>>): string => `truncate ${Object.keys(of).join(', ')}`;

/** Submits over HTTP and inserts the same rows bare, in turn. */
export async function againstBare({ stage, load, rounds, seconds: asked, profile }: Measuring, { world, name, path, body, tables }: Subject): Promise<Compared> {
  const seconds = Math.max(asked, shortest);
  const database = await stage.database(name);
  const sql = stage.connect(database.ownerUrl);
  await applyRegistry(sql, loadDictionary(), world.registry, 'bench');
  const bare = await openBare(stage, database, tables);
  const token = await world.token(partnerId(0), 'officer');
  const server = await stage.serve(database, profile);
  let next = 0;
  const job = (time: number) => {
    const requests = Array.from({ length: mostRate * time }, (_, i) => ({ body: JSON.stringify(body(next + i)), token }));
    next += requests.length;
    return load({ url: server.url, path, connections, seconds: time, requests });
  };
  // Until the code is compiled: a busy machine takes longer.
  for (let [made, turns] = [0, 0]; made < 600 && turns < 12; turns += 1) made += (await job(4)).answers;
  await settled(sql);
  const rates = { http: [] as number[], bare: [] as number[] };
  const spent = { http: [] as string[], bare: [] as string[] };
  let rows = 0;
  for (let round = 0; round < rounds; round += 1) {
    await sql.unsafe(`${emptied(tables.main)} cascade; checkpoint`);
    await bare.keys.unsafe(emptied(tables.keys));
    const [a, { rate, answers }, b] = [await processorTimes(server, sql), await job(seconds), await processorTimes(server, sql)];
    const [main, keys] = [new Map<string, Insert[]>(), new Map<string, Insert[]>()];
    await settled(sql);
    await written(sql, tables.main, main);
    await written(bare.keys, tables.keys, keys);
    const records = [...main].map(([id, inserts]) => ({ main: inserts, keys: keys.get(id) ?? [] })).filter((record) => record.keys.length > 0);
    if (records.length < answers || records.some((record) => record.main.length !== Object.keys(tables.main).length)) throw new Error('rows of a submission are missing');
    rows = records.reduce((sum, record) => sum + [...record.main, ...record.keys].reduce((more, insert) => more + insert.rows.length, 0), 0) / records.length;
    await sql`checkpoint`;
    const [c, took, d] = [await processorTimes(server, sql), await insertAll(bare, records), await processorTimes(server, sql)];
    for (const name of Object.keys(tables.main)) await sql.unsafe(`truncate copied.${name}`);
    await bare.keys`truncate copied.record_key`;
    rates.http.push(rate);
    rates.bare.push(records.length / took);
    spent.http.push([b.node - a.node, b.postgres - a.postgres].map((time) => ((time * 1e6) / answers).toFixed(0)).join('+'));
    spent.bare.push((((d.postgres - c.postgres) * 1e6) / records.length).toFixed(0));
  }
  await server.stop();
  return {
    ratio: medianRatio(rates.http, rates.bare),
    detail: `${median(rates.http).toFixed(0)} of ${median(rates.bare).toFixed(0)} a second, ${rows.toFixed(0)} rows each; processor time (node+postgres) ${spent.http.at(-1) ?? ''} us, bare postgres ${spent.bare.at(-1) ?? ''} us`,
  };
}
