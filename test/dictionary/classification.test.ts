/** Every field, part and member of every kind is classified, written, searched and made as was agreed: docs/classification.txt, renewed by `npm run contract`. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import { classification } from '../../src/dictionary/generate/classification.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { edited, schemaFiles } from '../support/schema-copy.ts';

const pins = readFileSync(new URL('../../docs/classification.txt', import.meta.url), 'utf8').trimEnd().split('\n').slice(1);
/** Lines of the one that the other has not. */
const gone = (from: readonly string[], to: readonly string[]): string[] => from.filter((line) => !to.includes(line));

t.test('the dictionary is as it is pinned', async (t) => {
  const now = classification(loadDictionary());
  t.strictSame({ pinned: gone(pins, now), now: gone(now, pins) }, { pinned: [], now: [] }, 'if it was meant: `npm run contract`, and have the change of docs/classification.txt reviewed');
  t.equal(new Set(pins).size, pins.length, 'one line each');
  t.equal(pins.length, now.length);
});

t.test('of every kind, with all its fields and parts', async (t) => {
  for (const { name, pieces } of loadDictionary().kinds.values()) {
    t.strictSame(pieces.filter((piece) => !pins.some((line) => line.startsWith(`${name}.${piece.name}: `))).map((piece) => piece.name), [], name);
  }
});

t.test('what is un-marked shows', async (t) => {
  const changes: readonly (readonly [file: string, field: string, from: string, to: string, line: string])[] = [
    ['victim.graphql', 'medical', 'caveats: [VICTIM, HEALTH]', 'caveats: [VICTIM]', 'Victim.medical: C/HEALTH+VICTIM'],
    ['identity.graphql', 'informantNotes', 'as: SECRET', 'as: CONFIDENTIAL', 'Identity.informantNotes: S/SOURCE'],
    ['link.graphql', 'linkType', 'as: RESTRICTED', 'as: UNCLASSIFIED', 'Link.linkType: R'],
  ];
  for (const [file, field, from, to, line] of changes) {
    const text = schemaFiles().find(({ name }) => name.endsWith(file))?.text ?? '';
    const whole = new RegExp(`\\n  ${field}: [^@]*@classified\\([^)]*\\)`).exec(text)?.[0] ?? '';
    const changed = classification(compileDictionary(edited(file, whole, whole.replace(from, to))));
    t.ok(gone(pins, changed).some((one) => one.startsWith(line)), line);
  }
});
