/** References among the demonstration's records, by their own numbers: the ids are made when they are submitted. */
import type { Body, Json } from '../../dictionary/types.ts';

const mark = 'demo-record:';

/** Stands where the id of the record with this `externalRef` shall stand. */
export const refTo = (externalRef: string): string => mark + externalRef;

const isRef = (value: Json): value is string => typeof value === 'string' && value.startsWith(mark);

/** Whether it names another record of the demonstration. */
export const refers = (body: Body): boolean => Object.values(body).some(isRef);

/** @param ids by `externalRef` @throws Error when one was not submitted */
export const resolved = (body: Body, ids: ReadonlyMap<string, string>): Body => Object.fromEntries(Object.entries(body).map(([name, value]): [string, Json] => {
  if (!isRef(value)) return [name, value];
  const id = ids.get(value.slice(mark.length));
  if (id === undefined) throw new Error(`the demonstration has no record ${value}`);
  return [name, id];
}));
