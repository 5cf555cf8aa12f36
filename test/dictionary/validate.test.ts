import t from 'tap';
import { Refusal } from '../../src/errors.ts';
import { loadDictionary } from '../../src/dictionary/load.ts';
import { unsaidFaults } from '../../src/dictionary/validate/unsaid.ts';
import type { FieldType, Json } from '../../src/dictionary/types.ts';
import { checkMerged, checkPatch, checkSubmission, validPatch, validSubmission } from '../../src/dictionary/validate.ts';

const { kinds } = loadDictionary();
const found = kinds.get('Indicator');
if (found === undefined) throw new Error('no Indicator');
const indicator = found;

const good = { value: 'invest.example', classification: 'RESTRICTED' };
const faults = (checked: ReturnType<typeof checkSubmission>): Record<string, string> =>
  checked.ok ? {} : Object.fromEntries(checked.faults.map(({ field, message }) => [field, message]));

/** what is sent beside what is good; the field named; what the message says */
const refused: readonly (readonly [sent: Record<string, unknown>, field: string, message: RegExp])[] = [
  [{ value: undefined }, 'value', /is required/],
  [{ classification: undefined }, 'classification', /is required/],
  [{ value: null }, 'value', /must be a text/],
  [{ value: '' }, 'value', /must not be empty/],
  [{ value: 'x'.repeat(2049) }, 'value', /at most 2048/],
  [{ value: 5 }, 'value', /must be a text/],
  [{ classification: 'secret' }, 'classification', /UNCLASSIFIED, RESTRICTED, CONFIDENTIAL, SECRET, TOP_SECRET/],
  [{ type: 'IP' }, 'type', /IPV4_ADDR, IPV6_ADDR/],
  [{ port: '443' }, 'port', /whole number/],
  [{ port: 443.5 }, 'port', /whole number/],
  [{ port: 0 }, 'port', /at least 1/],
  [{ port: 65_536 }, 'port', /at most 65535/],
  [{ asn: 4_294_967_296 }, 'asn', /at most 4294967295/],
  [{ sensitive: 'true' }, 'sensitive', /true or false/],
  [{ observedAt: '2026-01-31 08:00' }, 'observedAt', /RFC 3339/],
  [{ observedAt: '2026-02-30T08:00:00Z' }, 'observedAt', /RFC 3339/],
  [{ observedAt: '2026-01-31T08:00:00' }, 'observedAt', /zone/],
  [{ country: 'KHM' }, 'country', /must be a country of ISO 3166-1, two letters such as TH/],
  [{ language: 'ภาษาไทย' }, 'language', /must be a BCP 47 tag of a language, such as th/],
  [{ location: { lat: 91, lon: 0 } }, 'location.lat', /at most 90/],
  [{ location: { lat: 1 } }, 'location.lon', /is required/],
  [{ location: { lat: 1, lon: 2, height: 3 } }, 'location.height', /no such member/],
  [{ location: [1, 2] }, 'location', /must be an object/],
  [{ caseRefs: [{ authority: 'th-ccib' }] }, 'caseRefs.0.number', /is required/],
  [{ caseRefs: [null] }, 'caseRefs.0', /must be an object/],
  [{ channels: 'a' }, 'channels', /must be a list/],
  [{ channels: Array.from({ length: 101 }, (_, i) => `c${i}`) }, 'channels', /at most 100 items/],
  [{ confidence: 101 }, 'confidence', /at most 100/],
  [{ evaluation: { source: 'G' } }, 'evaluation.source', /must be a letter from A to F/],
  [{ handling: { codes: ['H3'] } }, 'handling.text', /required with H3/],
  [{ observedFrom: '2026-02-01T00:00:00Z', observedTo: '2026-01-01T00:00:00Z' }, 'observedTo', /before observedFrom/],
  [{ markings: [{ field: 'nothing', level: 'SECRET' }] }, 'markings.0.field', /must name one of type, value/],
  [{ markings: [{ field: 'externalRef', level: 'SECRET' }] }, 'markings.0.field', /must name one of/],
  [{ markings: [{ field: 'rationale', level: 'RESTRICTED' }] }, 'markings.0.level', /only raises: rationale is CONFIDENTIAL/],
  [{ markings: [{ field: 'port', level: 'SECRET' }, { field: 'port', level: 'SECRET' }] }, 'markings.1.field', /twice/],
  [{ id: 'x' }, 'id', /set by the exchange/],
  [{ originator: 'th-ccib' }, 'originator', /set by the exchange/],
  [{ withheld: [] }, 'withheld', /set by the exchange/],
  [{ rawValue: 'x' }, 'rawValue', /set by the exchange/],
  [{ subscriberTraceable: true }, 'subscriberTraceable', /set by the exchange/],
  [{ status: 'ACTIVE' }, 'status', /set by the exchange/],
  [{ colour: 'red' }, 'colour', /no such field: it takes channels, classification/],
  [{ 'a\0b': 1 }, 'a�b', /no such field/],
  [{ description: 'a\0b' }, 'description', /NUL/],
  [{ description: 'a\ud800b' }, 'description', /surrogate/],
  [{ location: { lat: 1, lon: 2, method: '\udfff' } }, 'location.method', /surrogate/],
  [{ asn: 2 ** 53 }, 'asn', /2\^53/],
  [{ location: { lat: 1e300, lon: 2 } }, 'location.lat', /2\^53/],
];

