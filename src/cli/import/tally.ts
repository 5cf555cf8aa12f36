/** What became of the rows, as a shell shows it. */
import type { ImportReport, RowOutcome } from '../../exchange/api.ts';

type Line = RowOutcome | { readonly report: ImportReport };
type Refused = Extract<RowOutcome, { outcome: 'refused' }>;

const shown = 20;

export class Tally {
  readonly #refused: Refused[] = [];
  #report: ImportReport | undefined;

  add(text: string): void {
    if (text === '') return;
    const line = JSON.parse(text) as Line;
    if ('report' in line) this.#report = line.report;
    else if (line.outcome === 'refused' && this.#refused.length < shown) this.#refused.push(line);
  }

  /** @returns the exit code */
  tell(out: { write(text: string): unknown }): number {
    const report = this.#report;
    for (const { line, field, reason, code } of this.#refused) out.write(`line ${line}: ${field === undefined ? '' : `${field}: `}${reason} (${code})\n`);
    if (report === undefined) {
      out.write('the answer was cut off: send the same file again\n');
      return 2;
    }
    const { rows, created, updated, unchanged, refused, id, state, failure, digest, dryRun } = report;
    if (refused > shown) out.write(`... and ${refused - shown} more refused rows\n`);
    out.write(`${rows} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused${dryRun ? ' (dry run: nothing was written)' : ''}\n`);
    out.write(`import ${id}${digest === undefined ? '' : `, outcomes sha256 ${digest}`}\n`);
    if (failure !== undefined) out.write(`${state}: ${failure.message} (${failure.code})\n`);
    return state === 'DONE' ? (refused > 0 ? 1 : 0) : 2;
  }
}
