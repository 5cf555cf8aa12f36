import type { Field, SearchSpec } from '../../../src/dictionary/types.ts';
import type { Payload, Probe } from '../../../src/dictionary/search.ts';

export const fieldOf = (by: SearchSpec['by'], normalise?: Field['normalise']): Field => ({
  name: 'value', path: ['value'], description: '', envelope: false, level: 0, caveats: 0, writable: true, required: false, columns: [], derivedFrom: [], search: { by },
  type: { name: 'String', shape: 'scalar', list: false, schema: {} }, ...(normalise && { normalise }),
});

const equal = (a: Payload, b: Payload): boolean => Buffer.compare(a, b) === 0;

/** What the database does with unsealed keys. */
export const matches = (probe: Probe, keys: readonly Payload[]): boolean =>
  keys.some((key) => probe.any.some((one) => equal(one, key)) || probe.ranges.some(([low, high]) => Buffer.compare(low, key) <= 0 && Buffer.compare(key, high) <= 0));
/** What the database does with sealed keys (blinding keeps equality and nothing else). */
export const matchesSealed = (probe: Probe, keys: readonly Payload[]): boolean => keys.some((key) => probe.sealed.some((one) => equal(one, key)));
