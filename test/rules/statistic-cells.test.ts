/**
 * Which cells of a table are told, over generated tables: none that is small, none that by sums and differences give away a small one or an empty one,
 * nothing that an asker can move.
 */
import fc from 'fast-check';
import t from 'tap';
import { type StatisticCell, statisticCells } from '../../src/rules/declassify.ts';
import { type CountedCell, leastOriginators, leastRecords, nameOf, noiseOf, type Place, placesOf, type Tally } from '../../src/rules/statistic-cells.ts';
import { closedPeriod, latestPeriod, monthText } from '../../src/rules/statistic-table.ts';
import { runs } from '../support/seed.ts';

const tally = fc.record({ records: fc.integer({ min: 1, max: 25 }), key: fc.integer({ min: 0, max: 0xffffffff }) });
const partners = ['asker', 'one', 'two', 'three'] as const;
const cellAt = (values: readonly string[]) => fc.dictionary(fc.constantFrom(...partners), tally, { maxKeys: 4 }).map((by): CountedCell => ({ values, by: new Map(Object.entries(by)) }));
const grid = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).chain(([wide, high]) =>
  fc.tuple(...Array.from({ length: wide * high }, (_, i) => cellAt([`a${i % wide}`, `b${Math.floor(i / wide)}`]))));

const namesOf = (cells: readonly StatisticCell[]): string[] => cells.map(({ values }) => JSON.stringify(values));
const withAsker = (cells: readonly CountedCell[], own: Tally | undefined): CountedCell[] =>
  cells.map(({ values, by }) => {
    const rest = new Map([...by].filter(([partner]) => partner !== 'asker'));
    return { values, by: own === undefined ? rest : new Map([...rest, ['asker', own]]) };
  });

t.test('no small cell is told, and none follows', async (t) => {
  fc.assert(fc.property(grid, (cells) => {
    const places = placesOf(cells, 2, 'asker');
    const told = new Set(namesOf(statisticCells(cells, ['a', 'b'], 'asker')));
    for (const [name, place] of places) {
      if (told.has(name) && (place.others.records < leastRecords || place.originators.size < leastOriginators)) return false;
      // What a told margin leaves over when its told cells are taken off.
      for (const [i] of place.values.entries()) {
        if (place.values[i] !== null || !told.has(name)) continue;
        const line = [...places.values()].filter(({ values }) => values.every((value, j) => (j === i ? value !== null : value === place.values[j])));
        const left = line.filter(({ values }) => !told.has(JSON.stringify(values)));
        if (left.length === line.length) continue;
        if (left.reduce((sum, { others }) => sum + others.records, 0) < leastRecords || new Set(left.flatMap(({ originators }) => [...originators])).size < leastOriginators) return false;
      }
    }
    return true;
  }), runs(500));
  t.pass();
});

t.test('an asker\'s own records move no cell into sight or out of it', async (t) => {
  fc.assert(fc.property(grid, tally, (cells, own) => {
    const [without, having] = [statisticCells(withAsker(cells, undefined), ['a', 'b'], 'asker'), statisticCells(withAsker(cells, own), ['a', 'b'], 'asker')];
    return JSON.stringify(namesOf(without)) === JSON.stringify(namesOf(having));
  }), runs(500));
  t.pass();
});

t.test('a cell has one figure, whoever asks, and in whatever order the records lie', async (t) => {
  fc.assert(fc.property(grid, (cells) => {
    const figures = new Map<string, number>();
    return [...partners, 'nobody'].every((asker) => [...statisticCells([...cells].reverse(), ['a', 'b'], asker), ...statisticCells(cells, ['a', 'b'], asker)].every(({ values, count }) => {
      const before = figures.get(JSON.stringify(values));
      figures.set(JSON.stringify(values), count);
      return before === undefined || before === count;
    }));
  }), runs(300));
  t.pass();
});

t.test('the noise is fair, bounded, and drawn anew for every record more or less', async (t) => {
  const draws = Array.from({ length: 64 }, (_, i) => noiseOf(i * 2 ** 26));
  t.equal(draws.reduce((sum, draw) => sum + draw, 0), 0);
  t.ok(draws.every((draw) => Math.abs(draw) <= 5));
  t.equal(noiseOf(0xffffffff), 5);
  t.equal(noiseOf(0), -5);
});

