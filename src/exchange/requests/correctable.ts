/** Corrections, as they are proposed: a merge patch of what the proposer sees of another's record. */
import { compartmentName, covers } from '../../dictionary/compartment.ts';
import { isObject } from '../../dictionary/json.ts';
import { namedIn } from '../../dictionary/parts.ts';
import type { RequestKind } from '../../dictionary/requests.ts';
import type { Body, Json, Kind } from '../../dictionary/types.ts';
import { demandJson, validPatch } from '../../dictionary/validate.ts';
import { type FieldFault, invalidFields, Refusal } from '../../errors.ts';
import { grantRows } from '../../rules/grant.ts';
import type { Stored } from '../../rules/record.ts';
import { effectiveLevel, type Released } from '../../rules/release.ts';
import type { Writer } from '../act.ts';
import type { Reader } from '../answer.ts';
import type { Deps } from '../deps.ts';
import { inPlace } from '../in-place.ts';
import { tellsWho } from '../matching.ts';
import { normalForm } from '../normalise.ts';
import { patched } from '../patch.ts';
import { subjectAsked } from './subject.ts';

/** A part of a correction, and where it stands. */
interface Part {
  /** The field of the request that holds it. */
  readonly within: string;
  readonly path: string;
  readonly patch: Body;
}

/** The parts of a correction are beside its body: fields of the same name and more. */
const partNames = (kind: Kind, { body }: RequestKind): string[] => kind.fields.filter(({ name, type }) => name !== body && name.startsWith(body) && type.shape === 'scalar').map(({ name }) => name);

function parsed(path: string, text: Json): Body {
  let patch: unknown;
  try {
    patch = JSON.parse(String(text));
  } catch {
    throw invalidFields([{ field: path, message: 'is no JSON' }]);
  }
  demandJson(patch);
  if (!isObject(patch as Json)) throw invalidFields([{ field: path, message: 'is an object' }]);
  return patch as Body;
}

/** What a correction would change, by where it stands. @throws Refusal INVALID for text that is no JSON object, and for a field that stands in two */
function partsOf(requests: Kind, kind: RequestKind, { body }: Released): Part[] {
  const asked = body[kind.body];
  const texts = [[kind.body, `${kind.body}.patch`, isObject(asked) ? asked['patch'] : undefined] as const, ...partNames(requests, kind).map((name) => [name, name, body[name]] as const)];
  const parts = texts.flatMap(([within, path, text]): Part[] => (text === undefined || text === null ? [] : [{ within, path, patch: parsed(path, text) }]));
  const names = parts.flatMap(({ path, patch }) => Object.keys(patch).map((name) => ({ path, name })));
  const twice = names.filter(({ name }, i) => names.findIndex((one) => one.name === name) < i).map(({ path, name }) => ({ field: `${path}.${name}`, message: 'stands in another part already' }));
  if (twice.length > 0) throw invalidFields(twice);
  if (names.length === 0) throw invalidFields([{ field: `${kind.body}.patch`, message: 'names at least one field' }]);
  return parts;
}

/**
 * All that a correction would change, as one merge patch.
 * @param audience of the request
 * @throws Refusal FORBIDDEN to an officer who is not cleared for a part that the organisation has, whether or not there is one: it would be taken over without it
 */
export function patchOf({ dictionary }: Pick<Deps, 'dictionary'>, { registry, viewer }: Reader, kind: RequestKind, request: Released, { kind: requests, audience, classification, markings }: Stored['meta']): Body {
  const { withheld } = request;
  const rows = grantRows(registry, dictionary, audience).filter(({ partner }) => partner === viewer.partner);
  const missing = partNames(requests, kind).filter((name) => {
    const field = requests.field.get(name);
    return withheld.includes(name) && field !== undefined && rows.some((row) => covers(row.ceiling, row.caveats, { level: effectiveLevel(field, classification, markings.get(name)), caveats: field.caveats }));
  });
  if (missing.length > 0) throw new Refusal('FORBIDDEN', { errors: missing.map((field) => ({ field, message: 'is withheld from this request: ask with the clearance and caveats it needs' })) });
  return Object.assign({}, ...partsOf(requests, kind, request).map(({ patch }) => patch)) as Body;
}

