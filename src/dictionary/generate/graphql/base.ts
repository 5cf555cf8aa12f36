/** The types of the schema files as they are served: policy directives become words in the descriptions, and records gain their entity tag. */
import {
  type DefinitionNode, type FieldDefinitionNode, type GraphQLSchema, type InterfaceTypeDefinitionNode, isObjectType, isSpecifiedScalarType, type ObjectTypeDefinitionNode,
  Kind as Ast, parse, print, visit,
} from 'graphql';
import { envelopeName } from '../../compile/envelope.ts';
import type { Dictionary } from '../../types.ts';
import { fieldDescription, memberDescription } from '../describe.ts';

const parsedFields = (text: string): readonly FieldDefinitionNode[] => {
  const [type] = parse(`type T { ${text} }`).definitions;
  return type?.kind === Ast.OBJECT_TYPE_DEFINITION ? (type.fields ?? []) : [];
};

/** Not a field of the record but of the answer: REST sends it as the ETag header. */
const etag = parsedFields('"Entity tag of what was released to you: send it as `ifMatch` to amend the record." etag: String!');

const withDescription = (node: FieldDefinitionNode, value: string): FieldDefinitionNode => ({ ...node, description: { kind: Ast.STRING, value, block: true } });

/** Members of an object that records hold, each with what it needs. */
function withMembers(node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, { schema }: Dictionary): DefinitionNode {
  const type = schema.getType(node.name.value);
  if (!isObjectType(type)) return node;
  const fields = (node.fields ?? []).map((field) => {
    const member = type.getFields()[field.name.value];
    const words = member === undefined ? undefined : memberDescription(member);
    return words === undefined || words === member?.description ? field : withDescription(field, words);
  });
  return { ...node, fields };
}

function served(definition: DefinitionNode, dictionary: Dictionary): DefinitionNode {
  const bare = visit(definition, { Directive: () => null }) as DefinitionNode;
  if (bare.kind !== Ast.OBJECT_TYPE_DEFINITION && bare.kind !== Ast.INTERFACE_TYPE_DEFINITION) return bare;
  const [anyKind] = dictionary.kinds.values();
  const kind = bare.name.value === envelopeName ? anyKind : dictionary.kinds.get(bare.name.value);
  if (kind === undefined) return withMembers(bare, dictionary);
  const fields = (bare.fields ?? []).map((node) => {
    const field = kind.field.get(node.name.value);
    return field === undefined ? node : withDescription(node, fieldDescription(field));
  });
  return { ...bare, fields: [...fields, ...etag] };
}

/** @returns SDL of every type in the schema files, without directives */
export function baseTypes(dictionary: Dictionary): string {
  const types = Object.values((dictionary.schema as GraphQLSchema).getTypeMap());
  return types.filter((type) => !isSpecifiedScalarType(type) && type.astNode).map((type) => print(served(type.astNode as DefinitionNode, dictionary))).join('\n\n');
}
