import { type DefinitionNode, type DocumentNode, GraphQLError, Kind as Ast, parse, Source } from 'graphql';
import type { Faults } from '../fault.ts';
import { withExtensions } from './extend.ts';

/** One schema file: its name as it is to be shown in errors, and its text. */
export interface SchemaFile {
  readonly name: string;
  readonly text: string;
}

/** The definitions of all files; each node keeps the file it came from, for errors. A file that does not parse is a fault, the others are still read. */
export function parseFiles(files: readonly SchemaFile[], faults: Faults): DocumentNode {
  const definitions: DefinitionNode[] = [];
  for (const { name, text } of files) {
    try {
      definitions.push(...parse(new Source(text, name)).definitions);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      faults.addError(error, 'syntax');
    }
  }
  for (const definition of definitions) {
    if (definition.kind === Ast.OPERATION_DEFINITION || definition.kind === Ast.FRAGMENT_DEFINITION) {
      faults.add(definition, {}, 'syntax', 'a schema file holds definitions, no operations');
    }
  }
  return { kind: Ast.DOCUMENT, definitions: withExtensions(definitions, faults) };
}