/** @throws Refusal INVALID where a request that corrects nothing carries a part of a correction */
export function demandNoParts({ dictionary }: Pick<Deps, 'dictionary'>, requests: Kind, request: Released): void {
  const strange = [...dictionary.requests.values()].filter(({ effect }) => effect === 'CORRECTS').flatMap((kind) => partNames(requests, kind).filter((name) => name in request.body).map((field) => ({ field, message: `belongs to ${kind.name}` })));
  if (strange.length > 0) throw invalidFields(strange);
}

/** What stands in a request is sealed as its place in the request is: a value that is more closely held than that stands there too openly. */
function heldTooOpenly(request: Stored['meta'], { meta }: Stored, { within: holder, path, patch }: Part): FieldFault[] {
  const place = request.kind.field.get(holder);
  if (place === undefined) return [];
  const has = { level: effectiveLevel(place, request.classification, request.markings.get(holder)), caveats: place.caveats };
  return namedIn(meta.kind, patch).flatMap((name): FieldFault[] => {
    const field = meta.kind.field.get(name);
    if (field === undefined) return [];
    const needs = { level: effectiveLevel(field, meta.classification, meta.markings.get(name)), caveats: field.caveats };
    return covers(has.level, has.caveats, needs) ? [] : [{ field: `${path}.${name}`, message: `is ${compartmentName(needs)}, and stands here under ${compartmentName(has)}: put it where it is sealed as closely, or raise the request's classification` }];
  });
}

/** Fields that are not the originator's alone to say. */
const ownFields = ({ field }: Kind, patch: Body): FieldFault[] =>
  Object.keys(patch).flatMap((name) => (field.get(name)?.envelope === true ? [{ field: name, message: 'is its originator\'s to say' }] : []));

/** @throws Refusal INVALID for what would not be a record of the kind */
function demandSound(kind: Kind, seen: Released, patch: Body, withheld: ReadonlySet<string>): void {
  const own = ownFields(kind, patch);
  if (own.length > 0) throw invalidFields(own);
  const { faults } = normalForm(kind, patched(kind, seen.body, validPatch(kind, patch), withheld));
  if (faults.length > 0) throw invalidFields(faults);
}

/** What a correction would be made to. */
export interface Correctable {
  /** How many changes the record has. */
  readonly basis: number;
  /** Id of the record, where it is of a person behind the victim firewall and would say anew who she is. */
  readonly tellsWhoIs?: string;
}

/**
 * @throws Refusal INVALID, NOT_FOUND; FORBIDDEN for a field that is withheld; STALE where it is not what who proposes has
 */
export async function demandCorrectable(writer: Writer, kind: RequestKind, request: Released): Promise<Correctable> {
  const { stored, seen, asked } = await subjectAsked(writer, kind, request);
  if (typeof asked['etag'] === 'string' && asked['etag'] !== seen.etag) throw new Refusal('STALE', 'the record has changed since you had it: look at it again');
  const { meta } = stored;
  const [ours] = await writer.tx.byIds([request.id]);
  if (ours === undefined) throw new Error('a written request is not visible to its writer');
  const parts = partsOf(ours.meta.kind, kind, request);
  const withheld = new Set(seen.withheld);
  const hidden = parts.flatMap(({ path, patch }) => namedIn(meta.kind, patch).filter((name) => withheld.has(name)).map((name) => ({ field: `${path}.${name}`, message: 'is withheld from you: what you do not see you do not correct' })));
  if (hidden.length > 0) throw new Refusal('FORBIDDEN', { errors: hidden });
  for (const { path, patch } of parts) inPlace(path, () => demandSound(meta.kind, seen, patch, withheld));
  const open = parts.flatMap((part) => heldTooOpenly(ours.meta, stored, part));
  if (open.length > 0) throw invalidFields(open);
  const who = tellsWho(meta.kind);
  const says = parts.flatMap(({ patch }) => namedIn(meta.kind, patch)).some((named) => who.some((name) => name === named || name.startsWith(`${named}.`)));
  return { basis: meta.changes.length, ...(says && { tellsWhoIs: meta.id }) };
}
