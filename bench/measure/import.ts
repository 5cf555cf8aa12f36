/** Importing indicators over HTTP, against PostgreSQL's COPY of the same rows into all the same tables with the same indexes. */
import { once } from 'node:events';
import { request } from 'node:http';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { applyRegistry } from '../../src/store/apply.ts';
import { type Figure, median, medianRatio } from '../figure.ts';
import type { Measuring } from '../measuring.ts';
import { channelId, partnerId } from '../registry.ts';
import { indicator } from '../seed.ts';
import { peakMemory, type Server, type Stage } from '../stage.ts';

interface Report {
  readonly report: { readonly state: string; readonly created: number; readonly rows: number };
}

/** Sends the rows as a client would that streams a file. @returns seconds until the whole answer has arrived */
async function send({ url }: Server, token: string, rows: number): Promise<number> {
  const chunks = Array.from({ length: Math.ceil(rows / 1000) }, (_, n) =>
    Array.from({ length: Math.min(1000, rows - n * 1000) }, (_row, i) => `${JSON.stringify(indicator(n * 1000 + i))}\n`).join(''));
  const start = performance.now();
  const upload = request(`${url}/v1/indicators/import?channels=${channelId(0)}`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` } });
  const answered = once(upload, 'response');
  for (const chunk of chunks) if (!upload.write(chunk)) await once(upload, 'drain');
  upload.end();
  const [response] = (await answered) as [AsyncIterable<Buffer>];
  let last = '';
  for await (const chunk of response) last = (last + chunk.toString('utf8')).slice(-4096);
  const seconds = (performance.now() - start) / 1000;
  const { report } = JSON.parse(last.trim().split('\n').at(-1) ?? '{}') as Report;
  if (report.state !== 'DONE' || report.created !== rows) throw new Error(`the import went wrong: ${JSON.stringify(report)}`);
  return seconds;
}

/** Every table that holds rows, by size of its name; what the import wrote is in them. */
async function filledTables(sql: Sql): Promise<string[]> {
  const names = await sql<{ name: string }[]>`select tablename::text as name from pg_tables where schemaname = 'public' order by tablename`;
  const filled: string[] = [];
  for (const { name } of names) {
    const [row] = await sql<{ some: boolean }[]>`select exists (select from ${sql(name)}) as some`;
    if (row?.some === true) filled.push(name);
  }
  return filled;
}

/** @returns seconds that COPY takes for all that the import wrote, in a schema of its own with the same indexes */
async function copy(stage: Stage, sql: Sql): Promise<number> {
  const folder = join(stage.folder, 'copy');
  await mkdir(folder, { recursive: true });
  await chmod(stage.folder, 0o755); // PostgreSQL may run as an account of its own, and it is the one that writes.
  await chmod(folder, 0o777);
  const tables = await filledTables(sql);
  await sql`create schema copied`;
  for (const name of tables) {
    await sql.unsafe(`copy public.${name} to '${join(folder, name)}'; create table copied.${name} (like public.${name} including all)`);
  }
  await sql`checkpoint`;
  const start = performance.now();
  for (const name of tables) await sql.unsafe(`copy copied.${name} from '${join(folder, name)}'`);
  const seconds = (performance.now() - start) / 1000;
  const [kept] = await sql<{ count: number }[]>`select count(*)::integer as count from copied.search_key`;
  if ((kept?.count ?? 0) === 0) throw new Error('COPY left the search keys out');
  await sql`drop schema copied cascade`;
  await rm(folder, { recursive: true });
  return seconds;
}

const imported = ['record', 'revision', 'share', 'search_key', 'record_ref', 'outbox', 'ledger_entry', 'ledger_disclosure', 'import_job', 'import_outcome'];

export async function importing({ stage, world, rows, profile }: Measuring): Promise<Figure[]> {
  const database = await stage.database('imports');
  const sql = stage.connect(database.ownerUrl);
  await applyRegistry(sql, loadDictionary(), world.registry, 'bench');
  const token = await world.token(partnerId(0), 'importer');
  const server = await stage.serve(database, profile);
  const times: { http: number[]; copied: number[] } = { http: [], copied: [] };
  await send(server, token, 2_000);
  for (let round = 0; round < 2; round += 1) {
    await sql.unsafe(`truncate ${imported.join(', ')} cascade; checkpoint`);
    times.http.push(await send(server, token, rows));
    times.copied.push(await copy(stage, sql));
  }
  const peak = await peakMemory(server.pid);
  await server.stop();
  return [
    {
      name: 'import', what: `import of ${rows} indicators over HTTP, rate of COPY's`, ratio: medianRatio(times.copied, times.http), bar: { least: 0.35 },
      detail: `${(rows / median(times.http)).toFixed(0)} of ${(rows / median(times.copied)).toFixed(0)} rows/s`,
    },
    { name: 'import.memory', what: 'import, peak memory of the server, MiB', ratio: peak, bar: { most: 400 }, detail: 'VmHWM' },
  ];
}