t.test('a hidden cell is as one that nobody has', async (t) => {
  const of = (records: number): ReadonlyMap<string, Tally> => new Map([['one', { records, key: 0x70000000 }], ['two', { records, key: 0x10000000 }]]);
  const large: CountedCell[] = [{ values: ['x'], by: of(30) }, { values: ['y'], by: of(20) }];
  t.strictSame(namesOf(statisticCells(large, ['a'], 'asker')), namesOf(statisticCells([...large, { values: ['z'], by: of(1) }], ['a'], 'asker')));
  t.strictSame(statisticCells([], ['a'], 'asker'), []);
});

/** Cells of two or three dimensions: most of them large, some small, some of one originator, some empty. */
const part = (records: fc.Arbitrary<number>) => fc.record({ records, key: fc.integer({ min: 0, max: 0xffffffff }) });
const crossed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ one: part(fc.integer({ min: 6, max: 30 })), two: part(fc.integer({ min: 6, max: 30 })) }) },
  { weight: 3, arbitrary: fc.record({ one: part(fc.integer({ min: 1, max: 5 })), two: part(fc.integer({ min: 1, max: 5 })) }) },
  { weight: 1, arbitrary: fc.record({ three: part(fc.integer({ min: 1, max: 30 })) }) },
  { weight: 3, arbitrary: fc.constant(undefined) },
);
const tableOf = (sizes: readonly number[]) => {
  const all = sizes.reduce<string[][]>((before, size, i) => before.flatMap((values) => Array.from({ length: size }, (_, n) => [...values, `${'abc'[i] ?? ''}${n}`])), [[]]);
  return fc.tuple(...all.map(() => crossed)).map((cells) => ({
    dimensions: sizes.map((_, i) => 'abc'[i] ?? ''),
    cells: cells.flatMap((by, i): CountedCell[] => (by === undefined ? [] : [{ values: all[i] ?? [], by: new Map(Object.entries(by)) }])),
  }));
};
const flat = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 5 })).chain(tableOf);
const deep = fc.tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 })).chain(tableOf);
const seeded = runs(400);

interface Told { readonly cells: readonly CountedCell[]; readonly dimensions: readonly string[]; readonly places: ReadonlyMap<string, Place>; readonly told: ReadonlySet<string>; readonly shown: readonly Place[] }
function toldOf({ cells, dimensions }: { readonly cells: readonly CountedCell[]; readonly dimensions: readonly string[] }): Told {
  const places = placesOf(cells, dimensions.length, 'asker');
  const told = new Set(namesOf(statisticCells(cells, dimensions, 'asker')));
  return { cells, dimensions, places, told, shown: [...places].flatMap(([name, place]) => (told.has(name) ? [place] : [])) };
}

/** Enough records of others, of enough originators. */
function isEnough(cells: readonly CountedCell[]): boolean {
  const by = new Map<string, number>();
  for (const cell of cells) for (const [originator, { records }] of cell.by) if (originator !== 'asker') by.set(originator, (by.get(originator) ?? 0) + records);
  return [...by.values()].reduce((sum, records) => sum + records, 0) >= leastRecords && by.size >= leastOriginators;
}
const isIn = (cell: readonly string[], values: readonly (string | null)[]): boolean => values.every((value, i) => value === null || value === cell[i]);

/** Numbers modulo a prime: a form that follows by fractions follows there, too. */
const prime = 2_147_483_629n;
const modulo = (n: bigint): bigint => ((n % prime) + prime) % prime;
function inverse(n: bigint): bigint {
  let [result, base] = [1n, n];
  for (let power = prime - 2n; power > 0n; power >>= 1n) {
    if ((power & 1n) === 1n) result = modulo(result * base);
    base = modulo(base * base);
  }
  return result;
}

