/** The directives as data: what a field or a type says of itself, coerced to the types that `directives.graphql` declares. */
import { type ASTNode, type DirectiveNode, getDirectiveValues, GraphQLError, type GraphQLSchema } from 'graphql';
import type { CaveatName, LevelName, PurposeName } from '../compartment.ts';
import type { Faults, Subject } from '../fault.ts';
import type { CoursePart, Decided, SearchSpec, Seeks } from '../types.ts';

export interface Directives {
  readonly record: { readonly plural: string; readonly path: string; readonly identity?: readonly string[]; readonly purposes?: readonly PurposeName[]; readonly own?: readonly string[]; readonly stix?: string };
  readonly classified: { readonly as: LevelName; readonly caveats: readonly CaveatName[] };
  readonly searchable: SearchSpec;
  readonly normalise: { readonly by: string; readonly type?: string; readonly subtype?: string; readonly raw?: string };
  readonly input: { readonly required: boolean };
  readonly constraint: Constraint;
  readonly initial: { readonly values: readonly string[] };
  readonly decided: Decided;
  readonly alertWhile: { readonly values: readonly string[] };
  readonly grantCondition: { readonly values: readonly string[] };
  readonly seeks: Seeks;
  readonly soughtWhile: { readonly values: readonly string[] };
  readonly consent: Readonly<Record<string, never>>;
  readonly extract: { readonly of: string; readonly from: string; readonly case: string; readonly for: PurposeName; readonly never?: string };
  readonly course: { readonly part: CoursePart };
  readonly stage: { readonly transition: string; readonly since: string; readonly history: string; readonly desks: string };
  readonly cell: { readonly between: string };
  readonly column: { readonly names: readonly string[] };
  readonly derived: { readonly from: readonly string[] };
  readonly reference: { readonly to: readonly string[]; readonly inline: boolean; readonly existence: boolean };
  readonly filled: { readonly from: string };
  readonly ground: Readonly<Record<string, never>>;
  readonly example: { readonly json: string };
  readonly stix: { readonly property: string };
}

export interface Constraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  /** What the pattern takes, in words. */
  readonly means?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly format?: string;
  /** A sibling that a time is not before. */
  readonly notBefore?: string;
  /** What a sum of money is more than. */
  readonly above?: number;
}

/** Every directive the compiler reads; `directives.graphql` must declare each. */
export const directiveNames = [
  'record', 'classified', 'searchable', 'normalise', 'input', 'constraint', 'initial', 'decided', 'alertWhile', 'grantCondition', 'seeks', 'soughtWhile', 'consent', 'extract', 'course', 'stage', 'cell', 'column', 'derived', 'reference', 'filled', 'ground', 'example', 'stix',
] as const satisfies readonly (keyof Directives)[];

type Annotated = ASTNode & { readonly directives?: readonly DirectiveNode[] };

/** Reads one directive of one node. */
export type Reader = <K extends keyof Directives>(node: Annotated | null | undefined, name: K, subject: Subject) => Directives[K] | undefined;

const withoutNulls = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));

/** @returns a reader that gives undefined where the directive is absent, and notes a fault where its values do not fit */
export function directiveReader(schema: GraphQLSchema, faults: Faults): Reader {
  return <K extends keyof Directives>(node: Annotated | null | undefined, name: K, subject: Subject): Directives[K] | undefined => {
    const definition = schema.getDirective(name);
    if (!node || !definition) return undefined;
    try {
      const values = getDirectiveValues(definition, node);
      // The shape is what directives.graphql declares, and graphql-js has just coerced the values to that.
      return values && (withoutNulls(values) as unknown as Directives[K]);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      faults.addError(error, 'directive', subject);
      return undefined;
    }
  };
}
