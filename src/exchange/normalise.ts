/** Bringing what was sent to its normal form, and adding what follows from it. */
import { isObject } from '../dictionary/json.ts';
import { normalisers } from '../dictionary/normalise/index.ts';
import type { Reading } from '../dictionary/normalise/types.ts';
import type { Body, FieldType, Json, Kind, NormaliseSpec } from '../dictionary/types.ts';
import { mostFaults } from '../dictionary/validate.ts';
import { begun } from '../rules/stages.ts';
import type { FieldFault } from '../errors.ts';
import type { Deps } from './deps.ts';

export interface NormalForm {
  readonly body: Body;
  readonly readings: readonly Reading[];
  readonly faults: readonly FieldFault[];
}

/** A field or a member of an object: what it is called there, and how it is read. */
interface Slot {
  readonly name: string;
  readonly spec: NormaliseSpec | undefined;
  readonly list: boolean;
  /** Characters at most, of the normal form too: NFC may be longer than what was sent. */
  readonly longest: number | undefined;
  /** Of an object: those of its members that are normalised. */
  readonly members: readonly Slot[];
  /** Whether the object may hold a member of that name. */
  has(name: string): boolean;
}

/** What is gathered on the way. */
interface Sheet {
  readonly readings: Reading[];
  readonly faults: FieldFault[];
}

const isNormaliser = (name: string): name is keyof typeof normalisers => Object.hasOwn(normalisers, name);

function slotOf(name: string, type: FieldType, spec: NormaliseSpec | undefined): Slot[] {
  const members = [...(type.members ?? [])].flatMap(([member, inner]) => slotOf(member, inner, inner.normalise));
  const { maxLength: longest } = (type.list ? type.schema['items'] : type.schema) as { readonly maxLength?: number };
  return spec === undefined && members.length === 0 ? [] : [{ name, spec, list: type.list, longest, members, has: (member) => type.members?.has(member) === true }];
}

const slots = new WeakMap<Kind, readonly Slot[]>();
function slotsOf(kind: Kind): readonly Slot[] {
  let known = slots.get(kind);
  if (known === undefined) slots.set(kind, (known = kind.fields.flatMap(({ name, type, normalise }) => slotOf(name, type, normalise))));
  return known;
}

/** One value; its readings, and what it yields for its siblings, only where it is no item of a list. */
function one({ spec, members, list, longest, has }: Slot, value: Json, beside: Record<string, Json>, path: string, sheet: Sheet): Json {
  if (members.length > 0 && isObject(value)) return normalMembers(members, value, `${path}.`, sheet, has);
  if (spec === undefined || !isNormaliser(spec.by)) return value;
  const told = (name: string | undefined): string | undefined => {
    const said = name === undefined ? undefined : beside[name];
    return typeof said === 'string' ? said : undefined;
  };
  const read = normalisers[spec.by](value, told(spec.type), told(spec.subtype));
  if (!read.ok) {
    sheet.faults.push({ field: path, message: read.message });
    return value;
  }
  if (longest !== undefined && typeof read.value === 'string' && read.value.length > longest && [...read.value].length > longest) {
    sheet.faults.push({ field: path, message: `has more than ${longest} characters in its normal form` });
  }
  sheet.readings.push(...read.readings);
  if (!list) {
    if (spec.raw !== undefined && read.value !== value) beside[spec.raw] = value;
    for (const [sibling, yielded] of Object.entries(read.also ?? {})) beside[sibling] ??= yielded;
  }
  return read.value;
}

/** @param has whether the object may hold a member of that name: a reading may yield one it has not */
function normalMembers(members: readonly Slot[], given: Body, path: string, sheet: Sheet, has: (name: string) => boolean): Body {
  const body: Record<string, Json> = { ...given };
  for (const slot of members) {
    const value = body[slot.name];
    if (value === undefined || value === null) continue;
    const at = `${path}${slot.name}`;
    body[slot.name] = slot.list && Array.isArray(value)
      ? (value as readonly Json[]).map((item, i) => one(slot, item, body, `${at}.${i}`, sheet))
      : one(slot, value, body, at, sheet);
  }
  for (const name of Object.keys(body)) if (!(name in given) && !has(name)) delete body[name];
  return body;
}

/** Normalises every field and member that says how; a reading may yield sibling fields (`type`, `port`) where the writer gave none. */
export function normalForm(kind: Kind, given: Body): NormalForm {
  const sheet: Sheet = { readings: [], faults: [] };
  return { body: normalMembers(slotsOf(kind), given, '', sheet, (name) => kind.field.has(name)), ...sheet };
}

/** What values say wrong in a body that is not of the right shape: of the fields that are, and depend on none that is not. */
export function faultsBeside(kind: Kind, given: Body, faults: readonly FieldFault[]): readonly FieldFault[] {
  // Where one answer has no room for more, some of what is wrong is not among them.
  if (faults.length >= mostFaults) return [];
  const spoilt = new Set(faults.map(({ field }) => field.split('.')[0]));
  const sound = Object.entries(given).filter(([name]) => {
    const spec = kind.field.get(name)?.normalise;
    return !spoilt.has(name) && !spoilt.has(spec?.type) && !spoilt.has(spec?.subtype);
  });
  return normalForm(kind, Object.fromEntries(sound)).faults;
}

const addressTypes: ReadonlySet<Json> = new Set(['IPV4_ADDR', 'IPV6_ADDR']);

/** Fields that the exchange fills in from what is known offline, or works out: only those the kind has. */
export function derived(deps: Pick<Deps, 'enrich'>, kind: Kind, body: Body): Body {
  const made: Record<string, Json> = { ...body };
  const address = addressTypes.has(body['type'] ?? null) && typeof body['value'] === 'string' ? body['value'] : undefined;
  if (address !== undefined && kind.field.get('networkName')?.derivedFrom.includes('value') === true) {
    for (const [name, value] of Object.entries(deps.enrich(address))) if (kind.field.has(name)) made[name] ??= value;
  }
  // Behind carrier NAT an address names a subscriber only together with an instant and a port (RFC 6302).
  if (kind.field.has('subscriberTraceable')) made['subscriberTraceable'] = address !== undefined && typeof made['port'] === 'number' && typeof made['observedAt'] === 'string';
  if (kind.staged !== undefined) Object.assign(made, begun(made, { staged: kind.staged, mechanism: undefined, now: Date.now() }));
  return made;
}
