/** The one loader: reads the schema files of a folder. Everything else in the dictionary is pure. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileDictionary, DictionaryError, type SchemaFile } from './compile.ts';
import type { Dictionary } from './types.ts';

const projectFolder = fileURLToPath(new URL('../../', import.meta.url));
/** The project's own `schema/`. */
export const schemaFolder: string = join(projectFolder, 'schema');

/** @returns the `*.graphql` files of the folder and of those within it, by name, named as they are to be shown in errors */
export function readSchemaFiles(folder: string = schemaFolder): SchemaFile[] {
  const shown = (path: string): string => (folder === schemaFolder ? relative(projectFolder, path) : path);
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.graphql')).sort();
  } catch (error) {
    throw new DictionaryError([{ file: folder, line: 1, rule: 'folder', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }]);
  }
  return names.map((name) => ({ name: shown(join(folder, name)), text: readFileSync(join(folder, name), 'utf8') }));
}

/** @throws DictionaryError when the folder's files make no safe dictionary */
export const loadDictionary = (folder: string = schemaFolder): Dictionary => compileDictionary(readSchemaFiles(folder));
