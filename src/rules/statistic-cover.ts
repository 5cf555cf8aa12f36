/**
 * Which places of a table are shown, so that sums and differences of them tell nothing of what is small. Pure.
 *
 * Complementary (secondary) suppression: Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer and de Wolf, "Statistical Disclosure
 * Control", Wiley 2012, chapter 4. Every shown place is an equation over the inner cells, so whoever adds and subtracts can compute what no line of a table
 * gives away alone. Each level (the places that have values by the same dimensions) is decided by itself, margins first, by four rules:
 *
 * 1. A place is shown only where every margin of it is. So what is hidden of a dimension is hidden in every cross of it, and in every finer table: records of
 *    a small or empty place can be thought away to there and back (the corners of a hypercube, with a hidden value of each dimension) without any shown
 *    place changing, so it does not follow from them.
 * 2. A margin less its shown cells is large itself: each line hides something, also where nothing is small. So there is a hidden value of each dimension.
 * 3. So is every sum of rows less a sum of columns, the shown cells taken off. Rows and columns are the nodes of a graph, hidden cells its edges, and what
 *    such a difference is made of is a cut: no cut is small. Two margins of nearly the same records, which the same noise would tell, are the cut of two
 *    nodes. In two dimensions that is all that can be computed; three are seen as rows by columns in each slice, and with two of them taken as one.
 * 4. Where each of three dimensions hides but one large value, the cell of those three has a companion that is hidden by none of them.
 *
 * Where a rule is broken, the smallest shown cell that mends it is hidden. Hiding never breaks a rule that held, so there is an end. A place that holds few
 * records is taken as one that holds none: only whether sums reach the threshold decides.
 */
import { isLarge, leastOriginators, leastRecords, nameOf, type Place } from './statistic-cells.ts';
import { weakCut } from './weak-cut.ts';

/** A level: the dimensions by which places have a value, one bit each. */
type Level = number;
const sizeOf = (level: Level): number => (level === 0 ? 0 : (level & 1) + sizeOf(level >>> 1));
const levelOf = ({ values }: Place): Level => values.reduce((level, value, i) => (value === null ? level : level | (1 << i)), 0);

/** A table seen as rows by columns, once for each value of the rest. */
interface Square {
  readonly fixed: Level;
  readonly rows: Level;
  readonly columns: Level;
}

function isEnough(places: Iterable<Place>): boolean {
  let records = 0;
  const all = new Set<string>();
  for (const { others, originators } of places) {
    records += others.records;
    for (const originator of originators) all.add(originator);
    if (records >= leastRecords && all.size >= leastOriginators) return true;
  }
  return false;
}

class Cover {
  readonly #places: ReadonlyMap<string, Place>;
  /** Margins before what they are the margins of. */
  readonly levels: readonly Level[];
  /** Every place that holds a record of others, by level; the smallest first. */
  readonly #levels = new Map<Level, Place[]>();
  readonly #single: readonly Level[];
  /** The margins of each place by level, those of itself among them. */
  readonly #margins = new Map<Place, ReadonlyMap<Level, Place>>();
  /** Margins that a finer level hides: last, so that what a level shows follows from its own cells, and tables that share a level agree. */
  readonly #closed = new Set<Place>();
  readonly shown: Set<Place>;

