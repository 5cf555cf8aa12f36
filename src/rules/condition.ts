/**
 * Conditions of clauses: "Identity while it is UNDETERMINED". What they depend on is part of a record's audience, so both locks see it: a change moves
 * the record to another audience.
 */
import type { Level } from '../dictionary/compartment.ts';
import type { Body, Kind } from '../dictionary/types.ts';
import type { Clause } from './registry.ts';

/** By kind and field: one of the values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** In the state of a record of which the victim firewall alerts its protection desk. */
export const alerting = 'alert';

/** The field of a part of a request that says what is asked. */
export const asking = 'asks';

/** The kind of request that a record is part of, by its state. */
export const askedIn = (state: string): string | undefined => state.split(' ').find((one) => one.startsWith(`${asking}=`))?.slice(asking.length + 1);

/**
 * What clauses may depend on in such a record. A field that its originator raised counts as having none of the values: a clause that gave the record
 * by it would tell it to whom it is withheld from.
 */
export function stateOf(kind: Kind, markings: ReadonlyMap<string, Level>, content: Body): string {
  return kind.fields.flatMap(({ name, level, grantCondition, alertWhile }) => {
    const value = content[name];
    if (typeof value !== 'string' || (markings.get(name) ?? 0) > level) return [];
    if (kind.course !== undefined && name === asking) return [`${asking}=${value}`];
    return [...(grantCondition?.includes(value) === true ? [`${name}=${value}`] : []), ...(alertWhile?.includes(value) === true ? [alerting] : [])];
  }).join(' ');
}

/** @returns the least level at which the clause gives such records: that of the fields it depends on, too; undefined: it gives none of them */
export function conditionLevel({ when }: Pick<Clause, 'when'>, kind: Kind | undefined, state: string): Level | undefined {
  const conditions = kind === undefined ? undefined : when?.[kind.name];
  if (conditions === undefined) return 0;
  const has = new Set(state.split(' '));
  let least = 0;
  for (const [name, values] of Object.entries(conditions)) {
    if (!values.some((value) => has.has(`${name}=${value}`))) return undefined;
    least = Math.max(least, kind?.field.get(name)?.level ?? 4);
  }
  return least as Level;
}

/** The conditions that a dictionary lets clauses make. */
export const conditionsOf = (kinds: Iterable<Kind>): Conditions =>
  Object.fromEntries([...kinds].flatMap(({ name, fields }) => {
    const possible = fields.flatMap((field) => (field.grantCondition === undefined ? [] : [[field.name, field.grantCondition] as const]));
    return possible.length === 0 ? [] : [[name, Object.fromEntries(possible)]];
  }));
