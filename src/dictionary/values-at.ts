/** The texts at a path of a body, and where each stands. */
import { isObject } from './json.ts';
import type { Body, Json } from './types.ts';

export interface ValueAt {
  /** As a caller names it: `urlBlock.urls.0`. */
  readonly at: string;
  readonly value: string;
  /** The innermost object that holds it. */
  readonly beside: Body;
}

/** Lists on the way are walked, and their places told. @param at where the body itself stands */
export function valuesAt(body: Json | undefined, [step, ...rest]: readonly string[], at: string): ValueAt[] {
  if (Array.isArray(body)) return (body as readonly Json[]).flatMap((item, i) => valuesAt(item, step === undefined ? [] : [step, ...rest], `${at}.${i}`));
  if (!isObject(body) || step === undefined) return [];
  const value = body[step];
  if (rest.length > 0) return valuesAt(value, rest, `${at}.${step}`);
  const given = Array.isArray(value) ? (value as readonly Json[]).map((one, i) => ({ one, place: `${at}.${step}.${i}` })) : [{ one: value, place: `${at}.${step}` }];
  return given.flatMap(({ one, place }) => (typeof one === 'string' ? [{ at: place, value: one, beside: body }] : []));
}
