/** What a writer sends: one input to submit, one to amend, and a twin of each object type they hold. */
import { type GraphQLObjectType, type GraphQLOutputType, getNamedType, type GraphQLSchema, isListType, isNonNullType, isObjectType } from 'graphql';
import type { Field, Kind } from '../../types.ts';
import { patchable } from '../../validate/schema.ts';
import { described } from '../describe.ts';

const asInput = (type: GraphQLOutputType): string => {
  if (isNonNullType(type)) return `${asInput(type.ofType)}!`;
  if (isListType(type)) return `[${asInput(type.ofType)}]`;
  return isObjectType(type) ? `${type.name}Input` : getNamedType(type).name;
};

const nullable = (type: GraphQLOutputType): GraphQLOutputType => (isNonNullType(type) ? type.ofType : type);

function member(kind: Kind, field: Field, schema: GraphQLSchema, required: boolean): string {
  const type = (schema.getType(kind.name) as GraphQLObjectType).getFields()[field.name]?.type;
  if (type === undefined) throw new Error(`${kind.name}.${field.name} is not in its own schema`);
  return `${described(field.description, '  ')}  ${field.name}: ${asInput(nullable(type))}${required ? '!' : ''}`;
}

/** The input of a submission and the input of a patch. */
export function kindInputs(kind: Kind, schema: GraphQLSchema): string[] {
  const submitted = kind.fields.filter(({ writable }) => writable).map((field) => member(kind, field, schema, field.required));
  const patched = kind.fields.filter(patchable).map((field) => member(kind, field, schema, false));
  const one = kind.name;
  return [
    `${described(`A new ${one}. ${kind.description}`)}input ${one}Input {\n${submitted.join('\n')}\n}`,
    `"Changes to a record of kind ${one}: what is left out stays, \`null\` removes, a list is replaced as a whole, an object is merged."
input ${one}Patch {\n${patched.join('\n')}\n}`,
  ];
}

/** The input twins of the object types that writers send, members and all, each once. */
export function objectInputs(kinds: readonly Kind[], schema: GraphQLSchema): string[] {
  const inputs = new Map<string, string>();
  const visit = (type: GraphQLObjectType): void => {
    if (inputs.has(type.name)) return;
    const members = Object.values(type.getFields());
    inputs.set(type.name, `${described(type.description ?? type.name)}input ${type.name}Input {
${members.map((each) => `${each.description ? described(each.description, '  ') : ''}  ${each.name}: ${asInput(each.type)}`).join('\n')}
}`);
    for (const each of members) {
      const named = getNamedType(each.type);
      if (isObjectType(named)) visit(named);
    }
  };
  for (const field of kinds.flatMap((kind) => kind.fields)) {
    const named = schema.getType(field.type.name);
    if ((field.writable || field.search) && isObjectType(named)) visit(named);
  }
  return [...inputs.values()];
}
