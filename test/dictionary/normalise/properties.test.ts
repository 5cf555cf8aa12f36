import fc from 'fast-check';
import t from 'tap';
import { normalisers, observableTypes } from '../../../src/dictionary/normalise/index.ts';
import type { NormaliserName } from '../../../src/dictionary/normalise/index.ts';
import { runs } from '../../support/seed.ts';

/** Strings made of what normalisers look at, so that generated texts get far into them. */
const pieces = fc.constantFrom(
  '.', '[.]', '(dot)', '[', ']', '(', ')', '{', '}', '[:]', '[://]', '://', 'hxxp', 'http', 'https', 'ftp', ':', '/', '//', '?', '#', '@', '[@]', '"', '\'', ' ', '\\.', '%', '+', '-', '_',
    'evil', 'com', 'COM', 'co.th', 'ไทย', '๑', '๗๗', '７', '．', '。', '\u200b', '\ufeff', 'ı', '𝗼', 'xn--', 'e\u0301', '77', '90', '185', '20', '8080', '0', '08', '1', '2a00', '::', 'ffff', '24', '/24',
    'AS', '13335', 'telegram', 'line', 'md5', '490154203237518', '0812345678', '0066', 'bc1', '0x', '520', '\ud800', '\0', '\n', '\t', 'KIT', 'id', 'com.example', '*.', '*', '|',
);
const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join('')), fc.webUrl(), fc.emailAddress(), fc.ipV4(), fc.ipV6(), fc.domain());
const types = [...observableTypes, undefined];

/** Values that are read, dressed up as reports do: defanged, wrapped, several times over. */
const seeds = ['77.90.185.20', '77.90.185.20:8080', '77.90.185.0/24', '2a00:1450::1', 'evil.com', 'http://evil.com/a(b)/[c]?d={e}', 'mule@evil.com', 'AS13335', 'telegram:@@somebody', '+66812345678',
  '490154203237518', 'com.example.app', '520-05-1234-56789', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'];
const dots = fc.constantFrom('.', '[.]', '(dot)', '[[.]]', '[(.)]', '{[.]}', '\\.', '[ . ]');
const wraps = fc.constantFrom(['', ''], ['"', '"'], ['[', ']'], ['(', ')'], [' <', '> '], ['\u200b', ''], ['“', '”']);
const dressed = fc.tuple(fc.constantFrom(...seeds), dots, fc.array(wraps, { maxLength: 4 }))
  .map(([seed, dot, around]) => around.reduce((text, [open = '', close = '']) => open + text + close, seed.replaceAll('.', dot)));

t.test('a normal form is its own normal form, and nothing throws', (t) => {
  let taken = 0;
  fc.assert(fc.property(fc.oneof(texts, dressed), fc.constantFrom(...types), (text, type) => {
    const read = normalisers.OBSERVABLE(text, type);
    if (!read.ok) return read.message.length > 0;
    taken++;
    const guessed = type ?? String(read.also?.['type']);
    const again = normalisers.OBSERVABLE(read.value, guessed);
    return again.ok && again.value === read.value && !again.readings.includes('DEFANGED');
  }), runs(20_000));
  t.ok(taken > 1_000, `${taken} of 20,000 had a normal form`);
  t.end();
});

t.test('so for the other normalisers', (t) => {
  const names: readonly NormaliserName[] = ['INSTANT', 'COUNTRY', 'TEXT'];
  fc.assert(fc.property(fc.oneof(texts, fc.date({ noInvalidDate: true }).map((date) => date.toISOString())), fc.constantFrom(...names), (text, name) => {
    const read = normalisers[name](text, undefined);
    if (!read.ok) return read.message.length > 0;
    const again = normalisers[name](read.value, undefined);
    return again.ok && again.value === read.value;
  }), runs(5_000));
  t.pass('5,000 texts');
  t.end();
});

t.test('hostile texts end quickly', (t) => {
  const long = 8_192;
  const hostile = ['['.repeat(long), '[ '.repeat(long / 2), '(.'.repeat(long / 2), '.'.repeat(long), 'a.'.repeat(long / 2), ':'.repeat(long), '1'.repeat(long), '0'.repeat(long),
    `http://${'%'.repeat(4000)}`, `${'9-'.repeat(4000)}`, ' '.repeat(long), 'x'.repeat(1_000_000), '"'.repeat(long), `${'\\'.repeat(4000)}.`, `AS${'1'.repeat(4000)}`, '(ext 1'.repeat(1000), '+'.repeat(long)];
  const started = performance.now();
  for (const text of hostile) for (const type of types) normalisers.OBSERVABLE(text, type);
  t.ok(performance.now() - started < 5_000, 'seventeen texts, every type');
  t.end();
});