  /** @param dimensions their names: rows and columns are taken in their order, so that tables that name the same in another order hide the same */
  constructor(places: ReadonlyMap<string, Place>, dimensions: readonly string[]) {
    this.#places = places;
    const indices = dimensions.map((name, i) => ({ name, i })).sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ i }) => i);
    this.#single = indices.map((i) => 1 << i);
    const levels = Array.from({ length: 1 << dimensions.length }, (_, picked) => this.#single.reduce((level, one, i) => ((picked & (1 << i)) === 0 ? level : level | one), 0));
    this.levels = levels.sort((a, b) => sizeOf(a) - sizeOf(b));
    const names = new Map([...places.values()].map((place) => [place, nameOf(indices.map((i) => place.values[i] ?? null))]));
    const order = (a: Place, b: Place): number => a.others.records - b.others.records || ((names.get(a) ?? '') < (names.get(b) ?? '') ? -1 : 1);
    for (const place of [...places.values()].filter(({ others }) => others.records > 0).sort(order)) {
      const level = levelOf(place);
      this.#at(level).push(place);
      const margins = this.levels.filter((above) => (above & ~level) === 0).map((above) => [above, places.get(nameOf(place.values.map((value, i) => ((above & (1 << i)) === 0 ? null : value))))] as const);
      this.#margins.set(place, new Map(margins.flatMap(([above, margin]) => (margin === undefined ? [] : [[above, margin]]))));
    }
    this.shown = new Set([...places.values()].filter(isLarge));
  }

  #at(level: Level): Place[] {
    let places = this.#levels.get(level);
    if (places === undefined) this.#levels.set(level, (places = []));
    return places;
  }

  #shownAt(place: Place, level: Level): Place | undefined {
    const margin = this.#margins.get(place)?.get(level);
    return margin !== undefined && this.shown.has(margin) ? margin : undefined;
  }

  /** Rule 1. */
  inherit(level: Level): void {
    const above = this.#single.filter((one) => (level & one) !== 0).map((one) => level & ~one);
    for (const place of this.#at(level)) if (this.shown.has(place) && above.some((each) => this.#shownAt(place, each) === undefined)) this.shown.delete(place);
  }

  hideMargins(): void {
    for (const margin of this.#closed) this.shown.delete(margin);
    for (const level of this.levels) this.inherit(level);
  }

  /** Rule 2. */
  fillLines(level: Level): void {
    // A margin of this level's lines is the sum along one dimension only: that which it has no value by.
    const lines = new Map<Place, Place[]>();
    for (const one of this.#single.filter((each) => (level & each) !== 0)) {
      for (const place of this.#at(level)) {
        const parent = this.#shownAt(place, level & ~one);
        if (parent === undefined) continue;
        const children = lines.get(parent);
        if (children === undefined) lines.set(parent, [place]);
        else children.push(place);
      }
    }
    for (const children of lines.values()) {
      const hidden = children.filter((child) => !this.shown.has(child));
      for (const child of children) {
        if (isEnough(hidden)) break;
        if (this.shown.delete(child)) hidden.push(child);
      }
    }
  }

  /** Rule 3, for one way to see a level as rows by columns. */
  fillSquares(level: Level, square: Square): void {
    const tables = new Map<Place, Place[]>();
    for (const place of this.#at(level)) {
      const over = this.#shownAt(place, square.fixed);
      if (over === undefined) continue;
      const cells = tables.get(over);
      if (cells === undefined) tables.set(over, [place]);
      else cells.push(place);
    }
    for (const cells of tables.values()) for (const taken = new Set<Place>(); this.#fillCut(cells, square, taken););
  }

  /**
   * Hides what makes one small cut larger; false: there is none.
   * @param taken margins of this square that count as hidden
   */
  #fillCut(cells: readonly Place[], { fixed, rows, columns }: Square, taken: Set<Place>): boolean {
    // Hidden rows cannot be told apart, nor hidden columns: they are the nodes 0 and 1.
    const margins = new Map<Place, number>();
    const nodeOf = (place: Place, level: Level, hidden: number): number => {
      const margin = this.#shownAt(place, level);
      if (margin === undefined || taken.has(margin)) return hidden;
      const node = margins.get(margin) ?? margins.size + 2;
      margins.set(margin, node);
      return node;
    };
    const edges = cells.map((place) => ({ place, a: nodeOf(place, fixed | rows, 0), b: nodeOf(place, fixed | columns, 1) }));
    if (margins.size === 0) return false;
    const side = weakCut(margins.size + 2, edges.filter(({ place }) => !this.shown.has(place)).map(({ a, b, place }) => ({ a, b, by: place.originators, records: place.others.records })));
    if (side === undefined) return false;
    const across = edges.find(({ a, b, place }) => this.shown.has(place) && side(a) !== side(b));
    if (across !== undefined) return this.shown.delete(across.place);
    // No shown cell lies across: margins themselves differ by too little. A row and a column go to the hidden ones of the other side; both, for another table may show one of them.
    const found = [...margins].sort(([a], [b]) => a.others.records - b.others.records);
    const row = found.find(([margin, node]) => levelOf(margin) === (fixed | rows) && side(node) !== side(0));
    const column = found.find(([margin, node]) => levelOf(margin) === (fixed | columns) && side(node) !== side(1));
    for (const [margin] of [row, column].filter((each) => each !== undefined)) {
      taken.add(margin);
      this.#closed.add(margin);
    }
    return row !== undefined || column !== undefined;
  }

  squaresOf(level: Level): Square[] {
    const [a = 0, b = 0, c = 0] = this.#single.filter((one) => (level & one) !== 0);
    if (sizeOf(level) < 2) return [];
    if (c === 0) return [{ fixed: 0, rows: a, columns: b }];
    return [
      { fixed: a, rows: b, columns: c }, { fixed: b, rows: a, columns: c }, { fixed: c, rows: a, columns: b },
      { fixed: 0, rows: a, columns: b | c }, { fixed: 0, rows: b, columns: a | c }, { fixed: 0, rows: c, columns: a | b },
    ];
  }

  /** Rule 4. Values that hold few records count as none here, too. */
  fillCorner(level: Level): void {
    if (sizeOf(level) < 3) return;
    const singles = this.#single.map((one) => this.#at(one));
    const only = singles.map((places) => places.filter((place) => !this.shown.has(place) && isEnough([place])));
    if (only.some(({ length }) => length !== 1)) return;
    const corner = this.#places.get(nameOf(only.flat().reduce<(string | null)[]>((values, place) => values.map((value, i) => place.values[i] ?? value), [null, null, null])));
    if (corner !== undefined && isEnough([corner])) return;
    const shown = this.#at(level).filter((place) => this.shown.has(place));
    const all = singles.reduce((product, places) => product * places.filter((place) => this.shown.has(place)).length, 1);
    const [smallest] = shown;
    if (smallest !== undefined && shown.length === all) this.shown.delete(smallest);
  }
}

/** The places that are shown. */
export function shownPlaces(places: ReadonlyMap<string, Place>, dimensions: readonly string[]): Set<Place> {
  const cover = new Cover(places, dimensions);
  for (const level of cover.levels) {
    cover.inherit(level);
    cover.fillLines(level);
    for (const square of cover.squaresOf(level)) cover.fillSquares(level, square);
    cover.fillCorner(level);
  }
  cover.hideMargins();
  return cover.shown;
}
