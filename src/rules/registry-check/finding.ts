import type { Compartment } from '../../dictionary/compartment.ts';
import type { Conditions } from '../condition.ts';
import type { Declared } from '../registry.ts';
import type { Countables } from '../statistic-table.ts';

export type Section = keyof Declared;

/** What is wrong (or worth a second look) in a registry, and where. */
export interface Finding {
  /** `['agreements', 'aoc-1441', 'clauses', 2, 'ceiling']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** A fault refuses the registry; a warning says what its writer may not have meant. */
  readonly severity: 'fault' | 'warning';
}

export const fault = (path: Finding['path'], message: string): Finding => ({ path, message, severity: 'fault' });
export const warning = (path: Finding['path'], message: string): Finding => ({ path, message, severity: 'warning' });

/** By kind of request, the compartment that its body needs at the least. */
export type Bodies = ReadonlyMap<string, Compartment>;

/** What the checks see: the registry, and the names declared with faults of their own (those are not reported as missing once more). */
export interface Context {
  readonly registry: Declared;
  readonly kinds: ReadonlySet<string>;
  /** What clauses may depend on. */
  readonly conditions: Conditions;
  /** Kinds of requests that the dictionary knows. */
  readonly requests: ReadonlySet<string>;
  readonly bodies: Bodies;
  /** Stages that the dictionary knows; undefined: any. */
  readonly stages: ReadonlySet<string> | undefined;
  /** What records can be counted by. */
  readonly countables: Countables;
  has(section: Section, id: string): boolean;
}
