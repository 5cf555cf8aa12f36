/** EXACT: equality with one or several values; of a list, any item. */
import { nfc } from '../normalise/marks.ts';
import type { Probe, SearchMethod } from '../search.ts';
import type { Json } from '../types.ts';
import { equals, only } from './asked.ts';
import { canonical, exactPayload, items, keyOf } from './payload.ts';

const payloadOf = (value: Json): Uint8Array => exactPayload(typeof value === 'string' ? nfc(value) : canonical(value));

export const exact: SearchMethod = {
  keys: (value) => items(value).map(payloadOf),
  sealedKeys: (value) => items(value).map(payloadOf),
  probe(asked, field, path): Probe {
    only(asked, ['eq', 'in'], path);
    const any = equals(asked, field, path).map(payloadOf);
    const wanted = new Set(any.map(keyOf));
    return { any, ranges: [], sealed: any, accept: (value) => items(value).some((item) => wanted.has(keyOf(payloadOf(item)))) };
  },
};
