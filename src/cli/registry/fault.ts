/** A fault of a registry folder, as a lawyer reads it: the file, the line, the field, what is wrong. */
export interface Fault {
  /** As it would be typed: `registry/demo/aoc-1441.yaml`. */
  readonly file: string;
  /** From 1; 0 where a whole folder is meant. */
  readonly line: number;
  /** `agreements.aoc-1441.clauses[2].ceiling`; empty for a whole file. */
  readonly field: string;
  readonly message: string;
}

export type Path = readonly (string | number)[];

const plain = /^[A-Za-z0-9_-]+$/;

/** `["agreements", "aoc-1441", "clauses", 2]` as `agreements.aoc-1441.clauses[2]`. */
export function fieldOf(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!plain.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** One line of output: `registry/demo/aoc-1441.yaml:41 agreements.aoc-1441.clauses[2].ceiling: what is wrong`. */
export const lineOf = ({ file, line, field, message }: Fault): string =>
  `${file}${line === 0 ? '' : `:${line}`}${field === '' ? '' : ` ${field}`}: ${message}`;
