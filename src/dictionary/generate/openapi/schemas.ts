/** JSON Schemas of what is sent and answered, under their names. Made on demand, so that the document holds what some route uses and no more. */
import {
  type GraphQLEnumType, type GraphQLObjectType, type GraphQLOutputType, isEnumType, isInterfaceType, isListType, isNonNullType, isObjectType,
} from 'graphql';
import type { Dictionary, Field, FieldType, Kind } from '../../types.ts';
import { patchable } from '../../validate/schema.ts';
import { fieldDescription, memberDescription } from '../describe.ts';

export type Schema = Readonly<Record<string, unknown>>;

const scalars: Readonly<Record<string, Schema>> = {
  String: { type: 'string' },
  ID: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  SafeInt: { type: 'integer', format: 'int64' },
  Float: { type: 'number', format: 'double' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
  Date: { type: 'string', format: 'date' },
};

export class Schemas {
  readonly #dictionary: Dictionary;
  readonly #named = new Map<string, Schema>();

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  get kinds(): ReadonlyMap<string, Kind> {
    return this.#dictionary.kinds;
  }

  /** Everything that was referred to, in alphabetical order. */
  get all(): Readonly<Record<string, Schema>> {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @returns a reference to the named schema, making it when it is first asked for */
  named(name: string, make: () => Schema): Schema {
    if (!this.#named.has(name)) {
      // Held before it is made: a type may lead back to itself.
      this.#named.set(name, {});
      this.#named.set(name, make());
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** A type of the schema files, as it is answered. */
  type(name: string): Schema {
    const type = this.#dictionary.schema.getType(name);
    if (isEnumType(type)) return this.named(name, () => enumSchema(type));
    if (isInterfaceType(type)) return this.record();
    const kind = this.#dictionary.kinds.get(name);
    if (kind !== undefined) return this.kind(kind);
    if (isObjectType(type)) return this.named(name, () => this.#object(type));
    return scalars[name] ?? { type: 'string' };
  }

  /** A record of any kind; its `kind` says which. */
  record(): Schema {
    return this.named('Record', () => {
      const kinds = [...this.#dictionary.kinds.values()].map((kind) => [kind.name, this.kind(kind)] as const);
      const mapping = Object.fromEntries(kinds.map(([name, { $ref }]) => [name, $ref]));
      return { description: 'A record of any kind, as it is released to you.', oneOf: kinds.map(([, ref]) => ref), discriminator: { propertyName: 'kind', mapping } };
    });
  }

  /** A record of one kind as it is released. */
  kind(kind: Kind): Schema {
    return this.named(kind.name, () => {
      const type = this.#dictionary.schema.getType(kind.name) as GraphQLObjectType;
      const properties = kind.fields.map((field) => [field.name, this.#described(field, field.name === 'kind' ? { type: 'string', const: kind.name } : this.#released(field))]);
      const required = kind.fields.filter((field) => isNonNullType(type.getFields()[field.name]?.type)).map(({ name }) => name);
      return { type: 'object', description: kind.description, properties: Object.fromEntries(properties), required };
    });
  }

  submission(kind: Kind): Schema {
    return this.named(`${kind.name}Submission`, () => {
      const fields = kind.fields.filter(({ writable }) => writable);
      return {
        type: 'object',
        description: `A new ${kind.name}. ${kind.description} An object in which nothing is said is left out.`,
        additionalProperties: false,
        properties: Object.fromEntries(fields.map((field) => [field.name, this.#described(field, this.#submitted(field))])),
        required: fields.filter(({ required }) => required).map(({ name }) => name),
      };
    });
  }

  /** A reference whose record may be given whole. */
  #submitted(field: Field): Schema {
    const { reference, list } = field.type;
    const kind = reference?.inline === true ? this.#dictionary.kinds.get(reference.to[0] ?? '') : undefined;
    if (kind === undefined) return this.written(field.type);
    const one = { anyOf: [{ type: 'string', description: `Id of a record of kind ${kind.name}, or \`local:\` and the name of one in this call.`, maxLength: 100 }, this.inline(kind)] };
    return list ? { type: 'array', items: one, maxItems: (field.type.schema as { readonly maxItems?: number }).maxItems } : one;
  }

  /** A record within another's submission. */
  inline(kind: Kind): Schema {
    return this.named(`Inline${kind.name}`, () => {
      const fields = kind.fields.filter(({ writable }) => writable);
      return {
        type: 'object',
        description: `A record of kind ${kind.name} within another's submission: either its \`id\`, or what a new one holds. What it says nothing of (\`channels\`, \`classification\`, the ground of suspicion) it has from the record that holds it. One that you hold already, by \`externalRef\` or because it makes the same claim, is referred to and not doubled.`,
        additionalProperties: false,
        properties: {
          id: { type: 'string', format: 'uuid', description: 'Of a record that is there: then nothing else is given.' },
          local: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,50}$', description: 'A name for this call: another record of the call may name this one by `local:` and the name, wherever an id stands.' },
          ...Object.fromEntries(fields.map((field) => [field.name, this.#described(field, this.written(field.type))])),
        },
      };
    });
  }

  patch(kind: Kind): Schema {
    return this.named(`${kind.name}Patch`, () => {
      const properties = kind.fields.filter(patchable).map((field) => {
        const written = this.#patched(field.type);
        return [field.name, this.#described(field, field.required ? written : nullable(written))];
      });
      const description = `Changes to a record of kind ${kind.name}, as a merge patch (RFC 7396): what is left out stays, \`null\` removes, a list is replaced as a whole, and an object in which nothing is left goes.`;
      return { type: 'object', description, additionalProperties: false, properties: Object.fromEntries(properties) };
    });
  }

  /** A value as a writer sends it. */
  written(type: FieldType): Schema {
    if (!type.list) return type.shape === 'scalar' ? formatted(type.name, type.schema) : this.type(type.name);
    const { items, ...rest } = type.schema as { readonly items: Schema };
    return { ...rest, items: type.shape === 'scalar' ? formatted(type.name, items) : this.type(type.name) };
  }

  #patched(type: FieldType): Schema {
    if (type.members === undefined || type.list) return this.written(type);
    const { members } = type;
    return this.named(`${type.name}Patch`, () => ({
      type: 'object',
      description: `Changes to ${type.name}, member by member.`,
      additionalProperties: false,
      properties: Object.fromEntries([...members].map(([name, member]) => [name, nullable(this.#patched(member))])),
    }));
  }

  #released(field: Field): Schema {
    // Limits are for writers; what is answered was held to them then.
    if (field.writable) return this.written(field.type);
    const one = this.type(field.type.name);
    return field.type.list ? { type: 'array', items: one } : one;
  }

  #described(field: Field, schema: Schema): Schema {
    return { ...schema, description: fieldDescription(field), ...(field.example !== undefined && schema['$ref'] === undefined && { examples: [field.example] }) };
  }

  #object(type: GraphQLObjectType): Schema {
    const members = Object.values(type.getFields());
    const constrained = this.#membersOf(type.name);
    const properties = members.map((member) => {
      const known = constrained?.get(member.name);
      const answered = (): Schema => (isNonNullType(member.type) ? this.#answered(member.type) : nullable(this.#answered(member.type)));
      const schema = known === undefined ? answered() : known.reference !== undefined && !known.list ? idOrLocal : this.written(known);
      return [member.name, { ...schema, ...(memberDescription(member) !== undefined && { description: memberDescription(member) }) }];
    });
    const required = members.filter((member) => isNonNullType(member.type)).map(({ name }) => name);
    return { type: 'object', description: type.description ?? type.name, properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
  }

  /** Members of an object type that records hold, with the limits of what is written. */
  #membersOf(name: string): ReadonlyMap<string, FieldType> | undefined {
    const within = (type: FieldType): FieldType | undefined =>
      type.name === name && type.members ? type : [...(type.members?.values() ?? [])].map(within).find((found) => found !== undefined);
    return [...this.#dictionary.kinds.values()].flatMap(({ fields }) => fields).map(({ type }) => within(type)).find((found) => found !== undefined)?.members;
  }

  #answered(type: GraphQLOutputType): Schema {
    if (isNonNullType(type)) return this.#answered(type.ofType);
    if (isListType(type)) {
      const item: GraphQLOutputType = type.ofType;
      return { type: 'array', items: isNonNullType(item) ? this.#answered(item) : nullable(this.#answered(item)) };
    }
    return this.type(type.name);
  }
}

/** Within an object of an inline record an id may be the name of another record of the call. */
const idOrLocal: Schema = { type: 'string', minLength: 1, maxLength: 100 };

/** Formats that tell generators how wide a number is, beside the limits. */
const formatted = (name: string, schema: Schema): Schema => ({ ...scalars[name], ...schema });

/** An enumeration, with what each of its words means. */
export function worded(words: string, values: readonly { readonly name: string; readonly description?: string | null | undefined }[]): Schema {
  const meanings = values.filter(({ description }) => description).map(({ name, description }) => `- \`${name}\`: ${description}`);
  return { type: 'string', description: [words, ...(meanings.length > 0 ? [meanings.join('\n')] : [])].join('\n\n'), enum: values.map(({ name }) => name) };
}

const enumSchema = (type: GraphQLEnumType): Schema => worded(type.description ?? type.name, type.getValues());

/** JSON Schema 2020-12 has no `nullable`: a type may be one of two, a reference needs `anyOf`. */
function nullable(schema: Schema): Schema {
  return schema['$ref'] === undefined ? { ...schema, type: [schema['type'], 'null'] } : { anyOf: [{ $ref: schema['$ref'] }, { type: 'null' }] };
}
