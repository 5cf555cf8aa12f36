/**
 * How large a query may be, measured on the parsed document before anything is validated or run: some validation rules take quadratic time,
 * and fragments that spread each other twice double with every step. Nothing here expands a fragment: each is measured once.
 */
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { Refusal } from '../../errors.ts';

export interface Limits {
  /** Lexical tokens of the document. */
  readonly tokens: number;
  /** Fields below each other. GraphiQL's introspection query needs 15. */
  readonly depth: number;
  readonly aliases: number;
  /** Fields of one operation's root, fragments expanded. */
  readonly rootFields: number;
  readonly directives: number;
  readonly fragments: number;
  readonly operations: number;
  /** Fields of one operation, fragments expanded. */
  readonly fields: number;
  /** Fields of the answer at most, as page sizes and numbers of asked values make it. */
  readonly cost: number;
}

export const defaultLimits: Limits = Object.freeze({
  tokens: 4000, depth: 16, aliases: 40, rootFields: 20, directives: 50, fragments: 50, operations: 25, fields: 2500, cost: 2_500_000,
});

/** Refuses with the limit's name, what it is, and what was asked. */
export function tooComplex(limit: keyof Limits, most: number, asked?: number): Refusal {
  const message = asked === undefined ? `at most ${most}` : `at most ${most}, this has ${asked}`;
  return new Refusal('TOO_COMPLEX', { detail: `The limit of ${limit} is ${most}.`, errors: [{ field: limit, message }], extra: { limit, most } });
}

/** What a selection holds when its fragments are expanded. */
interface Measure {
  readonly depth: number;
  readonly fields: number;
  /** Fields at its own level. */
  readonly breadth: number;
}

function measurer(fragments: ReadonlyMap<string, FragmentDefinitionNode>): (selections: SelectionSetNode) => Measure {
  const known = new Map<string, Measure>();
  const open = new Set<string>();
  const ofFragment = (name: string): Measure => {
    const before = known.get(name);
    const fragment = fragments.get(name);
    if (before !== undefined || fragment === undefined) return before ?? { depth: 0, fields: 0, breadth: 0 };
    if (open.has(name)) throw new Refusal('INVALID', { errors: [{ field: 'query', message: 'a fragment spreads itself' }] });
    open.add(name);
    const measure = of(fragment.selectionSet);
    open.delete(name);
    known.set(name, measure);
    return measure;
  };
  const of = (set: SelectionSetNode): Measure => {
    let [depth, fields, breadth] = [0, 0, 0];
    for (const node of set.selections) {
      const inner = node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet;
      const within = node.kind === Kind.FRAGMENT_SPREAD ? ofFragment(node.name.value) : inner === undefined ? undefined : of(inner);
      const field = node.kind === Kind.FIELD ? 1 : 0;
      depth = Math.max(depth, field + (within?.depth ?? 0));
      fields += field + (within?.fields ?? 0);
      breadth += field === 1 ? 1 : (within?.breadth ?? 0);
    }
    return { depth, fields, breadth };
  };
  return of;
}

function most(limits: Limits, limit: keyof Limits, asked: number): void {
  if (asked > limits[limit]) throw tooComplex(limit, limits[limit], asked);
}

/**
 * Holds a parsed document to the limits that need no schema.
 * @throws Refusal TOO_COMPLEX naming the limit; INVALID when a fragment spreads itself
 */
export function holdToLimits(document: DocumentNode, limits: Limits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let [operations, definitions, aliases, directives] = [0, 0, 0, 0];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations += 1;
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    definitions += 1;
    fragments.set(definition.name.value, definition);
  }
  visit(document, {
    Field: (node) => { if (node.alias !== undefined) aliases += 1; },
    Directive: () => { directives += 1; },
  });
  most(limits, 'operations', operations);
  most(limits, 'fragments', definitions);
  most(limits, 'aliases', aliases);
  most(limits, 'directives', directives);
  const measure = measurer(fragments);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { depth, fields, breadth } = measure(definition.selectionSet);
    most(limits, 'depth', depth);
    most(limits, 'fields', fields);
    if (definition.kind === Kind.OPERATION_DEFINITION) most(limits, 'rootFields', breadth);
  }
}
