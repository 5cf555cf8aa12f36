/** NUMBER: equality, or `{from, to}`, both inclusive. A sealed number is found by equality only: ranges would need its order, which sealing hides. */
import { invalid } from '../../errors.ts';
import type { Probe, SearchMethod } from '../search.ts';
import type { Json } from '../types.ts';
import type { Asked } from './asked.ts';
import { equals, only } from './asked.ts';
import { items, numberPayload } from './payload.ts';

const isNumber = (value: Json): value is number => typeof value === 'number' && Number.isFinite(value);
const numbers = (value: Json): number[] => items(value).filter(isNumber);

function take(value: Json, path: string): number {
  if (!isNumber(value)) throw invalid(path, 'it is no number: give a number');
  return value;
}
const bound = (asked: Asked, name: 'from' | 'to', path: string, open: number): number => {
  const value = asked[name] ?? null;
  return value === null ? open : take(value, `${path}.${name}`);
};

export const number: SearchMethod = {
  keys: (value) => numbers(value).map(numberPayload),
  sealedKeys: (value) => numbers(value).map(numberPayload),
  probe(asked, field, path): Probe {
    only(asked, ['eq', 'in', 'from', 'to'], path);
    const wanted = equals(asked, field, path).map((value) => take(value, path));
    const ranged = (asked['from'] ?? null) !== null || (asked['to'] ?? null) !== null;
    const [from, to] = [bound(asked, 'from', path, -Infinity), bound(asked, 'to', path, Infinity)];
    if (from > to) throw invalid(path, 'it ends before it begins: give a `from` that is not above `to`');
    const any = wanted.map(numberPayload);
    return {
      any,
      ranges: ranged ? [[numberPayload(from), numberPayload(to)]] : [],
      sealed: any,
      accept: (value) => numbers(value).some((one) => wanted.includes(one) || (ranged && one >= from && one <= to)),
    };
  },
};
