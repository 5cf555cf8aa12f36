import type { Json, Body } from '../types.ts';

/** How an input was read, for the caller to see: what was changed on the way to the normal form. */
export type Reading = 'DEFANGED' | 'THAI_DIGITS' | 'FULL_WIDTH' | 'PORT_STRIPPED' | 'PATH_STRIPPED' | 'LOWER_CASED' | 'PUNYCODE' | 'TRIMMED' | 'CHECKSUM_CASED' | 'PUNCTUATION_STRIPPED' | 'MASKED_TO_NETWORK' | 'CALENDAR_CONVERTED';

export type Normalised =
  | { readonly ok: true; readonly value: Json; readonly readings: readonly Reading[]; /** sibling fields this reading also yields: `{type: 'DOMAIN', port: 8080}` */ readonly also?: Body }
  | { readonly ok: false; /** one sentence: what is wrong and what would be right */ readonly message: string };

export interface Normaliser {
  /** @param type the sibling's value named by `@normalise(type:)`, if it was given; `subtype` likewise */
  (value: Json, type: string | undefined, subtype?: string): Normalised;
}
