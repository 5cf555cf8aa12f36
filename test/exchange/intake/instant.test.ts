import fc from 'fast-check';
import t from 'tap';
import { coerceRow, parseInstant } from '../../../src/exchange/intake/index.ts';
import type { InstantOptions } from '../../../src/exchange/intake/index.ts';
import type { Field, Kind } from '../../../src/dictionary/types.ts';

const bangkok: InstantOptions = { timezone: 'Asia/Bangkok', calendar: 'gregorian' };
const buddhist: InstantOptions = { timezone: 'Asia/Bangkok', calendar: 'buddhist' };
const none: InstantOptions = { calendar: 'gregorian' };
const newYork: InstantOptions = { timezone: 'America/New_York', calendar: 'gregorian' };

const cases: readonly (readonly [string, InstantOptions, string | RegExp])[] = [
  ['2026-01-31T08:00:00Z', none, '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T08:00:00.1239+07:00', none, '2026-01-31T01:00:00.123Z'],
  ['2026-01-31 08:00', bangkok, '2026-01-31T01:00:00.000Z'],
  ['2026-01-31', bangkok, '2026-01-30T17:00:00.000Z'],
  ['31/01/2026 08:00:30', bangkok, '2026-01-31T01:00:30.000Z'],
  ['31/1/2026', bangkok, '2026-01-30T17:00:00.000Z'],
  ['31/01/2569 08.30 น.', buddhist, '2026-01-31T01:30:00.000Z'],
  ['๓๑/๐๑/๒๕๖๙ ๐๘:๐๐', buddhist, '2026-01-31T01:00:00.000Z'],
  ['2568-02-28T00:00:00Z', buddhist, '2025-02-28T00:00:00.000Z'],
  ['2567-02-29T00:00:00Z', buddhist, '2024-02-29T00:00:00.000Z'],
  ['2568-02-29T00:00:00Z', buddhist, /no such day/],
  ['2026-01-31 08:00', { timezone: '+07:00', calendar: 'gregorian' }, '2026-01-31T01:00:00.000Z'],
  ['2026-01-31 08:00', { timezone: 'Asia/Yangon', calendar: 'gregorian' }, '2026-01-31T01:30:00.000Z'],
  ['2026-07-01 08:00', newYork, '2026-07-01T12:00:00.000Z'],
  ['2026-01-31 08:00', newYork, '2026-01-31T13:00:00.000Z'],
  ['2026-03-08 02:30', newYork, /put forward/],
  ['2026-11-01 01:30', newYork, '2026-11-01T05:30:00.000Z'],
  ['2026-01-31 08:00', none, /`?timezone`?.*/],
  ['2569-01-31 08:00', { calendar: 'gregorian' }, /`timezone`.*`calendar`/],
  ['2026-01-31 08:00', { timezone: 'Siam/Ayutthaya', calendar: 'gregorian' }, /names no time zone/],
  ['2568-01-31T08:00:00Z', none, /Buddhist era: give the parameter `calendar`/],
  ['2026-01-31T08:00:00Z', buddhist, /leave the parameter `calendar` out/],
  ['31 ม.ค. 2569 08:00 น.', buddhist, '2026-01-31T01:00:00.000Z'],
  ['๓๑ มกราคม พ.ศ. ๒๕๖๙ เวลา ๐๘.๐๐ น.', buddhist, '2026-01-31T01:00:00.000Z'],
  ['31 January 2026', bangkok, '2026-01-30T17:00:00.000Z'],
  ['31 Januember 2026', bangkok, /no such day/],
  ['31/02/2026', bangkok, /no such day/],
  ['2026-01-31 25:00', bangkok, /no such day or time/],
  ['31/01/26', bangkok, /no date/],
  ['yesterday', bangkok, /no date/],
  ['', bangkok, /no date/],
  ['2026-01-31 08:00 and more', bangkok, /no date/],
];

t.test('times as reports write them', (t) => {
  for (const [given, options, expected] of cases) {
    const read = parseInstant(given, options);
    if (typeof expected === 'string') t.same(read.ok && read.value, expected, `${given} ${options.timezone ?? ''}`);
    else t.match(read.ok ? read.value : read.message, expected, given);
  }
  const refused = parseInstant('2026-01-31 08:00', none);
  t.match(refused.ok ? '' : refused.message, /timezone=Asia\/Bangkok/, 'names the parameter');
  fc.assert(fc.property(fc.string(), fc.constantFrom(bangkok, buddhist, none), (text, options) => parseInstant(text, options).ok !== undefined));
  t.end();
});

t.test('a wall clock in every zone goes there and back', (t) => {
  const instants = fc.date({ min: new Date('1970-01-02'), max: new Date('2037-12-30'), noInvalidDate: true });
  fc.assert(fc.property(instants, fc.constantFrom('Asia/Bangkok', 'Asia/Phnom_Penh', 'America/New_York', 'Europe/London', 'Asia/Kathmandu', 'Australia/Lord_Howe'), (date, timezone) => {
    const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' }).format(date);
    const read = parseInstant(wall, { timezone, calendar: 'gregorian' });
    const again = read.ok ? new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(read.value)) : '';
    return again === wall;
  }));
  t.pass('there and back');
  t.end();
});

t.test('cells get the type of their field', (t) => {
  const field = (name: string, type: string, shape: Field['type']['shape'] = 'scalar', list = false): [string, Field] => [name, {
    name, path: [name], description: '', envelope: false, level: 0, caveats: 0, writable: true, required: false, columns: [], derivedFrom: [], type: { name: type, shape, list, schema: {} },
  }];
  const known = new Map([field('port', 'Int'), field('asn', 'SafeInt'), field('at', 'DateTime'), field('role', 'Role', 'enum'), field('tags', 'String', 'scalar', true), field('sensitive', 'Boolean'), field('place', 'Place', 'object'), field('note', 'String')]);
  const kind: Pick<Kind, 'field' | 'fields'> = { field: known, fields: [...known.values()] };
  const row = { port: '๘๐', asn: 'AS13335', at: '2026-01-31 08:00', role: 'call centre', tags: 'a; b|c', sensitive: 'yes', place: '{"lat":1}', note: '12' };
  const read = coerceRow({ line: 2, row, text: true }, kind as Kind, bangkok);
  t.same(read, { row: { port: 80, asn: 13335, at: '2026-01-31T01:00:00.000Z', role: 'CALL_CENTRE', tags: ['a', 'b', 'c'], sensitive: true, place: { lat: 1 }, note: '12' }, faults: [] });
  t.match(coerceRow({ line: 2, row, text: true }, kind as Kind, none).faults, [{ field: 'at', message: /timezone/ }]);
  t.same(coerceRow({ line: 2, row: { port: '80', nothing: 1 }, text: false }, kind as Kind, none).row, { port: '80', nothing: 1 }, 'JSON says its own types');
  t.end();
});
