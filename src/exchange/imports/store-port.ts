import type { ImportOptions, ImportReport, RowOutcome } from '../api.ts';
import type { Moment, Stamp } from '../ports.ts';

/** What the import use case needs of the store beside `WriteStore`. */
export interface ImportStore {
  create(stamp: Stamp, job: { readonly id: string; readonly subject: string; readonly client: string; readonly options: ImportOptions }): Promise<void>;
  report(stamp: Stamp, id: string): Promise<Moment & { readonly report: ImportReport | undefined }>;
  outcomes(stamp: Stamp, id: string, afterBatch: number): Promise<Moment & { readonly batch: number | undefined; readonly outcomes: readonly RowOutcome[] }>;
}
