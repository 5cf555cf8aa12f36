/**
 * `prasan contract [--check]`: writes the contract that partners build against (`openapi.yaml`, `docs/schema.graphql`), the drawn part of `docs/requests.md`, and the pinned classification
 * of every field (`docs/classification.txt`) from the dictionary, or says where what is committed no longer is what the dictionary makes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { DictionaryError } from '../dictionary/compile.ts';
import { classification } from '../dictionary/generate/classification.ts';
import { graphqlSdl } from '../dictionary/generate/graphql-sdl.ts';
import { drawnFrom, requestsDoc } from '../dictionary/generate/requests-doc.ts';
import { openapi } from '../dictionary/generate/openapi.ts';
import { loadDictionary } from '../dictionary/load.ts';
import type { Dictionary } from '../dictionary/types.ts';

const project = new URL('../../', import.meta.url);

/** @returns the version in package.json */
export function projectVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', project), 'utf8')) as { readonly version: string };
  return version;
}

/** The committed files and what they must hold, by path in the project. */
export function contractFiles(dictionary: Dictionary, version: string): ReadonlyMap<string, string> {
  const generated = 'made by `npm run contract` from schema/**/*.graphql: do not edit';
  // Anchors would spare lines but few generators read them; folding would make diffs jump.
  const yaml = stringify(openapi(dictionary, version), { aliasDuplicateObjects: false, lineWidth: 0 });
  return new Map([
    ['docs/requests.md', requestsText(dictionary)], ['openapi.yaml', `# ${generated}\n${yaml}`], ['docs/schema.graphql', `# ${generated}\n${graphqlSdl(dictionary)}`],
    // No contract with partners, but with who reviews: a change here is one of who sees what.
    ['docs/classification.txt', `# ${generated}; have every change of a line reviewed\n${classification(dictionary).join('\n')}\n`],
  ]);
}

/** What is written by hand stays; what is drawn from the data follows it. */
function requestsText({ requests }: Dictionary): string {
  const [written = ''] = (committed(new URL('docs/requests.md', project)) ?? '').split(drawnFrom);
  return `${written}${requestsDoc(requests)}`;
}

const committed = (path: URL): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** The first line that differs, from 1. */
function firstDifference(a: string, b: string): number {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const at = left.findIndex((line, i) => line !== right[i]);
  return (at < 0 ? left.length : at) + 1;
}

function check(path: string, wanted: string): boolean {
  const found = committed(new URL(path, project));
  if (found === wanted) return true;
  const where = found === undefined ? `${path} is missing` : `${path}:${firstDifference(found, wanted)}: is not what schema/ makes`;
  process.stderr.write(`${where}: run \`npm run contract\` and commit the result\n`);
  return false;
}

/**
 * @param args `--check` compares and writes nothing
 * @returns the exit code: 0 done, 1 drift or an unsafe dictionary, 2 wrong usage
 */
export async function contract(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    process.stderr.write(`prasan contract: unknown argument ${unknown}; usage: prasan contract [--check]\n`);
    return 2;
  }
  try {
    const files = contractFiles(loadDictionary(), projectVersion());
    if (args.includes('--check')) return [...files].map(([path, wanted]) => check(path, wanted)).every(Boolean) ? 0 : 1;
    for (const [path, text] of files) {
      writeFileSync(new URL(path, project), text);
      process.stdout.write(`wrote ${path}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof DictionaryError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await contract(process.argv.slice(2));
