import { readFileSync } from 'node:fs';
import t from 'tap';
import { contract, contractFiles } from '../../src/cli/contract.ts';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { edited, withField } from '../support/schema-copy.ts';

t.test('what is committed is what the dictionary makes', async (t) => {
  t.equal(await contract(['--check']), 0, 'run `npm run contract` and commit the result');
});

t.test('a changed dictionary changes the files', async (t) => {
  const now = contractFiles(loadDictionary(), '0.1.0');
  const changed = contractFiles(compileDictionary(withField('colour: String @classified(as: UNCLASSIFIED) @input')), '0.1.0');
  t.strictSame([...now.keys()], ['docs/requests.md', 'openapi.yaml', 'docs/schema.graphql', 'docs/classification.txt']);
  for (const [path, text] of now) if (path !== 'docs/requests.md') t.not(changed.get(path), text, path);
  const longer = contractFiles(compileDictionary(edited('requests/information.graphql', '"P60D"', '"P61D"')), '0.1.0').get('docs/requests.md') ?? '';
  t.strictSame(longer.split('\n').filter((line) => !(now.get('docs/requests.md') ?? '').includes(line)), ['| LAPSE | SENT, RECEIVED, ACCEPTED, PARTLY_ANSWERED | P61D | asked | EXPIRE |'], 'the drawing follows the data, and what is written by hand stays');
  t.match(longer, /^# Requests/);
});

t.test('wrong usage', async (t) => {
  t.equal(await contract(['--verify']), 2);
  t.match(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'), /do not edit/);
});
