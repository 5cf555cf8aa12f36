/** Clocks of stages as tables. */
import t from 'tap';
import { clockOf, isDuration, moved } from '../../src/rules/stages.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();

t.test('durations, by the calendar in UTC', async (t) => {
  const table: [string, string, string][] = [
    ['2026-01-31T10:00:00Z', 'P15D', '2026-02-15T10:00:00.000Z'],
    ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00Z', 'P1M', '2028-02-29T10:00:00.000Z'],
    ['2026-12-31T23:30:00Z', 'PT45M', '2027-01-01T00:15:00.000Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', '2025-02-28T00:00:00.000Z'],
    ['2026-03-01T00:00:00Z', 'P1Y2M3W4DT5H6M7S', '2027-05-26T05:06:07.000Z'],
  ];
  for (const [from, duration, to] of table) t.equal(iso(moved(at(from), duration)), to, `${from} + ${duration}`);
  t.equal(iso(moved(at('2026-03-31T00:00:00Z'), 'P1M', -1)), '2026-02-28T00:00:00.000Z', 'and back');
  for (const good of ['P15D', 'PT24H', 'P1M', 'P2W', 'P1DT1H']) t.ok(isDuration(good), good);
  for (const bad of ['', 'P', 'PT', 'P1DT', '15D', 'P-1D', 'P1.5D', 'soon']) t.notOk(isDuration(bad), bad);
});

t.test('how a clock stands', async (t) => {
  const stage = { stage: 'TEMPORARY_SHELTER', next: [], clock: 'P15D', warnBefore: 'P3D' };
  const since = at('2026-01-01T00:00:00Z');
  const table: [string, string][] = [
    ['2026-01-12T23:59:59.999Z', 'RUNNING'], ['2026-01-13T00:00:00Z', 'WARNING'], ['2026-01-15T23:59:59.999Z', 'WARNING'], ['2026-01-16T00:00:00Z', 'OVERDUE'],
  ];
  for (const [now, state] of table) t.match(clockOf(stage, since, at(now)), { state, due: at('2026-01-16T00:00:00Z'), warnFrom: at('2026-01-13T00:00:00Z') }, now);
  t.match(clockOf({ stage: 'X', next: [] }, since, since), { state: 'NONE', due: undefined });
  t.match(clockOf(undefined, since, since), { state: 'NONE' });
  t.match(clockOf({ stage: 'X', next: [], clock: 'P1D' }, since, since), { state: 'RUNNING', warnFrom: at('2026-01-02T00:00:00Z') }, 'without a warning it warns when it is due');
});
