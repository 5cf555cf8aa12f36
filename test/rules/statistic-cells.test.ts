/** Which cells of a table are told, over generated tables: none that is small, none from which a small one follows, nothing that an asker can move. */
import fc from 'fast-check';
import t from 'tap';
import { type StatisticCell, statisticCells } from '../../src/rules/declassify.ts';
import { type CountedCell, leastOriginators, leastRecords, noiseOf, placesOf, type Tally } from '../../src/rules/statistic-cells.ts';
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
    const told = new Set(namesOf(statisticCells(cells, 2, 'asker')));
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
    const [without, having] = [statisticCells(withAsker(cells, undefined), 2, 'asker'), statisticCells(withAsker(cells, own), 2, 'asker')];
    return JSON.stringify(namesOf(without)) === JSON.stringify(namesOf(having));
  }), runs(500));
  t.pass();
});

t.test('a cell has one figure, whoever asks, and in whatever order the records lie', async (t) => {
  fc.assert(fc.property(grid, (cells) => {
    const figures = new Map<string, number>();
    return [...partners, 'nobody'].every((asker) => [...statisticCells([...cells].reverse(), 2, asker), ...statisticCells(cells, 2, asker)].every(({ values, count }) => {
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
  t.strictSame(namesOf(statisticCells(large, 1, 'asker')), namesOf(statisticCells([...large, { values: ['z'], by: of(1) }], 1, 'asker')));
  t.strictSame(statisticCells([], 1, 'asker'), []);
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
