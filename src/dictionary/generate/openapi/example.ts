/** Examples, made from those of the fields: synthetic, and held to the schemas by the linter. */
import { nestInto, split } from '../../parts.ts';
import type { Field, Json, Kind } from '../../types.ts';
import { patchable } from '../../validate/schema.ts';

/** Of a required field there is always one. */
function sample({ type, required, example }: Field): Json | undefined {
  if (example !== undefined || !required) return example;
  const { enum: words, type: word } = type.schema as { readonly enum?: readonly string[]; readonly type?: string };
  return words?.[0] ?? (word === 'string' ? 'text' : word === 'boolean' ? false : word === 'array' ? [] : word === 'object' ? {} : 1);
}

function given(fields: readonly Field[]): [string, Json][] {
  return fields.flatMap((field): [string, Json][] => {
    const value = sample(field);
    return value === undefined ? [] : [[field.name, value]];
  });
}

/** A record as a viewer with no more than RESTRICTED/OPERATIONAL may have it. */
export function releasedExample(kind: Kind): Record<string, Json> {
  const withheld = kind.pieces.filter(({ level }) => level > 1);
  const seen = kind.fields.filter((field) => !withheld.includes(field) && field.name !== 'markings');
  const pieces = Object.entries(split(kind, Object.fromEntries(given(seen))));
  const body: Record<string, Json> = {};
  for (const [name, value] of pieces) if (!withheld.some((field) => field.name === name)) nestInto(body, kind.field.get(name)?.path ?? [name], value);
  return { ...body, kind: kind.name, withheld: withheld.map(({ name }) => name) };
}

const minimal = new Set(['channels', 'classification', 'tlp', 'externalRef']);

const sent = (kind: Kind): Record<string, Json> =>
  Object.fromEntries(given(kind.fields.filter((field) => field.writable && field.derivedFrom.length === 0 && (!field.envelope || minimal.has(field.name)))));

/**
 * A short submission: the envelope's essentials and what the kind itself holds; of records that it may hold, one each.
 * @param kinds by name
 */
export function submissionExample(kind: Kind, kinds: ReadonlyMap<string, Kind> = new Map()): Record<string, Json> {
  const inline = kind.references.flatMap(({ name, list, inline: whole, to: [to = ''] }): [string, Json][] => {
    const held = whole ? kinds.get(to) : undefined;
    if (held === undefined) return [];
    const own = Object.fromEntries(Object.entries(sent(held)).filter(([field]) => held.field.get(field)?.envelope !== true));
    const one = { local: `${held.singular}-1`, ...own };
    return [[name, list ? [one] : one]];
  });
  return { ...sent(kind), ...Object.fromEntries(inline) };
}

/** Raises a level and removes a text. */
export const patchExample = (kind: Kind): Record<string, Json> => {
  const text = kind.fields.find((field) => patchable(field) && !field.envelope && !field.required && field.type.name === 'String');
  return { confidence: 90, ...(text && { [text.name]: null }) };
};
