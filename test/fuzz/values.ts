/** Values for a JSON schema: such as it asks for, such as lie on its edges, and such as nobody asked for. */
import { chance, type Dice, oneOf, upTo } from './dice.ts';

export type Node = Readonly<Record<string, unknown>>;
export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** How near to the schema: as it asks, on its edges, or broken somewhere. */
export type Manner = 'valid' | 'boundary' | 'broken';

/** Finds what a `$ref` names. */
export type Resolve = (schema: Node) => Node;

const uuid = '01890000-0000-7000-8000-000000000001';
/** Texts that some parser, database or page is known to trip over. */
export const nasty: readonly string[] = [
  '', ' ', '\u0000', 'a\u0000b', '\ud800', '\udc00\ud800', '\ufeff', '\u202ertl', 'e\u0301\u0301\u0301', '😀'.repeat(50), 'ก็็็็็', '\r\nX-Injected: 1', '\t', "'", "' or '1'='1", '$1', '{}', '[]', 'null', 'true', '-0', '1e999',
  'NaN', '__proto__', 'constructor', 'toString', '=1+1', '@SUM(A1)', '%', '%00', '%s%n', '../../etc/passwd', '<script>', '\\', '\\u0000', '"', 'x'.repeat(5000), '๐'.repeat(300), '0001-01-01T00:00:00Z',
  '275760-09-13', '-271821-04-20T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2026-02-30', '2026-01-31T24:00:00Z', '2026-12-31T23:59:60Z', '0', '-1', '9223372036854775808', '1.5e300', '255.255.255.255/33', '::', '::ffff:0:0/0', 'xn--',
  'a'.repeat(64) + '.example', '1/2/3', 'urn:x', uuid, uuid.toUpperCase(), `${uuid}0`, '{00000000-0000-0000-0000-000000000000}',
];
const numbers: readonly number[] = [0, -0, -1, 1, 0.1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 1e21, 1e308, -1e308, 5e-324];
const objects: readonly unknown[] = [{}, [], [[]], [null], { a: { a: { a: {} } } }, { length: 3 }, { toString: 'x' }, { toJSON: 'x' }, Array(200).fill(0), Array(200).fill('x')];

/** Anything that JSON can say. */
export const anything = (g: Dice): unknown => oneOf(g, [() => oneOf(g, nasty), () => oneOf(g, numbers), () => oneOf(g, objects), () => null, () => chance(g, 2)])();

const words = ['Synthetic', 'example', 'pay.example', '192.0.66.7', '+12025550143', 'someone@person.example', 'th', 'TH', '1000', '2026-01-31', 'th-ccib', 'embassies-ip', 'SYN-1', 'ทดสอบ', 'https://fuzz.example/a'];
const formats: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2026-01-31T08:00:00Z', '2026-01-31T15:00:00.123+07:00', '2350-01-01T00:00:00Z', '1900-01-01T00:00:00-12:00'],
  date: ['2026-01-31', '2400-02-29', '1900-12-31'],
  uuid: [uuid, '00000000-0000-0000-0000-000000000000'],
};
const patterns: readonly (readonly [RegExp, readonly string[]])[] = [
  [/A-Za-z0-9\]\{2,8\}/, ['th', 'en-GB', 'zh-Hant-TW']], [/A-Z\]\{2\}-/, ['TH-10', 'KH-1']], [/A-Za-z\]\{2\}\$/, ['TH', 'kh']], [/A-F/, ['A', 'F']], [/0-9a-f\]\{64\}/, ['0'.repeat(64)]], [/A-Z\]\[a-z\]\{3\}/, ['Thai', 'Latn']],
];

function text(g: Dice, schema: Node, manner: Manner): string {
  const { minLength = 0, maxLength = 4096 } = schema as { minLength?: number; maxLength?: number };
  if (manner === 'boundary' && chance(g, 3)) return oneOf(g, ['x', 'ก', '😀', '\u0958', ' ']).repeat(Math.max(0, oneOf(g, [minLength, maxLength, maxLength + 1, minLength - 1])));
  const known = formats[String(schema['format'])] ?? patterns.find(([pattern]) => pattern.test(String(schema['pattern'])))?.[1];
  return oneOf(g, known ?? words).slice(0, maxLength);
}

function number(g: Dice, schema: Node, manner: Manner): number {
  const { minimum: low = 0, maximum: high = 100_000 } = schema as { minimum?: number; maximum?: number };
  if (manner === 'boundary') return oneOf(g, [low, high, low - 1, high + 1, low + 0.5, ...numbers]);
  return low + upTo(g, Math.min(Math.floor(high - low), 1000));
}

function object(g: Dice, schema: Node, resolve: Resolve, manner: Manner, depth: number): Node {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'].map(String) : []);
  const fields = Object.entries(isNode(schema['properties']) ? schema['properties'] : {});
  const kept = fields.filter(([name]) => (required.has(name) && (manner !== 'broken' || !chance(g, 8))) || (depth < 4 && chance(g, depth === 0 ? 3 : 2)));
  return Object.fromEntries([
    ...kept.map(([name, each]) => [name, valueFor(g, isNode(each) ? each : {}, resolve, manner, depth + 1)] as const),
    ...(manner === 'broken' && chance(g, 6) ? [[oneOf(g, ['id', 'originator', 'unknown', 'withheld', 'constructor', 'ก', '']), anything(g)] as const] : []),
  ]);
}

/** @returns a value of that manner; a broken one is broken now and then, so that what lies behind the first check is reached too */
export function valueFor(g: Dice, given: Node, resolve: Resolve, manner: Manner, depth = 0): unknown {
  if (manner === 'broken' && depth > 0 && chance(g, 5)) return anything(g);
  const schema = resolve(given);
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return valueFor(g, oneOf(g, choices.filter(isNode)), resolve, manner, depth);
  if (Array.isArray(schema['enum'])) return oneOf(g, schema['enum'] as readonly unknown[]);
  const types = [schema['type']].flat().map(String);
  const type = chance(g, 6) && types.includes('null') ? 'null' : (types.find((one) => one !== 'null') ?? 'string');
  if (type === 'null') return null;
  if (type === 'boolean') return chance(g, 2);
  if (type === 'integer' || type === 'number') return number(g, schema, manner);
  if (type === 'object') return object(g, schema, resolve, manner, depth);
  if (type === 'array') {
    const most = typeof schema['maxItems'] === 'number' ? schema['maxItems'] : 3;
    const length = manner === 'boundary' && chance(g, 6) ? oneOf(g, [0, Math.min(most, 300), Math.min(most + 1, 301)]) : Math.max(Number(schema['minItems'] ?? 0), upTo(g, Math.min(most, 2)));
    return Array.from({ length }, () => valueFor(g, isNode(schema['items']) ? schema['items'] : {}, resolve, manner, depth + 1));
  }
  return text(g, schema, manner);
}

/** The value with one place of it, at any depth, replaced by what `make` gives. */
export function mutated(g: Dice, value: unknown, make: () => unknown): unknown {
  if (typeof value !== 'object' || value === null || chance(g, 4)) return make();
  const names = Object.keys(value);
  if (names.length === 0) return make();
  const at = oneOf(g, names);
  const inner = mutated(g, (value as Readonly<Record<string, unknown>>)[at], make);
  return Array.isArray(value) ? value.map((each: unknown, i) => (String(i) === at ? inner : each)) : { ...value, [at]: inner };
}
