/**
 * Whether a graph falls apart into two sides by taking away few records, or those of one originator alone. Pure.
 *
 * By maximum adjacency orders (Nagamochi and Ibaraki, "Computing edge-connectivity in multigraphs and capacitated graphs", SIAM J. Discrete Math. 5, 1992;
 * Stoer and Wagner, "A simple min-cut algorithm", J. ACM 44, 1997): nodes are taken in order of what joins them to those taken before; one that is joined by
 * at least as much as is sought is not parted from the one before it by any smaller cut, so both become one. Few rounds leave one node, or a small cut.
 */
import { leastOriginators, leastRecords } from './statistic-cells.ts';

export interface Join {
  readonly a: number;
  readonly b: number;
  readonly records: number;
  /** Originators. */
  readonly by: ReadonlySet<string>;
}

/** Nodes that are one. */
class Groups {
  readonly #up: number[];

  constructor(nodes: number) {
    this.#up = Array.from({ length: nodes }, (_, node) => node);
  }

  of(node: number): number {
    let root = node;
    for (let up = this.#up[root]; up !== undefined && up !== root; up = this.#up[root]) {
      this.#up[root] = this.#up[up] ?? up;
      root = up;
    }
    return root;
  }

  join(a: number, b: number): void {
    this.#up[this.of(a)] = this.of(b);
  }
}

type Near = ReadonlyMap<number, ReadonlyMap<number, number>>;

function nearOf(nodes: number, joins: readonly Join[], groups: Groups): Near {
  const near = new Map<number, Map<number, number>>();
  for (let node = 0; node < nodes; node += 1) if (groups.of(node) === node) near.set(node, new Map());
  for (const { a, b, records } of joins) {
    const [one, two] = [groups.of(a), groups.of(b)];
    if (one === two) continue;
    for (const [from, to] of [[one, two], [two, one]] as const) near.get(from)?.set(to, (near.get(from)?.get(to) ?? 0) + records);
  }
  return near;
}

/** Makes one of every two nodes in turn that no cut of fewer records parts. What joins a node counts up to what is sought: then its order does not matter. */
function joinStrong(near: Near, groups: Groups): void {
  const left = new Map([...near.keys()].map((node) => [node, 0]));
  const waiting = Array.from({ length: leastRecords + 1 }, () => new Set<number>());
  for (const node of left.keys()) waiting[0]?.add(node);
  for (let before: number | undefined; left.size > 0;) {
    const next = waiting.findLast(({ size }) => size > 0);
    const [node = 0] = next ?? [];
    next?.delete(node);
    if (before !== undefined && left.get(node) === leastRecords) groups.join(before, node);
    left.delete(node);
    before = node;
    for (const [other, records] of near.get(node) ?? []) {
      const had = left.get(other);
      if (had === undefined) continue;
      const has = Math.min(had + records, leastRecords);
      waiting[had]?.delete(other);
      waiting[has]?.add(other);
      left.set(other, has);
    }
  }
}

type Side = (node: number) => boolean;

function fewRecords(nodes: number, joins: readonly Join[]): Side | undefined {
  const groups = new Groups(nodes);
  for (const { a, b, records } of joins) if (records >= leastRecords) groups.join(a, b);
  for (let near = nearOf(nodes, joins, groups); near.size > 1; near = nearOf(nodes, joins, groups)) {
    const weak = [...near].find(([, others]) => [...others.values()].reduce((sum, records) => sum + records, 0) < leastRecords);
    if (weak !== undefined) return (node) => groups.of(node) === weak[0];
    joinStrong(near, groups);
  }
  return undefined;
}

/** Whether there are two sides that one originator's records alone join. */
function oneOriginator(nodes: number, joins: readonly Join[]): Side | undefined {
  const shared = new Groups(nodes);
  for (const { a, b, by } of joins) if (by.size >= leastOriginators) shared.join(a, b);
  const own = joins.filter(({ a, b, by }) => by.size === 1 && shared.of(a) !== shared.of(b));
  for (const originator of new Set(['', ...own.flatMap(({ by }) => [...by])])) {
    const groups = new Groups(nodes);
    for (let node = 0; node < nodes; node += 1) groups.join(node, shared.of(node));
    for (const { a, b, by } of own) if (!by.has(originator)) groups.join(a, b);
    for (let node = 1; node < nodes; node += 1) if (groups.of(node) !== groups.of(0)) return (other) => groups.of(other) === groups.of(node);
  }
  return undefined;
}

/** One side of a cut that is too small to be told; undefined: there is none. */
export const weakCut = (nodes: number, joins: readonly Join[]): Side | undefined => fewRecords(nodes, joins) ?? oneOriginator(nodes, joins);
