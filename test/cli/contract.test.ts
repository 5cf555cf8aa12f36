import { readFileSync } from 'node:fs';
import t from 'tap';
import { contract, contractFiles } from '../../src/cli/contract.ts';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { withField } from '../support/schema-copy.ts';

t.test('what is committed is what the dictionary makes', async (t) => {
  t.equal(await contract(['--check']), 0, 'run `npm run contract` and commit the result');
});

t.test('a changed dictionary changes both files', async (t) => {
  const now = contractFiles(loadDictionary(), '0.1.0');
  const changed = contractFiles(compileDictionary(withField('colour: String @classified(as: UNCLASSIFIED) @input')), '0.1.0');
  t.strictSame([...now.keys()], ['openapi.yaml', 'docs/schema.graphql']);
  for (const [path, text] of now) t.not(changed.get(path), text, path);
});

t.test('wrong usage', async (t) => {
  t.equal(await contract(['--verify']), 2);
  t.match(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'), /do not edit/);
});
