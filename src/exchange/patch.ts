/** Merge patches: what one makes of a record, as far as its writer sees it. */
import { isObject } from '../dictionary/json.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { checkMerged } from '../dictionary/validate.ts';
import { Refusal } from '../errors.ts';

/** RFC 7396. */
function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

/** The writable part of what the writer sees, patched; fields that the exchange derives are made anew unless the patch or the writer gave them. */
export function patched(kind: Kind, seen: Body, patch: Body, unseen: ReadonlySet<string>): Body {
  const writable = Object.fromEntries(Object.entries(seen).filter(([name]) => kind.field.get(name)?.writable === true));
  for (const field of kind.fields) {
    if (field.derivedFrom.some((name) => name in patch) && !(field.name in patch)) delete writable[field.name];
  }
  const merged = mergePatch(writable, patch) as Body;
  const checked = checkMerged(kind, merged, unseen);
  if (!checked.ok) throw new Refusal('INVALID', { errors: checked.faults });
  const raws = kind.fields.flatMap(({ name, normalise }) => (normalise?.raw !== undefined && !(name in patch) ? [normalise.raw] : []));
  return { ...checked.body, ...Object.fromEntries(raws.flatMap((name) => (seen[name] === undefined ? [] : [[name, seen[name]]]))) };
}
