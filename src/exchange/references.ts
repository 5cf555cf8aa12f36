/** Ids that a writer names: each must be of a record that it sees. */
import { keepingOnly, idsWithin, putWithin, type Referred, referredIn } from '../dictionary/references.ts';
import { valueAt } from '../dictionary/parts.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { type FieldFault, maskedNotFound, Refusal } from '../errors.ts';
import type { Writer } from './act.ts';

/** What a body names, in the shape in which it comes. */
export const referred = ({ kind, nested }: { readonly kind: Kind; readonly nested: Body }): Referred[] => referredIn(kind, nested);

/** One fault a name that leads nowhere: absent, invisible and of another kind alike. */
const faultsOf = (named: readonly Referred[], kinds: ReadonlyMap<string, string>): FieldFault[] =>
  named.filter(({ id, reference: { to } }) => !to.includes(kinds.get(id) ?? '')).map(({ field, reference: { to, any } }) => ({ field, message: any ? 'you see no record of this id (one that exists by others, as a link does, is not named here)' : `you see no ${to.join(' or ')} of this id` }));

/** What exists by two records exists by two different ones: a link of a record to itself says nothing, and comes of a slip. @throws Refusal INVALID */
function demandDistinct(named: readonly Referred[]): void {
  const ends = named.filter(({ reference: { existence } }) => existence);
  const errors = ends.flatMap(({ field, id }, i) => {
    const other = ends.slice(0, i).find((one) => one.id === id);
    return other === undefined ? [] : [{ field, message: `names the record that ${other.field} names` }];
  });
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
}

/**
 * Refuses a name that leads nowhere, or back to itself.
 * @param kinds of the named records that the writer sees, as `kindsOf` gives them
 * @throws Refusal NOT_FOUND, INVALID naming every such field
 */
export function demandKnown(named: readonly Referred[], kinds: ReadonlyMap<string, string>): void {
  demandDistinct(named);
  const faults = faultsOf(named, kinds);
  if (faults.length > 0) throw maskedNotFound(faults);
}

/** Resolves all that a writer names; what its records exist by stays where it is until the transaction is done. */
export async function resolve(writer: Writer, named: readonly Referred[]): Promise<ReadonlyMap<string, string>> {
  const ends = named.filter(({ reference: { existence } }) => existence).map(({ id }) => id);
  if (ends.length > 0) await writer.tx.hold([...new Set(ends)]);
  return writer.kindsOf(named.map(({ id }) => id));
}

/** Resolves all that one body names, and refuses what leads nowhere, or back to itself. @throws Refusal NOT_FOUND, INVALID */
export async function demandReferred(writer: Writer, composed: { readonly kind: Kind; readonly nested: Body }): Promise<void> {
  const named = referred(composed);
  if (named.length > 0) demandKnown(named, await resolve(writer, named));
}

/** The ids of the records that one exists by. */
export const endsOf = ({ kind, nested }: { readonly kind: Kind; readonly nested: Body }): string[] => kind.ends.map(({ path }) => String(valueAt(nested, path)));

/** @throws Refusal INVALID for a patch by which a record would exist by another one */
export function refuseOtherEnds(kind: Kind, patch: Body, seen: Body): void {
  const faults = kind.ends.flatMap(({ name }) => {
    const given = patch[name];
    const same = given === undefined || (typeof given === 'string' && given.toLowerCase() === seen[name]);
    return same ? [] : [{ field: name, message: `does not change: submit another ${kind.name}, and withdraw this one` }];
  });
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}

/** Content without its references: what counts as change. Who sees a change of those would learn of records that it may not see. */
export function withoutReferences(kind: Kind, content: Body): Body {
  if (kind.references.length === 0) return content;
  const rest: Record<string, Json> = {};
  for (const [piece, value] of Object.entries(content)) {
    const left = keepingOnly(kind, piece, value, () => false);
    if (left !== undefined) rest[piece] = left;
  }
  return rest;
}

/** Whether a merge patch gives, replaces or removes what stands at the path. */
function speaksOf(patch: Body, path: readonly string[]): boolean {
  let at: Json | undefined = patch;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return true;
    if (!Object.hasOwn(at, name)) return false;
    at = (at as Body)[name];
  }
  return true;
}

/**
 * Puts back the ids that the writer does not see: what it leaves alone stays as it was, and in a list that it replaces the others stay behind its own.
 * @param content as composed of what the writer sees
 * @param shown what was released to the writer
 */
export function withUnseenReferences(kind: Kind, content: Body, stored: Body, shown: Body, patch: Body): Body {
  const whole: Record<string, Json> = { ...content };
  for (const reference of kind.references) {
    const { piece, inner, path, list } = reference;
    const seen = new Set(idsWithin({ ...reference, inner: [] }, valueAt(shown, path)));
    const kept = idsWithin(reference, stored[piece]);
    const unseen = kept.filter((id) => !seen.has(id));
    if (unseen.length === 0) continue;
    if (!speaksOf(patch, path)) whole[piece] = putWithin(whole[piece], inner, list ? kept : (kept[0] ?? null));
    else if (list && valueAt(patch, path.slice(0, -1)) !== undefined) {
      const given = idsWithin(reference, whole[piece]);
      whole[piece] = putWithin(whole[piece], inner, [...given, ...unseen.filter((id) => !given.includes(id))]);
    }
  }
  return whole;
}
