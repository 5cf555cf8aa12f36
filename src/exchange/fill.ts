/** What the exchange takes over from records that a body names (`@filled`). */
import { levelOf, type Level } from '../dictionary/compartment.ts';
import { split, valueAt } from '../dictionary/parts.ts';
import { putWithin } from '../dictionary/references.ts';
import type { Body, Field, Json, Kind } from '../dictionary/types.ts';
import { type FieldFault, Refusal } from '../errors.ts';
import { effectiveLevel, type Released } from '../rules/release.ts';
import { type Composed, givenMarkings } from './compose.ts';
import type { Writer } from './act.ts';

/** A named record as the writer has it. */
export interface Named {
  readonly kind: Kind;
  readonly classification: Level;
  readonly markings: ReadonlyMap<string, Level>;
  /** As it comes and goes. */
  readonly body: Body;
}

export const namedOf = (kind: Kind, { body }: Released): Named => ({ kind, classification: levelOf(String(body['classification'])) ?? 4, markings: givenMarkings(body), body });
export const namedAs = ({ kind, classification, markings, nested }: Composed): Named => ({ kind, classification, markings, body: nested });

/** Ids that a body fills itself from. */
export const fillsFrom = (kind: Kind, body: Body): string[] =>
  kind.fills.flatMap(({ by }) => {
    const id = valueAt(body, by);
    return typeof id === 'string' ? [id] : [];
  });

/** Whether what is kept under the one may be kept under the other: never lower, nor with a caveat less. */
const holds = (to: Field, toLevel: Level, from: Field, fromLevel: Level): boolean => toLevel >= fromLevel && (from.caveats & ~to.caveats) === 0;

/**
 * The body with what the named records say, where it says nothing itself.
 * @param into its classification and markings; what is classified higher in the named record stays there
 * @param named by id; one that is not there fills nothing
 * @returns faults where the body says otherwise than the record it names
 */
function filled(kind: Kind, body: Body, into: { readonly classification: Level; readonly markings: ReadonlyMap<string, Level> }, named: ReadonlyMap<string, Named>): { readonly body: Body; readonly faults: readonly FieldFault[] } {
  const faults: FieldFault[] = [];
  let made = body;
  for (const { path, piece, by, source } of kind.fills) {
    const target = named.get(String(valueAt(body, by)));
    const value: Json | undefined = target?.body[source];
    const [to, from] = [kind.field.get(piece), target?.kind.field.get(source)];
    if (target === undefined || value === undefined || value === null || to === undefined || from === undefined) continue;
    const given = valueAt(body, path);
    if (given !== undefined && given !== null) {
      if (typeof given === 'string' && given !== value) faults.push({ field: path.join('.'), message: `is not that of the ${target.kind.name} named beside it: leave it out` });
      continue;
    }
    if (!holds(to, effectiveLevel(to, into.classification, into.markings.get(piece)), from, effectiveLevel(from, target.classification, target.markings.get(source)))) continue;
    made = { ...made, [piece]: putWithin(made[piece], path.slice(1), value) };
  }
  return { body: made, faults };
}

/** The records that these ids name, as far as the writer sees them, by id: one read for all of them. What was looked at is a disclosure. */
export async function namedRecords(writer: Writer, ids: readonly string[]): Promise<ReadonlyMap<string, Named>> {
  if (ids.length === 0) return new Map();
  const rows = await writer.tx.byIds([...new Set(ids)]);
  const kinds = new Map(rows.map(({ meta }) => [meta.id, meta.kind]));
  const seen = await writer.release(rows, writer.tx.now);
  writer.looked(seen);
  return new Map(seen.flatMap((record): [string, Named][] => {
    const kind = kinds.get(record.id);
    return kind === undefined ? [] : [[record.id, namedOf(kind, record)]];
  }));
}

/** @throws Refusal INVALID where a body says otherwise than the record it names */
export function withFills(composed: Composed, named: ReadonlyMap<string, Named>): Composed {
  const { kind, nested, content } = composed;
  if (kind.fills.length === 0 || named.size === 0) return composed;
  const { body, faults } = filled(kind, nested, composed, named);
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
  return body === nested ? composed : { ...composed, nested: body, content: { ...content, ...split(kind, body) } };
}

/** One body with what the records it names say. */
export const filledOne = async (writer: Writer, composed: Composed): Promise<Composed> => withFills(composed, await namedRecords(writer, fillsFrom(composed.kind, composed.nested)));
