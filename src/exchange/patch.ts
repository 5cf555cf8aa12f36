/** Merge patches: what one makes of a record, as far as its writer sees it. */
import { isEmpty, isObject } from '../dictionary/json.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { checkMerged, withoutNulls } from '../dictionary/validate.ts';
import { unsaidFaults } from '../dictionary/validate/unsaid.ts';
import { Refusal } from '../errors.ts';

/** RFC 7396; but an object in which the patch leaves nothing goes with it. @returns undefined when nothing is left */
function mergePatch(target: Json | undefined, patch: Json): Json | undefined {
  if (!isObject(patch)) return withoutNulls(patch);
  const merged: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    const left = value === null ? undefined : mergePatch(merged[name], value);
    if (left === undefined) delete merged[name];
    else merged[name] = left;
  }
  return Object.keys(merged).length > 0 || isEmpty(target) ? merged : undefined;
}

/** The writable part of what the writer sees, patched; fields that the exchange derives are made anew unless the patch or the writer gave them. */
export function patched(kind: Kind, seen: Body, patch: Body, unseen: ReadonlySet<string>): Body {
  const writable = Object.fromEntries(Object.entries(seen).filter(([name]) => kind.field.get(name)?.writable === true));
  for (const field of kind.fields) {
    if (field.derivedFrom.some((name) => name in patch) && !(field.name in patch)) delete writable[field.name];
  }
  const unsaid = unsaidFaults(kind, patch, seen);
  if (unsaid.length > 0) throw new Refusal('INVALID', { errors: unsaid });
  const merged = (mergePatch(writable, patch) ?? {}) as Body;
  const checked = checkMerged(kind, merged, unseen);
  if (!checked.ok) throw new Refusal('INVALID', { errors: checked.faults });
  const raws = kind.fields.flatMap(({ name, normalise }) => (normalise?.raw !== undefined && !(name in patch) ? [normalise.raw] : []));
  return { ...checked.body, ...Object.fromEntries(raws.flatMap((name) => (seen[name] === undefined ? [] : [[name, seen[name]]]))) };
}
