/** A declared table: its clause gives COUNT over its channels, and covers the fields it counts by; tables of one kind do not give each other away. */
import { caveatsIn, levelName } from '../../dictionary/compartment.ts';
import type { Clause, StatisticTable } from '../registry.ts';
import { mostCells, mostDimensions, ownDimensions, roofOf, statistics } from '../statistic-table.ts';
import { plannedKinds } from './clause.ts';
import { type Context, fault, type Finding, warning } from './finding.ts';
import { nearest } from '../../dictionary/nearest.ts';
import { reference, references } from './reference.ts';

type At = (...rest: (string | number)[]) => Finding['path'];

const clauseOf = ({ registry }: Context, table: StatisticTable): Clause | undefined =>
  registry.agreements.get(table.agreement)?.clauses.find(({ id }) => id === table.clause);

function checkClauseOf({ registry }: Context, table: StatisticTable, clause: Clause, at: At): Finding[] {
  const says = (message: string): Finding => fault(at('clause'), `clause ${clause.id} of ${table.agreement} ${message}`);
  const found: Finding[] = [];
  if (!clause.access.includes('COUNT')) found.push(says('does not give COUNT'));
  if (!clause.kinds.includes('*') && !clause.kinds.includes(table.kind)) found.push(says(`does not speak of ${table.kind}`));
  if (clause.when?.[table.kind] !== undefined) found.push(says(`speaks of some ${table.kind} records only: they cannot be counted apart`));
  if ((clause.purposes & statistics) === 0) found.push(says('is not for STATISTICS'));
  table.channels.forEach((id, i) => {
    const channel = registry.channels.get(id);
    if (channel === undefined) return;
    if (clause.channels !== undefined && !clause.channels.includes(id)) found.push(fault(at('channels', i), `clause ${clause.id} does not speak to ${id}`));
    if ((channel.purposes & statistics) === 0) found.push(fault(at('channels', i), `${id} is not for STATISTICS`));
  });
  return found;
}

/** The clause must cover each field as a grant would have to: level, and all caveats. Then a count tells of nothing that the clause does not open. */
function checkDimensions(context: Context, table: StatisticTable, clause: Clause, at: At): Finding[] {
  const known = context.countables[table.kind] ?? {};
  const roof = roofOf(context.registry, table, clause);
  const names = [...Object.keys(known), ...ownDimensions];
  const found = table.dimensions.flatMap((name, i) => {
    if ((ownDimensions as readonly string[]).includes(name)) return [];
    const field = known[name];
    if (field === undefined) {
      const near = nearest(name, names);
      return [fault(at('dimensions', i), `${table.kind} cannot be counted by ${name}${near === undefined ? '' : `; did you mean ${near}?`}: one of ${names.join(', ')}`)];
    }
    const lacking = field.caveats & ~clause.caveats;
    if (field.level > roof) return [fault(at('dimensions', i), `${name} is ${levelName(field.level)}: the clause and its channels go up to ${levelName(roof)}`)];
    return lacking === 0 ? [] : [fault(at('dimensions', i), `${name} needs ${caveatsIn(lacking).join(', ')}, which the clause does not give`)];
  });
  if (table.dimensions.length > mostDimensions) found.push(fault(at('dimensions'), `at most ${mostDimensions} dimensions: cells of more are too small to be shown`));
  const own: Readonly<Record<string, number>> = { month: 12, originatorCountry: new Set([...context.registry.partners.values()].map(({ country }) => country)).size };
  const cells = table.dimensions.reduce((product, name) => product * (known[name]?.values ?? own[name] ?? 1), 1);
  if (cells > mostCells) found.push(fault(at('dimensions'), `up to ${cells} cells: at most ${mostCells}, for which of them may be shown is reckoned anew for each asker. Count by fewer, or by what has fewer values`));
  if (table.dimensions.includes('month') && table.period === 'MONTH') found.push(fault(at('dimensions'), 'a table of one month has no months to count by'));
  return found;
}

/** What two tables would tell by their difference, neither may tell. */
function checkBeside(context: Context, table: StatisticTable, at: At): Finding[] {
  return [...context.registry.statistics.values()].flatMap((other) => {
    if (other.id >= table.id || other.kind !== table.kind || !table.channels.some((id) => other.channels.includes(id))) return [];
    const [one, two] = [clauseOf(context, table), clauseOf(context, other)];
    if (one === undefined || two === undefined) return [];
    const same = other.channels.length === table.channels.length && table.channels.every((id) => other.channels.includes(id));
    if (!same) return [fault(at('channels'), `${other.id} counts the same kind over some of these channels: the difference would be a table of its own. Name the same channels, or others`)];
    if (other.period !== table.period) return [fault(at('period'), `${other.id} counts the same by ${other.period}: the difference would be a table of its own`)];
    const levels = roofOf(context.registry, table, one) !== roofOf(context.registry, other, two);
    return levels ? [fault(at('clause'), `${other.id} counts the same up to another level: the difference would be a table of its own`)] : [];
  });
}

export function checkStatistic(context: Context, table: StatisticTable): Finding[] {
  const at: At = (...rest) => ['statistics', table.id, ...rest];
  const found = [...reference(context, 'agreements', table.agreement, at('agreement')), ...references(context, 'channels', table.channels, at('channels'))];
  if (found.length > 0) return found;
  const clause = clauseOf(context, table);
  if (!context.registry.agreements.has(table.agreement)) return [];
  if (clause === undefined) return [fault(at('clause'), `${table.agreement} has no clause ${table.clause}`)];
  if (!context.kinds.has(table.kind)) {
    return [plannedKinds.includes(table.kind) ? warning(at('kind'), `not in the dictionary yet, so nothing is counted of ${table.kind}`) : fault(at('kind'), `there is no record kind ${table.kind}`)];
  }
  return [...checkClauseOf(context, table, clause, at), ...checkDimensions(context, table, clause, at), ...checkBeside(context, table, at)];
}
