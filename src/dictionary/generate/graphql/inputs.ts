/** What a writer sends: one input to submit, one to amend, and a twin of each object type they hold. */
import { type GraphQLObjectType, type GraphQLOutputType, getNamedType, type GraphQLSchema, isListType, isNonNullType, isObjectType } from 'graphql';
import { isAmended, isSubmitted } from '../../course.ts';
import type { Field, Kind } from '../../types.ts';
import { patchable } from '../../validate/schema.ts';
import { described } from '../describe.ts';

const asInput = (type: GraphQLOutputType): string => {
  if (isNonNullType(type)) return `${asInput(type.ofType)}!`;
  if (isListType(type)) return `[${asInput(type.ofType)}]`;
  return isObjectType(type) ? `${type.name}Input` : getNamedType(type).name;
};

const nullable = (type: GraphQLOutputType): GraphQLOutputType => (isNonNullType(type) ? type.ofType : type);

/** The input of a record in the place of its id. */
const inlineName = (to: string): string => `Inline${to}Input`;

function member(kind: Kind, field: Field, schema: GraphQLSchema, required: boolean, inline = false): string {
  const type = (schema.getType(kind.name) as GraphQLObjectType).getFields()[field.name]?.type;
  if (type === undefined) throw new Error(`${kind.name}.${field.name} is not in its own schema`);
  const { reference, list } = field.type;
  const [to = ''] = inline && reference?.inline === true ? reference.to : [];
  const input = to === '' ? asInput(nullable(type)) : list ? `[${inlineName(to)}!]` : inlineName(to);
  return `${described(field.description, '  ')}  ${field.name}: ${input}${required ? '!' : ''}`;
}

/** Each kind that a submission of another may hold, as it is written there: by its id, or whole. */
export function inlineInputs(kinds: readonly Kind[], schema: GraphQLSchema): string[] {
  const names = new Set(kinds.flatMap(({ references }) => references.filter(({ inline }) => inline).flatMap(({ to }) => to)));
  return kinds.filter(({ name }) => names.has(name)).map((kind) => {
    const fields = kind.fields.filter(({ writable }) => writable).map((field) => member(kind, field, schema, false));
    return `"A record of kind ${kind.name} within another's submission: either its \`id\`, or what a new one holds. What it says nothing of (\`channels\`, \`classification\`, the ground of suspicion) it has from the record that holds it. One that you hold already, by \`externalRef\` or because it makes the same claim, is referred to and not doubled."
input ${inlineName(kind.name)} {
  "Of a record that is there: then nothing else is given."
  id: ID
  "A name for this call: another record of the call may name this one by \`local:\` and the name, wherever an id stands."
  local: String
${fields.join('\n')}
}`;
  });
}

/** The input of a submission and the input of a patch. */
export function kindInputs(kind: Kind, schema: GraphQLSchema): string[] {
  const submitted = kind.fields.filter(({ writable }) => writable).map((field) => member(kind, field, schema, field.required, true));
  const patched = kind.fields.filter(patchable).map((field) => member(kind, field, schema, false));
  const one = kind.name;
  return [
    ...(isSubmitted(kind) ? [`${described(`A new ${one}. ${kind.description} An object in which nothing is said is left out.`)}input ${one}Input {\n${submitted.join('\n')}\n}`] : []),
    ...(isAmended(kind) ? [`"Changes to a record of kind ${one}: what is left out stays, \`null\` removes, a list is replaced as a whole, an object is merged, and goes where nothing is left in it."
input ${one}Patch {\n${patched.join('\n')}\n}`] : []),
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
