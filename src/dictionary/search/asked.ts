/** What every method does with the filter a caller gave: take its members, bring values to their normal form, refuse with the path. */
import { invalid } from '../../errors.ts';
import type { Field, Json } from '../types.ts';
import { askedForms } from '../normalise/index.ts';
import { isList } from './payload.ts';

export type Asked = Readonly<Record<string, Json>>;

/** Refuses members a method does not know, and a filter that asks nothing. */
export function only(asked: Asked, names: readonly string[], path: string): void {
  for (const name of Object.keys(asked)) {
    if (!names.includes(name)) throw invalid(`${path}.${name}`, `it is not asked this way: give ${names.join(', ')}`);
  }
  if (names.every((name) => asked[name] === undefined || asked[name] === null)) throw invalid(path, `nothing is asked: give ${names.join(' or ')}`);
}

/** Values that one search asks for; more are looked up. */
export const mostAsked = 1000;

/** The values of `in`. */
export function severalOf(asked: Asked, path: string): readonly Json[] {
  const several = asked['in'] ?? null;
  if (several === null) return [];
  if (!isList(several)) throw invalid(`${path}.in`, 'it is no list: give a list of values');
  if (several.length > mostAsked) throw invalid(`${path}.in`, `it holds more than ${mostAsked} values: ask for fewer at once, or look them up`);
  return several;
}

/** The values of `eq` and `in`, normalised as the field's values are. An empty `in` asks for nothing and finds nothing. */
export function equals(asked: Asked, field: Field, path: string): readonly Json[] {
  const values: Json[] = [];
  const eq = asked['eq'] ?? null;
  if (eq !== null) values.push(...normal(eq, field, `${path}.eq`));
  severalOf(asked, path).forEach((value, i) => values.push(...normal(value, field, `${path}.in.${i}`)));
  return values;
}

/** OBSERVABLE needs its type and is read by its own method. */
function normal(value: Json, field: Field, path: string): readonly Json[] {
  const by = field.normalise?.by;
  if (typeof value !== 'string' || by === undefined) return [value];
  const forms = askedForms(by, value);
  if ('message' in forms) throw invalid(path, forms.message);
  return forms;
}
