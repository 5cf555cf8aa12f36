/** TIME: `{from, to}`, both inclusive; a date alone means all of that day in UTC. Sealed instants are found by month and decided after release. */
import { invalid } from '../../errors.ts';
import type { Probe, SearchMethod } from '../search.ts';
import type { Json } from '../types.ts';
import { civil, instantMs } from '../normalise/instant.ts';
import type { Asked } from './asked.ts';
import { equals, only } from './asked.ts';
import { instantPayload, items, monthPayload } from './payload.ts';

/** Months a question about sealed instants reaches: each is one blinded token a live key version. */
export const longestSealedRange = 240;
const day = 86_400_000;
const [earliest, latest] = [-62_167_219_200_000, 253_402_300_799_999]; // years 0000 to 9999

/** Milliseconds of an instant or a date (its first, or its last millisecond); undefined for neither. */
function msOf(value: Json, end: boolean): number | undefined {
  if (typeof value !== 'string') return undefined;
  const [, y, m, d] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) ?? [];
  if (y === undefined) return instantMs(value);
  const start = civil(Number(y), Number(m), Number(d));
  return start === undefined || !end ? start : start + day - 1;
}

function bound(asked: Asked, name: 'from' | 'to', path: string): number | undefined {
  const value = asked[name] ?? null;
  if (value === null) return undefined;
  const ms = msOf(value, name === 'to');
  if (ms === undefined) throw invalid(`${path}.${name}`, 'it is no instant: write it as 2026-01-31T08:00:00Z, or a date as 2026-01-31');
  return ms;
}

const monthOf = (ms: number): number => {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** The months of a range. Longer ones are cut to the 240 months at their given end (the later, if both are given): what is sealed and lies outside is not found. */
function months(from: number | undefined, to: number | undefined): number[] {
  const last = to === undefined ? monthOf(from ?? 0) + longestSealedRange - 1 : monthOf(to);
  const first = from === undefined ? last - longestSealedRange + 1 : Math.max(monthOf(from), last - longestSealedRange + 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

const instants = (value: Json): number[] => items(value).flatMap((item) => msOf(item, false) ?? []);

export const time: SearchMethod = {
  keys: (value) => instants(value).map(instantPayload),
  sealedKeys: (value) => [...new Set(instants(value).map(monthOf))].map(monthPayload),
  probe(asked, field, path): Probe {
    only(asked, ['eq', 'in', 'from', 'to'], path);
    const ranges = equals(asked, field, path).map((value) => {
      const [low, high] = [msOf(value, false), msOf(value, true)];
      if (low === undefined || high === undefined) throw invalid(path, 'it is no instant: write it as 2026-01-31T08:00:00Z, or a date as 2026-01-31');
      return { low, high };
    });
    const [from, to] = [bound(asked, 'from', path), bound(asked, 'to', path)];
    if (from !== undefined && to !== undefined && from > to) throw invalid(path, 'it ends before it begins: give a `from` that is not after `to`');
    if (from !== undefined || to !== undefined) ranges.push({ low: from ?? earliest, high: to ?? latest });
    const sealed = new Set(ranges.flatMap(({ low, high }) => months(low === earliest ? undefined : low, high === latest ? undefined : high)));
    return {
      any: [],
      ranges: ranges.map(({ low, high }) => [instantPayload(low), instantPayload(high)] as const),
      sealed: [...sealed].map(monthPayload),
      accept: (value) => instants(value).some((ms) => ranges.some(({ low, high }) => ms >= low && ms <= high)),
    };
  },
};
