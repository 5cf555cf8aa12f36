/**
 * Statistics: the declared tables a viewer may ask for, and their counts over a period that is over. The counts of a month are made once, when first asked
 * for, and kept sealed; every later answer comes from them, so what is amended, withdrawn or submitted anew afterwards moves no cell.
 */
import { hash } from 'node:crypto';
import { v4 as uuidv4 } from 'uuid';
import { compartmentName } from '../dictionary/compartment.ts';
import type { Body, Field, Json } from '../dictionary/types.ts';
import { maskedNotFound, Refusal } from '../errors.ts';
import { statisticCells } from '../rules/declassify.ts';
import type { CountedCell, Tally } from '../rules/statistic-cells.ts';
import { type Askable, askableTables, closedPeriod, fieldsIn, latestPeriod, monthText, notStated, type Period, several, valuesOf } from '../rules/statistic-table.ts';
import { answer, type Reader } from './answer.ts';
import type { Asker, StatisticsAnswer, StatisticTableView } from './api.ts';
import type { Deps } from './deps.ts';
import type { Counted, CountedRecords, CountedToken, KeptCounts } from './ports.ts';
import { askedTokens } from './tokens.ts';

/** Whose key seals kept counts: no partner can have this id. */
const keeper = 'exchange:statistics';

const viewOf = ({ table }: Askable, now: number): StatisticTableView => ({
  id: table.id, title: table.title, kind: table.kind, dimensions: table.dimensions, period: table.period,
  agreement: table.agreement, clause: table.clause, latest: latestPeriod(table.period, now).name,
});

export async function statisticTables(deps: Deps, asker: Asker): Promise<readonly StatisticTableView[]> {
  return answer(deps, asker, 'statistics', 'statistic-tables', async ({ registry, viewer }) => {
    const moment = await deps.read.moment();
    return { moment, released: [], finish: () => askableTables(registry, deps.dictionary, viewer, moment.now).map((one) => viewOf(one, moment.now)) };
  });
}

/** The fields a table counts by. */
const countedFields = ({ table, kind }: Askable): Field[] => fieldsIn(table).flatMap((name) => kind.field.get(name) ?? []);

/** What decides which records stand in which cell: tables that agree in it share what is kept. */
const definitionOf = ({ table, roof, clause }: Askable): string =>
  hash('sha256', JSON.stringify([table.kind, [...table.channels].sort(), roof, clause.caveats, fieldsIn(table)]), 'base64url');

interface KeptCell {
  readonly values: readonly string[];
  readonly by: Readonly<Record<string, readonly [records: number, key: number]>>;
}

function cellsOf(rows: readonly CountedRecords[], names: readonly (readonly string[])[]): KeptCell[] {
  const cells = new Map<string, { values: readonly string[]; by: Record<string, readonly [number, number]> }>();
  for (const { values, originator, records, key } of rows) {
    const named = names.map((of, i) => (values[i] === -1 ? several : values[i] === 0 || values[i] === undefined ? notStated : (of[values[i] - 1] ?? notStated)));
    const name = JSON.stringify(named);
    let cell = cells.get(name);
    if (cell === undefined) cells.set(name, (cell = { values: named, by: {} }));
    cell.by[originator] = [records, key];
  }
  return [...cells.values()];
}

/** Counts a month and keeps it; where others were first, theirs stands. */
async function countMonth(deps: Deps, { stamp }: Reader, one: Askable, month: string): Promise<void> {
  const { table, kind, roof, clause } = one;
  const fields = countedFields(one);
  const names = fields.map((field) => valuesOf(deps.dictionary, field));
  const tokens: CountedToken[] = fields.flatMap((field, i) => (names[i] ?? []).flatMap((value, n) =>
    askedTokens(deps.vault, kind, field, { eq: value }, field.name, { clearance: roof, caveats: clause.caveats }, deps.maximum).tokens.map((token) => ({ field: i + 1, token, value: n + 1 }))));
  const cells = cellsOf(await deps.statistics.count(stamp, table.id, month, deps.vault.cellSecret(), tokens), names);
  const id = uuidv4();
  const [sealed = ''] = await deps.vault.seal([{ record: id, originator: keeper, compartment: compartmentName({ level: roof, caveats: clause.caveats }), version: 1, fields: { cells } as unknown as Body }], { fresh: true });
  await deps.statistics.keep(stamp, definitionOf(one), { month, id, sealed });
}

