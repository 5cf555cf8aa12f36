/** What is wrong with the schema files: every fault with its place, all of them reported at once. */
import { type ASTNode, getLocation, type GraphQLError } from 'graphql';

export interface DictionaryFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly type?: string;
  readonly field?: string;
  /** Short name of the rule that was broken: `classified`, `nullable`, `search`. */
  readonly rule: string;
  readonly message: string;
}

const text = ({ file, line, type, field, rule, message }: DictionaryFault): string => {
  const subject = type === undefined ? '' : ` ${field === undefined ? type : `${type}.${field}`}:`;
  return `${file}:${line}:${subject} ${message} [${rule}]`;
};

/** The dictionary is unsafe or unreadable: the exchange must not start with it. */
export class DictionaryError extends Error {
  readonly faults: readonly DictionaryFault[];

  constructor(faults: readonly DictionaryFault[]) {
    super(`the data dictionary has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n${faults.map((fault) => `  ${text(fault)}`).join('\n')}`);
    this.name = 'DictionaryError';
    this.faults = faults;
  }
}

/** Where a fault is: the type and, if it is about one, the field. */
export interface Subject {
  readonly type?: string;
  readonly field?: string;
}

const place = (node: ASTNode | null | undefined): { file: string; line: number } => {
  const loc = node?.loc;
  return loc === undefined ? { file: '(schema)', line: 1 } : { file: loc.source.name, line: getLocation(loc.source, loc.start).line };
};

/** Gathers faults while the compiler goes on, so that an author sees all of them. */
export class Faults {
  readonly #all: DictionaryFault[] = [];

  add(node: ASTNode | null | undefined, subject: Subject, rule: string, message: string): void {
    this.#all.push({ ...place(node), ...subject, rule, message });
  }

  /** A fault found by graphql-js: its own words, our place. */
  addError(error: GraphQLError, rule: string, subject: Subject = {}): void {
    const file = error.source?.name ?? error.nodes?.[0]?.loc?.source.name ?? '(schema)';
    this.#all.push({ file, line: error.locations?.[0]?.line ?? 1, ...subject, rule, message: error.message });
  }

  get any(): boolean {
    return this.#all.length > 0;
  }

  /** @throws DictionaryError when anything was found */
  settle(): void {
    if (!this.any) return;
    throw new DictionaryError(this.#all.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line));
  }
}