/** All sums and differences of forms. */
class Span {
  readonly #rows: { readonly form: readonly bigint[]; readonly lead: number }[] = [];
  rest(form: readonly bigint[]): readonly bigint[] {
    return this.#rows.reduce((left, { form: row, lead }) => {
      const times = left[lead] ?? 0n;
      return times === 0n ? left : left.map((n, i) => modulo(n - times * (row[i] ?? 0n)));
    }, form);
  }
  add(form: readonly bigint[]): void {
    const left = this.rest(form);
    const lead = left.findIndex((n) => n !== 0n);
    const one = inverse(left[lead] ?? 0n);
    if (lead !== -1) this.#rows.push({ form: left.map((n) => modulo(n * one)), lead });
  }
}

/** Small and empty places, of inner cells and margins, that follow from what is told. */
function following({ cells, dimensions, places, told, shown }: Told): string[] {
  const values = dimensions.map((_, i) => [...new Set(cells.map((cell) => cell.values[i] ?? ''))]);
  const grid = values.reduce<string[][]>((before, some) => before.flatMap((each) => some.map((value) => [...each, value])), [[]]);
  const all = values.reduce<(string | null)[][]>((before, some) => before.flatMap((each) => [...some, null].map((value) => [...each, value])), [[]]);
  const form = (place: readonly (string | null)[]): bigint[] => grid.map((cell) => (isIn(cell, place) ? 1n : 0n));
  const span = new Span();
  for (const place of shown) span.add(form(place.values));
  return all.filter((place) => !told.has(nameOf(place)) && !isEnough(cells.filter((cell) => isIn(cell.values, place))) && places.size > 0 && span.rest(form(place)).every((n) => n === 0n)).map(nameOf);
}

for (const [name, table] of [['two', flat], ['three', deep]] as const) {
  t.test(`of ${name} dimensions, no small or empty place follows from all sums and differences of what is told`, async (t) => {
    fc.assert(fc.property(table, (one) => following(toldOf(one)).length === 0), seeded);
    t.pass();
  });

  t.test(`of ${name} dimensions, no two places are told that differ by too few records, or by none`, async (t) => {
    fc.assert(fc.property(table, (one) => {
      const { cells, shown } = toldOf(one);
      return shown.every((a, i) => shown.slice(i + 1).every((b) => isEnough(cells.filter(({ values }) => isIn(values, a.values) !== isIn(values, b.values)))));
    }), seeded);
    t.pass();
  });
}

t.test('every sum of rows less a sum of columns, told cells taken off, is of enough records', async (t) => {
  fc.assert(fc.property(flat, (one) => {
    const { cells, told } = toldOf(one);
    // What is hidden of a dimension is told together, if at all: a margin less those that are told.
    const blocks = [0, 1].map((i) => {
      const isTold = (value: string): boolean => told.has(nameOf(i === 0 ? [value, null] : [null, value]));
      const values = [...new Set(cells.map((cell) => cell.values[i] ?? ''))];
      return new Map([...values.filter(isTold), 'hidden'].map((name, n) => [name, n]));
    });
    const [rows = new Map<string, number>(), columns = new Map<string, number>()] = blocks;
    if (rows.size + columns.size < 3) return true;
    const hidden = cells.filter(({ values }) => !told.has(nameOf(values))).map((cell) => {
      const [row = '', column = ''] = cell.values;
      return { cell, row: rows.get(row) ?? rows.size - 1, column: rows.size + (columns.get(column) ?? columns.size - 1) };
    });
    const all = 1 << (rows.size + columns.size);
    for (let side = 1; side < all - 1; side += 1) if (!isEnough(hidden.flatMap(({ cell, row, column }) => (((side >> row) ^ (side >> column)) & 1 ? [cell] : [])))) return false;
    return true;
  }), runs(150));
  t.pass();
});

t.test('a finer table tells nothing of a coarser one that it does not tell itself, in whatever order either names its dimensions', async (t) => {
  fc.assert(fc.property(deep, fc.integer({ min: 0, max: 2 }), (one, off) => {
    const { cells, shown } = toldOf(one);
    const kept = [2, 1, 0].filter((i) => i !== off);
    const merged = new Map<string, { values: readonly string[]; by: Map<string, Tally> }>();
    for (const { values, by } of cells) {
      const at = kept.map((i) => values[i] ?? '');
      const cell = merged.get(nameOf(at)) ?? { values: at, by: new Map<string, Tally>() };
      merged.set(nameOf(at), cell);
      for (const [originator, { records, key }] of by) {
        const before = cell.by.get(originator) ?? { records: 0, key: 0 };
        cell.by.set(originator, { records: before.records + records, key: (before.key + key) % 2 ** 32 });
      }
    }
    const coarse = toldOf({ cells: [...merged.values()], dimensions: kept.map((i) => one.dimensions[i] ?? '') });
    return shown.every(({ values }) => values[off] !== null || coarse.told.has(nameOf(kept.map((i) => values[i] ?? null))));
  }), seeded);
  t.pass();
});