async function keptMonths(deps: Deps, reader: Reader, one: Askable, beside: readonly Askable[], months: readonly string[]): Promise<readonly KeptCounts[]> {
  const definition = definitionOf(one);
  const kept = await deps.statistics.kept(reader.stamp, definition, months);
  const missing = months.filter((month) => !kept.some((counts) => counts.month === month));
  if (missing.length === 0) return kept;
  // Tables of one kind share cells: they are counted at one time, or their difference would tell what happened between.
  const together = new Map([one, ...beside.filter(({ table }) => table.kind === one.table.kind)].map((each) => [definitionOf(each), each]));
  for (const [name, each] of together) {
    const there = name === definition ? kept : await deps.statistics.kept(reader.stamp, name, missing);
    for (const month of missing) if (!there.some((counts) => counts.month === month)) await countMonth(deps, reader, each, month);
  }
  return deps.statistics.kept(reader.stamp, definition, months);
}

async function openCounts(deps: Deps, { roof, clause }: Askable, kept: readonly KeptCounts[]): Promise<{ readonly month: string; readonly cells: readonly KeptCell[] }[]> {
  const compartment = compartmentName({ level: roof, caveats: clause.caveats });
  const bodies = await deps.vault.open(kept.map(({ id, sealed }) => ({ record: id, originator: keeper, compartment, version: 1, sealed })));
  return kept.map(({ month }, i) => {
    const body = bodies[i];
    if (body === undefined || body === 'KEY_DESTROYED') throw new Refusal('KEY_UNAVAILABLE');
    return { month, cells: body['cells'] as Json as unknown as readonly KeptCell[] };
  });
}

/** The cells of the table: months together, with the dimensions that are no fields. Each originator's part stands where its own country puts it. */
function tabled({ registry }: Reader, { table }: Askable, months: Awaited<ReturnType<typeof openCounts>>): CountedCell[] {
  const fields = fieldsIn(table);
  const cells = new Map<string, { values: string[]; by: Map<string, Tally> }>();
  for (const { month, cells: kept } of months) {
    for (const { values, by } of kept) {
      for (const [originator, [records, key]] of Object.entries(by)) {
        const at = table.dimensions.map((name) =>
          name === 'month' ? month : name === 'originatorCountry' ? (registry.partners.get(originator)?.country ?? notStated) : (values[fields.indexOf(name)] ?? notStated));
        const cell = cells.get(JSON.stringify(at)) ?? { values: at, by: new Map<string, Tally>() };
        cells.set(JSON.stringify(at), cell);
        const before = cell.by.get(originator) ?? { records: 0, key: 0 };
        cell.by.set(originator, { records: before.records + records, key: (before.key + key) % 4_294_967_296 });
      }
    }
  }
  return [...cells.values()];
}

function countedOf({ table, roof }: Askable, cells: readonly CountedCell[]): Counted[] {
  const sums = new Map<string, number>();
  for (const { by } of cells) for (const [originator, { records }] of by) sums.set(originator, (sums.get(originator) ?? 0) + records);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([originator, records]) => ({ originator, kind: table.kind, level: roof, records }));
}

function periodOf({ table, since }: Askable, asked: string | undefined, now: number): Period {
  const latest = latestPeriod(table.period, now);
  const period = closedPeriod(table.period, asked ?? latest.name, since, now);
  if (period === undefined) {
    const message = `must be a ${table.period.toLowerCase()} that is over, as ${latest.name}, and not before ${new Date(since).toISOString().slice(0, 7)}`;
    throw new Refusal('INVALID', { errors: [{ field: 'period', message }] });
  }
  return period;
}

/** @param asked undefined: the last period that is over */
export async function statistics(deps: Deps, asker: Asker, id: string, asked: string | undefined): Promise<StatisticsAnswer> {
  return answer<StatisticsAnswer>(deps, asker, 'statistics', 'statistics', async (reader) => {
    const moment = await deps.read.moment();
    const mine = askableTables(reader.registry, deps.dictionary, reader.viewer, moment.now);
    const one = mine.find(({ table }) => table.id === id);
    if (one === undefined) return { moment, released: [], asked: [deps.vault.blindForLedger(id)], finish: () => { throw maskedNotFound(); } };
    const period = periodOf(one, asked, moment.now);
    const kept = await keptMonths(deps, reader, one, mine, period.months.map(monthText));
    const cells = tabled(reader, one, await openCounts(deps, one, kept));
    return {
      moment, released: [], counted: countedOf(one, cells), asked: [deps.vault.blindForLedger(`${id} ${period.name}`)],
      finish: () => ({ ...viewOf(one, moment.now), of: period.name, cells: statisticCells(cells, one.table.dimensions, reader.viewer.partner) }),
    };
  });
}
