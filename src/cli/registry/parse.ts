/**
 * YAML text to plain data, with the line of every value.
 *
 * Read with YAML's failsafe schema (YAML 1.2.2, section 10.1): every scalar is text. So clause `4.10` stays `4.10`, Norway's `NO` stays a
 * country, and nobody has to know which words YAML would turn into something else. Aliases and tags are refused: what is
 * reviewed stands where it is read.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Path } from './fault.ts';

export interface Flaw {
  readonly path: Path;
  readonly line: number;
  readonly message: string;
}

export interface Parsed {
  /** Objects without prototype, arrays and strings. */
  readonly data: unknown;
  readonly flaws: readonly Flaw[];
  /** The line of the value (or key) at a path, or of its nearest ancestor that is written. */
  lineAt(path: Path): number;
}

type Positioned = { readonly range?: readonly [number, number, number] | null | undefined } | null | undefined;

class Walk {
  readonly lines = new Map<string, number>();
  readonly flaws: Flaw[] = [];
  readonly #counter: LineCounter;

  constructor(counter: LineCounter) {
    this.#counter = counter;
  }

  line(node: Positioned): number {
    return node?.range ? this.#counter.linePos(node.range[0]).line : 1;
  }

  flaw(path: Path, node: Positioned, message: string): void {
    this.flaws.push({ path, line: this.line(node), message });
  }

  value(node: Node | null | undefined, path: Path): unknown {
    const key = JSON.stringify(path);
    if (!this.lines.has(key)) this.lines.set(key, this.line(node));
    if (isAlias(node)) {
      this.flaw(path, node, 'an alias (*name) is not allowed: write the value out in its place; for "all kinds" write "*" in quotes');
      return undefined;
    }
    if (isMap(node)) return this.#map(node.items, path);
    if (isSeq(node)) return node.items.map((item, i) => this.value(item as Node | null, [...path, i]));
    return isScalar(node) ? String(node.value ?? '') : '';
  }

  #map(items: readonly { key: unknown; value: unknown }[], path: Path): object {
    const made = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of items) {
      if (!isScalar(key)) {
        this.flaw(path, key as Node, 'a key must be a plain word');
        continue;
      }
      const name = String(key.value ?? '');
      const inner = [...path, name];
      const first = this.lines.get(JSON.stringify(inner));
      if (first !== undefined) this.flaw(inner, key, `${name} stands here twice (first in line ${first}): the second would hide the first`);
      // The line of a field is the line of its key: a block value starts a line below, where nobody looks for the key.
      else this.lines.set(JSON.stringify(inner), this.line(key));
      made[name] = this.value(value as Node | null, inner);
    }
    return made;
  }
}

/** @param text one YAML document */
export function parse(text: string): Parsed {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { schema: 'failsafe', lineCounter: counter, uniqueKeys: false, prettyErrors: false });
  const walk = new Walk(counter);
  const [first, second] = 'empty' in documents ? [] : documents;
  for (const { message, pos: [at] } of [...(first?.errors ?? []), ...(first?.warnings ?? [])]) {
    walk.flaw([], { range: [at, at, at] }, `not valid YAML: ${message}`);
  }
  if (second !== undefined) walk.flaw([], second, 'one file holds one document: put what follows "---" into a file of its own');
  const data: unknown = first?.contents ? walk.value(first.contents as Node, []) : Object.create(null);
  return { data, flaws: walk.flaws, lineAt: (path) => nearestLine(walk.lines, path) };
}

function nearestLine(lines: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}
