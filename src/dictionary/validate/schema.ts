/** The JSON Schemas (2020-12) of what a writer sends, made from a kind: a submission, and a merge patch (RFC 7396). */
import type { Field, FieldType, Kind } from '../types.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** Every own field can be absent, so `null` says "none": GraphQL clients send it for variables they leave out. */
export function nullable(schema: Schema): Schema {
  const { enum: values } = schema as { readonly enum?: readonly unknown[] };
  return { ...schema, type: [schema['type'], 'null'], ...(values && { enum: [...values, null] }) };
}

function submitted(type: FieldType): Schema {
  if (type.members === undefined) return type.schema;
  const item = type.list ? (type.schema['items'] as Schema) : type.schema;
  const required = new Set((item['required'] as readonly string[] | undefined) ?? []);
  const properties = Object.fromEntries([...type.members].map(([name, member]) => [name, required.has(name) ? submitted(member) : nullable(submitted(member))]));
  const object = { ...item, properties };
  return type.list ? { ...type.schema, items: object } : object;
}

/** A patch of an object is merged into it, member by member; a list is replaced as a whole. */
function patched(type: FieldType): Schema {
  if (type.members === undefined || type.list) return submitted(type);
  const { required: _, ...rest } = type.schema;
  return { ...rest, properties: Object.fromEntries([...type.members].map(([name, member]) => [name, nullable(patched(member))])) };
}

const writable = (kind: Kind): Field[] => kind.fields.filter((field) => field.writable);

/** Whether a patch may name it: a record is put into channels and taken out of them by calls of their own. */
export const patchable = (field: Field): boolean => field.writable && !(field.envelope && field.name === 'channels');

export function submissionSchema(kind: Kind): Schema {
  const fields = writable(kind);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(fields.map((field) => [field.name, field.required ? submitted(field.type) : nullable(submitted(field.type))])),
    required: fields.filter((field) => field.required).map(({ name }) => name),
  };
}

export function patchSchema(kind: Kind): Schema {
  const fields = kind.fields.filter(patchable);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(fields.map((field) => [field.name, field.required ? patched(field.type) : nullable(patched(field.type))])),
  };
}
