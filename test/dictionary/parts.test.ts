/** Members of objects that are classified on their own. */
import fc from 'fast-check';
import t from 'tap';
import { compartmentName, type Level } from '../../src/dictionary/compartment.ts';
import { compileDictionary } from '../../src/dictionary/compile.ts';
import { graphqlSdl } from '../../src/dictionary/generate/graphql-sdl.ts';
import { spreadMarkings } from '../../src/dictionary/markings.ts';
import { namedIn, nestInto, split, valueAt } from '../../src/dictionary/parts.ts';
import type { Body, Json, Kind } from '../../src/dictionary/types.ts';
import { checkSubmission } from '../../src/dictionary/validate.ts';
import { withFile } from '../support/schema-copy.ts';
import { sightings } from '../support/sighting.ts';
import { runs } from '../support/seed.ts';

const dictionary = compileDictionary(withFile(sightings));
const kind = dictionary.kinds.get('Sighting') as Kind;

function nested(pieces: Body): Body {
  const body: Record<string, Json> = {};
  for (const { name, path } of kind.pieces) {
    const value = pieces[name];
    if (value !== undefined) nestInto(body, path, value);
  }
  return body;
}

t.test('each part is a field of its own', async (t) => {
  t.strictSame(kind.parts.map((part) => [part.name, compartmentName(part), part.within]), [
    ['contact.phone', 'C/PERSONAL', 'contact'], ['contact.home', 'S/PERSONAL', 'contact'], ['contact.home.door', 'S/PERSONAL+SOURCE', 'contact.home'],
  ]);
  t.strictSame(kind.pieces.filter(({ envelope }) => !envelope).map(({ name }) => name), ['place', 'contact', 'contact.phone', 'contact.home', 'contact.home.door', 'papers']);
  t.strictSame([...kind.searches.keys()].filter((name) => kind.field.get(name)?.envelope !== true), ['place', 'contact.phone', 'papers.number']);
  t.equal(kind.field.get('contact.phone')?.name, 'contact.phone');
  t.ok(['phone', 'home', 'door'].every((name) => dictionary.redacted.includes(name)), 'no log prints them');
});

t.test('a body is taken apart and put together', async (t) => {
  const cases: readonly (readonly [Body, Body])[] = [
    [{ contact: { how: 'call', phone: '1' } }, { contact: { how: 'call' }, 'contact.phone': '1' }],
    [{ contact: { phone: '1' } }, { 'contact.phone': '1' }],
    [{ contact: { home: { street: 'a', door: 'b' } } }, { 'contact.home': { street: 'a' }, 'contact.home.door': 'b' }],
    [{ contact: { home: { door: 'b' } } }, { 'contact.home.door': 'b' }],
    [{ place: 'x' }, { place: 'x' }],
  ];
  for (const [whole, pieces] of cases) {
    t.strictSame(split(kind, whole), pieces);
    t.strictSame(nested(pieces), whole);
  }
  for (const empty of [{ contact: {} }, { contact: { home: {} } }, { contact: { phone: null } }]) t.strictSame(split(kind, empty), {}, 'an empty object would tell that something is withheld');
});

t.test('taking apart and putting together are inverse', async () => {
  const text = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
  const pieces = fc.record({ place: text, 'contact.phone': text, 'contact.home.door': text, contact: fc.option(fc.record({ how: fc.string() }), { nil: undefined }) });
  fc.assert(fc.property(pieces, (given) => {
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Body;
    t.same(split(kind, nested(body)), body);
  }), runs(100));
});

t.test('what a patch speaks of', async (t) => {
  t.strictSame(namedIn(kind, { contact: { phone: null } }), ['contact', 'contact.phone']);
  t.strictSame(namedIn(kind, { contact: null }), ['contact']);
  t.strictSame(namedIn(kind, { contact: { home: { door: 'x' } } }), ['contact', 'contact.home', 'contact.home.door']);
});

t.test('values at a path, through lists', async (t) => {
  t.strictSame(valueAt({ papers: [{ number: '1' }, { sort: 'x' }, { number: '2' }] }, ['papers', 'number']), ['1', '2']);
  t.equal(valueAt({ papers: [{ sort: 'x' }] }, ['papers', 'number']), undefined);
  t.equal(valueAt({ contact: { phone: '1' } }, ['contact', 'phone']), '1');
  t.equal(valueAt({ contact: 'text' }, ['contact', 'phone']), undefined);
});

t.test('marking a field marks its parts; a part is marked alone', async (t) => {
  const spread = (marks: Record<string, Level>): Record<string, Level> => Object.fromEntries(spreadMarkings(kind, new Map(Object.entries(marks))));
  t.strictSame(spread({ contact: 3 }), { contact: 3, 'contact.phone': 3 }, 'the home is SECRET already');
  t.strictSame(spread({ 'contact.phone': 3 }), { 'contact.phone': 3 });
  t.match(checkSubmission(kind, { place: 'x', classification: 'RESTRICTED', markings: [{ field: 'contact.phone', level: 'SECRET' }] }), { ok: true });
  t.match(checkSubmission(kind, { place: 'x', classification: 'RESTRICTED', markings: [{ field: 'contact.phone', level: 'RESTRICTED' }] }), { ok: false, faults: [{ field: 'markings.0.level' }] });
  t.match(checkSubmission(kind, { place: 'x', classification: 'RESTRICTED', 'contact.phone': '1' }), { ok: false, faults: [{ field: 'contact.phone', message: /no such field/ }] });
});

t.test('the contract says what a part needs, and asks for members inside their object', async (t) => {
  const sdl = graphqlSdl(dictionary);
  t.match(sdl, /Needs CONFIDENTIAL\/PERSONAL, or is withheld\.\n {2}"""\n {2}phone: String/);
  t.match(sdl, /input SightingContactFilter \{\n(.*\n)*? {2}phone: StringFilter/);
  t.match(sdl, /papers: SightingPapersFilter/);
});