t.test('a submission is refused in the caller\'s own names', async (t) => {
  for (const [sent, field, message] of refused) {
    t.match(faults(checkSubmission(indicator, { ...good, ...sent }))[field], message, `${JSON.stringify(sent).slice(0, 80)}: ${field}`);
  }
  for (const body of [null, undefined, 'text', 5, [], [good]]) t.match(faults(checkSubmission(indicator, body))['(body)'], /must be an object/);
});

const patterned = (type: FieldType, at: string): string[] => [
  ...(/"pattern":/.test(JSON.stringify(type.members === undefined ? type.schema : {})) && type.means === undefined && type.name === 'String' ? [at] : []),
  ...[...(type.members ?? [])].flatMap(([name, member]) => patterned(member, `${at}.${name}`)),
];

t.test('an account is closed no sooner than it is opened', async (t) => {
  const account = kinds.get('Account');
  if (account === undefined) throw new Error('no Account');
  const dated = (openedOn: string | null, closedOn: string): unknown => faults(checkSubmission(account, { scheme: 'BANK', number: '1112334456', classification: 'RESTRICTED', openedOn, closedOn }));
  t.match(dated('2026-02-01', '2026-01-31'), { closedOn: 'must not be before openedOn' });
  t.match(dated('1/2/2569', '31/1/2569'), { closedOn: /openedOn/ }, 'however they are written');
  for (const opened of ['2026-01-31', '2025-01-01', null]) t.strictSame(dated(opened, '2026-01-31'), {}, String(opened));
});

t.test('what a pattern takes is said in words, in every kind', async (t) => {
  for (const kind of kinds.values()) t.strictSame(kind.fields.flatMap(({ name, type }) => patterned(type, name)), [], kind.name);
  const identity = kinds.get('Identity');
  if (identity === undefined) throw new Error('no Identity');
  t.match(faults(checkSubmission(identity, { names: [{ full: 'Synthetic', script: 'thai' }] })), { 'names.0.script': 'must be an ISO 15924 script, such as Thai or Latn' });
});

t.test('every fault is told at once, one a field, without the value', async (t) => {
  const secret = 'Somchai Synthetic';
  const all = checkSubmission(indicator, { ...good, type: secret, tlp: 3, port: secret, country: secret, subscriber: { name: 5, document: secret.repeat(20) } });
  t.strictSame(Object.keys(faults(all)).sort(), ['country', 'port', 'subscriber.document', 'subscriber.name', 'tlp', 'type']);
  t.notMatch(JSON.stringify(all), /Somchai/);
});

