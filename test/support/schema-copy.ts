/** Copies of the project's schema files, changed for a test. */
import { readSchemaFiles } from '../../src/dictionary/load.ts';
import type { SchemaFile } from '../../src/dictionary/compile.ts';

export const schemaFiles = (): SchemaFile[] => readSchemaFiles();

/** The project's files with one replacement in one of them. @throws Error when the text to replace is not there */
export function edited(file: string, from: string, to: string): SchemaFile[] {
  return schemaFiles().map(({ name, text }) => {
    if (name !== `schema/${file}`) return { name, text };
    if (!text.includes(from)) throw new Error(`${name} does not hold: ${from}`);
    return { name, text: text.replace(from, to) };
  });
}

/** The project's files with a field added to the kind Indicator. */
export const withField = (field: string): SchemaFile[] => edited('indicator.graphql', '  "What it was used for', `  ${field}\n  "What it was used for`);

/** The project's files with one more. */
export const withFile = (text: string, name = 'schema/added.graphql'): SchemaFile[] => [...schemaFiles(), { name, text }];
