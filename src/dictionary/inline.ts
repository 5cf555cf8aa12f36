/** Submissions that hold other records in the place of their ids (`@reference(inline: true)`): taken apart, before anything is validated. */
import { isObject } from './json.ts';
import { valueAt } from './parts.ts';
import { putWithin } from './references.ts';
import type { Body, Json, Kind } from './types.ts';

/** What stands for the id of a record of the same call: `local:` and the name that its body gives as `local`. */
export const localPrefix = 'local:';

/** A record within another's submission. */
export interface Inline {
  /** `accounts.1`: where it stands. */
  readonly at: string;
  readonly kind: string;
  readonly local: string | undefined;
  /** Without `local`. */
  readonly body: Body;
}

export interface TakenApart {
  /** With `local:#n` in the place of the n-th record. */
  readonly body: Body;
  readonly inlines: readonly Inline[];
  readonly faults: readonly { readonly field: string; readonly message: string }[];
}

const said = (body: Body): [string, Json][] => Object.entries(body).filter(([, value]) => value !== null);

/** The name under which a record is told apart that gives none of its own: no caller's name begins so. */
export const nameOf = (n: number): string => `${localPrefix}#${n}`;

export function takeApart(kind: Kind, given: Body): TakenApart {
  const inlines: Inline[] = [];
  const faults: { field: string; message: string }[] = [];
  const names = new Set<string>();
  const one = (item: Json, at: string, to: string): Json => {
    if (!isObject(item)) return item;
    const { local, ...body } = Object.fromEntries(said(item));
    const { id, ...rest } = body;
    if (id !== undefined) {
      if (local !== undefined || Object.keys(rest).length > 0) faults.push({ field: at, message: 'is the id of a record, or a new record, not both' });
      return id;
    }
    if (local !== undefined && (typeof local !== 'string' || !/^[A-Za-z0-9_.-]{1,50}$/.test(local))) faults.push({ field: `${at}.local`, message: 'a name of 1 to 50 letters, digits, and - _ .' });
    else if (local !== undefined && names.has(local)) faults.push({ field: `${at}.local`, message: 'another record of this call has this name' });
    if (typeof local === 'string') names.add(local);
    inlines.push({ at, kind: to, local: typeof local === 'string' ? local : undefined, body });
    return nameOf(inlines.length - 1);
  };
  let body = given;
  for (const { name, path, inline, to: [to = ''] } of kind.references) {
    const value = inline ? valueAt(given, path) : undefined;
    if (value === undefined || value === null) continue;
    body = { ...body, [name]: Array.isArray(value) ? (value as readonly Json[]).map((item, i) => one(item, `${name}.${i}`, to)) : one(value, name, to) };
  }
  return { body, inlines, faults };
}

/** In the place of a name that nothing has, so that what else is wrong can be told. */
const standIn = '00000000-0000-7000-8000-000000000000';

/**
 * The body with ids where it names records of the same call.
 * @param ids by the name that follows `local:`
 * @returns with `unknown`, where it names none: such a body is fit for nothing but to be looked at for faults
 */
export function withLocals(kind: Kind, given: Body, ids: ReadonlyMap<string, string>): { readonly body: Body; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const one = (value: Json, at: string): Json => {
    if (typeof value !== 'string' || !value.startsWith(localPrefix)) return value;
    const id = ids.get(value.slice(localPrefix.length));
    if (id === undefined) unknown.push(at);
    return id ?? standIn;
  };
  let body = given;
  for (const { path: [field = '', ...inner], name } of kind.references) {
    const value = valueAt(body, [field, ...inner]);
    if (value === undefined || value === null) continue;
    const resolved = Array.isArray(value) ? (value as readonly Json[]).map((item, i) => one(item, `${name}.${i}`)) : one(value, name);
    if (resolved !== value) body = { ...body, [field]: putWithin(body[field], inner, resolved) };
  }
  return { body, unknown };
}
