/** Reading a query string: every parameter is known, given as often as it may be, and text that can be kept. */
import type { FastifyRequest } from 'fastify';
import { type FieldFault, invalid, Refusal } from '../../errors.ts';
import { nearest } from '../../dictionary/nearest.ts';

/** The parameters of one request, checked against the names its route knows. */
export interface Query {
  /** The only value; undefined when not given. */
  one(name: string): string | undefined;
  /** All values, in order. */
  many(name: string): readonly string[];
  /** A whole number between the bounds. */
  integer(name: string, min: number, max: number): number | undefined;
  /** `true` or `false`; undefined when not given. */
  flag(name: string): boolean | undefined;
  /** One of the words. */
  word<T extends string>(name: string, words: readonly T[]): T | undefined;
}

const maxLength = 4096;

function faultOf(name: string, values: readonly string[], known: ReadonlySet<string>): FieldFault | undefined {
  const shown = name.slice(0, 100).toWellFormed();
  if (!known.has(name)) {
    const near = nearest(shown, known);
    return { field: shown, message: `is not a parameter here${near === undefined ? '' : `; did you mean ${near}?`}` };
  }
  if (values.some((value) => value.length > maxLength)) return { field: shown, message: `is longer than ${maxLength} characters` };
  if (values.some((value) => value.includes('\0') || !value.isWellFormed() || value.includes('\uFFFD'))) return { field: shown, message: 'is not text in UTF-8' };
  return undefined;
}

/**
 * @param known the names this route understands
 * @throws Refusal INVALID naming each parameter that is unknown or unreadable
 */
export function readQuery(request: FastifyRequest, known: ReadonlySet<string>): Query {
  const given = new Map(Object.entries(request.query as Readonly<Record<string, string | string[]>>).map(([name, value]) => [name, [value].flat()]));
  const errors = [...given].map(([name, values]) => faultOf(name, values, known)).filter((fault) => fault !== undefined);
  if (errors.length > 0) throw new Refusal('INVALID', { errors: errors.slice(0, 20) });
  const one = (name: string): string | undefined => {
    const values = given.get(name) ?? [];
    if (values.length > 1) throw invalid(name, 'is given more than once');
    return values[0] === '' ? undefined : values[0];
  };
  return {
    one,
    many: (name) => (given.get(name) ?? []).filter((value) => value !== ''),
    integer: (name, min, max) => {
      const text = one(name);
      if (text === undefined) return undefined;
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return value;
      throw invalid(name, `must be a whole number from ${min} to ${max}`);
    },
    flag: (name) => {
      const text = one(name);
      if (text === undefined || text === 'true' || text === 'false') return text === undefined ? undefined : text === 'true';
      throw invalid(name, 'must be true or false');
    },
    word: (name, words) => {
      const text = one(name);
      const word = words.find((each) => each === text);
      if (text === undefined || word !== undefined) return word;
      throw invalid(name, `must be one of ${words.join(', ')}`);
    },
  };
}

export const named = (...names: readonly string[]): ReadonlySet<string> => new Set(names);