t.test('names that JavaScript gives a meaning are no fields', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const body: unknown = JSON.parse(`{"value": "a.example", "classification": "RESTRICTED", "${name}": {"admin": true}}`);
    t.match(faults(checkSubmission(indicator, body))[name], /no such field/, name);
  }
});

t.test('input made to exhaust is refused before it is walked', async (t) => {
  let deep: unknown = 'x';
  for (let i = 0; i < 5000; i++) deep = [deep];
  t.match(faults(checkSubmission(indicator, { ...good, location: deep })), { 'location.0.0': /deeper/ });
  t.match(faults(checkSubmission(indicator, { ...good, caseRefs: Array.from({ length: 60_000 }, () => 1) })), { caseRefs: /more than 50000 values/ });
  t.ok(Object.keys(faults(checkSubmission(indicator, { ...good, ...Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, i])) }))).length <= 50);
  const long = 'n'.repeat(5000);
  t.ok(Object.keys(faults(checkSubmission(indicator, { ...good, [long]: 1 })))[0]?.length === 100, 'a long name is cut');
});

t.test('a good submission comes back without its nulls, and otherwise as sent', async (t) => {
  t.strictSame(checkSubmission(indicator, { ...good, port: null, description: ' x ', location: { lat: 1, lon: 2, method: null }, country: 'kh', caseRefs: [{ authority: 'a', number: '1' }] }),
    { ok: true, body: { ...good, description: ' x ', location: { lat: 1, lon: 2 }, country: 'kh', caseRefs: [{ authority: 'a', number: '1' }] } });
  t.ok(checkSubmission(indicator, { ...good, description: '𝒜'.repeat(10_000) }).ok, 'lengths count code points');
  t.ok(checkSubmission(indicator, { ...good, markings: [{ field: 'value', level: 'SECRET' }], observedAt: '2026-01-31T15:00:00+07:00' }).ok);
});

t.test('a patch removes with null, merges objects, and leaves channels alone', async (t) => {
  const patch = { description: null, location: { radiusMetres: 5, method: null }, tlp: null, markings: null };
  t.strictSame(checkPatch(indicator, patch), { ok: true, body: patch });
  t.ok(checkPatch(indicator, {}).ok);
  t.match(faults(checkPatch(indicator, { value: null })), { value: /must be a text/ }, 'what is required cannot be removed');
  t.match(faults(checkPatch(indicator, { classification: null })), { classification: /must be/ });
  t.match(faults(checkPatch(indicator, { channels: ['a'] })), { channels: /not patched/ });
  t.match(faults(checkPatch(indicator, { id: 'x' })), { id: /set by the exchange/ });
  t.match(faults(checkPatch(indicator, { caseRefs: [{ number: '1' }] })), { 'caseRefs.0.authority': /required/ }, 'a list is replaced as a whole');
  t.match(faults(checkPatch(indicator, { location: { lat: 100 } })), { 'location.lat': /at most 90/ });
  t.match(faults(checkPatch(indicator, { description: 'a\0' })), { description: /NUL/ });
});

t.test('what a patch makes is checked as a whole, but for what the writer cannot see', async (t) => {
  t.match(faults(checkMerged(indicator, { classification: 'SECRET' })), { value: /required/ });
  t.ok(checkMerged(indicator, { classification: 'SECRET' }, new Set(['value'])).ok);
  t.match(faults(checkMerged(indicator, { ...good, location: { radiusMetres: 5 } })), { 'location.lat': /required/ });
});

/** Every object that a value of the type may hold, as a path; in a list, of its first item. */
const objectsIn = ({ members, list }: FieldType, path: readonly string[]): string[][] =>
  (members === undefined ? [] : [[...path, ...(list ? ['0'] : [])], ...[...members].flatMap(([name, type]) => objectsIn(type, [...path, ...(list ? ['0'] : []), name]))]);
