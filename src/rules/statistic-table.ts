/**
 * Tables of statistics: what may be counted is declared in the registry, never asked ad hoc. Here: which fields can be counted by, who may ask for a
 * table, and its periods. What leaves of the counts is decided in `declassify.ts`.
 */
import { type Caveats, type Level, purposeMask } from '../dictionary/compartment.ts';
import { countries } from '../dictionary/normalise/country.ts';
import type { Dictionary, Field, Kind } from '../dictionary/types.ts';
import { basesOf, coversKind, speaksTo } from './grant.ts';
import type { Clause, Registry, StatisticTable } from './registry.ts';
import type { Viewer } from './viewer.ts';

/** Dimensions that are no field: the country of the originator, and the month in which a record was submitted. */
export const ownDimensions = ['originatorCountry', 'month'] as const;

/** Values of a dimension of a record that has none, or none that may be counted, and of one that has several. */
export const notStated = 'NOT_STATED';
export const several = 'SEVERAL';

export const mostDimensions = 3;
/** Of one table, in the product of the values of its dimensions: what may be shown of them takes some seconds of one processor. */
export const mostCells = 25_000;
export const statistics = purposeMask(['STATISTICS']);

/** Fields that records can be counted by: closed lists of values that a search finds by equality, blinded where they are sealed. */
export const isCountable = ({ search, type, normalise }: Field): boolean => search?.by === 'EXACT' && (type.shape === 'enum' || normalise?.by === 'COUNTRY');

/** The values that such a field can have. */
export const valuesOf = (dictionary: Dictionary, { type }: Field): readonly string[] => (type.shape === 'enum' ? (dictionary.enums.get(type.name) ?? []) : [...countries]);

/** By kind and field, what it takes to know the field of a record. */
export type Countables = Readonly<Record<string, Readonly<Record<string, { readonly level: Level; readonly caveats: Caveats; readonly values: number }>>>>;

/** How many values a table can have by a field, those among them that are not stated, or several. */
function valuesIn({ type }: Field): number {
  const { enum: words } = (type.list ? type.schema['items'] : type.schema) as { readonly enum?: readonly string[] };
  return (words?.length ?? countries.size) + 2;
}

export const countablesOf = (kinds: Iterable<Kind>): Countables =>
  Object.fromEntries([...kinds].map(({ name, fields }) => [name, Object.fromEntries(fields.filter(isCountable).map((field) => [field.name, { level: field.level, caveats: field.caveats, values: valuesIn(field) }]))]));

/** The fields among a table's dimensions. */
export const fieldsIn = ({ dimensions }: Pick<StatisticTable, 'dimensions'>): string[] => dimensions.filter((name) => !(ownDimensions as readonly string[]).includes(name));

/** The highest level that a table counts. */
export const roofOf = (registry: Pick<Registry, 'channels'>, { channels }: Pick<StatisticTable, 'channels'>, clause: Clause): Level =>
  Math.min(clause.ceiling, ...channels.map((id) => registry.channels.get(id)?.ceiling ?? 0)) as Level;

/** A table that a viewer may ask for. */
export interface Askable {
  readonly table: StatisticTable;
  readonly kind: Kind;
  readonly clause: Clause;
  /** Nothing above it is counted, and nobody cleared less may ask. */
  readonly roof: Level;
  /** Unix milliseconds: nothing before the agreement is counted. */
  readonly since: number;
}

function askable(registry: Registry, dictionary: Dictionary, viewer: Viewer, table: StatisticTable, now: number): Askable | undefined {
  const kind = dictionary.kinds.get(table.kind);
  if (kind === undefined || table.status !== 'ACTIVE' || (viewer.purposeBit & statistics) === 0) return undefined;
  const bases = table.channels.map((id) => {
    const channel = registry.channels.get(id);
    return channel === undefined ? undefined : basesOf(registry, channel).find((basis) =>
      basis.agreement.id === table.agreement && basis.clause.id === table.clause && basis.clause.access.includes('COUNT') && coversKind(basis.clause, kind.name)
      && basis.clause.when?.[kind.name] === undefined && speaksTo(basis, viewer.partner) && basis.read.from <= now && now < basis.read.to
      && (basis.clause.purposes & channel.purposes & viewer.purposeBit) !== 0);
  });
  const [basis] = bases;
  if (basis === undefined || bases.includes(undefined)) return undefined;
  const roof = roofOf(registry, table, basis.clause);
  const known = fieldsIn(table).every((name) => {
    const field = kind.field.get(name);
    return field !== undefined && isCountable(field) && field.level <= roof && (field.caveats & ~basis.clause.caveats) === 0;
  });
  return known && viewer.clearance >= roof ? { table, kind, clause: basis.clause, roof, since: Date.parse(basis.agreement.validFrom) } : undefined;
}

/** The tables that this viewer may ask for at `now`, in order of id. */
export const askableTables = (registry: Registry, dictionary: Dictionary, viewer: Viewer, now: number): Askable[] =>
  [...registry.statistics.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).flatMap((table) => askable(registry, dictionary, viewer, table, now) ?? []);

const lengths = { MONTH: 1, QUARTER: 3, YEAR: 12 } as const;
const shapes = { MONTH: /^(\d{4})-(0[1-9]|1[0-2])$/, QUARTER: /^(\d{4})-Q([1-4])$/, YEAR: /^(\d{4})$/ } as const;

/** Months are counted from year 0, by UTC. */
const monthAt = (ms: number): number => new Date(ms).getUTCFullYear() * 12 + new Date(ms).getUTCMonth();
export const monthText = (month: number): string => `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

function periodText(kind: StatisticTable['period'], first: number): string {
  const year = String(Math.floor(first / 12)).padStart(4, '0');
  return kind === 'YEAR' ? year : kind === 'MONTH' ? monthText(first) : `${year}-Q${Math.floor((first % 12) / 3) + 1}`;
}

export interface Period {
  /** `2026-10`, `2026-Q4`, `2026`. */
  readonly name: string;
  readonly months: readonly number[];
}

const periodFrom = (kind: StatisticTable['period'], first: number): Period => ({ name: periodText(kind, first), months: Array.from({ length: lengths[kind] }, (_, i) => first + i) });

/** The last period that is over at `now`. */
export function latestPeriod(kind: StatisticTable['period'], now: number): Period {
  const month = monthAt(now);
  return periodFrom(kind, month - (month % lengths[kind]) - lengths[kind]);
}

/** The period of that name; undefined: it is no name of one, not over at `now`, or before `since`. */
export function closedPeriod(kind: StatisticTable['period'], name: string, since: number, now: number): Period | undefined {
  const [whole, year = '', part = '1'] = shapes[kind].exec(name) ?? [];
  if (whole === undefined) return undefined;
  const first = Number(year) * 12 + (Number(part) - 1) * lengths[kind];
  return first + lengths[kind] <= monthAt(now) && first + lengths[kind] > monthAt(since) ? periodFrom(kind, first) : undefined;
}
