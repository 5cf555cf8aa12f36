import type { Level } from '../../dictionary/compartment.ts';
import type { ImportOptions, ImportReport, RowOutcome } from '../api.ts';
import type { Moment, Stamp } from '../ports.ts';

/** An import as it is kept. */
export interface ImportJob {
  readonly options: ImportOptions;
  /** Whom the importer was: its outcomes name records that a lesser viewer might not know of. */
  readonly stamp: Stamp;
  /** A run that its node no longer keeps alive is reported FAILED. */
  readonly report: ImportReport;
}

export interface NewImport {
  readonly id: string;
  readonly subject: string;
  readonly client: string;
  readonly originator: string;
  readonly options: ImportOptions;
  readonly stamp: Stamp;
}

/** How an import ended. */
export interface ImportEnd {
  readonly state: 'DONE' | 'FAILED' | 'WITHDRAWN';
  readonly digest?: string;
  readonly failure?: NonNullable<ImportReport['failure']>;
}

export interface OutcomeChunk {
  readonly batch: number;
  readonly outcomes: readonly RowOutcome[];
}

/** What the import use case needs of the store beside `WriteStore`. */
export interface ImportStore {
  job(stamp: Stamp, id: string): Promise<Moment & { readonly job: ImportJob | undefined }>;
  /** The first chunk after a batch that has rows after a line. */
  outcomes(stamp: Stamp, id: string, afterBatch: number, afterLine: number): Promise<Moment & { readonly chunk: OutcomeChunk | undefined }>;
  /** Says that the run is alive. */
  touch(stamp: Stamp, id: string): Promise<void>;
  end(stamp: Stamp, id: string, end: ImportEnd): Promise<void>;
}

/** The import's part of a writer's transaction. */
export interface ImportTx {
  create(job: NewImport): Promise<void>;
  /** Own records that hold these blinded own numbers, at every level that this writer sees; by the number as hex. */
  refs(kind: string, refs: readonly Uint8Array[]): Promise<ReadonlyMap<string, readonly { readonly id: string; readonly level: Level }[]>>;
  /** A batch's outcomes, with the counters. Outcomes are never empty. */
  keep(id: string, originator: string, chunk: OutcomeChunk): Promise<void>;
  /** Withdraws those of the records that are active, own and visible. @returns how many */
  withdraw(ids: readonly string[]): Promise<number>;
}
