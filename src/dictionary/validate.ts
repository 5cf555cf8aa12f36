/**
 * What a writer sends, checked against the dictionary: nothing is coerced, nothing unknown passes, and every fault is told at once in the
 * caller's own names. Values are never repeated in a message.
 */
import type { AnySchemaObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type FieldFault, Refusal } from '../errors.ts';
import type { Body, Json, Kind } from './types.ts';
import { acrossFaults } from './validate/across.ts';
import { jsonFaults } from './validate/json.ts';
import { faultOf } from './validate/message.ts';
import { patchSchema, submissionSchema } from './validate/schema.ts';
import { unsaidFaults } from './validate/unsaid.ts';

/** As many faults as one answer names. */
export const mostFaults = 50;

export type Checked = { readonly ok: true; readonly body: Body } | { readonly ok: false; readonly faults: readonly FieldFault[] };

// What ajv writes runs as fast untidied, and tidying takes it longer than all else.
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, ownProperties: true, code: { optimize: false } });
addFormats.default(ajv, ['date-time', 'date', 'email', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname', 'duration']);

/** Compiled when first needed: a kind's takes tens of milliseconds. */
function compiledOnce(schemaOf: (kind: Kind) => AnySchemaObject): (kind: Kind) => ValidateFunction {
  const compiled = new WeakMap<Kind, ValidateFunction>();
  return (kind) => {
    const known = compiled.get(kind) ?? ajv.compile(schemaOf(kind));
    compiled.set(kind, known);
    return known;
  };
}
const submissionOf = compiledOnce(submissionSchema);
const patchOf = compiledOnce(patchSchema);

const isObject = (value: unknown): value is Readonly<Record<string, Json>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without members that are null. Lists hold no nulls, objects in lists may. */
export function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).map(([name, inner]) => [name, withoutNulls(inner)]));
}

function shapeFaults(kind: Kind, body: unknown, validate: ValidateFunction, patch: boolean): FieldFault[] {
  const unkeepable = jsonFaults(body, mostFaults);
  if (unkeepable.length > 0) return unkeepable;
  if (validate(body)) return [];
  // One fault a field is enough: what is no text is no member of an enumeration either.
  const faults = (validate.errors ?? []).map((error) => faultOf(error, kind, patch));
  return [...new Map(faults.toReversed().map((fault) => [fault.field, fault])).values()].reverse();
}

/** @param further what else may be wrong with a body of the right shape */
function settle(kind: Kind, body: unknown, faults: readonly FieldFault[], further: (kind: Kind, body: Body) => FieldFault[] = acrossFaults): Checked {
  const all = faults.length > 0 ? faults : further(kind, body as Body);
  return all.length > 0 ? { ok: false, faults: all.slice(0, mostFaults) } : { ok: true, body: body as Body };
}

/** @throws Refusal INVALID for text that cannot be kept, and for input without bounds */
export function demandJson(body: unknown): void {
  const errors = jsonFaults(body, mostFaults);
  if (errors.length > 0) throw new Refusal('INVALID', { errors });
}

/** @returns the submission without its nulls, or what is wrong with it. Values are not normalised yet. */
export function checkSubmission(kind: Kind, body: unknown): Checked {
  const checked = settle(kind, body, shapeFaults(kind, body, submissionOf(kind), false), (of, sent) => [...unsaidFaults(of, sent), ...acrossFaults(of, sent)]);
  return checked.ok ? { ok: true, body: withoutNulls(checked.body) as Body } : checked;
}

/** @returns the merge patch (RFC 7396) as sent, nulls kept: they remove */
export function checkPatch(kind: Kind, body: unknown): Checked {
  return settle(kind, body, shapeFaults(kind, body, patchOf(kind), true));
}

/**
 * A record as it would be after a patch, of its writable fields alone.
 * @param unseen fields that the writer cannot see: what they hold is carried over, so they may be absent here
 */
export function checkMerged(kind: Kind, body: unknown, unseen: ReadonlySet<string> = new Set()): Checked {
  const faults = shapeFaults(kind, body, submissionOf(kind), false).filter(({ field, message }) => !(message === 'is required' && unseen.has(field)));
  return settle(kind, body, faults);
}

const orRefuse = (checked: Checked): Body => {
  if (checked.ok) return checked.body;
  throw new Refusal('INVALID', { errors: checked.faults });
};

/** @throws Refusal INVALID naming every field that is wrong */
export const validSubmission = (kind: Kind, body: unknown): Body => orRefuse(checkSubmission(kind, body));
/** @throws Refusal INVALID naming every field that is wrong */
export const validPatch = (kind: Kind, body: unknown): Body => orRefuse(checkPatch(kind, body));
