/** What tests of imports share. All values are synthetic: documentation networks and reserved names. */
import type { Asker, Exchange, ImportOptions, ImportReport, RowOutcome } from '../../src/exchange/api.ts';

export const options: ImportOptions = { kind: 'Indicator', channels: ['certs'], defaults: { classification: 'UNCLASSIFIED' }, calendar: 'gregorian', dryRun: false, confirmKnownGood: false };

export async function* bytesOf(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export const ndjson = (...rows: readonly (string | object)[]): string => rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');

export interface Imported {
  readonly id: string;
  readonly report: ImportReport;
  readonly outcomes: readonly RowOutcome[];
}

export async function outcomesOf(exchange: Exchange, asker: Asker, id: string, afterLine?: number): Promise<RowOutcome[]> {
  const outcomes: RowOutcome[] = [];
  for await (const outcome of exchange.importOutcomes(asker, id, afterLine)) outcomes.push(outcome);
  return outcomes;
}

export async function importText(exchange: Exchange, asker: Asker, text: string | Uint8Array | AsyncIterable<Uint8Array>, changed: Partial<ImportOptions> = {}): Promise<Imported> {
  const { id, done } = await exchange.startImport(asker, { ...options, ...changed }, typeof text === 'string' || text instanceof Uint8Array ? bytesOf(text) : text);
  const report = await done;
  return { id, report, outcomes: await outcomesOf(exchange, asker, id) };
}

/** `count` domains: `d7.import-a.example`. */
export const domains = (count: number, under: string): string => Array.from({ length: count }, (_, i) => `d${i}.${under}\n`).join('');
