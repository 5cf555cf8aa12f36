/**
 * Cells of a table and its margins: noise by cell key, and which are large enough to be shown. Pure. What else is hidden: `statistic-cover.ts`.
 *
 * The cell-key method (Fraser and Wooton, "A proposed method for confidentialising tabular output to protect against differencing", UNECE work session
 * on statistical data confidentiality, 2005; used for census tables by the Australian Bureau of Statistics): every record has a random key, the keys of a
 * cell's records are summed, and the sum picks the noise from a fixed table. The same records are always changed by the same, whoever asks, in whatever
 * table or margin; any other set of records draws anew. So asking again averages nothing out, and a difference of two cells is off by two draws.
 */

/** Records that share all values, by originator; no record stands in two of them. */
export interface CountedCell {
  readonly values: readonly string[];
  readonly by: ReadonlyMap<string, Tally>;
}

export interface Tally {
  readonly records: number;
  /** Sum of the records' keys, modulo 2^32. */
  readonly key: number;
}

/** A cell or a margin with what decides about it for one asker. */
export interface Place {
  /** Null: all values of that dimension. */
  readonly values: readonly (string | null)[];
  /** Everybody's records: what is told, with noise. */
  readonly all: Tally;
  /** Those of others than the asker: what decides. */
  readonly others: Tally;
  /** Originators other than the asker. */
  readonly originators: ReadonlySet<string>;
}

/** The least records, and originators, of others than the asker that a cell which is shown has. */
export const leastRecords = 11;
export const leastOriginators = 2;

/** How many of 64 draws give -5 .. 5: symmetric, at most twice as many as the next, so that a record more or less is never told by one draw in the middle. */
const weights = [1, 2, 4, 7, 11, 14, 11, 7, 4, 2, 1] as const;
const table: readonly number[] = weights.flatMap((weight, i) => Array.from({ length: weight }, () => i - 5));

/** The noise of a cell: by the upper six bits of its key. */
export const noiseOf = (key: number): number => table[key >>> 26] ?? 0;

const none: Tally = { records: 0, key: 0 };
const sum = (a: Tally, b: Tally): Tally => ({ records: a.records + b.records, key: (a.key + b.key) % 4_294_967_296 });
export const nameOf = (values: readonly (string | null)[]): string => JSON.stringify(values);

/** Every cell and every margin that holds a record, by name. */
export function placesOf(cells: readonly CountedCell[], dimensions: number, asker: string): Map<string, Place> {
  const tallies = new Map<string, { readonly values: readonly (string | null)[]; readonly by: Map<string, Tally> }>();
  for (const { values, by } of cells) {
    for (let open = 0; open < 1 << dimensions; open += 1) {
      const at = values.map((value, i) => ((open & (1 << i)) === 0 ? value : null));
      let held = tallies.get(nameOf(at));
      if (held === undefined) tallies.set(nameOf(at), (held = { values: at, by: new Map() }));
      for (const [originator, tally] of by) held.by.set(originator, sum(held.by.get(originator) ?? none, tally));
    }
  }
  return new Map([...tallies].map(([name, { values, by }]) => {
    const others = new Map([...by].filter(([originator]) => originator !== asker));
    return [name, { values, all: [...by.values()].reduce(sum, none), others: [...others.values()].reduce(sum, none), originators: new Set(others.keys()) }];
  }));
}

/** By others' records alone, so that an asker's own move nothing across the threshold; what noise takes below it is hidden, too. */
export const isLarge = ({ others, originators }: Place): boolean =>
  others.records >= leastRecords && originators.size >= leastOriginators && others.records + noiseOf(others.key) >= leastRecords;
