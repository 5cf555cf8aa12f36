/** An import's progress, its outcomes again, and taking it back. */
import { validate as isUuid } from 'uuid';
import { maskedNotFound, Refusal } from '../../errors.ts';
import { act } from '../act.ts';
import { answer, type Reader } from '../answer.ts';
import type { Asker, ImportReport, RowOutcome } from '../api.ts';
import type { Deps } from '../deps.ts';
import type { Stamp } from '../ports.ts';
import type { ImportJob, OutcomeChunk } from './store-port.ts';

/** Whether this viewer sees whatever the importer saw: an import's counts and outcomes tell of all of it. */
function sees({ viewer }: Reader, deps: Deps, { stamp, options }: ImportJob): boolean {
  const purposes = deps.dictionary.kinds.get(options.kind)?.purposes ?? 0;
  return viewer.partner === stamp.partner && viewer.clearance >= stamp.clearance && (stamp.caveats & ~viewer.caveats) === 0 && (purposes & viewer.purposeBit) !== 0;
}

/** @throws Refusal NOT_FOUND */
async function jobOf(deps: Deps, asker: Asker, id: string): Promise<ImportJob> {
  return answer(deps, asker, 'import', 'import report', async (reader) => {
    const { job, ...moment } = isUuid(id) ? await deps.imports.job(reader.stamp, id) : { ...(await deps.read.moment()), job: undefined };
    const finish = (): ImportJob => {
      if (job === undefined || !sees(reader, deps, job)) throw maskedNotFound();
      return job;
    };
    return { moment, released: [], finish };
  });
}

export const importReport = async (deps: Deps, asker: Asker, id: string): Promise<ImportReport> => (await jobOf(deps, asker, id)).report;

async function chunkAfter(deps: Deps, asker: Asker, id: string, batch: number, line: number): Promise<OutcomeChunk | undefined> {
  return answer(deps, asker, 'import', 'import outcomes', async ({ stamp }) => {
    const { chunk, ...moment } = await deps.imports.outcomes(stamp, id, batch, line);
    return { moment, released: [], finish: () => chunk };
  });
}

async function* chunks(deps: Deps, asker: Asker, id: string, afterLine: number): AsyncGenerator<OutcomeChunk> {
  for (let batch = -1; ; ) {
    const chunk = await chunkAfter(deps, asker, id, batch, afterLine);
    if (chunk === undefined) return;
    yield chunk;
    ({ batch } = chunk);
  }
}

/** Outcomes in order of the rows, each chunk in the ledger before it leaves. @throws Refusal NOT_FOUND at the first step */
export async function* importOutcomes(deps: Deps, asker: Asker, id: string, afterLine = 0): AsyncGenerator<RowOutcome> {
  await jobOf(deps, asker, id);
  for await (const { outcomes } of chunks(deps, asker, id, afterLine)) for (const outcome of outcomes) if (outcome.line > afterLine) yield outcome;
}

/**
 * Withdraws all that the import created, batch by batch; what was withdrawn already stays so, so it can be called again after a failure.
 * @throws Refusal NOT_FOUND; CONFLICT while it runs
 */
export async function withdrawImport(deps: Deps, asker: Asker, id: string): Promise<ImportReport> {
  const { report } = await jobOf(deps, asker, id);
  if (report.state === 'RUNNING') throw new Refusal('CONFLICT', 'the import is still running: wait until it is done, or stop sending');
  if (report.state === 'WITHDRAWN') return report;
  let stamp: Stamp | undefined;
  const withdrawn = async (ids: readonly string[]): Promise<void> =>
    act<void>(deps, asker, 'import', 'withdraw import', async (writer) => {
      if (!report.dryRun) await writer.tx.imports.withdraw(ids);
      ({ stamp } = writer);
      return { value: undefined, released: [] };
    });
  for await (const { outcomes } of chunks(deps, asker, id, 0)) await withdrawn(outcomes.flatMap((one) => (one.outcome === 'created' ? [one.id] : [])));
  await withdrawn([]);
  if (stamp !== undefined) await deps.imports.end(stamp, id, { state: 'WITHDRAWN' });
  return importReport(deps, asker, id);
}