t.test('of a row and a column of nearly the same records neither is told, whether they differ by none or by a few', async (t) => {
  let key = 1;
  const cell = (records: number, ...values: string[]): CountedCell[] => {
    const of = (some: number): Tally => ({ records: some, key: (key = (key * 48_271) % 2_147_483_647) });
    return records === 0 ? [] : [{ values, by: new Map([['one', of(Math.ceil(records / 2))], ['two', of(Math.ceil(records / 2))]]) }];
  };
  const told = [0, 2, 4, 10].map((few) => {
    key = 1;
    const rest = [['JP', 'CLOSED', 30], ['JP', 'SCREENING', 12], ['TH', 'CLOSED', 50], ['TH', 'SCREENING', 40], ['CN', 'CLOSED', 60], ['CN', 'SCREENING', 30]] as const;
    const cells = [...cell(90, 'KR', 'PROTECTION'), ...rest.flatMap(([nationality, stage, records]) => cell(records, nationality, stage)), ...cell(few, 'KR', 'CLOSED')];
    return namesOf(statisticCells(cells, ['nationality', 'stage'], 'asker'));
  });
  for (const names of told) {
    t.notOk(names.includes('["KR",null]') || names.includes('[null,"PROTECTION"]'));
    t.ok(names.includes('[null,null]') && names.includes('[null,"CLOSED"]') && names.includes('["TH",null]'), 'the rest is');
    t.strictSame(names, told[0]);
  }
});

t.test('a large table keeps most of its cells, and takes no long time', async (t) => {
  let state = 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const cells = new Map<string, { values: string[]; by: Map<string, Tally> }>();
  for (let i = 0; i < 100_000; i += 1) {
    const values = [250, 8, 3].map((size, at) => `${at} ${Math.floor(size * random() ** 2)}`);
    const cell = cells.get(nameOf(values)) ?? { values, by: new Map<string, Tally>() };
    cells.set(nameOf(values), cell);
    const originator = `p${Math.floor(random() * 6)}`;
    cell.by.set(originator, { records: (cell.by.get(originator)?.records ?? 0) + 1, key: Math.floor(random() * 2 ** 32) });
  }
  const began = process.cpuUsage();
  const { places, told } = toldOf({ cells: [...cells.values()], dimensions: ['a', 'b', 'c'] });
  const { user, system } = process.cpuUsage(began);
  t.ok(user + system < 10_000_000);
  const large = [...places].filter(([, { values, others, originators }]) => !values.includes(null) && others.records >= leastRecords + 5 && originators.size >= leastOriginators);
  t.ok(large.filter(([name]) => told.has(name)).length > 0.6 * large.length, `${large.filter(([name]) => told.has(name)).length} of ${large.length}`);
});

t.test('periods', async (t) => {
  const now = Date.parse('2026-11-22T05:00:00Z');
  const since = Date.parse('2025-03-01T00:00:00+07:00');
  t.same([latestPeriod('MONTH', now).name, latestPeriod('QUARTER', now).name, latestPeriod('YEAR', now).name], ['2026-10', '2026-Q3', '2025']);
  t.same(closedPeriod('QUARTER', '2026-Q3', since, now)?.months.map(monthText), ['2026-07', '2026-08', '2026-09']);
  t.same(['2026-11', '2026-13', '2024-12', '2026-1', ''].map((name) => closedPeriod('MONTH', name, since, now)), Array(5).fill(undefined));
  t.equal(closedPeriod('MONTH', '2025-02', since, now)?.name, '2025-02', 'the agreement began at the end of that month, by UTC');
  t.equal(closedPeriod('YEAR', '2026', since, now), undefined);
});