const put = (path: readonly string[], value: Json): Json => path.toReversed().reduce<Json>((inner, name) => (name === '0' ? [inner] : { [name]: inner }), value);

t.test('an object in which nothing is said is refused, in every kind, however deep', async (t) => {
  for (const kind of kinds.values()) {
    const paths = kind.fields.filter(({ writable }) => writable).flatMap(({ name, type }) => objectsIn(type, [name]));
    const told = (value: Json, seen?: (path: readonly string[]) => Json): string[] =>
      paths.flatMap((path) => unsaidFaults(kind, put(path, value) as Record<string, Json>, seen?.(path) as Record<string, Json> | undefined).map(({ field }) => field));
    const names = paths.map((path) => path.join('.'));
    t.strictSame(told({}), names, kind.name);
    t.strictSame(told({ x: null }), names, `${kind.name}: of which all is null`);
    t.strictSame(told({}, () => ({})), names, `${kind.name}: in a patch`);
    t.strictSame(told({}, (path) => put(path, {})), [], `${kind.name}: sent back as it stood`);
    t.strictSame(told({ x: null }, () => ({})), names.filter((name) => name.includes('.0')), `${kind.name}: a null removes, but in items of a list`);
  }
  t.match(faults(checkSubmission(indicator, { ...good, subscriber: {}, handling: { codes: ['H3'] } })), { subscriber: 'says nothing: leave it out, or give one of name, document', 'handling.text': /required/ }, 'with what else is wrong');
});

/** What nobody sees: spaces, a zero width space, a soft hyphen, a byte order mark, Hangul fillers, a variation selector, a tag, a Braille blank. */
const blanks = [' ', '\t\n', '\u00a0', '\u3000', '\u200b', ' \u200b\u200d ', '\u00ad', '\ufeff', '\u115f\u3164', '\ufe0f', '\u{e0041}', '\u2800'];

t.test('a text in which nothing can be read is refused, wherever it stands', async (t) => {
  for (const blank of blanks) {
    const code = JSON.stringify([...blank].map((one) => one.codePointAt(0)?.toString(16)));
    const sent = { ...good, nationalMarking: blank, legalBasis: { ground: blank }, caseRefs: [{ authority: 'a', number: blank }], location: { lat: 1, lon: 2, method: blank } };
    t.strictSame(faults(checkSubmission(indicator, sent)), {
      nationalMarking: 'says nothing: leave it out, or give a text that can be read', 'legalBasis.ground': 'says nothing: leave it out, or give a text that can be read',
      'caseRefs.0.number': 'says nothing: give a text that can be read', 'location.method': 'says nothing: leave it out, or give a text that can be read',
    }, code);
    t.strictSame(unsaidFaults(indicator, { legalBasis: { ground: blank } }, {}).map(({ field }) => field), ['legalBasis.ground'], `${code}: in a patch`);
    t.strictSame(unsaidFaults(indicator, { legalBasis: { ground: blank } }, { legalBasis: { ground: blank } }), [], `${code}: sent back as it stood`);
  }
  for (const text of ['.', 'ก', '\u200bข', '密', '😀', '1']) t.ok(checkSubmission(indicator, { ...good, nationalMarking: text }).ok, text);
  t.match(faults(checkSubmission(indicator, { ...good, nationalMarking: '' })), { nationalMarking: /says nothing/ });
});

t.test('as refusals', async (t) => {
  t.strictSame(validSubmission(indicator, good), good);
  t.strictSame(validPatch(indicator, { port: 1 }), { port: 1 });
  for (const call of [() => validSubmission(indicator, {}), () => validPatch(indicator, { port: 'x' })]) {
    try {
      call();
      t.fail('must throw');
    } catch (error) {
      t.ok(error instanceof Refusal && error.code === 'INVALID' && (error.public.errors?.length ?? 0) > 0);
    }
  }
});
