/** An import from its first row to its last: read, prepare the next batch while the last is written, count, hash. */
import { createHash } from 'node:crypto';
import { inWords, Refusal } from '../../errors.ts';
import { act } from '../act.ts';
import type { Asker, ImportReport, RowOutcome } from '../api.ts';
import type { Deps } from '../deps.ts';
import { columnsOf, type IntakeRow, readRows } from '../intake/index.ts';
import type { Stamp } from '../ports.ts';
import { settleBatch } from './batch.ts';
import { batches } from './batches.ts';
import { admitChannels, type Settled } from './options.ts';
import { outcomeLine } from './outcome.ts';
import { isReady, type Prepared, prepareAll } from './prepare.ts';
import { rehearsal } from './rehearsal.ts';

export interface Run {
  readonly deps: Deps;
  readonly asker: Asker;
  readonly id: string;
  readonly settled: Settled;
  readonly stamp: Stamp;
}

/** A run says that it is alive this often; a silent one is given up after two minutes. */
const heartbeatMs = 20_000;
const mostTries = 5;

/** Two imports of the same rows in another order can lock each other out; the database ends one of them, and it begins its batch again. */
const lockedOut = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001');

interface Progress {
  readonly hash: ReturnType<typeof createHash>;
  batch: number;
  lastLine: number;
}

/** @returns the report; never rejects for what is wrong with the file or the importer: that stands in the report */
export async function run(job: Run, stream: AsyncIterable<Uint8Array>): Promise<ImportReport> {
  const { deps, stamp, id } = job;
  const progress: Progress = { hash: createHash('sha256'), batch: 0, lastLine: 0 };
  const alive = setInterval(() => void deps.imports.touch(stamp, id).catch(() => undefined), heartbeatMs).unref();
  try {
    await writeAll(job, rowsOf(job, stream), progress);
    await deps.imports.end(stamp, id, { state: 'DONE', digest: progress.hash.digest('hex') });
  } catch (error) {
    await deps.imports.end(stamp, id, { state: 'FAILED', failure: failureOf(deps, id, error, progress.lastLine) });
  } finally {
    clearInterval(alive);
  }
  const { job: ended } = await deps.imports.job(stamp, id);
  if (ended === undefined) throw new Error('an import vanished');
  return ended.report;
}

function rowsOf({ settled: { kind, format } }: Run, stream: AsyncIterable<Uint8Array>): AsyncGenerator<IntakeRow> {
  const listField = kind.fields.find(({ normalise }) => normalise?.by === 'OBSERVABLE')?.name;
  const label = kind.field.get('description')?.writable === true ? { labelField: 'description' } : {};
  return readRows(stream, { format, columns: columnsOf(kind), ...(listField === undefined ? {} : { listField }), ...label });
}

async function writeAll(job: Run, rows: AsyncIterable<IntakeRow>, progress: Progress): Promise<void> {
  const { deps, asker, settled } = job;
  const rehearsing = settled.dryRun ? rehearsal() : undefined;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of batches(rows)) {
      const prepared = await prepareAll(deps, settled, asker.claims.partner, batch);
      await writing;
      writing = write(job, prepared, progress, rehearsing);
      writing.catch(() => undefined); // It is awaited at the next batch, or below.
    }
  } finally {
    await writing;
  }
}

async function write({ deps, asker, id, settled }: Run, rows: readonly Prepared[], progress: Progress, rehearsing: ReturnType<typeof rehearsal> | undefined): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const outcomes = await patiently(async () =>
    act<readonly RowOutcome[]>(deps, asker, 'import', settled.dryRun ? 'import (dry run)' : 'import', async (writer) => {
      admitChannels(writer, settled, writer.tx.now);
      const settling = await settleBatch(deps, writer, settled, rows, rehearsing);
      await writer.tx.imports.keep(id, writer.viewer.partner, { batch: progress.batch, outcomes: settling.outcomes });
      return { value: settling.outcomes, released: settling.met };
    }));
  rehearsing?.remember(rows.filter(isReady));
  for (const outcome of outcomes) progress.hash.update(outcomeLine(outcome));
  progress.batch += 1;
  progress.lastLine = outcomes.at(-1)?.line ?? progress.lastLine;
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!lockedOut(error) || tries === mostTries) throw error;
    }
  }
}

/** What is wrong, and with what. */
function wordsOf(refusal: Refusal): string {
  const { detail, errors = [] } = refusal.public;
  return detail ?? (errors.length === 0 ? refusal.title() : inWords(errors));
}

function failureOf(deps: Deps, id: string, error: unknown, lastLine: number): NonNullable<ImportReport['failure']> {
  const kept = lastLine === 0 ? 'no row was taken' : `the rows up to line ${lastLine} are taken; the same file sent again goes on from there`;
  if (!(error instanceof Refusal)) deps.log.warn({ import: id, error: error instanceof Error ? error.name : typeof error }, 'an import failed');
  const code = error instanceof Refusal ? error.code : 'INTERNAL';
  const why = error instanceof Refusal ? wordsOf(error) : new Refusal('INTERNAL').title();
  return { code, message: `${why.replace(/\.$/, '')} (${kept})` };
}
