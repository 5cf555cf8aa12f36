/** What a value to look up may be, in words: the types of observables, and the other subjects that fields declare. */
import { isEnumType } from 'graphql';
import { lookupsOf } from '../lookups.ts';
import type { Dictionary } from '../types.ts';

export const lookupTypeWords = 'What a value to look up is: of a type that indicators have, or what else records hold (ประเภทของค่าที่ค้นหา).';

export interface Worded {
  readonly name: string;
  readonly description: string;
}

export function lookupTypes(dictionary: Dictionary): Worded[] {
  const { types, observables } = lookupsOf(dictionary);
  const words = new Map(['LookupSubject', ...observables].flatMap((name) => {
    const type = dictionary.schema.getType(name);
    return isEnumType(type) ? type.getValues().map((value) => [value.name, value.description ?? value.name] as const) : [];
  }));
  return types.map((name) => ({ name, description: words.get(name) ?? name }));
}
