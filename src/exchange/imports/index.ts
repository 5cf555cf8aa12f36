/** Imports: files of any length, read in constant memory, written in whole batches. */
export { startImport } from './start.ts';
export { importOutcomes, importReport, withdrawImport } from './report.ts';
