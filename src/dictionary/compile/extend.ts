/** `@extensible`: what files of their own add to a type or an enumeration, put where it is defined, so that every rule reads one definition. */
import { type DefinitionNode, type EnumTypeDefinitionNode, type EnumTypeExtensionNode, Kind as Ast, type ObjectTypeDefinitionNode, type ObjectTypeExtensionNode } from 'graphql';
import type { Faults } from '../fault.ts';

type Extensible = EnumTypeDefinitionNode | ObjectTypeDefinitionNode;
type Extension = EnumTypeExtensionNode | ObjectTypeExtensionNode;

const isExtension = (node: DefinitionNode): node is Extension => node.kind === Ast.ENUM_TYPE_EXTENSION || node.kind === Ast.OBJECT_TYPE_EXTENSION;
const isOpen = (node: DefinitionNode): node is Extensible =>
  (node.kind === Ast.ENUM_TYPE_DEFINITION || node.kind === Ast.OBJECT_TYPE_DEFINITION) && (node.directives ?? []).some(({ name }) => name.value === 'extensible');

/** Directives on an extension would escape the rules, which read definitions; so would an interface. */
const plain = (node: Extension): boolean => (node.directives ?? []).length === 0 && (node.kind === Ast.ENUM_TYPE_EXTENSION || (node.interfaces ?? []).length === 0);

function extended(definition: Extensible, additions: readonly Extension[]): Extensible {
  if (definition.kind === Ast.ENUM_TYPE_DEFINITION) {
    return { ...definition, values: [...(definition.values ?? []), ...additions.flatMap((one) => (one.kind === Ast.ENUM_TYPE_EXTENSION ? (one.values ?? []) : []))] };
  }
  return { ...definition, fields: [...(definition.fields ?? []), ...additions.flatMap((one) => (one.kind === Ast.OBJECT_TYPE_EXTENSION ? (one.fields ?? []) : []))] };
}

/** @returns the definitions with every addition in its place; what adds to anything else is a fault */
export function withExtensions(definitions: readonly DefinitionNode[], faults: Faults): DefinitionNode[] {
  const open = new Map(definitions.filter(isOpen).map((node) => [node.name.value, node]));
  const additions = new Map<string, Extension[]>();
  for (const node of definitions) {
    if (!node.kind.endsWith('Extension')) continue;
    const target = isExtension(node) ? open.get(node.name.value) : undefined;
    const fits = isExtension(node) && target !== undefined && node.kind.startsWith(target.kind.replace('Definition', '')) && plain(node);
    if (fits) additions.set(node.name.value, [...(additions.get(node.name.value) ?? []), node]);
    else faults.add(node, {}, 'extension', 'a type is defined in one place: write the fields there instead of extending it; only what is @extensible is added to, by fields or values alone');
  }
  return definitions.filter((node) => !node.kind.endsWith('Extension')).map((node) => (isOpen(node) ? extended(node, additions.get(node.name.value) ?? []) : node));
}
