/** Imports: the resource, its outcomes in chunks, and taking a batch back. */
import type { Sql, TransactionSql } from 'postgres';
import type { Level } from '../dictionary/compartment.ts';
import { type Code, codes } from '../errors.ts';
import type { ImportOptions, ImportReport, RowOutcome } from '../exchange/api.ts';
import type { ImportEnd, ImportJob, ImportTx, OutcomeChunk } from '../exchange/imports/store-port.ts';
import type { ImportStore, Stamp } from '../exchange/ports.ts';
import { byteas } from './byteas.ts';
import type { Interning } from './intern.ts';
import { momentColumns } from './read.ts';
import type { Sessions } from './sessions.ts';
import { withdrawAll } from './withdraw.ts';

/** `options` keeps whom the importer was beside what it asked for. */
interface Kept {
  readonly options: ImportOptions;
  readonly stamp: Stamp;
}

interface JobRow {
  readonly version: number;
  readonly now: number;
  readonly id: string | null;
  readonly kept: Kept;
  readonly state: ImportReport['state'];
  readonly silent: boolean;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly started_at: Date;
  readonly touched_at: Date;
  readonly ended_at: Date | null;
  readonly digest: string | null;
  readonly failure: NonNullable<ImportReport['failure']> | null;
}

const givenUp = { code: 'UNAVAILABLE', message: 'its node stopped in the middle; whole batches are kept: send the same file again' } as const;

function reportOf(row: JobRow, id: string): ImportReport {
  const { created, updated, unchanged, refused, silent } = row;
  const ended = row.ended_at ?? (silent ? row.touched_at : undefined);
  const failure = row.failure ?? (silent ? givenUp : undefined);
  return {
    id, state: silent ? 'FAILED' : row.state, dryRun: row.kept.options.dryRun,
    rows: created + updated + unchanged + refused, created, updated, unchanged, refused,
    startedAt: row.started_at.toISOString(),
    ...(ended !== undefined && { endedAt: ended.toISOString() }),
    ...(row.digest !== null && { digest: row.digest }),
    ...(failure !== undefined && { failure }),
  };
}

/** An outcome as it is kept: `[line, 0 created | 1 updated | 2 unchanged, id]`, `[line, code, field | null, reason]`. */
type Compact = readonly [line: number, what: number, id: string] | readonly [line: number, what: string, field: string | null, reason: string];
const good = ['created', 'updated', 'unchanged'] as const;

function compact(outcome: RowOutcome): Compact {
  if (outcome.outcome === 'refused') return [outcome.line, outcome.code, outcome.field ?? null, outcome.reason];
  return [outcome.line, good.indexOf(outcome.outcome), outcome.id];
}

const isCode = (text: string): text is Code => (codes as readonly string[]).includes(text);

function whole([line, what, third, reason = '']: Compact): RowOutcome {
  if (typeof what === 'number') return { line, outcome: good[what] ?? 'created', id: third ?? '' };
  const code = isCode(what) ? what : 'INTERNAL';
  return third === null ? { line, outcome: 'refused', code, reason } : { line, outcome: 'refused', code, field: third, reason };
}

export function importStore(sessions: Sessions): ImportStore {
  return {
    job: async (stamp, id) =>
      sessions.read(stamp, async (sql) => {
        const [row] = await sql<JobRow[]>`select ${momentColumns(sql)}, j.id, j.options as kept, j.state, j.created, j.updated, j.unchanged, j.refused,
            j.started_at, j.touched_at, j.ended_at, j.digest, j.failure, j.state = 'RUNNING' and j.touched_at < statement_timestamp() - interval '2 minutes' as silent
          from registry_state s left join import_job j on j.id = ${id}`;
        if (row === undefined) throw new Error('registry_state has no row');
        const { version, now } = row;
        const job: ImportJob | undefined = row.id === null ? undefined : { options: row.kept.options, stamp: row.kept.stamp, report: reportOf(row, row.id) };
        return { version, now, job };
      }),
    outcomes: async (stamp, id, afterBatch, afterLine) =>
      sessions.read(stamp, async (sql) => {
        const [row] = await sql<{ version: number; now: number; batch: number | null; outcomes: Compact[] }[]>`select ${momentColumns(sql)}, c.batch, c.outcomes
          from registry_state s left join lateral (
            select batch, outcomes from import_outcome where import_id = ${id} and batch > ${afterBatch} and last_line > ${afterLine} order by batch limit 1
          ) c on true`;
        if (row === undefined) throw new Error('registry_state has no row');
        const chunk: OutcomeChunk | undefined = row.batch === null ? undefined : { batch: row.batch, outcomes: row.outcomes.map(whole) };
        return { version: row.version, now: row.now, chunk };
      }),
    touch: async (stamp, id) => sessions.read(stamp, async (sql) => void (await sql`update import_job set touched_at = clock_timestamp() where id = ${id} and state = 'RUNNING'`)),
    end: async (stamp, id, end) => sessions.read(stamp, async (sql) => endJob(sql, id, end)),
  };
}

async function endJob(sql: Sql, id: string, { state, digest, failure }: ImportEnd): Promise<void> {
  await sql`update import_job set state = ${state}, digest = coalesce(${digest ?? null}, digest), ended_at = coalesce(ended_at, clock_timestamp()),
    failure = coalesce(${failure === undefined ? null : JSON.stringify(failure)}::text::jsonb, failure) where id = ${id}`;
}

/** The import's part of a writer's transaction. */
export function importTx(sql: TransactionSql, intern: Interning, now: number): ImportTx {
  return {
    async create({ id, subject, client, originator, options, stamp }) {
      const kept: Kept = { options, stamp };
      await sql`insert into import_job (id, originator, subject, client, kind, options, state)
        values (${id}, ${originator}, ${subject}, ${client}, ${options.kind}, ${JSON.stringify(kept)}::text::jsonb, 'RUNNING')`;
    },
    async refs(kind, refs) {
      // Number by number and level by level, whatever the planner thinks of the table (`offset 0` keeps it from thinking): each is one step into the
      // index, where a table that passes for small would be read whole for every batch. The policy leaves the levels that the writer sees.
      const rows = await sql<{ ref: string; id: string; level: Level }[]>`select encode(w.ref, 'hex') as ref, f.record_id as id, f.level
        from unnest(${byteas(refs)}::text::bytea[]) w(ref) cross join unnest('{0,1,2,3,4}'::smallint[]) l(level) cross join lateral (
          select r.record_id, r.level from record_ref r
          where r.originator = current_setting('prasan.partner') and r.kind = ${kind} and r.level = l.level and r.ref = w.ref offset 0
        ) f order by f.level`;
      return Map.groupBy(rows, ({ ref }) => ref);
    },
    async keep(id, originator, { batch, outcomes }) {
      const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
      for (const { outcome } of outcomes) counts[outcome] += 1;
      await sql`with kept as (
          insert into import_outcome (import_id, batch, originator, first_line, last_line, outcomes)
          values (${id}, ${batch}, ${originator}, ${outcomes[0]?.line ?? 0}, ${outcomes.at(-1)?.line ?? 0}, ${JSON.stringify(outcomes.map(compact))}::text::jsonb)
        )
        update import_job set created = created + ${counts.created}, updated = updated + ${counts.updated}, unchanged = unchanged + ${counts.unchanged},
          refused = refused + ${counts.refused}, touched_at = clock_timestamp() where id = ${id}`;
    },
    withdraw: async (ids) => withdrawAll(sql, intern, ids, now),
  };
}
