/** The envelope: the fields of interface `Record`, given to every type that implements it, so that a kind's file need not repeat them. */
import { type DefinitionNode, type DocumentNode, type FieldDefinitionNode, type InterfaceTypeDefinitionNode, Kind as Ast, type ObjectTypeDefinitionNode, print } from 'graphql';
import type { Faults } from '../fault.ts';

export const envelopeName = 'Record';

const isRecord = (node: DefinitionNode): node is ObjectTypeDefinitionNode =>
  node.kind === Ast.OBJECT_TYPE_DEFINITION && (node.interfaces ?? []).some((name) => name.name.value === envelopeName);

/** What must be the same where a kind repeats an envelope field: its type, and every directive. */
const policyOf = (field: FieldDefinitionNode): string => [print(field.type), ...(field.directives ?? []).map((directive) => print(directive)).sort()].join(' ');

function inject(type: ObjectTypeDefinitionNode, envelope: InterfaceTypeDefinitionNode, faults: Faults): ObjectTypeDefinitionNode {
  const own = new Map((type.fields ?? []).map((field) => [field.name.value, field]));
  const fields = (envelope.fields ?? []).map((field): FieldDefinitionNode => {
    const repeated = own.get(field.name.value);
    own.delete(field.name.value);
    if (repeated === undefined) return field;
    if (policyOf(repeated) !== policyOf(field)) {
      const message = `disagrees with interface ${envelopeName}, which says \`${policyOf(field)}\`: leave the field out, it comes from there`;
      faults.add(repeated, { type: type.name.value, field: field.name.value }, 'interface', message);
    }
    return field;
  });
  return { ...type, fields: [...fields, ...own.values()] };
}

/** @returns the document with every record type carrying the whole envelope, and the names of the envelope's fields */
export function injectEnvelope(document: DocumentNode, faults: Faults): { document: DocumentNode; envelope: ReadonlySet<string> } {
  const definition = document.definitions.find((node): node is InterfaceTypeDefinitionNode => node.kind === Ast.INTERFACE_TYPE_DEFINITION && node.name.value === envelopeName);
  if (definition === undefined) {
    faults.add(document.definitions[0], { type: envelopeName }, 'interface', `there is no interface ${envelopeName}: the envelope of every record kind`);
    return { document, envelope: new Set() };
  }
  const definitions = document.definitions.map((node) => (isRecord(node) ? inject(node, definition, faults) : node));
  return { document: { ...document, definitions }, envelope: new Set((definition.fields ?? []).map((field) => field.name.value)) };
}
