/** What a measurement says, and how it is printed. */
export interface Figure {
  readonly name: string;
  readonly what: string;
  readonly ratio: number;
  /** `at least 0.5`; nothing for figures that only inform. */
  readonly bar?: { readonly least: number } | { readonly most: number };
  /** The medians behind the ratio, in words. */
  readonly detail: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The median of the ratios of rounds that ran one after the other: what slows the machine for a while slows both sides of a round. */
export const medianRatio = (a: readonly number[], b: readonly number[]): number => median(a.map((value, i) => value / (b[i] ?? Number.NaN)));

export const met = ({ ratio, bar }: Figure): boolean | undefined => (bar === undefined ? undefined : 'least' in bar ? ratio >= bar.least : ratio <= bar.most);

const barText = ({ bar }: Figure): string => (bar === undefined ? '' : 'least' in bar ? `>= ${bar.least}` : `<= ${bar.most}`);
const metText = (figure: Figure): string => ({ true: 'yes', false: 'NO', undefined: '' })[`${met(figure)}`];

/** One figure in one line, told as soon as it is known. */
export const lineOf = (figure: Figure): string => [`${figure.what}: ${figure.ratio.toFixed(2)}`, barText(figure), metText(figure), `(${figure.detail})`].filter((part) => part !== '').join(' ');

/** A Markdown table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.what, figure.ratio.toFixed(2), barText(figure), metText(figure), figure.detail]);
  const all = [['measured', 'figure', 'bar', 'met', 'medians'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(all[0] ?? []), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}
